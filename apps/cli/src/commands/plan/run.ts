import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as FileGlobs from "@dev-infra/templates/FileGlobs"
import * as Planning from "@dev-infra/templates/Planning"
import * as SavedPlan from "@dev-infra/templates/SavedPlan"
import type { PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as PlanPrint from "../../PlanPrint.js"
import * as Recovery from "../../Recovery.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as UpdatedProject from "../../UpdatedProject.js"
import * as UpdateServices from "../../UpdateServices.js"
import { UsageError } from "../../UsageError.js"
import type { PlanInput } from "./command.js"

const contradiction = (input: PlanInput): string | undefined => {
  if (Option.isSome(input.out) && input.file.length > 0) return "a saved plan holds all files, so --out and --file do not go together"
  if (Option.isSome(input.out) && input.out.value === "") return "--out is empty"
  return input.file.includes("") ? "--file is empty" : undefined
}

/** A variable without an answer is answered where answers are kept: no command line could say for which of the two versions. */
const unanswered = (path: string) => (error: { readonly problems: ReadonlyArray<{ readonly name: string; readonly problem: string }> }) =>
  new CommandFailed({
    what: `the new version of the template asks for what ${path}/.dev-infra.yml does not answer`,
    why: error.problems.map(({ name, problem }) => `${name}: ${problem}`).join("; "),
    hint: "add it there under answers:, or answer with dev-infra apply --var NAME=VALUE"
  })

const chosen = (input: PlanInput, plan: UpdatePlan): ReadonlyArray<PlannedFile> => {
  if (input.file.length === 0) return plan.files
  const matches = FileGlobs.matching(input.file)
  return plan.files.filter(({ from, path }) => input.file.includes(path) || matches(path) !== undefined || (from !== undefined && matches(from) !== undefined))
}

/** Saves the plan where nothing is yet: a plan that is waiting to be applied is not lost by a slip. */
const save = (given: string, plan: UpdatePlan) =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const files = yield* DurableFile
    const path = resolvePath(workingFolder, given)
    yield* files.modify(path, { backup: "none", modeWhenNew: 0o600 }, (current) =>
      Option.isSome(current)
        ? Effect.fail(new CommandFailed({ what: `${path} is there already`, hint: "name another file, or remove it" }))
        : Effect.succeed({ result: undefined, content: SavedPlan.encode(plan) })
    )
    return path
  })

/** The apply that does what was planned. */
const next = (reference: string, { to }: PlanInput) => Next.line("apply", ...(reference === "." ? [] : [reference]), ...Option.match(to, { onNone: () => [], onSome: (version) => ["--to", version] }))

/** With what planning many takes, which is loaded only then. */
const all = (input: PlanInput) => Effect.flatMap(Effect.promise(() => import("./fleet.js")), (fleet) => fleet.plan(input))

/** Plan a project, or all. @category commands */
export const run = (input: PlanInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => (input.all ? all(input) : one(input))

/** Plan one project. */
const one = (input: PlanInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const problem = contradiction(input)
    if (problem !== undefined) return yield* new UsageError({ command: ["plan"], message: problem })
    const output = yield* Output
    const reference = Option.getOrElse(input.project, () => ".")
    const project = yield* UpdatedProject.locate(input.project)
    yield* Recovery.end(project.path)
    const to = Option.match(input.to, { onNone: () => ({}), onSome: (version) => ({ to: version }) })
    const plan = yield* Effect.catchTag(Planning.plan(project, to), "AnswersInvalid", (error) => Effect.fail(unanswered(project.path)(error)))
    const files = chosen(input, plan)
    const saved = Option.isSome(input.out) ? yield* save(input.out.value, plan) : undefined
    const differences = input.diff ? yield* PlanPrint.diffs(plan, files) : undefined
    yield* Effect.forEach(plan.warnings, (warning) => output.warning(text`${warning}`), { discard: true })
    if (input.json) {
      yield* output.json(PlanPrint.forScripts(plan, reference, files, differences))
    } else {
      yield* output.message(PlanPrint.headline(plan))
      if (differences === undefined || output.isTerminal) yield* output.table(PlanPrint.table(files))
      if (differences !== undefined) yield* PlanPrint.printDiffs(differences.values())
      yield* output.message(PlanPrint.summary(plan, files))
      yield* PlanPrint.tellLocal(reference, files)
    }
    const open = PlanPrint.pendingOf(files).length
    if (saved !== undefined) {
      yield* output.message(text`the plan is saved in ${saved}`)
      yield* output.message(yield* Next.line("apply", saved))
    } else if ((open > 0 || PlanPrint.recordsOnly(plan)) && !input.json) yield* output.message(yield* next(reference, input))
    return input.check && open > 0 ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(UpdateServices.layer))
