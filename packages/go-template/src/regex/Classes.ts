/**
 * Sets of characters.
 *
 * @module
 */

/** Whether a character, by its code, is in the set. @category models */
export type Class = (code: number) => boolean

/** @category constructors */
export const span =
  (low: number, high: number): Class =>
  (code) =>
    code >= low && code <= high

/** @category constants */
export const any: Class = () => true

/** @category constants */
export const notNewline: Class = (code) => code !== 10

const not =
  (set: Class): Class =>
  (code) =>
    !set(code)

/** The forms of a letter in both cases. */
const folded = (code: number): ReadonlyArray<number> => {
  const text = String.fromCodePoint(code)
  const forms = [text.toLowerCase(), text.toUpperCase(), text.toUpperCase().toLowerCase()].filter((form) => [...form].length === 1).map((form) => form.codePointAt(0) ?? code)
  return [code, ...forms]
}

/** One letter. @category constructors */
export const letter = (code: number, anyCase: boolean): Class => {
  if (!anyCase) return (other) => other === code
  const forms = new Set(folded(code))
  return (other) => forms.has(other) || folded(other).includes(code)
}

/** @category constructors */
export const union = (parts: ReadonlyArray<Class>, negated: boolean, anyCase: boolean): Class => {
  const inside: Class = (code) => parts.some((part) => part(code))
  const both: Class = anyCase ? (code) => folded(code).some(inside) : inside
  return negated ? not(both) : both
}

const digit = span(48, 57)
const word: Class = (code) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || digit(code) || code === 95
const space: Class = (code) => code === 32 || code === 9 || code === 10 || code === 12 || code === 13

/** Whether it is a letter, a digit or `_` of ASCII. @category guards */
export const isWord: Class = word

/** `\d`, `\w`, `\s` and their opposites. @category constructors */
export const perl = (name: string): Class | undefined => {
  switch (name) {
    case "d":
      return digit
    case "D":
      return not(digit)
    case "w":
      return word
    case "W":
      return not(word)
    case "s":
      return space
    case "S":
      return not(space)
    default:
      return undefined
  }
}

/** `\pL`, `\p{Greek}`; none for a name that Unicode does not have. @category constructors */
export const property = (name: string, negated: boolean): Class | undefined => {
  if (name === "Any") return negated ? not(any) : any
  for (const written of [name, `Script=${name}`]) {
    try {
      const pattern = new RegExp(`^\\p{${written}}$`, "u")
      const set: Class = (code) => pattern.test(String.fromCodePoint(code))
      return negated ? not(set) : set
    } catch {
      // no such property: the next way to write it
    }
  }
  return undefined
}

const lower = span(97, 122)
const upper = span(65, 90)

const posixClasses: ReadonlyMap<string, Class> = new Map<string, Class>([
  ["alnum", (code) => digit(code) || lower(code) || upper(code)],
  ["alpha", (code) => lower(code) || upper(code)],
  ["ascii", span(0, 127)],
  ["blank", (code) => code === 32 || code === 9],
  ["cntrl", (code) => code < 32 || code === 127],
  ["digit", digit],
  ["graph", span(33, 126)],
  ["lower", lower],
  ["print", span(32, 126)],
  ["punct", (code) => code > 32 && code < 127 && !digit(code) && !lower(code) && !upper(code)],
  ["space", (code) => space(code) || code === 11],
  ["upper", upper],
  ["word", word],
  ["xdigit", (code) => digit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70)]
])

/** `[:alpha:]` @category constructors */
export const posix = (name: string, negated: boolean): Class | undefined => {
  const set = posixClasses.get(name)
  return set === undefined || !negated ? set : not(set)
}
