/**
 * The texts that Taskfiles were read from, as long as somebody has the Taskfile: for the lines around a problem that shows later.
 *
 * @module
 */
import type { SourceLocation } from "../SourceLocation.js"
import type { Taskfile } from "../Taskfile.js"
import { snippetOf } from "./Snippet.js"

const texts = new WeakMap<Taskfile, string>()

/** Keep the text of a file. */
export const remember = (taskfile: Taskfile, text: string): void => void texts.set(taskfile, text)

/** Empty if the file is none of these. */
export const snippetAt = (taskfiles: Iterable<Taskfile>, location: SourceLocation): string => {
  for (const taskfile of taskfiles) {
    const text = taskfile.file === location.file ? texts.get(taskfile) : undefined
    if (text !== undefined) return snippetOf(text, location.line, location.column)
  }
  return ""
}
