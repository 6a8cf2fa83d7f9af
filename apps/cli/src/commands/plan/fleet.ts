/**
 * Plans of all projects.
 *
 * @module
 */
import { Registry } from "@dev-infra/registry/Registry"
import * as FleetPlan from "@dev-infra/templates/FleetPlan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import { filterOf, filterWords } from "../../FilterFlags.js"
import * as FleetPrint from "../../FleetPrint.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Progress } from "../../Progress.js"
import * as Recovery from "../../Recovery.js"
import { text } from "../../SafeText.js"
import * as UpdateServices from "../../UpdateServices.js"
import { UsageError } from "../../UsageError.js"
import type { PlanInput } from "./command.js"

/** What is about one project does not go together with all. */
const contradiction = (input: PlanInput): string | undefined => {
  if (Option.isSome(input.project)) return "--all plans every project, so none is named with it; --tag, --status, --template and --organization choose among them"
  const single = [input.diff ? "--diff" : "", input.file.length > 0 ? "--file" : "", Option.isSome(input.out) ? "--out" : ""].find((flag) => flag !== "")
  return single === undefined ? undefined : `${single} is about one project, and does not go together with --all`
}

/** Plan all projects that fit the filter. @category commands */
export const plan = (input: PlanInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const problem = contradiction(input)
    if (problem !== undefined) return yield* new UsageError({ command: ["plan"], message: problem })
    const output = yield* Output
    const registry = yield* Registry
    const progress = yield* Progress
    const { problems, projects } = yield* registry.list({ filter: filterOf(input), sort: "name" })
    yield* EntryProblems.warn(problems)
    const to = Option.getOrUndefined(input.to)
    const outcomes: Array<FleetPrint.Outcome> = []
    yield* progress.during({ label: "planning", total: projects.length }, (report) =>
      Stream.runForEach(FleetPlan.plan(projects, { to, before: ({ path }) => Recovery.end(path) }), (outcome) => {
        outcomes.push(outcome)
        return report(outcomes.length, outcome.project.name)
      })
    )
    const summary = yield* FleetPrint.print(outcomes, input)
    const open = summary.clean + summary.conflicts
    if (open > 0 && !input.json) yield* output.message(text`${yield* Next.line("apply", "--all", "--yes", ...filterWords(input), ...(to === undefined ? [] : ["--to", to]))}`)
    return summary.failed > 0 || (input.check && open > 0) ? ExitCode.failed : ExitCode.done
  }).pipe(Effect.provide(UpdateServices.layer))
