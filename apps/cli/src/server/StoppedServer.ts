/**
 * Stopping a server of this home that runs as a process of its own.
 *
 * @module
 */
import { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import type { ServerRecord } from "@dev-infra/registry/HomeServer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as BackgroundProcess from "../BackgroundProcess.js"
import { CommandFailed } from "../CommandError.js"

const isGone = (record: ServerRecord) => Effect.map(Effect.flatMap(LocalProcess, (processes) => processes.state(record.process)), (state) => state === "Gone")

/**
 * Ask it to stop and wait until its process has ended: running requests are let finish. Only for a server that was proved to be
 * that of this home.
 *
 * @category processes
 */
export const stop = (record: ServerRecord): Effect.Effect<void, CommandFailed, LocalProcess> =>
  Effect.gen(function* () {
    if (yield* isGone(record)) return
    const isAsked = yield* BackgroundProcess.askToStop(record.pid)
    if (!isAsked && !(yield* isGone(record))) {
      return yield* new CommandFailed({ what: `the server at ${record.url} (process ${record.pid}) could not be asked to stop`, why: "permission denied", hint: "stop it as the user who started it" })
    }
    const ended = yield* Effect.repeat(isGone(record), { until: (gone) => gone, schedule: Schedule.spaced("50 millis") }).pipe(Effect.timeoutOption("30 seconds"))
    if (Option.isNone(ended)) {
      return yield* new CommandFailed({ what: `the server at ${record.url} was asked to stop, but its process ${record.pid} still runs`, hint: `wait a little and try again; kill -9 ${record.pid} ends it at once, and loses nothing that was answered` })
    }
  })
