/**
 * What a run says, on the streams of this program.
 *
 * Writing waits until whoever reads has taken it, so that nothing heaps up here. Once nobody reads a stream any more (`| head`), what goes there is dropped in silence.
 * Groups hold 16 MiB in memory; what is more goes to a file of the folder for temporary ones, which has no name and which only this user can read.
 *
 * @module
 */
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as os from "node:os"
import * as process from "node:process"
import * as Styles from "./output/Styles.js"
import { TaskOutput } from "./TaskOutput.js"

/** So much of a group is held in memory. */
const heldInMemory = 16 * 1024 * 1024
const piece = 64 * 1024

const openUnnamed = (): number => {
  const path = `${os.tmpdir()}/dev-infra-output-${process.pid}-${process.hrtime.bigint()}`
  const descriptor = fs.openSync(path, "wx+", 0o600)
  fs.unlinkSync(path)
  return descriptor
}

const writeAll = (descriptor: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(descriptor, bytes, done)
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EAGAIN")) throw cause
      // somebody made the stream one that does not wait: wait here
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }
  }
}

const hold = (): Styles.Held => {
  let pieces: Array<Uint8Array> = []
  let size = 0
  let file: number | undefined
  return {
    add: (bytes) => {
      size += bytes.length
      pieces.push(bytes.slice())
      if (size <= heldInMemory) return
      file ??= openUnnamed()
      for (const one of pieces) writeAll(file, one)
      pieces = []
    },
    size: () => size,
    each: (show) => {
      if (file === undefined) return pieces.forEach(show)
      const buffer = new Uint8Array(piece)
      for (let at = 0; at < size; ) {
        const read = fs.readSync(file, buffer, 0, piece, at)
        if (read === 0) return
        show(buffer.subarray(0, read))
        at += read
      }
    },
    close: () => {
      pieces = []
      if (file !== undefined) fs.closeSync(file)
      file = undefined
    }
  }
}

/** Where a run is shown instead of on the streams of this program. @category models */
export interface OutputOptions {
  /** takes all of it at once */
  readonly write: (stream: "stdout" | "stderr", bytes: Uint8Array) => void
  /** colours for prefixes; default: none */
  readonly color?: boolean
  /** whether commands may write to the streams of this program themselves, and read its input */
  readonly passThrough: boolean
}

/**
 * Output of one run to wherever its bytes are wanted: a log of one project among many. Each one masks what it was told itself.
 *
 * @example
 * ```ts
 * import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
 *
 * const log: Array<Uint8Array> = []
 * export const output = TaskOutputLive.make({ write: (_, bytes) => void log.push(bytes.slice()), passThrough: false })
 * ```
 * @category constructors
 */
export const make = ({ color = false, passThrough, write }: OutputOptions): TaskOutput["Type"] => Styles.make({ write, passThrough, color, hold })

const descriptors = { stdout: 1, stderr: 2 } as const

const toStreams = (): OutputOptions["write"] => {
  const closed = new Set<string>()
  return (stream, bytes) => {
    if (closed.has(stream)) return
    try {
      writeAll(descriptors[stream], bytes)
    } catch {
      // EPIPE: nobody reads it any more; EIO: the terminal is gone
      closed.add(stream)
    }
  }
}

/**
 * Output of a run on the streams of this program.
 *
 * @example
 * ```ts
 * import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
 * import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
 * import * as Effect from "effect/Effect"
 *
 * export const greet = Effect.flatMap(TaskOutput.TaskOutput, (output) => output.say("task: [greet] echo hello")).pipe(
 *   Effect.provide(TaskOutputLive.layerWith({ color: false }))
 * )
 * ```
 * @category layers
 */
export const layerWith = ({ color }: { readonly color: boolean }): Layer.Layer<TaskOutput> =>
  Layer.sync(TaskOutput, () => make({ write: toStreams(), passThrough: true, color }))

/**
 * Without colours.
 *
 * @example
 * ```ts
 * import * as TaskOutput from "@dev-infra/task-runner/TaskOutput"
 * import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
 * import * as Effect from "effect/Effect"
 *
 * export const plain = Effect.flatMap(TaskOutput.TaskOutput, (output) => output.say("task: [greet] echo hello")).pipe(Effect.provide(TaskOutputLive.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<TaskOutput> = layerWith({ color: false })
