/**
 * The streams of this process. The only file that writes to them.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { fstatSync, statSync, writeSync } from "node:fs"
import { isatty } from "node:tty"
import { OutputFailed } from "./CommandError.js"
import type { StandardStreams } from "./StandardStreams.js"

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN"

/**
 * Write at once, without the stream objects of Node, which take milliseconds to load. Where the descriptor would block
 * (somebody made it non-blocking), the stream object does the rest.
 */
const writeAll = (descriptor: 1 | 2, text: string): Effect.Effect<void, OutputFailed> =>
  Effect.async<void, OutputFailed>((resume) => {
    const bytes = Buffer.from(text, "utf8")
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written)
      resume(Effect.void)
    } catch (error) {
      const code = codeOf(error)
      if (code !== "EAGAIN") return resume(Effect.fail(new OutputFailed({ code })))
      const stream = descriptor === 1 ? process.stdout : process.stderr
      const fail = (streamError: unknown) => resume(Effect.fail(new OutputFailed({ code: codeOf(streamError) })))
      stream.once("error", fail)
      stream.write(bytes.subarray(written), (streamError) => {
        if (streamError !== null && streamError !== undefined) return
        stream.removeListener("error", fail)
        resume(Effect.void)
      })
    }
  })

/** Asks the terminal module, which takes a millisecond to load, only about what can be a terminal. */
const isTerminal = (descriptor: 0 | 1 | 2): boolean => {
  try {
    const facts = fstatSync(descriptor)
    return facts.isCharacterDevice() && facts.rdev !== statSync("/dev/null").rdev && isatty(descriptor)
  } catch {
    // The stream is closed.
    return false
  }
}

const columnsOf = (descriptor: 1 | 2, isTerminal: boolean): number => {
  const columns = isTerminal ? (descriptor === 1 ? process.stdout : process.stderr).columns : 0
  // A pseudo-terminal without a size says 0.
  return columns > 0 ? columns : 80
}

const readAll = Effect.promise(async () => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
})

const writeMessage = (text: string) => Effect.ignore(writeAll(2, text))

/** A hidden answer is edited on an output that nobody sees; the question and the end of the line are written beside it. */
const askOn = (question: string, hidden: boolean): Effect.Effect<string> =>
  Effect.flatMap(
    Effect.promise(() => Promise.all([import("node:readline"), import("node:stream")])),
    ([readline, { Writable }]) =>
      Effect.async<string>((resume) => {
        const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
        const lines = readline.createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: process.stderr.isTTY, historySize: 0 })
        if (hidden) process.stderr.write(question)
        let answered = false
        lines.once("SIGINT", () => lines.close())
        lines.once("close", () => {
          if (!answered) resume(Effect.zipRight(writeMessage("\n"), Effect.interrupt))
        })
        lines.question(hidden ? "" : question, (answer) => {
          answered = true
          lines.close()
          if (hidden) process.stderr.write("\n")
          resume(Effect.succeed(answer))
        })
        return Effect.sync(() => lines.close())
      })
  )

/**
 * The streams of this process.
 *
 * @category constructors
 */
export const make = (): StandardStreams["Type"] => {
  const stdoutIsTerminal = isTerminal(1)
  const stderrIsTerminal = isTerminal(2)
  let closed = false
  let hasStatus = false
  return {
    stdin: {
      get isTerminal() {
        return isTerminal(0)
      },
      readAll,
      ask: (question) => askOn(question, false),
      askHidden: (question) => askOn(question, true)
    },
    stdout: {
      isTerminal: stdoutIsTerminal,
      get columns() {
        return columnsOf(1, stdoutIsTerminal)
      },
      write: (text) =>
        Effect.catchAll(writeAll(1, text), (error) => {
          if (error.code !== "EPIPE") return Effect.fail(error)
          closed = true
          return Effect.interrupt
        }),
      isClosed: () => closed
    },
    stderr: {
      isTerminal: stderrIsTerminal,
      get columns() {
        return columnsOf(2, stderrIsTerminal)
      },
      write: (text) =>
        Effect.suspend(() => {
          const before = hasStatus ? "\r\u001b[2K" : ""
          hasStatus = false
          return writeMessage(before + text)
        }),
      status: (line) =>
        Effect.suspend(() => {
          if (line === "" && !hasStatus) return Effect.void
          hasStatus = line !== ""
          return writeMessage(`\r\u001b[2K${line}`)
        })
    }
  }
}
