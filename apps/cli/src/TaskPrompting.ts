/**
 * Questions that Taskfiles ask, on the terminal.
 *
 * @module
 */
import { TaskPrompts } from "@dev-infra/task-runner/TaskPrompts"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { GlobalFlags } from "./GlobalFlags.js"
import { render, type SafeText, text } from "./SafeText.js"
import { StandardStreams } from "./StandardStreams.js"

/** One question at a time: tasks that run side by side may ask too. @category layers */
export const layer: Layer.Layer<TaskPrompts, never, StandardStreams | GlobalFlags> = Layer.effect(
  TaskPrompts,
  Effect.gen(function* () {
    const { stderr, stdin } = yield* StandardStreams
    const { input } = yield* GlobalFlags
    const isPossible = input && stdin.isTerminal && stderr.isTerminal
    const one = yield* Effect.makeSemaphore(1)
    const ask = (question: SafeText) => Effect.map(stdin.ask(render(question, false)), (answer) => answer.trim())
    // Ctrl-C and the end of the input are answers here: no. The question is asked in a fiber of its own, so that they end nothing else.
    const yesOrNo = (question: SafeText): Effect.Effect<"yes" | "no"> =>
      Effect.scoped(Effect.flatMap(Effect.forkScoped(ask(question)), Fiber.await)).pipe(Effect.map((exit) => (Exit.isSuccess(exit) && /^y(?:es)?$/i.test(exit.value) ? "yes" : "no")))
    const askFor = (name: string, allowed: ReadonlyArray<string> | undefined): Effect.Effect<string> =>
      Effect.flatMap(ask(allowed === undefined ? text`${name}: ` : text`${name} (${allowed.join(", ")}): `), (answer) =>
        allowed === undefined || allowed.includes(answer) ? Effect.succeed(answer) : Effect.zipRight(stderr.write(`${render(text`Please type one of ${allowed.join(", ")}.`, false)}\n`), askFor(name, allowed))
      )
    return TaskPrompts.of({
      confirm: (_task, message) =>
        isPossible ? one.withPermits(1)(yesOrNo(text`${message} [y/N]: `)) : Effect.succeed("NoTerminal"),
      ask: (_task, variable, allowed) => (isPossible ? one.withPermits(1)(askFor(variable, allowed)) : Effect.succeed(undefined))
    })
  })
)
