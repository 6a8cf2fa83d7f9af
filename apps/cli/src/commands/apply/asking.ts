/**
 * The files that are to be asked for, asked on a terminal.
 *
 * @module
 */
import type { AskChoice } from "@dev-infra/templates/Application"
import * as UnifiedDiff from "@dev-infra/templates/UnifiedDiff"
import type { PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import { Output } from "../../Output.js"
import * as PlanPrint from "../../PlanPrint.js"
import { Prompt } from "../../Prompt.js"
import { text } from "../../SafeText.js"
import type { UsageError } from "../../UsageError.js"

/** So many lines are shown of one file. */
const mostLines = 200

const show = (file: PlannedFile): Effect.Effect<void, never, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const difference = UnifiedDiff.of({ path: file.path, ...(file.from === undefined ? {} : { from: file.from }), before: file.sides?.ours, after: file.sides === undefined ? file.after : file.sides.theirs })
    const lines = difference.trimEnd().split("\n")
    yield* output.message(PlanPrint.diffText(lines.slice(0, mostLines).join("\n")))
    if (lines.length > mostLines) yield* output.message(text`... and ${lines.length - mostLines} more lines`)
  })

const choices: ReadonlyArray<{ readonly title: string; readonly value: AskChoice }> = [
  { title: "skip", value: "skip" },
  { title: "apply", value: "apply" },
  { title: "merge", value: "merge" },
  { title: "remember skip", value: "remember" }
]

/**
 * What whoever sits there wants done with each of the files, by their paths.
 *
 * @category asking
 */
export const ask = (plan: UpdatePlan): Effect.Effect<ReadonlyMap<string, AskChoice>, UsageError, Output | Prompt> =>
  Effect.gen(function* () {
    const prompt = yield* Prompt
    const answers = new Map<string, AskChoice>()
    for (const file of plan.files.filter((each) => each.class === "ask")) {
      yield* show(file)
      const reason = file.reason === undefined ? text`` : text` (${file.reason})`
      answers.set(file.path, yield* prompt.select({ question: text`${file.path}${reason}`, flag: "--ask apply, merge or skip", choices }))
    }
    return answers
  })
