/**
 * The part of `up` after registering: have a server, log in, push.
 *
 * @module
 */
import type { ServerRecord } from "@dev-infra/registry/HomeServer"
import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import { Sync, type SyncReport } from "@dev-infra/sync/Sync"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import { CommandFailed } from "../../CommandError.js"
import type * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import { text } from "../../SafeText.js"
import * as HomeDatabase from "../../server/HomeDatabase.js"
import * as OwnServer from "../../server/OwnServer.js"
import * as RunningServer from "../../server/RunningServer.js"
import * as ServerLogin from "../../server/ServerLogin.js"
import * as ServerStart from "../../server/ServerStart.js"
import { Surroundings } from "../../Surroundings.js"
import * as SyncAccess from "../../SyncAccess.js"
import * as SyncPrint from "../../SyncPrint.js"
import * as RemoteChoice from "./RemoteChoice.js"

/** For how long a server of this home is wanted: until this command ends, until Ctrl-C, or until `down`. @category models */
export type Lasting = "once" | "terminal" | "background"

/**
 * A server, as it is told. `pid` is that of another process of this user which runs it. `state`: what it is, in words.
 *
 * @category models
 */
export interface ServerText {
  readonly url: string
  /** it is that of this home */
  readonly own: boolean
  readonly state: string
  readonly pid: number | undefined
}

/** What there is now: a server in this `process`, one `beside` it that goes on, or one that others care for; and what was pushed. @category models */
export interface Together {
  readonly where: "process" | "beside" | "elsewhere"
  readonly server: ServerText
  readonly report: SyncReport
  readonly exitCode: ExitCode.ExitCode | undefined
}

const othersAre: { readonly [kind in ServerRecord["kind"]]: string } = {
  once: "running",
  background: "running",
  terminal: "running in another terminal",
  service: "run by work-prod serve"
}

const stateText = ({ isNew, record }: ServerStart.HomeServing, lasting: Lasting): string => {
  if (record !== undefined) return isNew ? "started" : othersAre[record.kind]
  return lasting === "once" ? "for this run" : "running"
}

const haveServer = (lasting: Lasting, port: number) =>
  lasting === "background" ? ServerStart.inBackground({ port }) : ServerStart.inThisProcess({ port, kind: lasting })

/** The variables count before what is stored, so a server elsewhere than they say would be of no use. */
const checkVariable = (url: string) =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const named = environment[WorkProdSettings.urlVariable]?.trim() ?? ""
    if (named === "" || named.replace(/\/+$/, "") === url) return
    return yield* new CommandFailed({ what: `the server of this home is at ${url} now`, why: `${WorkProdSettings.urlVariable} says ${named}`, hint: `unset ${WorkProdSettings.urlVariable}` })
  })

const logIn = ({ keys, url }: ServerStart.HomeServing) =>
  Effect.gen(function* () {
    const output = yield* Output
    const file = yield* HomeDatabase.file
    const { replaced } = yield* ServerLogin.logIn(url).pipe(
      Effect.catchTag("StorageFailure", (failure) => Effect.fail(OwnServer.tell(file, failure))),
      Effect.provide(keys)
    )
    if (replaced !== undefined) yield* output.message(text`The key that was stored ${replaced}, so a new one was made and stored.`)
  })

const push = Effect.gen(function* () {
  const report = yield* SyncAccess.use(SyncPrint.withProgress("pushing", (progress) => Effect.flatMap(Sync, (sync) => sync.push({ report: progress }))))
  return { report, exitCode: yield* SyncPrint.brief(report, "pushed") }
})

const told = (server: ServerText) => text`server: ${server.url} (${server.own ? "this home's, " : ""}${server.state})`

/** A home's own server looks like one that somebody set up once its record and its database are gone. */
const tellOwn = (url: string) => (failure: RemoteFailed) =>
  Effect.gen(function* () {
    const address = Either.getOrUndefined(ServerUrl.read(url, ""))
    if (failure.reason !== "Unreachable" || address?.isLoopback !== true || (yield* HomeDatabase.exists)) return
    const output = yield* Output
    yield* output.warning(text`if a server of this home was meant, which is gone from this disk: dev-infra logout, then dev-infra up starts a new one`)
  })

const configured = (url: string): ServerText => ({ url, own: false, state: "as configured", pid: undefined })

/**
 * Have a server for as long as the scope is open, log in to it, and push what is registered.
 *
 * @category steps
 */
export const take = (options: { readonly lasting: Lasting; readonly port: Option.Option<number> }) =>
  Effect.gen(function* () {
    const output = yield* Output
    const choice = yield* RemoteChoice.choose(options.port)
    if (choice._tag === "Configured") {
      const server = configured(choice.url)
      yield* output.message(told(server))
      return { where: "elsewhere", server, ...(yield* Effect.tapErrorTag(push, "RemoteFailed", tellOwn(choice.url))) } satisfies Together
    }
    const serving = yield* haveServer(options.lasting, choice.port)
    const server: ServerText = { url: serving.url, own: true, state: stateText(serving, options.lasting), pid: serving.record?.pid }
    yield* output.message(told(server))
    if (options.lasting === "background" && serving.record?.kind === "terminal") {
      yield* output.warning(text`that server ends with its terminal; for one that does not: dev-infra down, then dev-infra up --detach`)
    }
    yield* checkVariable(serving.url)
    yield* logIn(serving)
    return { where: serving.record === undefined ? "process" : "beside", server, ...(yield* push) } satisfies Together
  })

/**
 * The server that {@link take} would have, from what lies on this disk and runs on this computer.
 *
 * @category steps
 */
export const plan = (options: { readonly port: Option.Option<number> }) =>
  Effect.gen(function* () {
    const choice = yield* RemoteChoice.choose(options.port)
    if (choice._tag === "Configured") return configured(choice.url)
    const state = yield* RunningServer.look
    const isThere = state._tag === "Running" && state.record.kind !== "once"
    return isThere
      ? ({ url: state.record.url, own: true, state: othersAre[state.record.kind], pid: state.record.pid } satisfies ServerText)
      : ({ url: `http://127.0.0.1:${choice.port}`, own: true, state: "would be started", pid: undefined } satisfies ServerText)
  })

/** Say what {@link plan} found. @category steps */
export const show = (server: ServerText): Effect.Effect<void, never, Output> => Effect.flatMap(Output, (output) => output.message(text`${told(server)}; it would be pushed to`))
