import * as Either from "effect/Either"
import type { Decoded } from "../TaskfileDecoder.js"
import { TaskfileInvalid, type TaskfileVersion, type Unsupported } from "../TaskfileError.js"

/** Soon. */
export const decodeTaskfile = (_text: string, file: string, _limit: number): Either.Either<Decoded, TaskfileInvalid | TaskfileVersion | Unsupported> =>
  Either.left(new TaskfileInvalid({ location: { file, line: 1, column: 1 }, problem: "not written yet", snippet: "" }))
