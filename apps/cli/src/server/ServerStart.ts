/**
 * Having the server of this home: the one that runs, one in this process, or one in the background.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { HomeServer, ServerKind, ServerRecord } from "@dev-infra/registry/HomeServer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as BackgroundProcess from "../BackgroundProcess.js"
import { CommandFailed } from "../CommandError.js"
import { Output } from "../Output.js"
import { text } from "../SafeText.js"
import { Surroundings } from "../Surroundings.js"
import * as HomeDatabase from "./HomeDatabase.js"
import * as OwnServer from "./OwnServer.js"
import * as RunningServer from "./RunningServer.js"
import * as StoppedServer from "./StoppedServer.js"

/** A server of this home. `record` is that of another process, which goes on when this one ends. @category models */
export interface HomeServing extends OwnServer.Serving {
  readonly record: ServerRecord | undefined
  /** it was started just now */
  readonly isNew: boolean
}

/** What having a server needs. @category models */
export type ServerServices = DevInfraHome | DurableFile | HomeServer | LocalFiles | LocalProcess | Output | Surroundings

/** @category errors */
export type ServerError = CommandFailed | FileFailure | LockUnavailable

/** Where a server listens if nobody says otherwise. @category constants */
export const defaultPort = 5055

/** How long to wait for a server that is just starting or stopping, and for one that serves one other command. */
const patience = { starting: 15_000, brief: 180_000 } as const

const pause = Effect.sleep("100 millis")

/** The log of servers in the background. */
const logFile: Effect.Effect<string, never, DevInfraHome> = Effect.map(DevInfraHome, ({ logFolder }) => `${logFolder}/server.log`)

/** A server whose database was taken away serves nobody. */
const stopOrphan = (record: ServerRecord) =>
  Effect.gen(function* () {
    yield* StoppedServer.stop(record)
    yield* Effect.flatMap(Output, (output) => output.message(text`The database of the server at ${record.url} is gone, so that server was stopped, and another database is begun.`))
  })

/** The one that runs and will go on; else what is known of another one, which may be in the way for a while. */
const lasting = Effect.gen(function* () {
  const state = yield* RunningServer.look
  // Whether one that cannot be seen from here is in the way, the lock of the database says.
  if (state._tag !== "Running") return { record: undefined, other: state._tag === "Nothing" ? undefined : state.record, isBrief: false }
  if (!(yield* HomeDatabase.exists)) {
    yield* stopOrphan(state.record)
    return { record: undefined, other: undefined, isBrief: false }
  }
  const isBrief = state.record.kind === "once"
  return { record: isBrief ? undefined : state.record, other: state.record, isBrief }
})

const beside = (record: ServerRecord, isNew: boolean): Effect.Effect<HomeServing, ServerError, DevInfraHome | DurableFile | Scope.Scope> =>
  Effect.flatMap(OwnServer.keysBeside, ({ instance, keys }) =>
    instance === record.instance
      ? Effect.succeed({ url: record.url, instance, keys, record, isNew })
      : Effect.fail(new CommandFailed({ what: `the server at ${record.url} (process ${record.pid}) serves another database than the one of this home`, hint: "dev-infra down stops it; then run this again" }))
  )

const unreachable = (other: ServerRecord | undefined): CommandFailed =>
  new CommandFailed({
    what: "the database of this home's server is in use by another process, which does not answer",
    ...(other === undefined ? {} : { where: `${other.url}, process ${other.pid} on ${other.process.host}` }),
    hint: "wait until it has started or ended, then run this again"
  })

/** Try until there is a server; each attempt says whether there is one, or who else is in the way. */
const untilThere = <R>(attempt: Effect.Effect<HomeServing | { readonly other: ServerRecord | undefined }, ServerError, R>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const begun = yield* Clock.currentTimeMillis
    let isTold = false
    while (true) {
      const found = yield* attempt
      if ("url" in found) return found
      const { other } = found
      const waited = (yield* Clock.currentTimeMillis) - begun
      if (waited > (other?.kind === "once" ? patience.brief : patience.starting)) return yield* unreachable(other)
      if (!isTold && waited > 1000) {
        isTold = true
        yield* output.message(text`Waiting for another dev-infra up${other === undefined ? "" : ` (process ${other.pid})`}.`)
      }
      yield* pause
    }
  })

/**
 * The server that runs already, else one in this process, for as long as the scope is open.
 *
 * @category constructors
 */
export const inThisProcess = (options: { readonly port: number; readonly kind: Exclude<ServerKind, "service"> }): Effect.Effect<HomeServing, ServerError, ServerServices | Scope.Scope> =>
  untilThere(
    Effect.gen(function* () {
      const { other, record } = yield* lasting
      if (record !== undefined) return yield* beside(record, false)
      return yield* OwnServer.serve(options).pipe(
        Effect.map((serving): HomeServing => ({ ...serving, record: undefined, isNew: true })),
        Effect.catchTag("DatabaseInUse", () => Effect.succeed({ other }))
      )
    })
  )

/** The last line that a server wrote before it ended. */
const lastWords = Effect.gen(function* () {
  const files = yield* LocalFiles
  const content = yield* files.read(yield* logFile, 2 * 1024 * 1024).pipe(Effect.orElseSucceed(Option.none))
  const lines = Option.match(content, { onNone: () => [], onSome: ({ bytes }) => new TextDecoder().decode(bytes).trimEnd().split("\n") })
  return lines.findLast((line) => line.startsWith("error: "))?.slice("error: ".length)
})

/** Wait until the process that was started listens. No server comes of it if it ended because another one was quicker. */
const awaited = (child: BackgroundProcess.Background, log: string) =>
  Effect.gen(function* () {
    const begun = yield* Clock.currentTimeMillis
    while ((yield* Clock.currentTimeMillis) - begun < patience.starting + 5000) {
      const state = yield* RunningServer.look
      if (state._tag === "Running" && state.record.pid === child.pid) return yield* beside(state.record, true)
      const ended = child.ended()
      if (ended !== undefined) {
        if (state._tag === "Running") return { other: state.record }
        return yield* new CommandFailed({ what: "the server did not start", why: (yield* lastWords) ?? `it ended with ${ended.code ?? "a signal"}`, hint: `see ${log}` })
      }
      yield* pause
    }
    yield* BackgroundProcess.askToStop(child.pid)
    return yield* new CommandFailed({ what: "the server did not start in time", where: `process ${child.pid}`, hint: `see ${log}` })
  })

/** Start this program as a server. */
const start = (port: number) =>
  Effect.gen(function* () {
    const { environment, program } = yield* Surroundings
    const { folder } = yield* DevInfraHome
    const log = yield* logFile
    const { DEV_INFRA_API_KEY: _, ...others } = environment
    const child = yield* BackgroundProcess.start({ program, words: ["__serve", "--port", String(port)], environment: { ...others, DEV_INFRA_HOME: folder }, logFile: log })
    return yield* Effect.onInterrupt(awaited(child, log), () => BackgroundProcess.askToStop(child.pid))
  })

/**
 * The server that runs already, else one as a process of its own, which goes on when this one has ended.
 *
 * @category constructors
 */
export const inBackground = (options: { readonly port: number }): Effect.Effect<HomeServing, ServerError, ServerServices | Scope.Scope> =>
  untilThere(
    Effect.gen(function* () {
      const { isBrief, other, record } = yield* lasting
      if (record !== undefined) return yield* beside(record, false)
      return isBrief ? { other } : yield* start(options.port)
    })
  )
