/**
 * Answers with many projects.
 *
 * @module
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ProjectPage } from "../Projects.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as Answer from "./Answer.js"
import { TextStream } from "./TextStream.js"

/** What HEAD is answered: the headers of a list, without looking at any project. @category constants */
export const head: HttpServerResponse.HttpServerResponse = Answer.empty(200, { "content-type": "application/json", ...Answer.perMachineAndEncoding })

/** One page. @category constructors */
export const page = ({ projects, next }: ProjectPage): HttpServerResponse.HttpServerResponse =>
  Answer.json(200, `{"next_cursor":${JSON.stringify(next)},"projects":[${projects.join(",")}]}`, Answer.perMachineAndEncoding)

/**
 * A bare list, sent while it is read. Nothing is sent before the first piece is there, so that a list that cannot be read at all
 * is an error like others.
 *
 * @param pieces JSON objects joined by commas
 * @category constructors
 */
export const whole = (pieces: Stream.Stream<string, StorageFailure>): Effect.Effect<HttpServerResponse.HttpServerResponse, StorageFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const pull = yield* Stream.toPull(pieces)
    const next = Effect.catchAll(
      Effect.map(pull, Option.some),
      Option.match({ onNone: () => Effect.succeedNone, onSome: (failure: StorageFailure) => Effect.fail(failure) })
    )
    const first = Option.getOrElse(Option.map(yield* next, Chunk.join(",")), () => "")
    const second = first === "" ? Option.none() : yield* next
    if (Option.isNone(second)) return Answer.json(200, `[${first}]`, Answer.perMachineAndEncoding)
    return HttpServerResponse.raw(new TextStream({ first: `[${first},${Chunk.join(second.value, ",")}`, pull }), {
      status: 200,
      contentType: "application/json",
      headers: Answer.perMachineAndEncoding
    })
  })
