/**
 * Texts in the language of bash.
 *
 * @module
 */
import * as Either from "effect/Either"

const keywords: ReadonlySet<string> = new Set(["!", "[[", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then", "time", "until", "while", "{", "}"])

const special = /[;"'()$|&><` \t\r\n\\#{}~*?[\]=!]/

const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

const escapes: { readonly [character: string]: string | undefined } = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\u0007": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\u001b": "\\e", "\\": "\\\\", "'": "\\'" }

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0")

const escaped = (text: string): string => {
  let result = ""
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const known = Object.hasOwn(escapes, character) ? escapes[character] : undefined
    if (known !== undefined) result += known
    else if (!unprintable.test(character)) result += character
    else result += code < 0x80 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
  }
  return `$'${result}'`
}

/** A text as one word of bash. @category combinators */
export const quote = (text: string): Either.Either<string, string> => {
  if (text === "") return Either.right("''")
  if (text.includes("\0")) return Either.left("a word of the shell cannot hold the character 0")
  if (unprintable.test(text)) return Either.right(escaped(text))
  if (!special.test(text) && !keywords.has(text)) return Either.right(text)
  if (!text.includes("'")) return Either.right(`'${text}'`)
  // an exclamation mark means history between double quotes
  return Either.right(text.includes("!") ? escaped(text) : `"${text.replace(/["\\`$]/g, "\\$&")}"`)
}

const named: { readonly [letter: string]: string | undefined } = { a: "\u0007", b: "\b", e: "\u001b", E: "\u001b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }

const pointOf = (code: number, written: string): string => (code <= 0x10ffff ? String.fromCodePoint(code) : written)

/** What stands between `$'` and `'`. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|([^]))/g, (written: string, byte?: string, short?: string, long?: string, octal?: string, letter?: string) => {
    if (octal !== undefined) return pointOf(Number.parseInt(octal, 8), written)
    const digits = byte ?? short ?? long
    if (digits !== undefined) return pointOf(Number.parseInt(digits, 16), written)
    if (letter === undefined) return written
    return (Object.hasOwn(named, letter) ? named[letter] : undefined) ?? (/["'\\?]/.test(letter) ? letter : written)
  })

const escapedText = /^\$'((?:[^'\\]|\\[^])*)'/

const variable = /^(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/

/** The words of a line, with quotes removed and variables replaced. Commands, pipes and redirections are refused. @category combinators */
export const fields = (line: string, lookUp: (name: string) => string): Either.Either<ReadonlyArray<string>, string> => {
  const words: Array<string> = []
  let word: string | undefined
  let quoted = false
  let at = 0
  const push = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  while (at < line.length) {
    const character = line[at] ?? ""
    const written = character === "$" && !quoted ? escapedText.exec(line.slice(at)) : null
    if (written !== null) {
      word = (word ?? "") + unescaped(written[1] ?? "")
      at += written[0].length
    } else if (character === "$" || character === "`") {
      const found = character === "$" ? variable.exec(line.slice(at + 1)) : null
      if (character === "`" || /^[({]/.test(line.slice(at + 1)) !== (found?.[1] !== undefined)) return Either.left("only $NAME and ${NAME} are replaced in it")
      const value = found === null ? "$" : lookUp(found[1] ?? found[2] ?? "")
      at += 1 + (found?.[0].length ?? 0)
      if (quoted || found === null) {
        word = (word ?? "") + value
        continue
      }
      // without quotes a value is parted at its blanks
      const [first = "", ...others] = value.split(/[ \t\n]+/)
      if (first !== "") word = (word ?? "") + first
      for (const other of others) {
        push()
        if (other !== "") word = other
      }
    } else if (character === "\\" && (!quoted || /["\\$`\n]/.test(line[at + 1] ?? ""))) {
      if (line[at + 1] !== "\n") word = (word ?? "") + (line[at + 1] ?? "\\")
      at += 2
    } else if (character === '"') {
      quoted = !quoted
      word ??= ""
      at++
    } else if (quoted) {
      word = (word ?? "") + character
      at++
    } else if (character === "'") {
      const close = line.indexOf("'", at + 1)
      if (close < 0) return Either.left("a quote ' does not end")
      word = (word ?? "") + line.slice(at + 1, close)
      at = close + 1
    } else if (/[ \t\r\n]/.test(character)) {
      push()
      at++
    } else if (/[;&|<>()]/.test(character)) return Either.left(`${character} is no part of a word`)
    else if (character === "#" && word === undefined) {
      const end = line.indexOf("\n", at)
      at = end < 0 ? line.length : end
    } else {
      word = (word ?? "") + character
      at++
    }
  }
  if (quoted) return Either.left('a quote " does not end')
  push()
  return Either.right(words)
}
