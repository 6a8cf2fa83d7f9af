/**
 * Takes over the projects of a work-prod 0.3.0: every field, also numbers and times; again without doubles, as often as wanted.
 *
 * A project keeps its number if no other has it. Nothing is written at 0.3.0. What cannot be taken over is told, and does not hinder
 * the others; sent again after it was put right, it comes over too.
 *
 * @module
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Accounts } from "./Accounts.js"
import { Database } from "./Database.js"
import type { StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"
import { find, isSame, type KeptField, merge, nothing, onlyOnce, type Present } from "./v03/ImportPlan.js"
import * as ImportRows from "./v03/ImportRows.js"
import * as OldDatabaseFile from "./v03/OldDatabaseFile.js"
import * as OldList from "./v03/OldList.js"
import { type OldProject, read, type UnreadableProject } from "./v03/OldProject.js"
import type { OldSourceFailure } from "./v03/OldSource.js"

export type { KeptField } from "./v03/ImportPlan.js"
export type { UnreadableProject } from "./v03/OldProject.js"
export { OldSourceFailure, type OldSourceProblem } from "./v03/OldSource.js"

/**
 * What became of a project. `id` is its number here, `kept` what is different there and stays as it is here.
 *
 * - `Added`: it is new here
 * - `Updated`: it was taken over before, and these fields changed there since
 * - `Completed`: it was here by another way, and got these fields
 * - `Unchanged`: everything is here already
 * - `Deleted`: it was taken over before and deleted here since, so it stays deleted
 * - `Refused`: it cannot be taken over; the sentence says why
 *
 * @category models
 */
export type Fate =
  | { readonly _tag: "Added"; readonly id: number }
  | { readonly _tag: "Completed" | "Unchanged" | "Updated"; readonly id: number; readonly taken: ReadonlyArray<string>; readonly kept: ReadonlyArray<KeptField> }
  | { readonly _tag: "Deleted"; readonly deletedAt: string | null }
  | { readonly _tag: "Refused"; readonly what: string }

/** A project of 0.3.0, and what became of it. @category models */
export interface TakenOver {
  readonly sourceId: number | null
  readonly name: string | null
  readonly fate: Fate
}

/** Projects of one transaction: others get their turn in between. */
const atOnce = 200

/** What is here of some projects. */
const lookUp = (rows: ImportRows.ImportRows, projects: ReadonlyArray<OldProject>) =>
  Effect.gen(function* () {
    const links = yield* rows.links(projects.map(({ id }) => id))
    const linked = [...links.values()].map(({ project }) => project)
    const urls = projects.flatMap(({ fields }) => fields.remote_url ?? [])
    const paths = projects.flatMap(({ fields }) => fields.path ?? [])
    const atUrls = yield* rows.byUrls(urls)
    const once = onlyOnce(atUrls)
    return {
      links,
      byId: new Map((yield* rows.byIds(linked)).map((present) => [present.id, present])),
      byUrl: new Map(atUrls.flatMap((present) => (once.has(present.fields.remote_url ?? "") ? [[present.fields.remote_url, present] as const] : []))),
      byPath: new Map((yield* rows.byPaths(paths)).map((present) => [present.fields.path, present])),
      deletions: yield* rows.deletions(linked),
      used: yield* rows.usedIds(projects.map(({ id }) => id))
    }
  })

const named = ({ fields, id }: Present): string => `project ${id} "${fields.name}"`

const earlier = (one: string, other: string): string => (one < other ? one : other)

/** Takes over some projects. `once`: the addresses that only one project there has. */
const takeOver = (rows: ImportRows.ImportRows, projects: ReadonlyArray<OldProject>, once: ReadonlySet<string>, now: string): Effect.Effect<ReadonlyArray<Fate>, SqlError> =>
  Effect.gen(function* () {
    const here = yield* lookUp(rows, projects)
    /** Those that a project of this import became part of. */
    const joined = new Set<number>()
    const added: Array<OldProject> = []
    const links: Array<ImportRows.NewLink> = []

    const complete = (project: OldProject, present: Present, base: ImportRows.Link["base"], tag: "Completed" | "Updated") =>
      Effect.gen(function* () {
        const { path } = project.fields
        const mayTake = path === null || (here.byPath.get(path)?.id ?? present.id) === present.id
        const merged = merge(present.fields, project.fields, base, mayTake)
        const createdAt = earlier(present.created_at, project.created_at)
        if (merged.taken.length > 0 || createdAt !== present.created_at) yield* rows.update(present, merged.next, createdAt, isSame(base, present.fields) ? project.updated_at : now)
        const isKnown = tag === "Updated"
        if (!isKnown || !isSame(merged.base, base)) links.push({ project, id: present.id, base: merged.base, isKnown })
        return { _tag: merged.taken.length > 0 ? tag : "Unchanged", id: present.id, taken: merged.taken, kept: merged.kept } as const
      })

    const add = (project: OldProject) =>
      Effect.gen(function* () {
        const isFree = !here.used.has(project.id)
        if (isFree) added.push(project)
        const id = isFree ? project.id : yield* rows.insertOne(project)
        links.push({ project, id, base: project.fields, isKnown: false })
        return { _tag: "Added", id } as const
      })

    const one = (project: OldProject): Effect.Effect<Fate, SqlError> => {
      const link = here.links.get(ImportRows.keyOf(project.id, project.created_at))
      if (link !== undefined) {
        const present = here.byId.get(link.project)
        return present === undefined ? Effect.succeed({ _tag: "Deleted", deletedAt: here.deletions.get(link.project) ?? null }) : complete(project, present, link.base, "Updated")
      }
      const { path, remote_url } = project.fields
      const atUrl = remote_url !== null && once.has(remote_url) ? here.byUrl.get(remote_url) : undefined
      const atPath = path === null ? undefined : here.byPath.get(path)
      const found = find(project, atUrl, atPath)
      if (found === "Taken" || (found !== undefined && joined.has(found.id))) {
        return Effect.succeed({ _tag: "Refused", what: `its path ${path ?? ""} is that of ${atPath === undefined ? "another project" : named(atPath)} here` })
      }
      if (found === undefined) return add(project)
      joined.add(found.id)
      return complete(project, found, nothing, "Completed")
    }

    const fates = yield* Effect.forEach(projects, one)
    yield* rows.insertMany(added)
    yield* rows.link(links, now)
    return fates
  })

/**
 * Takes over what was read.
 *
 * @example
 * ```ts
 * import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
 * import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
 * import * as Effect from "effect/Effect"
 *
 * export const moved = OldInstallation.readFile("/srv/old/work_prod.db").pipe(
 *   Effect.flatMap((rows) => OldInstallation.takeOverAll("default", rows)),
 *   Effect.provide(EmbeddedServer.layerBeside("/srv/work-prod/work-prod.db"))
 * )
 * ```
 *
 * @param account whose they become; it is made if there is none of this name
 * @param source what `readList` or `readFile` gave
 * @category importing
 */
export const takeOverAll = (account: string, source: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<TakenOver>, StorageFailure, Accounts | Database> =>
  Effect.gen(function* () {
    const database = yield* Database
    const accounts = yield* Accounts
    const { id } = yield* accounts.ensure(account)
    const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const rows = ImportRows.make(database, id)
    const [unreadable, projects] = Arr.partitionMap(source, read)
    const once = onlyOnce(projects)
    // Before the first one comes, so that nobody else is given one of their numbers meanwhile.
    yield* database.write(rows.reserve(projects.reduce((highest, project) => Math.max(highest, project.id), 0)), id)
    const parts = yield* Effect.forEach(Arr.chunksOf(projects, atOnce), (some) =>
      Effect.zipLeft(
        Effect.map(database.write(takeOver(rows, some, once, now), id), (fates) => some.map((project, index) => ({ project, fate: fates[index] }))),
        Effect.yieldNow()
      )
    )
    const refused = unreadable.map(({ id: sourceId, name, what }: UnreadableProject): TakenOver => ({ sourceId, name, fate: { _tag: "Refused", what } }))
    return [...refused, ...parts.flat().flatMap(({ fate, project }) => (fate === undefined ? [] : [{ sourceId: project.id, name: project.fields.name, fate }]))]
  })

/**
 * The projects of a running work-prod 0.3.0, by one request that reads.
 *
 * @example
 * ```ts
 * import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import * as Effect from "effect/Effect"
 *
 * export const rows = Effect.provide(OldInstallation.readList("http://127.0.0.1:5000"), NodeHttpClient.layer)
 * ```
 *
 * @param base the address without `/api` and without a slash at its end
 * @category reading
 */
export const readList: (base: string) => Effect.Effect<ReadonlyArray<unknown>, OldSourceFailure, HttpClient.HttpClient> = OldList.read

/**
 * The projects in the SQLite file of a work-prod 0.3.0, which may be running. The file is opened for reading only.
 *
 * @example
 * ```ts
 * import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
 *
 * export const rows = OldInstallation.readFile("/srv/old/work_prod.db")
 * ```
 *
 * @param file an absolute path
 * @category reading
 */
export const readFile: (file: string) => Effect.Effect<ReadonlyArray<unknown>, OldSourceFailure> = OldDatabaseFile.read
