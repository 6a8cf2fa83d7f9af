/**
 * Which machine this is, for ids that are derived from it and for telling machines apart.
 *
 * A home has one machine id. Before anything is stored it is derived from the host's own id, the host's name and the
 * path of the home (SHA-256, laid out as a version 8 UUID of RFC 9562), so that reading needs no write; the first write that
 * needs it stores exactly that id in `state/machine.json`. From then on it stays, whatever the host is called.
 *
 * The stored id is tied to the host by a salted hash of the host's own id. If that does not fit, the home was copied from
 * another host: a new id is derived and the old one is remembered as a previous one. A home copied to another folder of one
 * host keeps it: ids of projects are derived from it. A host without an id of its own cannot be checked.
 *
 * Other machines know this one by a second id, `syncId`, which is random and made with the first write. So a home that was deleted and
 * made again is another machine to them, although the ids of its projects are derived as before. A home that was copied gets a new one:
 * to another host (see above), or to another folder, if the folder that it comes from still is such a home.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { createHash, randomUUID } from "node:crypto"
import { DevInfraHome } from "./DevInfraHome.js"
import { folderMode, fromFolder, secretFileMode } from "./HomePaths.js"
import { HostIdentity } from "./HostIdentity.js"

/**
 * A UUID in its canonical lower-case form.
 *
 * @category schemas
 */
export const MachineId = Schema.String.pipe(
  Schema.pattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
    message: () => "a machine id is a UUID in lower case"
  }),
  Schema.brand("@dev-infra/registry/MachineId")
)

/** @category models */
export type MachineId = typeof MachineId.Type

/**
 * Who this machine is. `stored` is false as long as the id is only derived; `previous` are ids that this home had on other
 * hosts, oldest first. `syncId` is how other machines know this one; before it was made it is `id`, which is nobody's there.
 *
 * @category models
 */
export interface MachineIdentity {
  readonly id: MachineId
  readonly syncId: MachineId
  readonly previous: ReadonlyArray<MachineId>
  readonly stored: boolean
}

/**
 * `state/machine.json` is there but is not what this program writes. Nothing is written over it.
 *
 * @category errors
 */
export class MachineUnreadable extends Schema.TaggedError<MachineUnreadable>("@dev-infra/registry/MachineUnreadable")("MachineUnreadable", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Machine from "@dev-infra/registry/Machine"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const machine = yield* Machine.Machine
 *   const { id } = yield* machine.identify
 *   return id // the same now and after the first write
 * }).pipe(Effect.provide(Machine.layerMemory))
 * ```
 *
 * @category tags
 */
export class Machine extends Context.Tag("@dev-infra/registry/Machine")<
  Machine,
  {
    /** Who this machine is, without writing anything. */
    readonly identify: Effect.Effect<MachineIdentity, FileFailure | MachineUnreadable>
    /** The same, stored if it was not yet. Safe to call from many processes at once: they all store one id. */
    readonly ensure: Effect.Effect<MachineIdentity, FileFailure | LockUnavailable | MachineUnreadable>
  }
>() {}

/**
 * The file, version 1. `host` is absent if the host had no id of its own when it was written. `sync` and `folder` are absent in files of
 * the first versions.
 */
const StoredMachine = Schema.Struct(
  {
    version: Schema.Literal(1),
    id: MachineId,
    host: Schema.optional(Schema.String),
    sync: Schema.optional(MachineId),
    folder: Schema.optional(Schema.String),
    previous: Schema.optional(Schema.Array(MachineId))
  },
  { key: Schema.String, value: Schema.Unknown }
)
type StoredMachine = typeof StoredMachine.Type

const StoredMachineFromText = Schema.parseJson(StoredMachine)

const sha256 = (...parts: ReadonlyArray<string>): string => createHash("sha256").update(parts.join("\0")).digest("hex")

/**
 * The id that a home has before one was stored. `hostId` is the host's own id, absent where it has none.
 *
 * @category constructors
 */
export const deriveId = (options: { readonly hostId: string | undefined; readonly hostName: string; readonly folder: string }): MachineId => {
  const hex = sha256("dev-infra machine", options.hostId ?? "", options.hostName, options.folder)
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) & 3)).toString(16)
  return MachineId.make(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`)
}

/** The machine's id is the salt, so that one host's hash differs from home to home. */
const hashHost = (id: MachineId, hostId: string): string => sha256("dev-infra host", id, hostId)

/** What the file should say, and what it says of who we are. `isCopy`: the home that it was made for is still there. */
const settle = (
  stored: StoredMachine | undefined,
  host: { readonly hostId: string | undefined; readonly hostName: string },
  folder: string,
  isCopy: boolean
): { readonly file: StoredMachine; readonly identity: MachineIdentity } => {
  const bind = (id: MachineId) => (host.hostId === undefined ? {} : { host: hashHost(id, host.hostId) })
  const identity = (file: StoredMachine, isStored: boolean) => {
    const { sync, ...rest } = file
    const isOurs = sync !== undefined && isStored && !isCopy
    return {
      file: isOurs && file.folder === folder ? file : { ...rest, folder, ...(isOurs ? { sync } : {}) },
      identity: { id: file.id, syncId: isOurs ? sync : file.id, previous: file.previous ?? [], stored: isStored }
    }
  }
  if (stored === undefined) {
    const id = deriveId({ ...host, folder })
    return identity({ version: 1, id, ...bind(id) }, false)
  }
  if (host.hostId === undefined || stored.host === hashHost(stored.id, host.hostId)) return identity(stored, true)
  if (stored.host === undefined) return identity({ ...stored, ...bind(stored.id) }, true)
  const id = deriveId({ ...host, folder })
  const previous = [...(stored.previous ?? []).filter((one) => one !== id && one !== stored.id), stored.id]
  return identity({ ...stored, id, ...bind(id), previous }, false)
}

const fileLimit = 1024 * 1024

/**
 * The machine as `state/machine.json` of the home and the host's own id tell. One small read each, only when asked.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as HostIdentity from "@dev-infra/registry/HostIdentity"
 * import * as Machine from "@dev-infra/registry/Machine"
 * import * as Layer from "effect/Layer"
 *
 * const machine = Machine.layer.pipe(
 *   Layer.provide([DevInfraHome.layerMemory, HostIdentity.layerMemory({ hostName: "build-1" }), DurableFile.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<Machine, never, DevInfraHome | HostIdentity | DurableFile.DurableFile> = Layer.effect(
  Machine,
  Effect.gen(function* () {
    const home = yield* DevInfraHome
    const host = yield* HostIdentity
    const files = yield* DurableFile.DurableFile

    const decode = (snapshot: Option.Option<DurableFile.FileSnapshot>) =>
      Option.match(snapshot, {
        onNone: () => Effect.succeed(undefined),
        onSome: ({ text }) =>
          Schema.decodeUnknown(StoredMachineFromText)(text).pipe(
            Effect.mapError(
              () => new MachineUnreadable({ path: home.machineFile, detail: "is not the record of a machine id that this version writes" })
            )
          )
      })

    /** Whether the home that the record was made for is another one than this, and still is such a home. */
    const isCopy = (stored: StoredMachine | undefined) =>
      Effect.gen(function* () {
        if (stored?.sync === undefined || stored.folder === undefined || stored.folder === home.folder) return false
        const { machineFile } = fromFolder(stored.folder)
        const there = yield* files.read(machineFile, { limit: fileLimit })
        if (Option.isNone(there) || there.value.path === (yield* files.resolve(home.machineFile))) return false
        return Option.exists(Schema.decodeUnknownOption(StoredMachineFromText)(there.value.text), ({ sync }) => sync === stored.sync)
      }).pipe(
        // where it cannot be looked at, it is no home of this user
        Effect.orElseSucceed(() => false)
      )

    const decide = (stored: StoredMachine | undefined) =>
      Effect.gen(function* () {
        const hostId = Option.getOrUndefined(yield* host.hostId)
        return settle(stored, { hostId, hostName: host.hostName }, home.folder, yield* isCopy(stored))
      })

    return Machine.of({
      identify: Effect.gen(function* () {
        const stored = yield* decode(yield* files.read(home.machineFile, { limit: fileLimit }))
        return (yield* decide(stored)).identity
      }),
      ensure: Effect.gen(function* () {
        const before = yield* decode(yield* files.read(home.machineFile, { limit: fileLimit }))
        const settled = yield* decide(before)
        if (before !== undefined && settled.file === before) return settled.identity
        return yield* files.modify(
          home.machineFile,
          { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: fileLimit },
          (current) =>
            Effect.gen(function* () {
              const stored = yield* decode(current)
              const { file, identity } = yield* decide(stored)
              if (file === stored) return { result: identity, content: undefined }
              const sync = file.sync ?? MachineId.make(randomUUID())
              return { result: { ...identity, syncId: sync, stored: true }, content: `${JSON.stringify({ ...file, sync }, null, 2)}\n` }
            })
        )
      })
    })
  })
)

/**
 * A machine of this name that is remembered as long as the layer lives. One name always has the same ids.
 *
 * @example
 * ```ts
 * import * as Machine from "@dev-infra/registry/Machine"
 *
 * const [desk, laptop] = [Machine.layerMemoryNamed("desk"), Machine.layerMemoryNamed("laptop")]
 * ```
 *
 * @category layers
 */
export const layerMemoryNamed = (hostName: string): Layer.Layer<Machine> =>
  Layer.effect(
    Machine,
    Effect.gen(function* () {
      const stored = yield* Ref.make(false)
      const idOf = (folder: string) => deriveId({ hostId: "memory", hostName, folder })
      const [id, syncId] = [idOf("/home/user/.dev-infra"), idOf("sync")]
      const identify = Effect.map(Ref.get(stored), (isStored): MachineIdentity => ({ id, syncId: isStored ? syncId : id, previous: [], stored: isStored }))
      return Machine.of({ identify, ensure: Effect.zipRight(Ref.set(stored, true), identify) })
    })
  )

/**
 * A machine that is remembered as long as the layer lives.
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<Machine> = layerMemoryNamed("memory")
