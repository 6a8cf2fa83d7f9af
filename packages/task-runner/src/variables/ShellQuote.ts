/**
 * Words as bash reads them back.
 *
 * @module
 */

const keywords = new Set(["!", "[[", "]]", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then", "time", "until", "while", "coproc", "declare", "export", "let", "local", "readonly", "typeset", "nameref"])

const controls: Readonly<Record<string, string>> = { "\u0007": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", "\\": "\\\\", "'": "\\'" }

/** One word, as `task` quotes it: bare if it may be, else in quotes. */
const quoteWord = (word: string): string => {
  if (word === "") return "''"
  // oxlint-disable-next-line no-control-regex -- what has to be written as an escape are control characters
  if (/[\u0000-\u001F\u007F]/u.test(word)) {
    // oxlint-disable-next-line no-control-regex -- see above
    return `$'${word.replaceAll(/[\u0001-\u001F\u007F\\']/gu, (character) => controls[character] ?? `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`)}'`
  }
  if (!/[;"'()$|&><` \\#{}~*?[=]/u.test(word) && !keywords.has(word)) return word
  return word.includes("'") ? `"${word.replaceAll(/["\\`$]/gu, "\\$&")}"` : `'${word}'`
}

/** Words as one text: `a 'b c'`. */
export const quoteArguments = (words: ReadonlyArray<string>): string => words.map(quoteWord).join(" ")
