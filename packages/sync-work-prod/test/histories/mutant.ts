/** Plays histories until one goes wrong: what a program with a mistake in it is tried with. Says which, and ends with code 3. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { examples } from "./examples.js"
import { kinds } from "./indexes.js"
import { play } from "./Play.js"
import { playMany } from "./Replay.js"

const program = Effect.gen(function* () {
  for (const { kind, name } of kinds("memory")) {
    for (const [what, history] of Object.entries(examples)) {
      yield* Effect.catchAllCause(play(history, kind.make, kind.sleeps), (cause) => Effect.die(new Error(`${what}, over ${name}: ${String(Cause.squash(cause))}`)))
    }
  }
  // The same ones each time: a mistake that is found is found again.
  for (const { kind } of kinds("memory")) yield* playMany(kind, 60, { seed: 4, shrink: false })
})

Effect.runPromise(program).then(
  () => process.exit(0),
  (failure: unknown) => {
    process.stdout.write(`${String(failure).slice(0, 600)}\n`)
    process.exit(3)
  }
)
