import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { Inheritance, type SyncReport } from "@dev-infra/inheritance/Inheritance"
import { pathIn as lockPath } from "@dev-infra/inheritance/LockFile"
import * as ProjectInherits from "@dev-infra/inheritance/ProjectInherits"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as EntryProblems from "../../../EntryProblems.js"
import { describe } from "../../../ErrorReport.js"
import * as ExitCode from "../../../ExitCode.js"
import * as InheritanceChangeServices from "../../../InheritanceChangeServices.js"
import * as InheritancePrint from "../../../InheritancePrint.js"
import * as Next from "../../../Next.js"
import { Output } from "../../../Output.js"
import { Progress } from "../../../Progress.js"
import { render, styled, text } from "../../../SafeText.js"
import * as UpdatedProject from "../../../UpdatedProject.js"
import { UsageError } from "../../../UsageError.js"
import type { InheritSyncInput } from "./command.js"

interface Target {
  readonly name: string
  readonly path: string
}

/** Registered projects that inherit something, or have a lock. */
const inheriting = Effect.gen(function* () {
  const { existing } = yield* LocalFiles
  const { problems, projects } = yield* Effect.flatMap(Registry, (registry) => registry.list({ sort: "name" }))
  yield* EntryProblems.warn(problems)
  return yield* Effect.filter(projects.map(({ name, path }): Target => ({ name, path })), ({ path }) =>
    existing([lockPath(path)])[0] === true
      ? Effect.succeed(true)
      // what cannot be read is told when it is its turn
      : Effect.match(ProjectInherits.read(path), { onFailure: () => true, onSuccess: ({ inherits }) => inherits.length > 0 }))
})

const forScripts = ({ name, path }: Target, result: Either.Either<SyncReport, CommandError>) => ({
  project: name,
  path,
  ...Either.match(result, {
    onLeft: (error) => ({ error: render(describe(error), false) }),
    onRight: ({ entries, isLockChanged, remotes, removed, unread }) => ({
      entries: entries.map(InheritancePrint.entryForScripts),
      remotes: remotes.map(InheritancePrint.remoteForScripts),
      removed,
      lock_changed: isLockChanged,
      unread: unread === undefined ? null : render(describe(unread), false)
    })
  })
})

const print = (report: SyncReport) =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* Effect.forEach(report.entries, (entry) => output.line(InheritancePrint.entryLine(entry)), { discard: true })
    yield* Effect.forEach(report.remotes, (remote) => output.line(InheritancePrint.remoteLine(remote)), { discard: true })
    yield* Effect.forEach(report.removed, (name) => output.line(text`${name} is no longer locked: nobody asks for it`), { discard: true })
    if (report.unread !== undefined) yield* output.warning(text`remote includes were not looked for, because the Taskfile cannot be read: ${describe(report.unread)}`)
    if (report.entries.length + report.remotes.length + report.removed.length === 0) yield* output.message(text`nothing is inherited`)
    const open = report.entries.find((entry) => entry._tag === "Locked" && !entry.isTrusted)?.name ?? report.remotes.find((remote) => !remote.isTrusted)?.locked.key
    if (open !== undefined) yield* output.message(yield* Next.line("inherit", "trust", open))
  })

/** Bring what is inherited. @category commands */
export const run = (input: InheritSyncInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    if (input.all && Option.isSome(input.project)) return yield* new UsageError({ command: ["inherit", "sync"], message: "--all and a PROJECT do not go together" })
    const output = yield* Output
    const progress = yield* Progress
    const inheritance = yield* Inheritance
    const how = { frozen: input.frozen, refresh: input.refresh }
    if (!input.all) {
      const project = yield* UpdatedProject.locate(input.project)
      const report = yield* progress.during({ label: "fetching" }, (tell) => Effect.zipRight(tell(0, project.name), inheritance.sync(project.path, how)))
      return yield* input.json ? output.json(forScripts(project, Either.right(report))) : print(report)
    }
    const targets = yield* inheriting
    const results = yield* progress.during({ label: "syncing", total: targets.length }, (tell) =>
      Effect.forEach(targets, (target, at) => Effect.zipRight(tell(at, target.name), Effect.map(Effect.either(inheritance.sync(target.path, how)), (result) => [target, result] as const))))
    const failed = results.filter(([, result]) => Either.isLeft(result)).length
    if (input.json) yield* output.json({ projects: results.map(([target, result]) => forScripts(target, result)) })
    else {
      for (const [target, result] of results) {
        yield* output.line(styled("bold", target.name))
        yield* Either.match(result, { onLeft: (error) => output.warning(text`${target.name}: ${describe(error)}`), onRight: print })
      }
      yield* output.message(text`${results.length} projects, ${failed} failed`)
    }
    return failed > 0 ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(InheritanceChangeServices.layer(input.insecure)))
