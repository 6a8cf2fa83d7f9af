/**
 * Standard input, output and error of the process: a port, so that commands can be tested without a process.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { OutputFailed } from "./CommandError.js"

/**
 * A stream that is written. `columns` is the width of the terminal, 80 where there is none.
 *
 * @category models
 */
export interface Terminal {
  readonly isTerminal: boolean
  readonly columns: number
}

/**
 * The service. `stdout.write` interrupts once nobody reads any more (`| head`), so that work for nobody ends;
 * `stdout.isClosed` tells that this is what happened. A failure to write messages is nobody's concern.
 *
 * @category tags
 */
export class StandardStreams extends Context.Tag("dev-infra/StandardStreams")<
  StandardStreams,
  {
    readonly stdin: {
      readonly isTerminal: boolean
      /** All there is, as UTF-8. */
      readonly readAll: Effect.Effect<string>
      /** Show a question on standard error and wait for a line; interrupts on Ctrl-C and at the end of the input. */
      readonly ask: (question: string) => Effect.Effect<string>
      /** The same without showing what is typed. */
      readonly askHidden: (question: string) => Effect.Effect<string>
    }
    readonly stdout: Terminal & {
      readonly write: (text: string) => Effect.Effect<void, OutputFailed>
      readonly isClosed: () => boolean
    }
    readonly stderr: Terminal & {
      readonly write: (text: string) => Effect.Effect<void>
      /** Draw a line that the next `write` or `status` takes away again; an empty one only takes away. */
      readonly status: (line: string) => Effect.Effect<void>
    }
  }
>() {}

/** What was written to the memory streams so far. @category models */
export interface Written {
  stdout: string
  stderr: string
}

/**
 * Streams in memory: `written` collects, `lines` are the answers to questions, one after another.
 *
 * @category layers
 */
export const layerMemory = (
  written: Written,
  options?: { readonly terminal?: boolean; readonly columns?: number; readonly stdin?: string; readonly answers?: ReadonlyArray<string> }
): Layer.Layer<StandardStreams> =>
  Layer.sync(StandardStreams, () => {
    const terminal = { isTerminal: options?.terminal ?? false, columns: options?.columns ?? 80 }
    const answers = [...(options?.answers ?? [])]
    const ask = (question: string) =>
      Effect.suspend(() => {
        written.stderr += question
        const answer = answers.shift()
        return answer === undefined ? Effect.interrupt : Effect.succeed(answer)
      })
    return {
      stdin: {
        isTerminal: terminal.isTerminal,
        readAll: Effect.succeed(options?.stdin ?? ""),
        ask,
        askHidden: ask
      },
      stdout: {
        ...terminal,
        write: (text) => Effect.sync(() => void (written.stdout += text)),
        isClosed: () => false
      },
      stderr: {
        ...terminal,
        write: (text) => Effect.sync(() => void (written.stderr += text)),
        status: () => Effect.void
      }
    }
  })
