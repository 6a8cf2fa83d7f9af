import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry } from "@dev-infra/registry/Registry"
import type { SyncReport } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import * as FolderSearch from "../../FolderSearch.js"
import * as HomeServerServices from "../../HomeServerServices.js"
import * as LazyStatements from "../../LazyStatements.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { own, styled, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import type { UpInput } from "./command.js"
import type { Lasting, ServerText, Together } from "./ServerStep.js"

const shownAtMost = 20

const many = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`

const needsRegistering = (outcome: AddOutcome) => outcome._tag !== "AlreadyRegistered" && outcome._tag !== "Refused"

const columns = [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATUS" }, { title: "NOTE", shorten: "text" }] as const

/** The registry as a short table; the whole of it where no person reads. */
const list = Effect.gen(function* () {
  const registry = yield* Registry
  const output = yield* Output
  const files = yield* LocalFiles
  const { problems, projects } = yield* registry.list({ sort: "name" })
  const shown = output.isTerminal ? projects.slice(0, shownAtMost) : projects
  const existing = files.existing(shown.map((project) => project.path))
  const rows = shown.map((project, index) => [
    project.name,
    project.path,
    project.status,
    existing[index] === true ? "" : styled("yellow", "missing")
  ])
  yield* output.table({ columns, rows })
  if (shown.length < projects.length) yield* output.message(text`Showing ${shown.length} of ${projects.length}; dev-infra list shows all.`)
  yield* EntryProblems.warn(problems)
})

/** What would be registered; as many as fit a screen where a person reads. */
const preview = (pending: ReadonlyArray<AddOutcome>, names: RegistrationReport.RecognisedNames) =>
  Effect.gen(function* () {
    const output = yield* Output
    const shown = output.isTerminal ? pending.slice(0, shownAtMost) : pending
    const rows = shown.map((outcome) => [RegistrationReport.nameOf(outcome), outcome.path, RegistrationReport.stateText(Registration.stateOf(outcome)), RegistrationReport.noteText(outcome, names)])
    yield* output.table({ columns: [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATE" }, { title: "NOTE", shorten: "text" }], rows })
    if (shown.length < pending.length) yield* output.message(text`Showing ${shown.length} of ${pending.length}.`)
  })

/** Where to go from here; the last line puts the command on the PATH if it is not. */
const next = (input: UpInput, registered: number, servers: { readonly lasting: Lasting; readonly together: Together | undefined }) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { invocation, pathFolder } = yield* Surroundings
    const typed = yield* invocation
    const line = (words: ReadonlyArray<string>, meaning: string) => Effect.flatMap(Next.line(...words), (command) => output.message(text`${command}   ${styled("dim", meaning)}`))
    if (registered > 0) {
      yield* line(["status", "--dirty"], "where something is not committed or pushed")
      yield* line(["list"], "all projects")
    } else yield* output.message(text`No projects yet. Name a folder that holds some: ${yield* FolderSearch.example("up")}`)
    const { lasting, together } = servers
    if (together?.where === "process") yield* line(["up", ...input.roots, "--detach"], lasting === "once" ? "keeps the server running" : "serves in the background instead")
    if (together?.where === "beside" && lasting === "background") yield* line(["down"], "stops the server")
    if (typed !== "dev-infra" && pathFolder !== undefined) {
      yield* output.message(text`${styled("dim", "to type only dev-infra:")} ${own(`export PATH=${Next.quote(pathFolder)}:"$PATH"`)}`)
    }
  })

/** Keep the server of this process until somebody asks to stop. */
const serve = (url: string) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { stopRequested } = yield* Surroundings
    yield* output.message(text`Serving at ${url} until Ctrl-C.`)
    const { deleted } = yield* Effect.promise(() => import("../../server/HomeDatabase.js"))
    const isGone = yield* Effect.race(Effect.as(stopRequested, false), Effect.as(deleted, true))
    if (isGone) return yield* new CommandFailed({ what: "the database of the server was deleted, so the server has stopped", hint: "dev-infra up begins another one, and pushes again" })
    yield* output.message(text`\nStopping.`)
  })

/** How long a server of this home is to run. */
const lastingOf = (input: UpInput) =>
  Effect.map(StandardStreams, ({ stderr, stdin, stdout }): Lasting => (input.detach ? "background" : stdin.isTerminal && stdout.isTerminal && stderr.isTerminal ? "terminal" : "once"))

/** What was found below the folders, and what of it is new. */
interface Discovered {
  readonly roots: ReadonlyArray<string>
  readonly outcomes: ReadonlyArray<AddOutcome>
  readonly pending: ReadonlyArray<AddOutcome>
  readonly names: RegistrationReport.RecognisedNames
  readonly problems: ReadonlyArray<Registration.StatementProblem>
}

/** Everything as one document. */
const forScripts = (input: UpInput, { names, outcomes, problems, roots }: Discovered, server: ServerText | undefined, report: SyncReport | undefined) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { projects } = yield* Effect.flatMap(Registry, (registry) => registry.list({ sort: "name" }))
    const push = report === undefined ? null : (yield* Effect.promise(() => import("../../SyncForScripts.js"))).report(report)
    yield* output.json({
      dry_run: input.dryRun,
      roots,
      folders: outcomes.map((outcome) => RegistrationReport.forScripts(outcome, names)),
      problems,
      server: server === undefined ? null : { ...server, pid: server.pid ?? null },
      push,
      projects
    })
  })

/** Server, login, push and list. What fails there is told at the end: the list is there whatever happens to the server. */
const serveAndPush = (input: UpInput, discovered: Discovered, isShown: boolean) =>
  Effect.gen(function* () {
    const lasting = yield* lastingOf(input)
    const registered = (yield* Effect.flatMap(Registry, (registry) => registry.list())).projects.length
    if (registered === 0 && !input.detach) {
      if (input.json) yield* forScripts(input, discovered, undefined, undefined)
      yield* next(input, registered, { lasting, together: undefined })
      return undefined
    }
    const step = yield* Effect.promise(() => import("./ServerStep.js"))
    const taken = yield* Effect.either(step.take({ lasting, port: input.port }))
    const together = Option.getOrUndefined(Either.getRight(taken))
    if (input.json) yield* forScripts(input, discovered, together?.server, together?.report)
    else if (!isShown) yield* list
    if (Either.isLeft(taken)) return yield* taken.left
    yield* next(input, registered, { lasting, together })
    if (taken.right.where === "process" && lasting === "terminal") yield* serve(taken.right.server.url)
    return taken.right.exitCode
  })

/** What would be done. */
const foresee = (input: UpInput, discovered: Discovered, known: number) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { names, pending } = discovered
    const step = yield* Effect.promise(() => import("./ServerStep.js"))
    const server = pending.length > 0 || input.detach || known > 0 ? yield* step.plan({ port: input.port }) : undefined
    yield* input.json ? forScripts(input, discovered, server, undefined) : preview(pending, names)
    if (server === undefined) return
    yield* step.show(server)
    yield* output.message(yield* Next.line("up", ...input.roots, ...(input.detach ? ["--detach"] : [])))
  })

/** Look for projects. They are registered already where nobody is asked. */
const discover = (input: UpInput, asks: boolean, known: number) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const registry = yield* Registry
    // What starts the server has to work wherever it is typed.
    const searched = yield* FolderSearch.search("up", { ...input, isOptional: input.detach && (known > 0 || !prompt.isPossible) })
    const { candidates: found, problems, submodules } = yield* Registration.prepare(searched.found, LazyStatements.read)
    const { candidates, names } = yield* Recognition.recognise(found)
    const outcomes = yield* registry.add(candidates, { dryRun: asks || input.dryRun })
    const states = [...outcomes.map(Registration.stateOf), ...submodules.map(() => "submodule" as const)]
    const counts = states.length === 0 ? "nothing" : RegistrationReport.countsText(states)
    yield* output.message(
      searched.roots.length === 0
        ? text`No folder was searched; to search one, name it: ${yield* FolderSearch.example("up")}`
        : text`Found below ${searched.roots.join(", ")} (${many(searched.folders, "folder")}): ${counts}.`
    )
    yield* RegistrationReport.warnOfProblems(problems)
    const refused = outcomes.filter((outcome) => outcome._tag === "Refused")
    yield* Effect.forEach(refused, (outcome) => output.warning(RegistrationReport.noteText(outcome)), { discard: true })
    return { roots: searched.roots, candidates, outcomes, pending: outcomes.filter(needsRegistering), names, problems, isAll: states.length === outcomes.filter(needsRegistering).length, hasRefused: refused.length > 0 }
  })

/** Find, register, serve, push, list. @category commands */
export const run = (input: UpInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const registry = yield* Registry
    const known = (yield* registry.list()).projects.length
    const asks = prompt.isPossible && !input.yes && !input.dryRun
    const discovered = yield* discover(input, asks, known)
    const { candidates, hasRefused, names, pending } = discovered
    if (input.dryRun) return yield* foresee(input, discovered, known)
    const isAsked = asks && pending.length > 0
    if (isAsked) {
      if (!input.json) yield* preview(pending, names)
      const agreed = yield* prompt.confirm({ question: text`Register ${many(pending.length, "project")}?`, flag: "--yes", byDefault: true })
      if (!agreed) {
        yield* output.message(text`Nothing was registered.`)
        return
      }
    }
    const outcomes = isAsked ? yield* registry.add(candidates) : discovered.outcomes
    yield* Recognition.registered(outcomes)
    if (pending.length > 0) yield* output.message(text`Registered ${many(pending.length, "project")}.`)
    // On a fresh machine the table before the question has all that there is.
    const isShown = isAsked && discovered.isAll && known === 0
    const exitCode = yield* Effect.scoped(serveAndPush(input, { ...discovered, outcomes }, isShown))
    return hasRefused ? ExitCode.failed : exitCode
  }).pipe(Effect.provide(Layer.merge(HomeServerServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
