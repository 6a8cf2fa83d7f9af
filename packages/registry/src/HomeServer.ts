/**
 * Which work-prod server serves the database of this home: `state/server.json`, written by whoever starts one. It stays when
 * the server has ended, so that others can say how to start it again.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { LocalProcess, type ProcessState } from "@dev-infra/durable-files/LocalProcess"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { DevInfraHome } from "./DevInfraHome.js"
import { folderMode, secretFileMode } from "./HomePaths.js"

/**
 * How a server came to run: `once` for one command and gone with it, on a `terminal` until Ctrl-C, in the `background` until it
 * is told to stop, or as a `service` that others started.
 *
 * @category schemas
 */
export const ServerKind = Schema.Literal("once", "terminal", "background", "service")

/** @category models */
export type ServerKind = typeof ServerKind.Type

/**
 * A server: where it listens, which database it serves (the file with symbolic links followed, and `instance`, as the server says in
 * `/api/health`), which process it is, and since when (ISO 8601, UTC). `process` holds what makes its number mean something. Both
 * database and process count: a home that was copied holds the record of another home's server. `key` is the public part of the
 * key that was made for this home and stored in its configuration; another key there is one to somebody else's server.
 *
 * @category schemas
 */
export const ServerRecord = Schema.Struct({
  version: Schema.Literal(1),
  url: Schema.String,
  instance: Schema.String,
  database: Schema.String,
  kind: ServerKind,
  pid: Schema.Number,
  started: Schema.String,
  key: Schema.optional(Schema.String),
  process: Schema.Struct({
    host: Schema.String,
    boot: Schema.String,
    namespace: Schema.String,
    pid: Schema.Number,
    started: Schema.Number,
    command: Schema.String
  })
})

/** @category models */
export type ServerRecord = typeof ServerRecord.Type

const ServerRecordFromText = Schema.parseJson(ServerRecord)

/** What a server says of itself when it listens. @category models */
export interface Announcement {
  readonly url: string
  readonly instance: string
  readonly database: string
  readonly kind: ServerKind
}

/** The last server that was announced, and whether its process still runs. @category models */
export interface KnownServer {
  readonly record: ServerRecord
  readonly process: ProcessState
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { HomeServer } from "@dev-infra/registry/HomeServer"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const address = Effect.gen(function* () {
 *   const server = yield* HomeServer
 *   return Option.map(yield* server.known, ({ record }) => record.url)
 * })
 * ```
 */
export class HomeServer extends Context.Tag("@dev-infra/registry/HomeServer")<
  HomeServer,
  {
    /** The last one; none if there never was one, or if the file cannot be understood: the next server writes it again. */
    readonly known: Effect.Effect<Option.Option<KnownServer>, FileFailure>
    /** This process serves the database from now on. */
    readonly announce: (announcement: Announcement) => Effect.Effect<ServerRecord, FileFailure | LockUnavailable>
    /** This home's configuration now holds the key with this public part, to its own server. */
    readonly rememberKey: (key: string) => Effect.Effect<void, FileFailure | LockUnavailable>
  }
>() {}

/**
 * Announce a server, and again if the record is deleted, as long as the scope is open and the server of use. A record of another
 * server is left alone.
 *
 * @example
 * ```ts
 * import * as HomeServer from "@dev-infra/registry/HomeServer"
 * import * as Effect from "effect/Effect"
 *
 * export const serve = (announcement: HomeServer.Announcement, isThere: Effect.Effect<boolean>) =>
 *   Effect.scoped(Effect.zipRight(HomeServer.keepAnnounced(announcement, isThere), Effect.never))
 * ```
 *
 * @param isOfUse whether the database is still there
 * @category combinators
 */
export const keepAnnounced = <E, R>(
  announcement: Announcement,
  isOfUse: Effect.Effect<boolean, E, R>
): Effect.Effect<ServerRecord, FileFailure | LockUnavailable, HomeServer | R | Scope.Scope> =>
  Effect.gen(function* () {
    const server = yield* HomeServer
    const again = Effect.flatMap(server.known, (known) => (Option.isSome(known) ? Effect.void : Effect.asVoid(server.announce(announcement))))
    const record = yield* server.announce(announcement)
    yield* Effect.forkScoped(Effect.forever(Effect.delay(Effect.ignoreLogged(Effect.whenEffect(again, isOfUse)), "3 seconds")))
    return record
  })

const fileLimit = 65_536

const parse = (text: Option.Option<string>): Option.Option<ServerRecord> => Option.flatMap(text, Schema.decodeOption(ServerRecordFromText))

const make = (
  processes: LocalProcess["Type"],
  store: {
    readonly read: Effect.Effect<Option.Option<string>, FileFailure>
    /** Nothing is written where there is no new text. */
    readonly modify: (change: (text: Option.Option<string>) => Option.Option<string>) => Effect.Effect<void, FileFailure | LockUnavailable>
  }
): HomeServer["Type"] => {
  const change = (next: (before: Option.Option<ServerRecord>) => Option.Option<ServerRecord>) =>
    store.modify((text) => Option.map(next(parse(text)), (record) => `${JSON.stringify(record, null, 2)}\n`))
  return {
    known: Effect.flatMap(store.read, (text) =>
      Option.match(parse(text), {
        onNone: () => Effect.succeedNone,
        onSome: (record) => Effect.map(processes.state(record.process), (process) => Option.some({ record, process }))
      })
    ),
    announce: ({ database, instance, kind, url }) =>
      Effect.gen(function* () {
        const self = yield* processes.self
        const record: ServerRecord = { version: 1, url, instance, database, kind, pid: self.pid, started: DateTime.formatIso(yield* DateTime.now), process: self }
        yield* change((before) => Option.some({ ...record, ...Option.match(before, { onNone: () => ({}), onSome: ({ key }) => (key === undefined ? {} : { key }) }) }))
        return record
      }),
    rememberKey: (key) => change(Option.map((record) => ({ ...record, key })))
  }
}

/**
 * In `state/server.json` of the home, readable for its owner alone.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as HomeServer from "@dev-infra/registry/HomeServer"
 * import * as Layer from "effect/Layer"
 *
 * export const server = HomeServer.layer.pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, LocalProcess.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<HomeServer, never, DevInfraHome | DurableFile.DurableFile | LocalProcess> = Layer.effect(
  HomeServer,
  Effect.gen(function* () {
    const path = `${(yield* DevInfraHome).stateFolder}/server.json`
    const files = yield* DurableFile.DurableFile
    return make(yield* LocalProcess, {
      read: Effect.map(files.read(path, { limit: fileLimit }), Option.map(({ text }) => text)),
      modify: (change) =>
        files.modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: fileLimit }, (current) =>
          Effect.sync(() => ({ result: undefined, content: Option.getOrUndefined(change(Option.map(current, ({ text }) => text))) }))
        )
    })
  })
)

/**
 * A home whose servers are remembered as long as the layer lives.
 *
 * @example
 * ```ts
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as HomeServer from "@dev-infra/registry/HomeServer"
 * import * as Layer from "effect/Layer"
 *
 * const me = { host: "desk", boot: "b1", namespace: "", pid: 10, started: 100, command: "dev-infra" }
 * export const server = Layer.provide(HomeServer.layerMemory, LocalProcess.layerMemory(me, () => [me]))
 * ```
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<HomeServer, never, LocalProcess> = Layer.effect(
  HomeServer,
  Effect.gen(function* () {
    const stored = yield* Ref.make(Option.none<string>())
    return make(yield* LocalProcess, { read: Ref.get(stored), modify: (change) => Ref.update(stored, (text) => Option.orElse(change(text), () => text)) })
  })
)
