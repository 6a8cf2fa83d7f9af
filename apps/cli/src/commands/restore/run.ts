import type { Effect } from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as StatusChange from "../../StatusChange.js"
import type { RestoreInput } from "./command.js"

/** Bring projects back. @category commands */
export const run = (input: RestoreInput): Effect<void, CommandError, CommandServices> =>
  StatusChange.run(input, { command: "restore", status: "restored", done: "restored", already: "is not archived" })
