/**
 * Stack traces that name source files instead of places in the bundle.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { SourceMap } from "node:module"

const maps = new Map<string, SourceMap | undefined>()

const mapOf = (file: string): SourceMap | undefined => {
  if (!maps.has(file)) {
    try {
      maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8"))))
    } catch {
      // Without its map the bundle itself is named, which is better than nothing.
      maps.set(file, undefined)
    }
  }
  return maps.get(file)
}

/**
 * Replace every `bundle.cjs:line:column` in a stack trace by file, line and column of the source.
 *
 * @category stacks
 */
export const withSources = (stack: string): string =>
  stack.replace(/(\/[^\n()]*\/bundle-[0-9a-f]+\.cjs):(\d+):(\d+)/g, (place, file: string, line: string, column: string) => {
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1)
    return entry !== undefined && "originalSource" in entry ? `${entry.originalSource.replace(/^(?:\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : place
  })
