/**
 * Values that must not be shown, in every form in which programs print them, as an automaton that finds all of them in one pass over bytes (Aho and Corasick).
 *
 * @module
 */

/** Finds values: `step(state, byte)` is the next state, 0 the first. @category models */
export interface Automaton {
  readonly step: (state: number, byte: number) => number
  /** how many of the last bytes may be the beginning of a value */
  readonly depth: (state: number) => number
  /** the length of the longest value that ends here, 0 for none */
  readonly found: (state: number) => number
}

/** Shorter values are not hidden: they are everywhere. @category models */
export const shortest = 3

/** Parts of a form that are shorter than this say nothing by themselves. */
const shortestPart = 8

const encoder = new TextEncoder()

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

/** What of the base64 of a text is the same whatever stands before and after it, for each of the three places where it may begin. */
const base64Forms = (bytes: Uint8Array): ReadonlyArray<string> => {
  const whole = btoa(latin(bytes)).replace(/=+$/, "")
  const cores = [0, 1, 2].map((offset) => {
    const text = btoa("\0".repeat(offset) + latin(bytes))
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  // the program base64 breaks lines
  const lines = whole.length > 72 ? ["", "\n"].flatMap((end) => btoa(latin(bytes) + end).match(/.{1,76}/g) ?? []) : []
  const found = [whole, ...[...cores, ...lines].filter((text) => text.length >= shortestPart)]
  return [...found, ...found.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))]
}

const percentForms = (bytes: Uint8Array): ReadonlyArray<string> => {
  const encode = (plain: RegExp): string =>
    Array.from(bytes, (byte) => (plain.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)).join("")
  // as encodeURIComponent leaves characters alone, and as RFC 3986 does
  const found = [encode(/[\w\-.~!'()*]/), encode(/[\w\-.~]/), encode(/[\w\-.~!'()*/:@]/)]
  return found.flatMap((text) => [text, text.replaceAll("%20", "+"), text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

const formsOf = (value: string): ReadonlyArray<string> => {
  const plain = [value, value.trim(), JSON.stringify(value).slice(1, -1), ...value.split(/\r?\n/).filter((line) => line.length >= shortestPart && line !== value)]
  const bytes = encoder.encode(value)
  return [...plain.filter((text) => text.length >= shortest).map((text) => latin(encoder.encode(text))), ...base64Forms(bytes), ...percentForms(bytes)]
}

/** All forms of values, each character one byte. @category constructors */
export const allForms = (values: Iterable<string>): ReadonlySet<string> => new Set([...values].filter((value) => value.length >= shortest).flatMap(formsOf))

/** @category constructors */
export const compile = (forms: ReadonlySet<string>): Automaton => {
  const used = [...new Set([...forms].join(""))]
  const classes = new Uint16Array(256)
  for (const [at, character] of used.entries()) classes[character.charCodeAt(0)] = at + 1
  const width = used.length + 1
  const size = [...forms].reduce((sum, form) => sum + form.length, 1)
  const next = new Int32Array(size * width)
  const depths = new Int32Array(size)
  const founds = new Int32Array(size)
  const at = (table: Int32Array | Uint16Array, index: number): number => table[index] ?? 0
  let count = 1
  for (const form of forms) {
    let state = 0
    for (let place = 0; place < form.length; place++) {
      const edge = state * width + at(classes, form.charCodeAt(place))
      if (at(next, edge) === 0) {
        depths[count] = place + 1
        next[edge] = count++
      }
      state = at(next, edge)
    }
    founds[state] = form.length
  }
  const back = new Int32Array(count)
  const queue = Array.from({ length: width }, (_, edge) => at(next, edge)).filter((state) => state !== 0)
  for (const state of queue) {
    const fallback = at(back, state)
    founds[state] = Math.max(at(founds, state), at(founds, fallback))
    for (let edge = 0; edge < width; edge++) {
      const follower = at(next, state * width + edge)
      const other = at(next, fallback * width + edge)
      if (follower === 0) next[state * width + edge] = other
      else {
        back[follower] = other
        queue.push(follower)
      }
    }
  }
  return {
    step: (state, byte) => at(next, state * width + at(classes, byte)),
    depth: (state) => at(depths, state),
    found: (state) => at(founds, state)
  }
}
