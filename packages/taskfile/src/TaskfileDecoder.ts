/**
 * Reads the text of a Taskfile.
 *
 * @module
 */
import * as Either from "effect/Either"
import { decodeTaskfile } from "./decode/Document.js"
import type { Taskfile, TaskfileWarning } from "./Taskfile.js"
import type { TaskfileInvalid, TaskfileVersion, Unsupported } from "./TaskfileError.js"

/** A Taskfile, and what is odd in it. @category models */
export interface Decoded {
  readonly taskfile: Taskfile
  readonly warnings: ReadonlyArray<TaskfileWarning>
}

/** A text without a Taskfile in it, of at most 10 MiB; longer ones are refused. @category constructors */
export const sizeLimit = 10 * 1024 * 1024

/**
 * Reads a text, with every short and long form of version 3. The first thing that is wrong is the error, with its place and the lines around it; what only
 * looks odd comes as warnings. `file` is an absolute path or a URL; it is only named, never opened.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as TaskfileDecoder from "@dev-infra/taskfile/TaskfileDecoder"
 * import * as Either from "effect/Either"
 *
 * const decoded = TaskfileDecoder.decode("version: '3'\ntasks: { build: make }\n", "/srv/shop/Taskfile.yml")
 * export const names = Either.map(decoded, ({ taskfile }) => [...taskfile.tasks.keys()]) // build
 * ```
 */
export const decode = (text: string, file: string): Either.Either<Decoded, TaskfileInvalid | TaskfileVersion | Unsupported> => decodeTaskfile(text, file, sizeLimit)
