/**
 * Sync for commands that need it only sometimes: what it is made of is loaded when it is used, and whether there is anything to ask costs
 * one look at the disk.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { Sync } from "@dev-infra/sync/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CommandError } from "./CommandError.js"
import { Output } from "./Output.js"
import type * as SyncServices from "./SyncServices.js"

/**
 * Whether this home ever synced, so that something is known of a remote.
 *
 * @category reading
 */
export const isKnown: Effect.Effect<boolean, never, DevInfraHome | LocalFiles> = Effect.map(
  Effect.all([DevInfraHome, LocalFiles]),
  ([{ stateFolder }, { existing }]) => existing([`${stateFolder}/sync.json`])[0] === true
)

type Failure = Layer.Layer.Error<typeof SyncServices.layer>

/** What sync needs itself. */
type Needs = Layer.Layer.Context<typeof SyncServices.layer>

const ofThisUser: Effect.Effect<Layer.Layer<Sync, Failure, Needs>> = Effect.map(
  Effect.promise(() => import("./SyncServices.js")),
  ({ layer }) => Layer.map(layer, Context.pick(Sync))
)

/**
 * Use sync: the one that is there (of a command that syncs anyway, or of a test), else that of this user.
 *
 * @category reading
 */
export const use = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Failure, Exclude<R, Sync> | Needs> =>
  Effect.flatMap(Effect.serviceOption(Sync), (found): Effect.Effect<A, E | Failure, Exclude<R, Sync> | Needs> =>
    Option.isSome(found) ? Effect.provideService(effect, Sync, found.value) : Effect.flatMap(ofThisUser, (layer) => Effect.provide(effect, layer))
  )

/**
 * Use sync if this home ever synced; else it is none, and nothing is loaded.
 *
 * @category reading
 */
export const useKnown = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, E | Failure, Exclude<R, Sync> | Needs | DevInfraHome | LocalFiles> =>
  Effect.flatMap(isKnown, (known) => (known ? Effect.asSome(use(effect)) : Effect.succeedNone))

/** Failures to read or write what syncs remember. */
const ofMemory: ReadonlySet<CommandError["_tag"]> = new Set(["SyncStateUnreadable", "FileFailure", "LockUnavailable"])

/**
 * {@link useKnown} for commands that do their work without sync, too: that what syncs remember cannot be read is a warning for them.
 *
 * @category reading
 */
export const lookUp = <A, R>(
  effect: Effect.Effect<A, CommandError, R>
): Effect.Effect<Option.Option<A>, CommandError, Exclude<R, Sync> | Needs | DevInfraHome | LocalFiles | Output> =>
  Effect.catchAll(useKnown(effect), (error: CommandError) =>
    ofMemory.has(error._tag) ? Effect.flatMap(warnOf(error), () => Effect.succeedNone) : Effect.fail(error)
  )

const warnOf = (error: CommandError) =>
  Effect.gen(function* () {
    const output = yield* Output
    const { describe } = yield* Effect.promise(() => import("./ErrorReport.js"))
    yield* output.warning(describe(error))
  })
