/**
 * The standard streams of this process.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { OutputFailed } from "./CommandError.js"
import type { OutputShape } from "./Output.js"

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : error.message)

const write = (stream: NodeJS.WriteStream, text: string): Effect.Effect<void, OutputFailed> =>
  Effect.async((resume) => {
    if (text === "") return resume(Effect.void)
    stream.write(text, (error) => resume(error === null || error === undefined ? Effect.void : Effect.fail(new OutputFailed({ code: codeOf(error) }))))
  })

/** Its type says boolean; where there is no terminal it is not there at all. */
const hasScreen = (stream: NodeJS.WriteStream): boolean => Boolean(stream.isTTY)

/** How long lines of the log are gathered, in milliseconds, and up to how many characters. */
const gatherMillis = 20
const gatherLength = 16_384

/** @category constructors */
export const make = (): OutputShape => {
  const { env, stderr, stdout } = process
  // Each write says itself how it went; without a listener a stream that nobody reads would end the process.
  stdout.on("error", () => undefined)
  stderr.on("error", () => undefined)
  let lines = ""
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    const text = lines
    lines = ""
    if (text !== "") stderr.write(text)
  }
  process.on("exit", flush)
  return {
    isTerminal: hasScreen(stdout),
    columns: hasScreen(stdout) && stdout.columns > 0 ? stdout.columns : 80,
    color: hasScreen(stdout) && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
    print: (text) => write(stdout, text),
    say: (text) => Effect.ignore(write(stderr, text)),
    // Lines of a moment are one call of the system: it takes longer than all else that a line costs.
    log: (line) => {
      if (lines === "") timer = setTimeout(flush, gatherMillis)
      lines += line
      if (lines.length > gatherLength) flush()
    },
    logIsTerminal: hasScreen(stderr)
  }
}
