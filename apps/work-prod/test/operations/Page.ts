/**
 * A page for operators: files to write, and lines to type, in their order.
 */

export interface File {
  readonly kind: "file"
  readonly path: string
  readonly content: string
}

export interface Step {
  readonly kind: "step"
  readonly line: number
  readonly typed: string
  readonly expected: string
}

/** A block that is no transcript is a file if its first line is a comment with a path. */
const fileOf = (content: string): File | undefined => {
  const [, path] = /^# (\/\S+)\n/.exec(content) ?? []
  return path === undefined ? undefined : { kind: "file", path, content }
}

const stepsOf = (content: string, first: number): ReadonlyArray<Step> => {
  const steps: Array<{ kind: "step"; line: number; typed: string; expected: string }> = []
  for (const [index, line] of content.split("\n").slice(0, -1).entries()) {
    const last = steps.at(-1)
    if (line.startsWith("$ ")) steps.push({ kind: "step", line: first + index, typed: line.slice(2), expected: "" })
    else if (last !== undefined) last.expected += `${line}\n`
  }
  return steps
}

export const read = (page: string): ReadonlyArray<File | Step> =>
  Array.from(page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)).flatMap(({ 0: whole, 1: kind = "", 2: content = "", index }): ReadonlyArray<File | Step> => {
    const first = page.slice(0, index + whole.indexOf("\n") + 1).split("\n").length
    if (kind === "console") return stepsOf(content, first)
    const file = fileOf(content)
    return file === undefined ? [] : [file]
  })
