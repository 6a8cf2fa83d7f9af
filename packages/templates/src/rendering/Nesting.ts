/**
 * How deeply a text nests tags and brackets, found without recursion. The parser of LiquidJS and V8 recurse: where their stack ends while a regular expression is being
 * compiled, the whole process ends, and no error can be caught.
 *
 * @module
 */

/** Tags within each other, and brackets within each other in one of them. */
const mostTags = 100
const mostBrackets = 30

const opening = /^(?:if|unless|case|for|tablerow|capture|comment|raw|doc)$/

const isBlank = (code: number): boolean => code <= 32 || code === 45

/** The word that a text begins with, behind blanks and hyphens. */
const firstWord = (text: string): string => {
  let from = 0
  while (from < text.length && isBlank(text.charCodeAt(from))) from++
  return /^\w*/.exec(text.slice(from, from + 20))?.[0] ?? ""
}

/** How the depth changes with a tag: more than by one only with `{% liquid %}`, whose lines are tags. */
const depths = (content: string): ReadonlyArray<number> => {
  const word = firstWord(content)
  const words = word === "liquid" ? content.split("\n").map((line, index) => firstWord(index === 0 ? line.slice(line.indexOf("liquid") + "liquid".length) : line)) : [word]
  return words.flatMap((each) => (opening.test(each) ? [1] : each.startsWith("end") ? [-1] : []))
}

/** Whether brackets in an expression are within each other too often. */
const hasDeepBrackets = (expression: string): boolean => {
  let depth = 0
  for (let at = 0; at < expression.length; at++) {
    const code = expression.charCodeAt(at)
    if (code === 40 || code === 91) depth++
    else if ((code === 41 || code === 93) && depth > 0) depth--
    if (depth > mostBrackets) return true
  }
  return false
}

/** Whether a condition is nested too deeply. @category guards */
export const isDeepExpression: (expression: string) => boolean = hasDeepBrackets

/** Whether a text is nested too deeply to be parsed. @category guards */
export const isDeep = (text: string): boolean => {
  let depth = 0
  for (let at = text.indexOf("{"); at >= 0; at = text.indexOf("{", at)) {
    const kind = text[at + 1]
    if (kind !== "{" && kind !== "%") {
      at += 1
      continue
    }
    const end = text.indexOf(kind === "{" ? "}}" : "%}", at + 2)
    // What is not closed is an error of its own.
    if (end < 0) return false
    const content = text.slice(at + 2, end)
    if (hasDeepBrackets(content)) return true
    at = end + 2
    if (kind === "{") continue
    for (const change of depths(content)) {
      depth = Math.max(0, depth + change)
      if (depth > mostTags) return true
    }
    if (firstWord(content) !== "raw") continue
    // Inside, nothing is a tag.
    const close = /\{%-?\s*endraw\b/g
    close.lastIndex = at
    at = close.exec(text)?.index ?? text.length
  }
  return false
}
