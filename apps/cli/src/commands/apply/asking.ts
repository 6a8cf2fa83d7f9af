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
import { Prompt } from "../../Prompt.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import type { UsageError } from "../../UsageError.js"

/** So many lines are shown of one file. */
const mostLines = 200

/** A line of a difference as people read it: tabs as spaces, and not as escapes. */
const shown = (line: string): SafeText => {
  const content = line.replaceAll("\t", "    ")
  if (line.startsWith("+") && !line.startsWith("+++")) return styled("green", content)
  if (line.startsWith("-") && !line.startsWith("---")) return styled("red", content)
  return line.startsWith("@@") ? styled("cyan", content) : text`${content}`
}

const show = (file: PlannedFile): Effect.Effect<void, never, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const difference = UnifiedDiff.of({ path: file.path, ...(file.from === undefined ? {} : { from: file.from }), before: file.sides?.ours, after: file.sides === undefined ? file.after : file.sides.theirs })
    const lines = difference.trimEnd().split("\n")
    for (const line of lines.slice(0, mostLines)) yield* output.message(shown(line))
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
