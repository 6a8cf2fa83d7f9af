/**
 * The remote index of this user: the work-prod server that the settings name. Only `SyncServices` loads this, and only when the server is asked.
 *
 * @module
 */
import * as Configuration from "@dev-infra/registry/Configuration"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as HomeServer from "@dev-infra/registry/HomeServer"
import type { Machine } from "@dev-infra/registry/Machine"
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import { RemoteFailed, RemoteIndex, type RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import { SyncState } from "@dev-infra/sync/SyncState"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as RemoteSettings from "./RemoteSettings.js"
import * as OwnUrl from "./server/OwnUrl.js"
import { Surroundings } from "./Surroundings.js"
import * as ThisMachine from "./ThisMachine.js"

const notConfigured = new RemoteFailed({
  reason: "NotConfigured",
  address: "",
  detail: "no work-prod server is set up: run `dev-infra login URL`, or `dev-infra up` for one on this machine"
})

/** What to do about settings, where they do not say it themselves. */
const sentence = (error: { readonly _tag: string; readonly message: string }): string => {
  switch (error._tag) {
    case "ConfigurationUnreadable":
      return `${error.message}: correct it by hand; it was left as it is`
    case "ConfigurationInvalid":
      return `${error.message}: dev-infra config list shows all settings and where they come from`
    case "KeyNeedsHttps":
      return `${error.message} (dev-infra login --insecure, or DEV_INFRA_API_INSECURE=true for a URL of the environment)`
    default:
      return error.message
  }
}

/** Settings with which nothing can be asked. */
const unusable = (error: { readonly _tag: string; readonly message: string }) => new RemoteFailed({ reason: "NotConfigured", address: "", detail: sentence(error) })

/** What an earlier process found out about the server at this address. */
const knownFeatures = (address: string) =>
  Effect.flatMap(SyncState, (state) => state.read).pipe(
    Effect.map(({ current }) => (current === null || current.address !== address ? undefined : Option.getOrUndefined(WorkProdIndex.featuresOf(current.note)))),
    // The sync itself will say what is wrong with its state.
    Effect.orElseSucceed(() => undefined)
  )

/** How to get the home's own server back is more than that nobody answers. */
const ofOwnServer = (failed: RemoteFailed): RemoteFailed =>
  failed.reason === "Unreachable"
    ? new RemoteFailed({ reason: failed.reason, address: failed.address, detail: `the work-prod server of this machine is not running (${failed.address}): start it with \`${OwnUrl.start}\`` })
    : failed

const withOwnHint = (index: RemoteIndexShape): RemoteIndexShape => ({
  fetch: (known) => Effect.mapError(index.fetch(known), ofOwnServer),
  send: (operations, options) =>
    Effect.map(index.send(operations, options), (sent) => (sent.stopped === undefined ? sent : { ...sent, stopped: ofOwnServer(sent.stopped) })),
  watch: index.watch.pipe(
    Stream.map((news) => (news._tag === "Disconnected" ? { ...news, failure: ofOwnServer(news.failure) } : news)),
    Stream.mapError(ofOwnServer)
  )
})

const make = Effect.gen(function* () {
  const { environment } = yield* Surroundings
  const { name, uid } = yield* Effect.mapError(ThisMachine.identify, unusable)
  const machine = { name, uid }
  const found = yield* Effect.mapError(RemoteSettings.read(machine), unusable)
  if (Option.isNone(found)) return yield* notConfigured
  const { name: remoteName, settings } = found.value
  const { host } = settings.url
  const known = yield* knownFeatures(host)
  const client = Layer.mapError(NodeWorkProd.layer(settings, environment, { known }), unusable)
  const built = yield* Layer.build(Layer.provide(WorkProdIndex.layer({ address: host, machine, remoteName }), client))
  const index = Context.get(built, RemoteIndex)
  return (yield* OwnUrl.isOwn(settings.url.base)) ? withOwnHint(index) : index
})

/** What the settings are read from. */
const sources = Effect.map(Surroundings, ({ environment, homeFolder, workingFolder }) =>
  Layer.merge(Configuration.layer({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder }), HomeServer.layer)
)

/**
 * Make the index of the server that is set up. Nothing is asked yet; that no server is set up, or the settings are of no use, is the
 * failure.
 *
 * @category constructors
 */
export const open: Effect.Effect<
  RemoteIndexShape,
  RemoteFailed,
  DevInfraHome | DurableFile | FileSystem | LocalProcess | Machine | Scope.Scope | Surroundings | SyncState
> = Effect.flatMap(sources, (layer) => Effect.provide(make, layer))
