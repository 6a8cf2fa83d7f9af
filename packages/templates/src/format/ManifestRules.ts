/**
 * What names, patterns, paths and texts of a `template.yml` must be. Each rule says what is wrong as a clause behind the place, or nothing.
 *
 * @module
 */

/** Words that mean something in Liquid. */
const taken = new Set(["true", "false", "nil", "null", "undefined", "empty", "blank", "and", "or", "not", "contains", "in", "with", "forloop", "tablerowloop", "block"])

/** Whether a variable can be called so: nothing that any object has, and nothing that Liquid reads as something else. */
export const isName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) && !Object.hasOwn(Object.prototype, name) && name !== "prototype" && !taken.has(name)

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const control = /[\u0000-\u001f\u007f]/

/** A text of one line. */
export const problemOfText = (text: string | null | undefined, longest: number): string | undefined =>
  typeof text !== "string" ? undefined : text.length > longest ? `is longer than ${longest} characters` : control.test(text) ? "holds control characters" : undefined

/** What leads out of a project, wherever it stands. */
const leadsOut = (path: string): boolean => path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.split("/").some((part) => part === ".." || part === ".")

/** A pattern over paths: `*`, `**`, `?`, `[…]` and `{a,b}`, with `/` between parts. */
export const problemOfPattern = (pattern: string): string | undefined => {
  if (pattern.trim() === "") return "is empty"
  if (pattern.length > 500) return "is longer than 500 characters"
  if (control.test(pattern) || pattern.includes("\\")) return "holds a backslash or control characters; parts are divided by /"
  if (leadsOut(pattern)) return "must be relative to the root of the project, without . and .."
  // Patterns within patterns can take time without end.
  if (/[?*+@!]\(|^!/.test(pattern)) return "may use *, **, ?, [...] and {a,b} only"
  return undefined
}

/** A path in a project, which may hold `{{ … }}`. */
export const problemOfPath = (path: string): string | undefined => {
  if (path.trim() === "") return "is empty"
  if (path.length > 1000) return "is longer than 1000 characters"
  if (control.test(path)) return "holds control characters"
  const plain = path.replace(/\{\{.*?\}\}/g, "x")
  if (plain.includes("\\")) return "holds a backslash; parts are divided by /"
  return leadsOut(plain) || plain.split("/").includes("") ? "must be relative to the root of the project, without . and .." : undefined
}
