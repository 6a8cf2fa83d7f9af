/**
 * The ways in which the output of commands is shown, over any two streams of bytes.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { ShellStreams, Sink } from "../Shell.js"
import type { OutputRequest, TaskOutput } from "../TaskOutput.js"
import * as Masking from "./Masking.js"

/** @category models */
type OutputStream = "stdout" | "stderr"

/** What a group holds until its command ends. @category models */
export interface Held {
  readonly add: (bytes: Uint8Array) => void
  readonly size: () => number
  readonly each: (show: (bytes: Uint8Array) => void) => void
  readonly close: () => void
}

/** Where output goes. @category models */
export interface OutputTarget {
  /** must take all of it at once */
  readonly write: (stream: OutputStream, bytes: Uint8Array) => void
  /** whether commands may write to the streams of this program themselves, and read its input */
  readonly passThrough: boolean
  /** whether prefixes have colours */
  readonly color: boolean
  readonly hold: () => Held
}

/** So much of a line waits for its end; what is longer is divided. */
const longestLine = 1024 * 1024
const newLine = 10
const encoder = new TextEncoder()

/** Characters that tell a terminal what to do are shown as what they are. */
const harmless = (text: string): string =>
  text.replace(/(?![\t\n])[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`
  })

/** The colours of prefixes, in turn, as `task` gives them. */
const colors = [33, 34, 35, 36, 32, 31]

/** Gives whole lines, each with its end; the last one gets one if it has none. */
const lines = (show: (line: Uint8Array) => void) => {
  let open: Array<Uint8Array> = []
  let size = 0
  const close = (rest: Uint8Array): void => {
    const line = new Uint8Array(size + rest.length)
    let at = 0
    for (const piece of [...open, rest]) {
      line.set(piece, at)
      at += piece.length
    }
    open = []
    size = 0
    show(line)
  }
  const end = (): void => {
    if (size > 0) close(Uint8Array.of(newLine))
  }
  const push = (bytes: Uint8Array): void => {
    let from = 0
    for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, from)) {
      close(bytes.subarray(from, at + 1))
      from = at + 1
    }
    if (from < bytes.length) {
      open.push(bytes.slice(from))
      size += bytes.length - from
    }
    if (size > longestLine) end()
  }
  return { push, end }
}

interface Opened {
  readonly streams: ShellStreams
  readonly finished: (failed: boolean) => void
  readonly close: () => void
}

/** @category constructors */
export const make = (target: OutputTarget): TaskOutput["Type"] => {
  const masking = Masking.make()
  const colorsByPrefix = new Map<string, number>()
  const stdin = target.passThrough ? "inherit" : "none"

  /** A sink whose bytes are masked. What comes after the end, from somebody whom a command left behind, is dropped: it has no place any more. */
  const masked = (show: (bytes: Uint8Array) => void): { readonly sink: Sink; readonly end: () => void } => {
    const stream = masking.stream()
    let isOpen = true
    const pass = (bytes: Uint8Array): void => {
      if (bytes.length > 0) show(bytes)
    }
    return {
      sink: (bytes) => {
        if (isOpen) pass(stream.push(bytes))
      },
      end: () => {
        if (isOpen) pass(stream.end())
        isOpen = false
      }
    }
  }

  const asItIs: Opened = { streams: { stdin, stdout: "inherit", stderr: "inherit" }, finished: () => undefined, close: () => undefined }

  const interleaved = (): Opened => {
    const stdout = masked((bytes) => target.write("stdout", bytes))
    const stderr = masked((bytes) => target.write("stderr", bytes))
    return {
      streams: { stdin, stdout: stdout.sink, stderr: stderr.sink },
      finished: () => undefined,
      close: () => {
        stdout.end()
        stderr.end()
      }
    }
  }

  const group = ({ begin, end }: OutputRequest, errorOnly: boolean): Opened => {
    const held = target.hold()
    const stdout = masked(held.add)
    const stderr = masked(held.add)
    let isShown = true
    const say = (text: string | undefined): void => {
      if (text !== undefined && text !== "") target.write("stdout", encoder.encode(`${harmless(masking.text(text))}\n`))
    }
    return {
      streams: { stdin, stdout: stdout.sink, stderr: stderr.sink },
      finished: (failed) => {
        isShown = failed || !errorOnly
      },
      close: () => {
        stdout.end()
        stderr.end()
        if (isShown && held.size() > 0) {
          say(begin)
          held.each((bytes) => target.write("stdout", bytes))
          say(end)
        }
        held.close()
      }
    }
  }

  const prefixOf = (prefix: string): Uint8Array => {
    const color = colorsByPrefix.get(prefix) ?? colors[colorsByPrefix.size % colors.length] ?? 33
    colorsByPrefix.set(prefix, color)
    const shown = harmless(masking.text(prefix)).replace(/[\t\n]/g, " ")
    return encoder.encode(target.color ? `[\x1b[${color}m${shown}\x1b[0m] ` : `[${shown}] `)
  }

  const prefixed = ({ prefix }: OutputRequest): Opened => {
    const head = prefixOf(prefix)
    const show = (line: Uint8Array): void => {
      const whole = new Uint8Array(head.length + line.length)
      whole.set(head)
      whole.set(line, head.length)
      target.write("stdout", whole)
    }
    // each its own, or half a line of one would go on with half a line of the other
    const both = [lines(show), lines(show)] as const
    const stdout = masked(both[0].push)
    const stderr = masked(both[1].push)
    return {
      streams: { stdin, stdout: stdout.sink, stderr: stderr.sink },
      finished: () => undefined,
      close: () => {
        stdout.end()
        stderr.end()
        for (const { end } of both) end()
      }
    }
  }

  const openFor = (request: OutputRequest): Opened => {
    if (request.interactive && target.passThrough) return asItIs
    if (request.style._tag === "Group") return group(request, request.style.errorOnly)
    if (request.style._tag === "Prefixed") return prefixed(request)
    return target.passThrough && masking.isEmpty() ? asItIs : interleaved()
  }

  return {
    say: (line) => Effect.sync(() => target.write("stderr", encoder.encode(`${masking.text(line)}\n`))),
    mask: (values) => Effect.sync(() => masking.add(values)),
    open: (request) =>
      Effect.acquireRelease(Effect.sync(() => openFor(request)), ({ close }) => Effect.sync(close)).pipe(
        Effect.map(({ finished, streams }) => ({ streams, finished: (failed: boolean) => Effect.sync(() => finished(failed)) }))
      )
  }
}
