/**
 * Answers with many projects.
 *
 * @module
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ProjectPage } from "../Projects.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as Answer from "./Answer.js"
import * as TextStream from "./TextStream.js"

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
    const next = yield* TextStream.open(pieces)
    const first = Option.getOrElse(yield* next, () => "")
    const second = first === "" ? Option.none() : yield* next
    if (Option.isNone(second)) return Answer.json(200, `[${first}]`, Answer.perMachineAndEncoding)
    return HttpServerResponse.raw(new TextStream.TextStream({ first: `[${first},${second.value}`, next }), {
      status: 200,
      contentType: "application/json",
      headers: Answer.perMachineAndEncoding
    })
  })
