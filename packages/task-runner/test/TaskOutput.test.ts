import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { testTaskOutput } from "./TaskOutput.contract.js"

const recorder = () => {
  const texts = { stdout: [] as Array<string>, stderr: [] as Array<string> } // empty lists say nothing of what they will hold
  return {
    record: (stream: "stdout" | "stderr", text: string) => void texts[stream].push(text),
    written: () => ({ stdout: texts.stdout.join(""), stderr: texts.stderr.join("") })
  }
}

testTaskOutput("in memory", () => {
  const { record, written } = recorder()
  const context = Effect.runSync(Effect.scoped(Layer.build(TaskOutput.layerMemory(record))))
  return { output: Context.get(context, TaskOutput.TaskOutput), written }
})

testTaskOutput("of this computer", () => {
  const { record, written } = recorder()
  return { output: TaskOutputLive.make({ write: (stream, bytes) => record(stream, new TextDecoder().decode(bytes)), passThrough: false }), written }
})

describe("output on the streams of this program", () => {
  const asked = { task: "build", prefix: "build", style: { _tag: "Interleaved" }, interactive: false, begin: undefined, end: undefined } as const
  const output = () => TaskOutputLive.make({ write: () => undefined, passThrough: true, color: true })

  it.scoped("hands them to commands as they are, unless something has to be hidden", () =>
    Effect.gen(function* () {
      const live = output()
      assert.deepStrictEqual((yield* live.open(asked)).streams, { stdin: "inherit", stdout: "inherit", stderr: "inherit" })
      yield* live.mask(["hunter2"])
      assert.isFunction((yield* live.open(asked)).streams.stdout)
      assert.deepStrictEqual((yield* live.open({ ...asked, interactive: true })).streams, { stdin: "inherit", stdout: "inherit", stderr: "inherit" })
    }))

  it.effect("gives each name a colour of its own, and the same one again", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const colored = TaskOutputLive.make({ write: (_, bytes) => void lines.push(new TextDecoder().decode(bytes)), passThrough: true, color: true })
      for (const prefix of ["a", "b", "a"]) {
        yield* Effect.scoped(Effect.map(colored.open({ ...asked, prefix, style: { _tag: "Prefixed" } }), ({ streams }) => {
          if (typeof streams.stdout === "function") streams.stdout(new TextEncoder().encode("x"))
        }))
      }
      assert.deepStrictEqual(lines, ["[\x1b[33ma\x1b[0m] x\n", "[\x1b[34mb\x1b[0m] x\n", "[\x1b[33ma\x1b[0m] x\n"])
    }))
})
