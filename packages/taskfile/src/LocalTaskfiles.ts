/**
 * Taskfiles of this computer.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { TaskfileSources } from "./TaskfileSources.js"

/** The parts of the port that know paths only: a program wraps them with what it knows of URLs and libraries. @category constructors */
export const local: TaskfileSources["Type"] = {
  find: () => Effect.succeed(Option.none()),
  read: () => Effect.fail({ reason: "NotFound" }),
  inherited: () => Effect.succeed([]),
  dotenv: () => Effect.succeed(Option.none())
}

/** @category layers */
export const layer: Layer.Layer<TaskfileSources> = Layer.succeed(TaskfileSources, local)
