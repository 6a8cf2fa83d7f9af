import type { Project } from "@dev-infra/metadata/Project"
import * as ProjectFilter from "@dev-infra/registry/ProjectFilter"
import { Registry } from "@dev-infra/registry/Registry"
import type { ProjectState } from "@dev-infra/sync/Comparison"
import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import { Sync, type SyncStatus } from "@dev-infra/sync/Sync"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AnyProject from "../../AnyProject.js"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import { filterOf } from "../../FilterFlags.js"
import * as InterruptedHint from "../../InterruptedHint.js"
import * as Next from "../../Next.js"
import { asProject } from "../../NotLocal.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { styled, text } from "../../SafeText.js"
import * as SyncAccess from "../../SyncAccess.js"
import type { StatusInput } from "./command.js"
import * as SyncView from "./sync.js"

const isNamed = (input: StatusInput): boolean => input.projects.length > 0 || input.stdin || input.nullSeparated

/** The projects that the command line means, those of this machine and others: those named, or all, that fit the filter. */
const choose = (input: StatusInput) =>
  Effect.gen(function* () {
    const filter = filterOf(input)
    if (isNamed(input)) {
      const named = yield* AnyProject.locate(input.projects, input)
      return { projects: AnyProject.locals(named).filter((project) => ProjectFilter.fits(project, filter)), others: AnyProject.others(named) }
    }
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ filter, sort: "name" })
    yield* EntryProblems.warn(problems)
    return { projects, others: undefined }
  })

type Chosen = Effect.Effect.Success<ReturnType<typeof choose>>

/** How the chosen projects stand, by their names. */
const statesOf = (input: StatusInput, { others, projects }: Chosen, status: SyncStatus): ReadonlyArray<ProjectState> => {
  const filter = filterOf(input)
  const ids = new Set<string>(projects.map(({ id }) => id))
  const keys = others === undefined ? undefined : new Set(others.map(({ key }) => key))
  const isMeant = ({ id, local, remote }: ProjectState): boolean => {
    if (local !== undefined) return ids.has(id)
    return remote !== undefined && (keys?.has(remote.key) ?? true) && ProjectFilter.fits(asProject(remote), filter)
  }
  return status.projects.filter(isMeant).toSorted((left, right) => {
    const [first, second] = [left.name.toLowerCase(), right.name.toLowerCase()]
    return first < second ? -1 : first > second ? 1 : left.id < right.id ? -1 : 1
  })
}

/** Ask the remote; why that failed is told, and what was known before still counts. */
const ask = SyncAccess.use(Effect.flatMap(Sync, (sync) => sync.fetch())).pipe(
  Effect.as(true),
  Effect.catchIf(
    (error): error is RemoteFailed => error._tag === "RemoteFailed" && error.reason !== "NotConfigured",
    (failed) =>
      Effect.gen(function* () {
        const output = yield* Output
        const { report } = yield* Effect.promise(() => import("../../ErrorReport.js"))
        yield* output.error(report(Cause.fail(failed)).message)
        return false
      })
  )
)

/** The server that is set up, as syncs call it. */
const setUp: Effect.Effect<Option.Option<string>, never, CommandServices> = Effect.gen(function* () {
  const [{ read }, { layer }] = yield* Effect.promise(() => Promise.all([import("../../RemoteSettings.js"), import("../../ConfigurationServices.js")]))
  return Option.map(yield* Effect.provide(read(undefined), layer), ({ settings }) => settings.url.host)
}).pipe(
  // Settings that cannot be read are no matter of the state of projects: whatever syncs tells of them.
  Effect.catchAll(() => Effect.succeedNone)
)

/** Say that another server is set up than the one that was asked. */
const tellOther = (remote: SyncView.Remote) =>
  Effect.gen(function* () {
    const output = yield* Output
    const host = Option.getOrUndefined(yield* setUp)
    if (host === remote.address) return
    const now = host === undefined ? text`No server is set up any more` : text`${host} is set up, and was not asked yet`
    yield* output.message(text`${now}: this is how projects stood to ${remote.address}.`)
  })

/** Say that there is nothing to compare with, and why. */
const tellWithout = Effect.gen(function* () {
  const output = yield* Output
  if (Option.isNone(yield* setUp)) return yield* output.message(text`No remote is set up to compare with, so this is git state only (as with --git).`)
  yield* output.message(text`The remote was never asked, so this is git state only (as with --git).`)
  yield* output.message(text`${yield* Next.line("pull")}   ${styled("dim", "asks it, and takes what it knows")}`)
})

/** How many of the projects could have a newer version of their template. What that needs is loaded only if some come from one. */
const countOutdated = (projects: ReadonlyArray<Project>) =>
  Effect.suspend(() => {
    const those = projects.filter(({ template }) => template !== "unknown")
    return those.length === 0 ? Effect.succeed(0) : Effect.flatMap(Effect.promise(() => import("./outdated.js")), ({ count }) => count(those))
  })

const tellOutdated = (outdated: number) =>
  Effect.gen(function* () {
    if (outdated === 0) return
    const output = yield* Output
    const what = outdated === 1 ? "1 project could have a newer version of its template" : `${outdated} projects could have newer versions of their templates`
    yield* output.message(text`${what}\n${yield* Next.line("list", "--outdated")}`)
  })

const syncStatus = Effect.flatMap(Sync, (sync) => sync.status)

/** Show how projects stand, with whatever `Sync` there is. @category commands */
export const status = (input: StatusInput) =>
  Effect.gen(function* () {
    const output = yield* Output
    const answered = input.fetch ? yield* ask : true
    // Git state can be shown whatever is wrong with what syncs remember.
    const read = input.git || input.dirty ? SyncAccess.lookUp(syncStatus) : SyncAccess.useKnown(syncStatus)
    const known = Option.filter(yield* read, ({ remote }) => remote !== null)
    const chosen = yield* choose(input)
    const outdated = yield* Effect.cached(countOutdated(chosen.projects))
    const withGit = input.git || input.dirty || Option.isNone(known)
    const remote = Option.getOrNull(known)?.remote
    if (Option.isSome(known) && remote !== null && remote !== undefined) {
      const states = statesOf(input, chosen, known.value)
      yield* tellOther(remote)
      if (!withGit) yield* SyncView.show(known.value, remote, states, { all: isNamed(input), json: input.json, outdated })
      else {
        const git = yield* Effect.promise(() => import("./git.js"))
        const sync = new Map(states.flatMap((state) => (state.local === undefined ? [] : [[state.id, state] as const])))
        yield* git.show(chosen.projects, { dirty: input.dirty, json: input.json, sync, document: { remote: SyncView.remoteForScripts(remote) }, outdated })
        for (const { name } of states.filter(({ local }) => local === undefined && isNamed(input))) yield* output.message(text`${name} is not on this machine.`)
        yield* SyncView.warn(known.value, states)
      }
    } else {
      if (!input.git && !input.dirty) yield* tellWithout
      const git = yield* Effect.promise(() => import("./git.js"))
      yield* git.show(chosen.projects, { dirty: input.dirty, json: input.json, outdated })
    }
    yield* tellOutdated(yield* outdated)
    yield* InterruptedHint.tell
    return answered ? undefined : ExitCode.failed
  })

/** Show how projects stand. @category commands */
export const run = (input: StatusInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => Effect.provide(status(input), RegistryServices.layer)
