/**
 * What commands of variables print: each asked once for the same command, folder and environment.
 *
 * @module
 */
import type { GoMap } from "@dev-infra/go-template/GoValue"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import { SystemFailed, VariableFailed } from "../RunFailure.js"
import type { ShellQuestion } from "../variables/Values.js"
import { wasInterrupted } from "./Endings.js"
import type { Answerless, Failure, RunState } from "./RunState.js"
import { placeholder } from "./Unknown.js"

/** Values that programs can be given: texts, numbers, yes and no. A name that is there already stays what it is. */
export const exported = (state: RunState, values: GoMap): { readonly [name: string]: string } => {
  const added: Record<string, string> = {}
  for (const [name, value] of values) {
    if (!isExportable(name, value)) continue
    if (state.options.environmentOfTaskfileWins !== true && Object.hasOwn(state.environment, name)) continue
    Object.defineProperty(added, name, { value: state.texts.print(value), enumerable: true, configurable: true, writable: true })
  }
  return added
}

const isExportable = (name: string, value: unknown): boolean => name !== "" && !/[=\0]/u.test(name) && ["string", "boolean", "bigint", "number"].includes(typeof value)

const withoutNewline = (output: string): string => (output.endsWith("\r\n") ? output.slice(0, -2) : output.endsWith("\n") ? output.slice(0, -1) : output)

/** Ask, or take what was said before. `tentative`: what it says of an error is not shown, since it will be asked again if it is needed. */
export const answer = (state: RunState, task: string, question: ShellQuestion, tentative: boolean): Effect.Effect<string, Failure> => {
  if (state.processes === "none") return Effect.succeed(placeholder(question.name))
  const added = exported(state, question.environment)
  const key = JSON.stringify([question.command, question.directory, Object.entries(added).toSorted(([a], [b]) => (a < b ? -1 : 1))])
  const failed = (reason: Answerless): Failure => {
    // The folder of a task is made before its commands run: then it may be asked again.
    if (reason._tag === "Status" || (reason._tag === "NoFolder" && tentative)) {
      return new VariableFailed({ task, name: question.name, status: reason._tag === "Status" ? reason.status : 1, location: question.location })
    }
    const problem = reason._tag === "System" ? reason.problem : reason._tag === "NoFolder" ? "there is no such folder" : "a command of a variable was interrupted"
    return new SystemFailed({ task, problem, path: question.directory })
  }
  const asked = state.answers.get(key)
  if (asked !== undefined) {
    return Effect.catchAll(Deferred.await(asked), (reason) => (reason._tag === "Gone" ? answer(state, task, question, tentative) : Effect.fail(failed(reason))))
  }
  return Effect.uninterruptibleMask((restore) => {
    const deferred = Deferred.unsafeMake<string, Answerless>(FiberId.none)
    state.answers.set(key, deferred)
    return restore(ask(state, task, question, added, tentative)).pipe(
      Effect.onExit((exit) => {
        // What failed is asked again by whoever needs it next; who waits for it now hears of it.
        if (Exit.isFailure(exit)) state.answers.delete(key)
        return wasInterrupted(exit) ? Deferred.fail(deferred, { _tag: "Gone" }) : Deferred.done(deferred, exit)
      }),
      Effect.mapError(failed)
    )
  })
}

const ask = (state: RunState, task: string, question: ShellQuestion, added: { readonly [name: string]: string }, tentative: boolean): Effect.Effect<string, Answerless> =>
  Effect.scoped(
    Effect.gen(function* () {
      const said: Array<Uint8Array> = []
      const { finished, streams } = yield* state.output.open({ task, prefix: task, style: { _tag: "Interleaved" }, interactive: false, begin: undefined, end: undefined })
      const { output, status } = yield* state.shell
        .capture(
          { script: question.command, directory: question.directory, environment: { ...state.environment, ...added }, set: [], shopt: [] },
          { stdin: "none", stderr: tentative ? (bytes) => void said.push(bytes) : streams.stderr }
        )
        .pipe(
          Effect.catchAll((failure) =>
            Effect.flatMap(Effect.orElseSucceed(state.files.exists(question.directory), () => true), (exists) =>
              Effect.fail<Answerless>(exists ? { _tag: "System", problem: failure.detail } : { _tag: "NoFolder" })
            )
          )
        )
      const words = said.map((bytes) => new TextDecoder().decode(bytes)).join("")
      if (status === 0 && words !== "") yield* state.output.say(withoutNewline(words))
      yield* finished(status !== 0)
      return status === 0 ? withoutNewline(output) : yield* Effect.fail<Answerless>({ _tag: "Status", status })
    })
  )
