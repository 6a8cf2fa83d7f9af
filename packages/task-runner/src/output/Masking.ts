/**
 * Hides values in a stream of bytes, wherever its pieces are divided. What may be the beginning of a value waits for what follows, and no more than that.
 *
 * @module
 */
import { allForms, type Automaton, compile, shortest } from "./Secrets.js"

/** A stream that is masked. @category models */
interface MaskedStream {
  /** what can be shown now */
  readonly push: (bytes: Uint8Array) => Uint8Array
  /** what was held back */
  readonly end: () => Uint8Array
}

/** What is hidden, which may become more. @category models */
export interface Masking {
  readonly add: (values: Iterable<string>) => void
  readonly isEmpty: () => boolean
  readonly text: (text: string) => string
  readonly stream: () => MaskedStream
}

const stars = new TextEncoder().encode("*****")

const join = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** @category constructors */
export const make = (): Masking => {
  const values = new Set<string>()
  let automaton: Automaton | undefined
  const stream = (): MaskedStream => {
    let current = automaton
    let state = 0
    /** what is not shown yet; its first byte is number `base` of the stream */
    let held: Uint8Array = new Uint8Array(0)
    let base = 0
    /** what comes before this is shown, or hidden already */
    let shown = 0
    let matches: Array<readonly [from: number, to: number]> = []
    /** Show what comes before `limit`. No value that is found later begins there. */
    const release = (limit: number): Uint8Array => {
      const pieces: Array<Uint8Array> = []
      const plain = (to: number): void => {
        if (to > shown) pieces.push(held.subarray(shown - base, to - base))
      }
      for (const [from, to] of matches.toSorted(([one], [other]) => one - other)) {
        if (from >= limit) continue
        // values that overlap are one
        if (from >= shown) {
          plain(from)
          pieces.push(stars)
        }
        shown = Math.max(shown, to)
      }
      matches = matches.filter(([from]) => from >= limit)
      plain(limit)
      shown = Math.max(shown, limit)
      held = held.slice(limit - base)
      base = limit
      return join(pieces)
    }
    const scan = (from: number): void => {
      if (current === undefined) return
      for (let at = from; at < held.length; at++) {
        state = current.step(state, held[at] ?? 0)
        const length = current.found(state)
        // the stream began with what came before: a value that is told later is looked for from here on
        if (length > 0) matches.push([Math.max(base, base + at + 1 - length), base + at + 1])
      }
    }
    return {
      push: (bytes) => {
        const start = held.length
        const pieces = join([held, bytes])
        held = pieces
        if (current === automaton) scan(start)
        else {
          current = automaton
          state = 0
          scan(0)
        }
        return release(base + held.length - (current?.depth(state) ?? 0))
      },
      end: () => release(base + held.length)
    }
  }
  return {
    add: (more) => {
      const size = values.size
      for (const value of more) if (value.length >= shortest) values.add(value)
      if (values.size > size) automaton = compile(allForms(values))
    },
    isEmpty: () => values.size === 0,
    text: (text) => {
      if (automaton === undefined) return text
      const masked = stream()
      const bytes = masked.push(new TextEncoder().encode(text))
      return new TextDecoder().decode(join([bytes, masked.end()]))
    },
    stream
  }
}
