/**
 * What every shell promises; run on each of them.
 *
 * @module
 */
import * as Shell from "@dev-infra/task-runner/Shell"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"

/** Scripts of the suite, and what they do. */
export const scripts: { readonly [script: string]: Shell.ScriptedResult } = {
  "printf out; printf err >&2": { stdout: "out", stderr: "err" },
  "exit 3": { status: 3 },
  "false; echo no": { status: 1 },
  "kill -TERM $$": { status: 143 },
  "printf '\\303\\244'": { stdout: "ä" }
}
/** A script that does not end by itself. */
export const endless = "sleep 1000"

const at = (script: string): Shell.ShellScript => ({ script, directory: "/", environment: { PATH: "/usr/local/bin:/usr/bin:/bin" }, set: [], shopt: [] })

/** Run the suite. */
export const testShell = (name: string, layer: Layer.Layer<Shell.Shell>): void => {
  describe(`Shell, ${name}`, () => {
    const test = <A, E>(says: string, body: (shell: Shell.Shell["Type"]) => Effect.Effect<A, E>) =>
      it.live(says, () => Effect.flatMap(Shell.Shell, body).pipe(Effect.provide(layer)))

    test("gives what a script prints to whoever reads it, stream by stream, and its exit status", (shell) =>
      Effect.gen(function* () {
        const read = { stdout: "", stderr: "" }
        const into = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
          read[stream] += new TextDecoder().decode(bytes)
        }
        assert.strictEqual(yield* shell.run(at("printf out; printf err >&2"), { stdin: "none", stdout: into("stdout"), stderr: into("stderr") }), 0)
        assert.deepStrictEqual(read, { stdout: "out", stderr: "err" })
      }))

    test("ends a script at the first command that fails, and counts signals as shells do", (shell) =>
      Effect.gen(function* () {
        const silent = { stdin: "none", stdout: "ignore", stderr: "ignore" } as const
        assert.strictEqual(yield* shell.run(at("exit 3"), silent), 3)
        assert.strictEqual(yield* shell.run(at("false; echo no"), silent), 1)
        assert.strictEqual(yield* shell.run(at("kill -TERM $$"), silent), 143)
      }))

    test("captures what a script prints", (shell) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* shell.capture(at("printf '\\303\\244'"), { stdin: "none", stderr: "ignore" }), { status: 0, output: "ä" })
        assert.deepStrictEqual(yield* shell.capture(at("false; echo no"), { stdin: "none", stderr: "ignore" }), { status: 1, output: "" })
      }))

    test("ends a script that is no longer wanted", (shell) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(shell.run(at(endless), { stdin: "none", stdout: "ignore", stderr: "ignore" }))
        yield* Effect.yieldNow()
        const exit = yield* Fiber.interrupt(fiber)
        assert.isTrue(exit._tag === "Failure")
      }))
  })
}
