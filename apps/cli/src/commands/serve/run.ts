import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as HomeServerServices from "../../HomeServerServices.js"
import { Output } from "../../Output.js"
import { type SafeText, text } from "../../SafeText.js"
import * as HomeDatabase from "../../server/HomeDatabase.js"
import * as ServerStart from "../../server/ServerStart.js"
import { Surroundings } from "../../Surroundings.js"
import type { ServeInput } from "./command.js"

/** A line of the log. */
const note = (line: SafeText) =>
  Effect.gen(function* () {
    const output = yield* Output
    const now = yield* Clock.currentTimeMillis
    yield* output.message(text`${new Date(now).toISOString()} ${line}`)
  })

/** Serve, unless another server does so already. @category commands */
export const run = (input: ServeInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { stopRequested } = yield* Surroundings
      const serving = yield* ServerStart.inThisProcess({ port: Option.getOrElse(input.port, () => ServerStart.defaultPort), kind: "background" })
      if (serving.record !== undefined) return yield* note(text`process ${serving.record.pid} serves already at ${serving.url}`)
      yield* note(text`listening at ${serving.url}`)
      const isGone = yield* Effect.race(Effect.as(stopRequested, false), Effect.as(HomeDatabase.deleted, true))
      yield* note(text`${isGone ? "the database was deleted: " : ""}stopping`)
    })
  ).pipe(Effect.provide(HomeServerServices.layer))
