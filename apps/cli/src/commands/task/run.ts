import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type { ExitCode } from "../../ExitCode.js"
import { read } from "./line.js"

/** Do what the words say. @category commands */
export const run = (words: ReadonlyArray<string>): Effect.Effect<ExitCode | void, CommandError, CommandServices> => Effect.asVoid(read(words))
