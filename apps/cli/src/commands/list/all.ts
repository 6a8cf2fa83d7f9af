/**
 * The projects of all machines: those of this one, and those that the last fetch knows elsewhere.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Project } from "@dev-infra/metadata/Project"
import { fits, sortBy } from "@dev-infra/registry/ProjectFilter"
import { Registry } from "@dev-infra/registry/Registry"
import type { StateName } from "@dev-infra/sync/Comparison"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as EntryProblems from "../../EntryProblems.js"
import { filterOf } from "../../FilterFlags.js"
import * as Next from "../../Next.js"
import * as NotLocal from "../../NotLocal.js"
import { type Cell, Output } from "../../Output.js"
import { own, type SafeText, styled, text } from "../../SafeText.js"
import * as SyncAccess from "../../SyncAccess.js"
import * as SyncText from "../../SyncText.js"
import type { ListInput } from "./command.js"

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "PATH", shorten: "path" },
  { title: "STATUS" },
  { title: "TEMPLATE", shorten: "text" },
  { title: "NOTE" },
  { title: "ON", shorten: "path" },
  // As it stands it can be copied.
  { title: "CLONE" }
] as const

/** A project that is elsewhere: its row, and what the next push does with it. */
interface Elsewhere {
  readonly entry: RemoteEntry
  readonly state: StateName
}

interface Listed {
  readonly project: Project
  readonly elsewhere: Elsewhere | undefined
}

const noteOf = (state: StateName): SafeText => text`${styled("cyan", "not local")}${state === "not local" ? "" : text`, ${styled("yellow", state)}`}`

const rowOf = ({ elsewhere, project }: Listed, missing: boolean): ReadonlyArray<Cell> => {
  if (elsewhere === undefined) return [project.name, project.path, project.status, project.template, missing ? styled("yellow", "missing") : "", "", ""]
  const { entry, state } = elsewhere
  const clone = NotLocal.cloneOf(entry)
  return [project.name, "", project.status ?? "", project.template ?? "", noteOf(state), SyncText.locationsText(entry), clone === undefined ? "" : own(clone)]
}

const forScripts = ({ elsewhere, project }: Listed): object => {
  if (elsewhere === undefined) return project
  const { entry, state } = elsewhere
  const place = { local: false, state, locations: entry.locations, clone: NotLocal.cloneOf(entry) ?? null, updated_at: entry.updatedAt }
  return { id: project.id, name: project.name, path: null, ...withoutPlace(entry.fields), ...place }
}

/** What tells of one machine, and what is told in another way. */
const placeFields = new Set(["id", "name", "path", "local"])

const withoutPlace = (fields: RemoteEntry["fields"]): object => Object.fromEntries(Object.entries(fields).filter(([field]) => !placeFields.has(field)))

/** List all projects. @category commands */
export const list = (input: ListInput) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* LocalFiles
    const output = yield* Output
    const filter = filterOf(input)
    const { problems, projects } = yield* registry.list({ filter })
    const found = yield* SyncAccess.lookUp(Effect.flatMap(Sync, (sync) => sync.status))
    const known = Option.filter(found, ({ remote }) => remote !== null)
    const states = input.missing || Option.isNone(known) ? [] : known.value.projects
    const others = new Map(
      states.flatMap(({ local, remote, state }) => {
        const project = local !== undefined || remote === undefined ? undefined : NotLocal.asProject(remote)
        return project === undefined || remote === undefined || !fits(project, filter) ? [] : [[project, { entry: remote, state }] as const]
      })
    )
    const sorted = sortBy([...projects, ...others.keys()], input.sort).map((project): Listed => ({ project, elsewhere: others.get(project) }))
    const existing = files.existing(sorted.map(({ project }) => project.path))
    const isMissing = ({ elsewhere }: Listed, at: number) => elsewhere === undefined && existing[at] === false
    const shown = sorted.flatMap((one, at) => (input.missing && !isMissing(one, at) ? [] : [{ one, missing: isMissing(one, at) }]))
    if (input.json) yield* output.json({ projects: shown.map(({ one }) => forScripts(one)), problems })
    else yield* output.table({ columns, rows: shown.map(({ missing, one }) => rowOf(one, missing)) })
    yield* EntryProblems.warn(problems)
    // Where something is known that cannot be read, that was told.
    const isUnread = Option.isNone(found) && (yield* SyncAccess.isKnown)
    if (Option.isNone(known) && !isUnread) yield* output.message(text`Nothing is known of other machines: no server was asked yet. ${yield* Next.line("pull")}`)
    if (Option.isSome(known) && shown.length === 0 && output.isTerminal && !input.json) yield* output.message(text`No project fits.`)
  })
