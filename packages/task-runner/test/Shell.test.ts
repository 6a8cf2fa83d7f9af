import * as Shell from "@dev-infra/task-runner/Shell"
import * as ShellLive from "@dev-infra/task-runner/ShellLive"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as fs from "node:fs"
import { endless, scripts, testShell } from "./Shell.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testShell("in memory", Shell.layerMemory(({ script }) => (script === endless ? Effect.never : Effect.succeed(scripts[script] ?? { status: 127 }))))

testShell("of this computer", ShellLive.layer)

const silent = { stdin: "none", stdout: "ignore", stderr: "ignore" } as const
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin" }
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}

describe("the shell of this computer", () => {
  const shellIn = Effect.gen(function* () {
    const directory = yield* temporaryFolder
    const shell = yield* Shell.Shell
    const script = (text: string, more: Partial<Shell.ShellScript> = {}): Shell.ShellScript => ({ script: text, directory, environment, set: [], shopt: [], ...more })
    const printed = (text: string, more?: Partial<Shell.ShellScript>) => Effect.map(shell.capture(script(text, more), { stdin: "none", stderr: "ignore" }), ({ output }) => output)
    return { directory, printed, script, shell }
  })
  const test = (says: string, body: (world: Effect.Effect.Success<typeof shellIn>) => Effect.Effect<void, unknown, Shell.RunningGroups>) =>
    it.scopedLive(says, () => Effect.flatMap(shellIn, body).pipe(Effect.provide(ShellLive.layer)))

  test("gives a script its folder and exactly its environment", ({ directory, printed }) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* printed("pwd"), `${directory}\n`)
      const names = (yield* printed("env | sed 's/=.*//' | sort", { environment: { ...environment, GREETING: "two\nlines" } })).trim().split("\n")
      assert.deepStrictEqual(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_", "lines"].includes(name)), ["GREETING", "PATH"])
      assert.strictEqual(yield* printed("printf '%s' \"$GREETING\"", { environment: { ...environment, GREETING: "two\nlines" } }), "two\nlines")
    }))

  test("is bash, with the options that were asked for, long and short", ({ printed }) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* printed("a=(1 2 3); [[ ${#a[@]} == 3 ]] && echo yes"), "yes\n")
      assert.strictEqual(yield* printed("false | true; echo reached"), "reached\n")
      assert.strictEqual(yield* printed("false | true; echo reached", { set: ["pipefail"] }), "")
      assert.strictEqual(yield* printed("echo \"$UNKNOWN\"; echo reached", { set: ["u"] }), "")
      assert.strictEqual(yield* printed("shopt -q globstar && echo yes", { shopt: ["globstar", "nullglob"] }), "yes\n")
    }))

  test("takes a script for one argument, whatever it contains, and of any length", ({ printed }) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* printed("echo \"a'b\" '$HOME' \\\\"), "a'b $HOME \\\n")
      assert.strictEqual(yield* printed(`: ${"x".repeat(300_000)}; echo end`), "end\n")
    }))

  test("says that there is no such folder, and that an argument is impossible", ({ script, shell }) =>
    Effect.gen(function* () {
      const missing = yield* Effect.flip(shell.run(script("true", { directory: "/no/such/folder" }), silent))
      assert.deepInclude({ ...missing }, { reason: "Failed", directory: "/no/such/folder", detail: "there is no such folder" })
      const impossible = yield* Effect.flip(shell.run(script("echo \0"), silent))
      assert.strictEqual(impossible.reason, "Failed")
    }))

  test("fails rather than remember more than 16 MiB of output", ({ script, shell }) =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(shell.capture(script("yes"), { stdin: "none", stderr: "ignore" }))
      assert.strictEqual(failure.detail, "it printed more than 16 MiB")
    }))

  test("does not wait for what a script leaves behind", ({ script, shell }) =>
    Effect.gen(function* () {
      let text = ""
      const streams = { stdin: "none", stdout: (bytes: Uint8Array) => void (text += new TextDecoder().decode(bytes)), stderr: "ignore" } as const
      assert.strictEqual(yield* shell.run(script("sleep 30 & echo $!"), streams), 0)
      const pid = Number(text.trim())
      assert.isTrue(isRunning(pid))
      process.kill(pid, "SIGKILL")
    }))

  test("ends all that a script started when it is interrupted", ({ directory, script, shell }) =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<ReadonlyArray<number>>()
      const stdout = (bytes: Uint8Array) => Deferred.unsafeDone(started, Effect.succeed(new TextDecoder().decode(bytes).trim().split(" ").map(Number)))
      const text = `trap 'echo asked > '${directory}'/asked; exit 1' TERM; sleep 1000 & sleep 1000 & echo $$ $! ; wait`
      const fiber = yield* Effect.fork(shell.run(script(text), { stdin: "none", stdout, stderr: "ignore" }))
      const pids = yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(pids.map(isRunning), [false, false])
      assert.strictEqual(fs.readFileSync(`${directory}/asked`, "utf8"), "asked\n")
    }))

  test("hands signals on to the groups that run", ({ script, shell }) =>
    Effect.gen(function* () {
      const groups = yield* Shell.RunningGroups
      const started = yield* Deferred.make<void>()
      let text = ""
      const stdout = (bytes: Uint8Array) => {
        text += new TextDecoder().decode(bytes)
        Deferred.unsafeDone(started, Effect.void)
      }
      const fiber = yield* Effect.fork(shell.run(script("trap 'echo heard; exit 7' INT; echo ready; while true; do sleep 0.05; done"), { stdin: "none", stdout, stderr: "ignore" }))
      yield* Deferred.await(started)
      yield* groups.signal("SIGINT")
      assert.strictEqual(yield* Fiber.join(fiber), 7)
      assert.strictEqual(text, "ready\nheard\n")
    }))

  test("kills all that runs with what it started elsewhere, and starts nothing afterwards", ({ printed, script, shell }) =>
    Effect.gen(function* () {
      const groups = yield* Shell.RunningGroups
      const started = yield* Deferred.make<number>()
      const stdout = (bytes: Uint8Array) => Deferred.unsafeDone(started, Effect.succeed(Number(new TextDecoder().decode(bytes).trim())))
      const text = "trap '' TERM INT; setsid bash -c 'echo $$; while true; do sleep 0.05; done' & while true; do sleep 0.05; done"
      const fiber = yield* Effect.fork(shell.run(script(text), { stdin: "none", stdout, stderr: "ignore" }))
      const elsewhere = yield* Deferred.await(started)
      yield* groups.signal("SIGKILL")
      assert.strictEqual(yield* Fiber.join(fiber), 137)
      yield* Effect.repeat(Effect.zipRight(Effect.sleep(Duration.millis(5)), Effect.sync(() => isRunning(elsewhere))), { while: (running) => running })
      assert.strictEqual((yield* Effect.flip(printed("echo more"))).detail, "all was ended by force")
    }))

  it.scoped("kills who does not listen, five seconds after asking", () =>
    Effect.gen(function* () {
      const { script, shell } = yield* shellIn
      const started = yield* Deferred.make<number>()
      const stdout = (bytes: Uint8Array) => Deferred.unsafeDone(started, Effect.succeed(Number(new TextDecoder().decode(bytes).trim())))
      const fiber = yield* Effect.fork(shell.run(script("trap '' TERM; echo $$; while true; do sleep 0.05; done"), { stdin: "none", stdout, stderr: "ignore" }))
      const pid = yield* Deferred.await(started)
      const ending = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* Effect.yieldNow()
      yield* TestClock.adjust(Duration.millis(4_900))
      assert.isTrue(isRunning(pid))
      yield* TestClock.adjust(Duration.millis(200))
      yield* Fiber.join(ending)
      assert.isFalse(isRunning(pid))
    }).pipe(Effect.provide(ShellLive.layer)))
})
