/**
 * Texts within HTML, JavaScript and URLs, as Go's templates write them.
 *
 * @module
 */

const entities: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\uFFFD" }

/** @category combinators */
export const html = (text: string): string => text.replace(/[&<>"'\0]/g, (character) => entities[character] ?? character)

const scripts: { readonly [character: string]: string } = { "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D" }

/** @category combinators */
export const javascript = (text: string): string =>
  text.replace(/[\\'"<>&=\0-\x1f\x7f\u0080-\u00a0\u2028\u2029]/g, (character) => scripts[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)

const encoder = new TextEncoder()

const percent = (text: string, plain: RegExp): string => {
  let result = ""
  for (const character of text) {
    if (plain.test(character)) result += character
    else for (const byte of encoder.encode(character)) result += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
  }
  return result
}

/** In the query of a URL: a blank is `+`. @category combinators */
export const query = (text: string): string => percent(text, /[A-Za-z0-9_.~ -]/).replaceAll(" ", "+")

/** In the path of a URL. @category combinators */
export const path = (text: string): string => percent(text, /[A-Za-z0-9_.~$&+,/:;=@!'()*-]/)
