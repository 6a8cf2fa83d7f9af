/**
 * Answers with many projects.
 *
 * @module
 */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
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
export const whole = (pieces: Stream.Stream<string, StorageFailure>): Effect.Effect<HttpServerResponse.HttpServerResponse, StorageFailure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const close = Scope.close(scope, Exit.void)
      const next = yield* Scope.extend(TextStream.open(pieces), scope)
      const [first, second] = yield* Effect.onError(restore(firstTwo(next)), () => close)
      if (Option.isNone(second)) return yield* Effect.as(close, Answer.json(200, `[${first}]`, Answer.perMachineAndEncoding))
      return HttpServerResponse.raw(new TextStream.TextStream({ first: `[${first},${second.value}`, next, close }), {
        status: 200,
        contentType: "application/json",
        headers: Answer.perMachineAndEncoding
      })
    })
  )

const firstTwo = (next: TextStream.Next): Effect.Effect<readonly [string, Option.Option<string>], StorageFailure> =>
  Effect.flatMap(next, (first) => (Option.isNone(first) ? Effect.succeed(["", first] as const) : Effect.map(next, (second) => [first.value, second] as const)))
