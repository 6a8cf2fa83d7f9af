import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { type EntryOutcome, Inheritance } from "@dev-infra/inheritance/Inheritance"
import * as TaskfileInclude from "@dev-infra/inheritance/TaskfileInclude"
import { defaultNames } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import type * as ExitCode from "../../../ExitCode.js"
import * as InheritanceChangeServices from "../../../InheritanceChangeServices.js"
import * as InheritancePrint from "../../../InheritancePrint.js"
import * as InheritanceTrust from "../../../InheritanceTrust.js"
import * as Next from "../../../Next.js"
import { Output } from "../../../Output.js"
import { Progress } from "../../../Progress.js"
import { Prompt } from "../../../Prompt.js"
import { join, styled, text } from "../../../SafeText.js"
import * as UpdatedProject from "../../../UpdatedProject.js"
import { UsageError } from "../../../UsageError.js"
import type { InheritAddInput } from "./command.js"

const requestOf = (input: InheritAddInput, outcome: EntryOutcome): TaskfileInclude.IncludeRequest => ({
  name: input.name,
  taskfile: outcome.taskfile,
  directory: input.dir,
  flatten: input.flatten,
  excludes: input.exclude
})

/** Writes the include into the Taskfile of the project, and shows the lines. */
const include = (project: string, input: InheritAddInput, outcome: EntryOutcome) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { existing } = yield* LocalFiles
    const files = yield* DurableFile
    const paths = defaultNames.map((name) => `${project}/${name}`)
    const path = paths[existing(paths).indexOf(true)]
    const request = requestOf(input, outcome)
    const failed = (why: string) => new CommandFailed({ what: `the include was not written into ${path ?? project}`, why, hint: `the rest is done; add by hand:\n${TaskfileInclude.snippet(request)}` })
    if (outcome._tag === "Linked") return yield* failed("a link has no folder in this project that an include could name")
    if (path === undefined) return yield* failed("there is no Taskfile")
    const added = yield* files.modify(path, { backup: "none" }, (current) =>
      Effect.map(Effect.mapError(TaskfileInclude.withInclude(Option.getOrElse(Option.map(current, (file) => file.text), () => ""), request), failed), (result) => ({ result, content: result?.text })))
    if (added === undefined) return yield* output.message(text`${path} has an include ${input.name} already`)
    yield* output.message(text`${path}:${added.at}`)
    yield* output.message(join(added.added.map((line) => styled("green", text`+ ${line}`)), "\n"))
  })

/** Inherit tasks. @category commands */
export const run = (input: InheritAddInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    if (Option.isNone(input.from)) return yield* new UsageError({ command: ["inherit", "add"], message: "nothing says where the tasks come from", hint: `dev-infra inherit add ${Next.word(input.name)} --from gh:owner/repository@TAG` })
    const output = yield* Output
    const progress = yield* Progress
    const prompt = yield* Prompt
    const inheritance = yield* Inheritance
    const from = input.from.value
    const { path: project } = yield* UpdatedProject.locate(Option.none())
    const request = {
      name: input.name,
      from,
      path: Option.getOrUndefined(input.path),
      directory: input.dir,
      flatten: input.flatten,
      excludes: input.exclude,
      floating: input.floating,
      dryRun: input.dryRun
    }
    const outcome = yield* progress.during({ label: "fetching" }, (report) => Effect.zipRight(report(0, input.name), inheritance.add(project, request)))
    if (input.dryRun) {
      return yield* input.json ? output.json({ project, dry_run: true, entry: InheritancePrint.entryForScripts(outcome) }) : output.line(InheritancePrint.entryLine(outcome, true))
    }
    const isOpen = outcome._tag === "Locked" && !outcome.isTrusted
    if (outcome._tag === "Locked" && input.trust) yield* inheritance.trust(project, input.name, { by: yield* InheritanceChangeServices.approver(project) })
    if (input.json) {
      if (input.include) yield* include(project, input, outcome)
      return yield* output.json({ project, dry_run: false, entry: { ...InheritancePrint.entryForScripts(outcome), ...(isOpen && input.trust ? { trusted: true } : {}) } })
    }
    yield* output.message(InheritancePrint.entryLine(isOpen && input.trust ? { ...outcome, isTrusted: true } : outcome))
    const trusted = !isOpen || input.trust || (prompt.isPossible && (yield* InheritanceTrust.ask(project, input.name, "--trust")))
    if (!trusted) yield* output.message(yield* Next.line("inherit", "trust", input.name))
    if (input.include) yield* include(project, input, outcome)
    else if (outcome._tag === "Locked") {
      yield* output.message(text`dev-infra task sees it now; for plain task, add to the Taskfile (or say --include):`)
      yield* output.message(join(TaskfileInclude.snippet(requestOf(input, outcome)).split("\n").map((line) => text`  ${line}`), "\n"))
    }
    if (trusted) yield* output.message(yield* Next.line("task", "--list"))
  }).pipe(Effect.provide(InheritanceChangeServices.layer(input.insecure)))

