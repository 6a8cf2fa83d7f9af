/**
 * Which server `up` is about: the one that the user set up, or that of this home.
 *
 * @module
 */
import * as Configuration from "@dev-infra/registry/Configuration"
import { HomeServer, type ServerRecord } from "@dev-infra/registry/HomeServer"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Surroundings } from "../../Surroundings.js"
import * as HomeDatabase from "../../server/HomeDatabase.js"
import * as OwnServer from "../../server/OwnServer.js"
import * as ServerLogin from "../../server/ServerLogin.js"
import * as ServerStart from "../../server/ServerStart.js"

/** `Own`: that of this home, which is to listen at `port`. `Configured`: somebody else's, which is only used. @category models */
export type RemoteChoice = { readonly _tag: "Own"; readonly port: number } | { readonly _tag: "Configured"; readonly url: string }

/**
 * Whether a key is one to this home's server: it was made for it, or its database knows it, be it valid or not. A key that somebody
 * logged in with says of a URL of this computer that it is the end of a tunnel.
 */
const isKeyOfHome = (key: Redacted.Redacted, record: ServerRecord | undefined) =>
  Effect.gen(function* () {
    if (record?.key !== undefined && Redacted.value(key).startsWith(`${record.key}_`)) return true
    if (!(yield* HomeDatabase.exists)) return false
    const file = yield* HomeDatabase.file
    const state = yield* Effect.scoped(
      Effect.flatMap(OwnServer.keysBeside, ({ keys }) => Effect.provide(Effect.mapError(ServerLogin.stateOf(key), (failure) => OwnServer.tell(file, failure)), keys))
    )
    return state !== "Unknown"
  })

const portOf = (url: string): number => {
  const { port, protocol } = new URL(url)
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)
}

/** The last server of this home; none if the record came with a copy of another home. */
const lastRecord = Effect.gen(function* () {
  const known = Option.getOrUndefined(yield* Effect.flatMap(HomeServer, (server) => server.known))
  return known !== undefined && known.record.database === (yield* HomeDatabase.file) ? known.record : undefined
})

/** At the port that was asked for, else where it was the last time. */
const own = (asked: Option.Option<number>, last: string | undefined): RemoteChoice => ({
  _tag: "Own",
  port: Option.getOrElse(asked, () => (last === undefined ? ServerStart.defaultPort : portOf(last)))
})

/**
 * Decide: a URL that is not that of this home's own server is one that the user set up.
 *
 * @param asked the port that the command line names
 * @category choices
 */
export const choose = (asked: Option.Option<number>) =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const { problems, stored } = yield* Effect.flatMap(Configuration.Configuration, (configuration) => configuration.list)
    const named = environment[WorkProdSettings.urlVariable]?.trim() ?? ""
    const problem = problems.find(({ key }) => key === "api.url")
    if (named === "" && problem !== undefined) return yield* problem
    const record = yield* lastRecord
    const text = named === "" ? stored["api.url"] : named
    if (text === undefined) return own(asked, record?.url)
    const url = Either.getOrUndefined(ServerUrl.read(text, named === "" ? "api.url" : WorkProdSettings.urlVariable))
    const key = environment[WorkProdSettings.keyVariable]?.trim() ? undefined : stored["api.key"]
    const isLast = url !== undefined && url.base === record?.url
    const isHere = key === undefined ? isLast : url?.isLoopback === true && (named === "" || isLast) && (yield* isKeyOfHome(key, record))
    if (isHere) return own(asked, record?.url ?? url?.base)
    // A URL that is none is told by sync itself.
    return { _tag: "Configured", url: url?.base ?? text } satisfies RemoteChoice
  })
