/**
 * What every way to show a run promises; run on each of them.
 *
 * @module
 */
import type { OutputRequest, TaskOutput } from "@dev-infra/task-runner/TaskOutput"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

type Output = TaskOutput["Type"]

const request = (style: OutputRequest["style"], more: Partial<OutputRequest> = {}): OutputRequest =>
  ({ task: "build", prefix: "build", style, interactive: false, begin: undefined, end: undefined, ...more })
const group = (more: Partial<OutputRequest> = {}, errorOnly = false) => request({ _tag: "Group", begin: undefined, end: undefined, errorOnly }, more)

/** A command that writes these pieces, each to its stream, and then fails or not. */
const command = (output: Output, asked: OutputRequest, pieces: ReadonlyArray<readonly ["stdout" | "stderr", string]>, failed = false) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { finished, streams } = yield* output.open(asked)
      for (const [stream, text] of pieces) {
        const sink = streams[stream]
        if (typeof sink === "function") sink(new TextEncoder().encode(text))
      }
      yield* finished(failed)
    })
  )

/** Run the suite: `world` gives an output that does not pass anything through, and what it has written so far. */
export const testTaskOutput = (name: string, world: () => { readonly output: Output; readonly written: () => { readonly stdout: string; readonly stderr: string } }): void => {
  describe(`TaskOutput, ${name}`, () => {
    const test = (says: string, body: (output: Output, written: ReturnType<typeof world>["written"]) => Effect.Effect<void>) =>
      it.effect(says, () => {
        const { output, written } = world()
        return body(output, written)
      })

    test("says lines of the run beside the output of commands, masked", (output, written) =>
      Effect.gen(function* () {
        yield* output.mask(["hunter2", "ab"])
        yield* output.say("task: [build] login hunter2 ab")
        assert.deepStrictEqual(written(), { stdout: "", stderr: "task: [build] login ***** ab\n" })
      }))

    test("passes output on as it comes, each stream to its own, without values that are told in two halves", (output, written) =>
      Effect.gen(function* () {
        yield* output.mask(["hunter2"])
        yield* command(output, request({ _tag: "Interleaved" }), [["stdout", "a hun"], ["stderr", "warn"], ["stdout", "ter2 b hunt"]])
        assert.deepStrictEqual(written(), { stdout: "a ***** b hunt", stderr: "warn" })
      }))

    test("shows the output of a command as a group when it ended, errors among it, between what begins and ends it", (output, written) =>
      Effect.gen(function* () {
        yield* output.mask(["hunter2"])
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { streams } = yield* output.open(group({ begin: "::group::build hunter2", end: "::endgroup::" }))
            for (const sink of [streams.stdout, streams.stderr]) if (typeof sink === "function") sink(new TextEncoder().encode("line hunter2\n"))
            assert.deepStrictEqual(written(), { stdout: "", stderr: "" })
          })
        )
        assert.deepStrictEqual(written(), { stdout: "::group::build *****\nline *****\nline *****\n::endgroup::\n", stderr: "" })
      }))

    test("shows nothing of a group without output, and only those that failed if that is wanted", (output, written) =>
      Effect.gen(function* () {
        yield* command(output, group({ begin: "begin", end: "end" }), [])
        yield* command(output, group({ begin: "begin" }, true), [["stdout", "fine\n"]])
        yield* command(output, group({ begin: "begin" }, true), [["stderr", "broken\n"]], true)
        assert.deepStrictEqual(written(), { stdout: "begin\nbroken\n", stderr: "" })
      }))

    test("puts a name before each line, and ends the last one", (output, written) =>
      Effect.gen(function* () {
        yield* output.mask(["hunter2"])
        const pieces = [["stdout", "one\ntw"], ["stderr", "warning hunter2\n"], ["stdout", "o\n\nthree"]] as const
        yield* command(output, request({ _tag: "Prefixed" }, { prefix: "p" }), pieces)
        assert.strictEqual(written().stdout, "[p] one\n[p] warning *****\n[p] two\n[p] \n[p] three\n")
      }))

    test("shows what tells a terminal something as text, in names and around groups", (output, written) =>
      Effect.gen(function* () {
        yield* command(output, request({ _tag: "Prefixed" }, { prefix: "p\u001b[2J\nq" }), [["stdout", "\u001b[1mbold\n"]])
        yield* command(output, group({ begin: "b\u001b[2J" }), [["stdout", "x\n"]])
        assert.strictEqual(written().stdout, "[p\\x1b[2J q] \u001b[1mbold\nb\\x1b[2J\nx\n")
      }))

    test("keeps groups that are larger than memory should hold", (output, written) =>
      Effect.gen(function* () {
        const piece = "0123456789abcde\n".repeat(65_536)
        yield* command(output, group(), Array.from({ length: 20 }, () => ["stdout", piece] as const))
        assert.isTrue(written().stdout === piece.repeat(20))
      }))

    test("gives nothing of this program to a command, even one that wants a terminal", (output, written) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { streams } = yield* output.open(request({ _tag: "Interleaved" }, { interactive: true }))
          assert.strictEqual(streams.stdin, "none")
          assert.isFunction(streams.stdout)
          assert.deepStrictEqual(written(), { stdout: "", stderr: "" })
        })
      ))
  })
}
