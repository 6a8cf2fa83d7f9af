import type { Effect } from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as StatusChange from "../../StatusChange.js"
import type { ArchiveInput } from "./command.js"

/** Put projects away. @category commands */
export const run = (input: ArchiveInput): Effect<void, CommandError, CommandServices> =>
  StatusChange.run(input, { command: "archive", status: "archived", done: "archived", already: "is archived already" })
