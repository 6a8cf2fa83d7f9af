/**
 * What a plan changes, as text that people read and `git apply` understands.
 *
 * @module
 */
import { type FileMode, hasSameContent } from "@dev-infra/git-repositories/FileTree"
import { formatPatch, structuredPatch, type StructuredPatchHunk } from "diff"
import { isBinary, linesOf } from "./planning/MergeText.js"
import type { PlannedContent } from "./UpdatePlan.js"

/** A file before and after; what is not there is undefined. @category models */
export interface Changed {
  readonly path: string
  /** where it lay, if elsewhere */
  readonly from?: string
  readonly before: PlannedContent | undefined
  readonly after: PlannedContent | undefined
}

/** Texts that differ in more lines are shown as one that went and one that came: comparing them would take long. */
const mostDifferences = 600

const gitModes: { readonly [mode in FileMode]: string } = { file: "100644", executable: "100755", symlink: "120000" }

const textOf = (file: PlannedContent | undefined): string => (file === undefined ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.content))

const isText = (file: PlannedContent | undefined): boolean => file === undefined || !isBinary(file.content)

/** Everything went, everything came. */
const wholeHunk = (old: string, now: string): StructuredPatchHunk => {
  const signed = (sign: "-" | "+", text: string): ReadonlyArray<string> =>
    linesOf(text).flatMap((line) => (line.endsWith("\n") ? [`${sign}${line.slice(0, -1)}`] : [`${sign}${line}`, "\\ No newline at end of file"]))
  return { oldStart: 1, oldLines: linesOf(old).length, newStart: 1, newLines: linesOf(now).length, lines: [...signed("-", old), ...signed("+", now)] }
}

const hunksOf = (before: PlannedContent | undefined, after: PlannedContent | undefined): Array<StructuredPatchHunk> => {
  if (!isText(before) || !isText(after)) return []
  const [old, now] = [textOf(before), textOf(after)]
  if (old === now) return []
  return structuredPatch("", "", old, now, undefined, undefined, { context: 3, maxEditLength: mostDifferences })?.hunks ?? [wholeHunk(old, now)]
}

const isSameContent = (one: PlannedContent | undefined, other: PlannedContent | undefined): boolean =>
  one !== undefined && other !== undefined && hasSameContent({ path: "", ...one }, { path: "", ...other })

/**
 * The difference of one file; a text that ends with a newline, or an empty one if nothing differs.
 *
 * @example
 * ```ts
 * import * as UnifiedDiff from "@dev-infra/templates/UnifiedDiff"
 *
 * const file = (text: string) => ({ mode: "file" as const, content: new TextEncoder().encode(text) })
 * export const text = UnifiedDiff.of({ path: "README.md", before: file("# api\n"), after: file("# API\n") })
 * ```
 * @category constructors
 */
export const of = (changed: Changed): string => {
  const { after, before, from, path } = changed
  const isLink = (file: PlannedContent | undefined) => file?.mode === "symlink"
  if (before !== undefined && after !== undefined && isLink(before) !== isLink(after)) {
    return `${of({ path: from ?? path, before, after: undefined })}${of({ path, before: undefined, after })}`
  }
  const hasNewMode = before?.mode !== after?.mode
  if (from === undefined && (before === after || (isSameContent(before, after) && !hasNewMode))) return ""
  const head = formatPatch({
    oldFileName: before === undefined ? "/dev/null" : `a/${from ?? path}`,
    newFileName: after === undefined ? "/dev/null" : `b/${path}`,
    oldHeader: undefined,
    newHeader: undefined,
    isGit: true,
    ...(before === undefined ? { isCreate: true } : {}),
    ...(after === undefined ? { isDelete: true } : {}),
    ...(from === undefined ? {} : { isRename: true }),
    ...(before !== undefined && hasNewMode ? { oldMode: gitModes[before.mode] } : {}),
    ...(after !== undefined && hasNewMode ? { newMode: gitModes[after.mode] } : {}),
    hunks: hunksOf(before, after)
  })
  return isText(before) && isText(after) ? head : `${head}Binary files differ\n`
}
