import type { ServerRecord } from "@dev-infra/registry/HomeServer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as HomeServerServices from "../../HomeServerServices.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { styled, text } from "../../SafeText.js"
import * as RunningServer from "../../server/RunningServer.js"
import * as StoppedServer from "../../server/StoppedServer.js"
import type { DownInput } from "./command.js"

const foreign = ({ pid, url }: ServerRecord): CommandFailed =>
  new CommandFailed({ what: `the server of this home was started by work-prod serve (process ${pid})`, where: url, hint: "stop it where it was started; dev-infra down stops those of dev-infra up" })

const notHere = ({ pid, process, url }: ServerRecord): CommandFailed =>
  new CommandFailed({ what: `the server of this home is process ${pid} of ${process.host}, another computer or container`, where: url, hint: "if it still runs, stop it there" })

const silent = ({ pid, url }: ServerRecord): CommandFailed =>
  new CommandFailed({
    what: `process ${pid}, which started the server of this home, still runs, but does not answer as that server`,
    where: url,
    hint: `it was left alone; wait a little and try again, or end it yourself: kill ${pid}`
  })

/** How many milliseconds a server that does not answer is given to end. */
const patience = 5000

/** What there is once nothing changes: a server that is stopping, as another `down` asked it to, answers no more and is gone in a moment. */
const settled = Effect.gen(function* () {
  const begun = yield* Clock.currentTimeMillis
  let state = yield* RunningServer.look
  while (state._tag === "Silent" && (yield* Clock.currentTimeMillis) - begun < patience) {
    yield* Effect.sleep("200 millis")
    state = yield* RunningServer.look
  }
  return state
})

/** Stop the server of this home, if there is one. @category commands */
export const run = (input: DownInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const state = yield* settled
    if (state._tag === "Nothing") {
      if (input.json) yield* output.json({ stopped: null })
      yield* output.message(text`No server of this home runs${state.record === undefined ? "" : ` (the last one was at ${state.record.url})`}.`)
      return
    }
    const { record } = state
    if (state._tag === "Elsewhere") return yield* notHere(record)
    if (state._tag === "Silent") return yield* silent(record)
    if (record.kind === "service") return yield* foreign(record)
    yield* StoppedServer.stop(record)
    if (input.json) yield* output.json({ stopped: { url: record.url, pid: record.pid } })
    yield* output.message(text`Stopped the server at ${record.url} (process ${record.pid}).`)
    yield* output.message(text`${yield* Next.line("up", "--detach")}   ${styled("dim", "starts it again")}`)
  }).pipe(Effect.provide(HomeServerServices.layer))
