/**
 * A process that adds lines to a file and says "done N" after each; it may kill or stop itself at a fault point.
 * The tests bundle it and run it with its task as JSON.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"

/** What to do. */
export interface Task {
  readonly path: string
  readonly name: string
  readonly count: number
  readonly at?: { readonly point: FaultPoint.Name; readonly signal: "SIGKILL" | "SIGSTOP" }
  /** right before taking a lock over, put this text in its place: somebody else was quicker */
  readonly swapLock?: string
}

// the test that starts this process writes exactly this shape
const task = JSON.parse(process.argv[2] ?? "") as Task

const faults = Layer.sync(FaultPoint.FaultPoint, () => {
  let isDone = false
  let isSwapped = false
  return {
    reach: (name) =>
      Effect.sync(() => {
        if (name === "lock-takeover:before" && task.swapLock !== undefined && !isSwapped) {
          isSwapped = true
          fs.writeFileSync(`${task.path}.swap`, task.swapLock)
          fs.renameSync(`${task.path}.swap`, `${task.path}.lock`)
        }
        if (name !== task.at?.point || isDone) return
        isDone = true
        process.kill(process.pid, task.at.signal)
      })
  }
})

const addLine = (number: number) =>
  Effect.flatMap(DurableFile.DurableFile, (files) =>
    files.modify(task.path, { backup: "sibling" }, (current) => {
      const before = Option.match(current, { onNone: () => "", onSome: ({ text }) => text })
      return Effect.succeed({ result: undefined, content: `${before}${task.name} ${number}\n` })
    }))

await Effect.runPromise(
  Effect.gen(function* () {
    for (let number = 1; number <= task.count; number++) {
      yield* addLine(number)
      fs.writeSync(1, `done ${number}\n`)
    }
  }).pipe(Effect.provide(Layer.merge(DurableFile.layer, faults)))
)
