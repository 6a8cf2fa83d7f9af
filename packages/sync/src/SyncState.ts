/**
 * What a home remembers of its remotes between two syncs: the values at which both sides were last equal, what is being sent, and
 * what the user wants done with the next push. The port; `SyncStateFile` keeps it in `state/sync.json`.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const Json = Schema.Unknown as Schema.Schema<JsonValue> // what JSON.parse returns is JSON

const Fields = Schema.Record({ key: Schema.String, value: Json })

/**
 * The link of a project to its row, and per field the value at which both sides were last known to be equal. `confirmed` is the
 * highest counter of this machine that the row was seen to hold, `writes` those of all machines; `at` (ISO 8601, UTC) is when the base last moved.
 *
 * @category schemas
 */
export const Base = Schema.Struct({
  key: Schema.String,
  createdAt: Schema.NullOr(Schema.String),
  uid: Schema.String,
  fields: Fields,
  confirmed: Schema.Number,
  writes: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Number })),
  at: Schema.String
})
/** @category models */
export type Base = typeof Base.Type

/**
 * What is being sent: with which counter, and the shared fields as both sides will have them once it has arrived. `key` and `createdAt` say which row
 * answered, if one did.
 *
 * @category schemas
 */
export const Intent = Schema.Struct({
  counter: Schema.Number,
  uid: Schema.String,
  fields: Fields,
  key: Schema.optional(Schema.String),
  createdAt: Schema.optional(Schema.NullOr(Schema.String))
})
/** @category models */
export type Intent = typeof Intent.Type

/**
 * What the next push is to do. `seen` are the fields of the row when the user decided, `key` and `createdAt` say which row
 * it was. `Edit` is for projects that are not on this
 * machine; null in its patch takes a field away. `Recreate` makes again what was deleted, with the fields `seen`.
 *
 * @category schemas
 */
export const Pending = Schema.Union(
  Schema.Struct({
    _tag: Schema.Literal("Remove"),
    uid: Schema.String,
    name: Schema.String,
    seen: Fields,
    at: Schema.String,
    key: Schema.optional(Schema.String),
    createdAt: Schema.optional(Schema.NullOr(Schema.String))
  }),
  Schema.Struct({ _tag: Schema.Literal("Edit"), uid: Schema.String, name: Schema.String, seen: Fields, patch: Fields, at: Schema.String }),
  Schema.Struct({ _tag: Schema.Literal("Recreate"), uid: Schema.String, name: Schema.String, seen: Fields, at: Schema.String })
)
/** @category models */
export type Pending = typeof Pending.Type

/** A project that was deleted elsewhere and whose link was dropped here: it is not created again by itself. @category schemas */
export const Dropped = Schema.Struct({ uid: Schema.String, name: Schema.String, at: Schema.String })
/** @category models */
export type Dropped = typeof Dropped.Type

/** Everything about one remote; `bases`, `intents`, `dropped` and `decisions` by the id of the project. @category schemas */
export const RemoteState = Schema.Struct({
  /** the machine that wrote this; for another one its bases count as lost */
  machine: Schema.String,
  /** the last counter given to a write */
  counter: Schema.Number,
  bases: Schema.Record({ key: Schema.String, value: Base }),
  intents: Schema.Record({ key: Schema.String, value: Intent }),
  pending: Schema.Array(Pending),
  dropped: Schema.Record({ key: Schema.String, value: Dropped })
})
/** @category models */
export type RemoteState = typeof RemoteState.Type

/** The remote that was last asked: where it was, which it is, and what its adapter remembers of it. @category schemas */
export const Current = Schema.Struct({ address: Schema.String, instance: Schema.String, note: Json })
/** @category models */
export type Current = typeof Current.Type

/** The whole. `remotes` by instance. @category schemas */
export const StateDocument = Schema.Struct({
  version: Schema.Literal(1),
  current: Schema.NullOr(Current),
  remotes: Schema.Record({ key: Schema.String, value: RemoteState })
})
/** @category models */
export type StateDocument = typeof StateDocument.Type

/** Nothing is remembered. @category constants */
export const empty: StateDocument = { version: 1, current: null, remotes: {} }

/** What is remembered of a remote that was never asked. @category constructors */
export const fresh = (machine: string): RemoteState => ({ machine, counter: 0, bases: {}, intents: {}, pending: [], dropped: {} })

/**
 * The state is there but cannot be read. It is never written over: `path` says where it is, `detail` what is wrong.
 *
 * @category errors
 */
export class SyncStateUnreadable extends Schema.TaggedError<SyncStateUnreadable>("@dev-infra/sync/SyncStateUnreadable")("SyncStateUnreadable", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.path} cannot be read (${this.detail}): put back a copy, or move it away; without it, differences show as conflicts and nothing is lost`
  }
}

/** @category errors */
export type SyncStateError = SyncStateUnreadable | FileFailure | LockUnavailable

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { SyncState } from "@dev-infra/sync/SyncState"
 * import * as Effect from "effect/Effect"
 *
 * export const lastRemote = Effect.gen(function* () {
 *   const state = yield* SyncState
 *   return (yield* state.read).current?.address
 * })
 * ```
 */
export class SyncState extends Context.Tag("@dev-infra/sync/SyncState")<
  SyncState,
  {
    /** What is remembered; {@link empty} if nothing is. */
    readonly read: Effect.Effect<StateDocument, SyncStateError>
    /** Read, change and store as one step. Returning the same document stores nothing. Durable when it returns. */
    readonly modify: (change: (document: StateDocument) => StateDocument) => Effect.Effect<StateDocument, SyncStateError>
  }
>() {}

/**
 * What is remembered as long as the layer lives. It goes through the same text as a file does, so that what a file could not hold does not
 * survive here either.
 *
 * @param initial what is remembered at first; nothing by default
 * @category layers
 * @example
 * ```ts
 * import * as SyncState from "@dev-infra/sync/SyncState"
 *
 * const state = SyncState.layerMemory()
 * ```
 */
export const layerMemory = (initial: StateDocument = empty): Layer.Layer<SyncState> =>
  Layer.sync(SyncState, () => {
    let text = JSON.stringify(initial)
    const current = () => JSON.parse(text) as StateDocument // nothing but documents is stored
    return {
      read: Effect.sync(current),
      modify: (change) =>
        Effect.sync(() => {
          const before = current()
          const after = change(before)
          if (after !== before) text = JSON.stringify(after)
          return after
        })
    }
  })
