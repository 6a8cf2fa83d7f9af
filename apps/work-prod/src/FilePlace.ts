/**
 * Files that a line names.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { resolve } from "node:path"
import { UsageError } from "./CommandError.js"
import { Surroundings } from "./Surroundings.js"

/**
 * The absolute path of a file that was named.
 *
 * @param text what was typed
 * @param command which asks, for the hint where to read on
 * @category places
 */
export const absolute = (text: string, command: ReadonlyArray<string>): Effect.Effect<string, UsageError, Surroundings> =>
  Effect.flatMap(Surroundings, ({ workingFolder }) =>
    text === "" || text.includes("\0") || text.endsWith("/") ? Effect.fail(new UsageError({ command, what: `"${text}" is no name of a file` })) : Effect.succeed(resolve(workingFolder, text))
  )
