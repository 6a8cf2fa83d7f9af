import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { once } from "node:events"

describe("LocalProcess", () => {
  it.live("knows itself", () =>
    Effect.gen(function* () {
      const processes = yield* LocalProcess.LocalProcess
      const self = yield* processes.self
      assert.strictEqual(self.pid, process.pid)
      assert.isAbove(self.started, 0)
      assert.notStrictEqual(self.boot, "")
      assert.strictEqual(yield* processes.state(self), "Running")
    }).pipe(Effect.provide(LocalProcess.layer)))

  it.live("tells a process that is gone, one that got its number, and one of another computer", () =>
    Effect.gen(function* () {
      const processes = yield* LocalProcess.LocalProcess
      const self = yield* processes.self
      const child = spawn("true", { stdio: "ignore" })
      yield* Effect.promise(() => once(child, "exit"))
      assert.strictEqual(yield* processes.state({ ...self, pid: child.pid ?? 0 }), "Gone")
      assert.strictEqual(yield* processes.state({ ...self, started: self.started + 1 }), "Gone")
      assert.strictEqual(yield* processes.state({ ...self, boot: "another" }), "Gone")
      assert.strictEqual(yield* processes.state({ ...self, host: "another", boot: "another" }), "Elsewhere")
    }).pipe(Effect.provide(LocalProcess.layer)))
})
