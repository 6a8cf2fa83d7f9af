/**
 * Texts of strangers inside a description on GitHub. There a word can do something: call people (`@name`), link to and close issues (`fixes #3`), hide text
 * (`<!--`). What a template's history says is shown, and does none of that.
 *
 * @module
 */

/** Keeps a sign from being one, and cannot be seen. */
const nothing = "\u200b"

/** The text on one line, as code: nothing in it means anything. */
export const codeSpan = (text: string): string => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, " ").trim()
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = "`".repeat(longest + 1)
  const space = line.startsWith("`") || line.endsWith("`") ? " " : ""
  return line === "" ? "" : `${fence}${space}${line}${space}${fence}`
}

/** Markdown that keeps its lists, emphasis and headings (which come below a heading of the third level), and loses what can do something. */
export const harmless = (markdown: string): string =>
  markdown
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/@(?=[\w-])/g, `@${nothing}`)
    .replace(/#(?=\d)/g, `#${nothing}`)
    .replace(/\bGH-(?=\d)/gi, (prefix) => `${prefix}${nothing}`)
    // An issue can also be closed by its address.
    .replace(/(\/(?:issues|pull|discussions)\/)(?=\d)/gi, `$1${nothing}`)
    .replace(/!\[/g, "[")
    .replace(/^ {0,3}#{1,6}(?=\s)/gm, "####")
    .trim()
