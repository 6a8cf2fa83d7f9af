/**
 * Reading: what changed since on our server, everything on 0.3.0.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteDeletion, RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { Fetched, Known, UnreadableEntry } from "@dev-infra/sync/RemoteIndex"
import type { RemoteProject, UnreadableRow } from "@dev-infra/work-prod-client/RemoteProject"
import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Mapping030 from "../v030/Mapping030.js"
import * as MappingOurs from "../ours/MappingOurs.js"
import { inUtc } from "../row/RowTime.js"

/** A server, and how this user calls it. @category models */
export interface Source {
  readonly workProd: WorkProdShape
  readonly address: string
  readonly remoteName: string
}

/** Whether a server has all that a feed of changes and batches need; else it is spoken to as to 0.3.0. @category predicates */
export const isOurs = (features: ServerFeatures.ServerFeatures): boolean =>
  features.instance !== null && (["batch", "changes", "etag", "locations", "metadata"] as const).every((capability) => ServerFeatures.can(features, capability))

/** The name of a server for life; 0.3.0 has none, so it is what the user calls it. @category accessors */
export const instanceOf = ({ instance }: ServerFeatures.ServerFeatures, remoteName: string): string => instance ?? `v0.3.0:${remoteName}`

/** What was found out about a server, to be kept and given to the client of the next process. */
const noteOf = (features: ServerFeatures.ServerFeatures): JsonValue => ({ features: { ...ServerFeatures.toJson(features) } })

/** What a note says. @category conversions */
export const featuresOf = (note: JsonValue): Option.Option<ServerFeatures.ServerFeatures> =>
  typeof note === "object" && note !== null && "features" in note ? ServerFeatures.fromJson(note["features"]) : Option.none()

const unreadableOf = ({ fault, id, uid }: UnreadableRow): UnreadableEntry => ({ key: id === null ? null : String(id), uid, fault })

/**
 * All rows of a server, also of one that has some that cannot be read.
 *
 * @category constructors
 */
export const listRows = (workProd: WorkProdShape): Effect.Effect<{ readonly projects: ReadonlyArray<RemoteProject>; readonly unreadable: ReadonlyArray<UnreadableRow> }, WorkProdError> =>
  Effect.suspend(() => {
    const projects: Array<RemoteProject> = []
    const all = Stream.runForEachChunk(workProd.list(), (chunk) => Effect.sync(() => projects.push(...chunk)))
    return Effect.matchEffect(all, {
      onFailure: (error) => (error._tag === "UnreadableProjects" ? Effect.succeed({ projects, unreadable: error.rows }) : Effect.fail(error)),
      onSuccess: () => Effect.succeed({ projects, unreadable: [] })
    })
  })

type Read = Omit<FetchedRows, "instance" | "address" | "tellsDeletions" | "note">

/** What changed, or with no cursor everything. */
const readChanges = (workProd: WorkProdShape, since: string): Effect.Effect<Read, WorkProdError> =>
  Effect.gen(function* () {
    const entries = new Map<string, RemoteEntry>()
    const deletions = new Map<string, RemoteDeletion>()
    const unreadable: Array<UnreadableEntry> = []
    let cursor = since
    for (;;) {
      const page = yield* workProd.changes(cursor)
      for (const change of page.changes) {
        if (change.type === "unreadable") {
          unreadable.push(unreadableOf(change.row))
          continue
        }
        const key = String(change.id)
        entries.delete(key)
        deletions.delete(key)
        if (change.type === "project") entries.set(key, MappingOurs.entryOf(change.project))
        else deletions.set(key, { key, uid: change.uid, deletedAt: inUtc(change.deleted_at) ?? change.deleted_at, mergedInto: change.merged_into })
      }
      const isStuck = page.more && page.cursor === cursor
      cursor = page.cursor
      if (!page.more || isStuck) return { entries: [...entries.values()], deletions: [...deletions.values()], unreadable, cursor, isWhole: since === "" }
    }
  })

const fetchOurs = ({ workProd }: Source, cursor: string | undefined): Effect.Effect<Read, WorkProdError> =>
  cursor === undefined ? readChanges(workProd, "") : Effect.catchTag(readChanges(workProd, cursor), "CursorGone", () => readChanges(workProd, ""))

const fetch030 = ({ workProd }: Source): Effect.Effect<Read, WorkProdError> =>
  Effect.map(listRows(workProd), ({ projects, unreadable }) => ({
    projects,
    entries: projects.map((project) => Mapping030.entryOf(Mapping030.open(project))),
    deletions: [],
    unreadable: unreadable.map(unreadableOf),
    cursor: null,
    isWhole: true
  }))

/** What was fetched; `projects` are the rows as a server has told them that tells all or nothing. @category models */
export interface FetchedRows extends Fetched {
  readonly projects?: ReadonlyArray<RemoteProject>
}

/**
 * Asks a server for what it has. If another one answers meanwhile than at the beginning, that is asked instead.
 *
 * @category constructors
 */
export const fetch = (source: Source, known: Known | undefined): Effect.Effect<FetchedRows, WorkProdError> =>
  Effect.gen(function* () {
    const { address, remoteName, workProd } = source
    for (let attempt = 1; ; attempt++) {
      const features = yield* workProd.features
      const instance = instanceOf(features, remoteName)
      const cursor = known?.instance === instance ? (known.cursor ?? undefined) : undefined
      const found = yield* Effect.either(isOurs(features) ? fetchOurs(source, cursor) : fetch030(source))
      const now = yield* workProd.features
      const isOther = instanceOf(now, remoteName) !== instance || isOurs(now) !== isOurs(features)
      if (isOther && attempt < 3) continue
      const read = yield* found
      return { ...read, instance, address, tellsDeletions: isOurs(features), note: noteOf(now) }
    }
  })
