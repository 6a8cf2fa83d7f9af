/**
 * How alike two files are, and how well the files of a template fit those of a project.
 *
 * @module
 */
import { hasSameContent, type TreeFile } from "@dev-infra/git-repositories/FileTree"

const decoder = new TextDecoder("utf-8", { fatal: true })

/** The text of a file; undefined where it is none. */
export const textOf = (content: Uint8Array): string | undefined => {
  if (content.subarray(0, 8000).includes(0)) return undefined
  try {
    return decoder.decode(content)
  } catch {
    return undefined
  }
}

/** The lines that say something, without line ends and indentation. */
const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").map((line) => line.trim()).filter((line) => line !== "")

const countsOf = (lines: ReadonlyArray<string>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

/** What two different files have in common at most: they are not the same. */
const almost = 0.99

/**
 * From 0 (nothing in common) to 1 (the same content): the share of lines that both have, wherever they stand. Line ends and indentation do not count much, files that are no text
 * are the same or not at all.
 *
 * @category comparing
 */
export const similarity = (a: TreeFile, b: TreeFile): number => {
  const links = [a, b].filter(({ mode }) => mode === "symlink").length
  if (hasSameContent(a, b)) return links === 1 ? 0 : 1
  if (links > 0) return 0
  const [textA, textB] = [textOf(a.content), textOf(b.content)]
  if (textA === undefined || textB === undefined) return 0
  const [linesA, linesB] = [linesOf(textA), linesOf(textB)]
  if (linesA.length + linesB.length === 0) return almost
  const left = countsOf(linesA)
  let common = 0
  for (const line of linesB) {
    const count = left.get(line) ?? 0
    if (count > 0) {
      common++
      left.set(line, count - 1)
    }
  }
  return Math.min(almost, (2 * common) / (linesA.length + linesB.length))
}
