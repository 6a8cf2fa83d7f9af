/**
 * Commands in memory, with a `Sync` that says what the test wants: what they show, and how they end.
 */
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import type { FieldState } from "@dev-infra/sync/Comparison"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { Sync, type SyncItem, type SyncReport, type SyncShape } from "@dev-infra/sync/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { defaults, GlobalFlags, type GlobalValues } from "../../src/GlobalFlags.js"
import * as Output from "../../src/Output.js"
import * as Progress from "../../src/Progress.js"
import * as Prompt from "../../src/Prompt.js"
import * as StandardStreams from "../../src/StandardStreams.js"
import * as Surroundings from "../../src/Surroundings.js"

export const id = (number: number) => `11111111-1111-4111-8111-${String(number).padStart(12, "0")}`

export const entry = (number: number, name: string, more: { readonly [field: string]: JsonValue } = {}): { readonly [field: string]: JsonValue } => ({
  id: id(number),
  name,
  path: `/code/${name}`,
  template: "unknown",
  version: "unknown",
  status: "active",
  ...more
})

export interface Setting {
  /** a real engine and its registry instead */
  readonly machine?: Context.Context<Sync | Registry.Registry>
  /** this home synced before */
  readonly known?: boolean
  readonly environment?: { readonly [name: string]: string }
  readonly sync?: Partial<SyncShape>
  readonly projects?: ReadonlyArray<JsonValue>
  readonly terminal?: boolean
  readonly columns?: number
  readonly answers?: ReadonlyArray<string>
  readonly flags?: Partial<GlobalValues>
}

/** Everything that is there for a command. */
type Services =
  | Sync
  | Registry.Registry
  | LocalFiles.LocalFiles
  | DevInfraHome.DevInfraHome
  | MetadataFile.MetadataFile
  | Output.Output
  | Progress.Progress
  | Prompt.Prompt
  | GlobalFlags
  | Surroundings.Surroundings
  | StandardStreams.StandardStreams

/** Run a command; `code` is 0 where it says nothing of it. */
export const shown = <E>(
  setting: Setting,
  command: Effect.Effect<number | void, E, Services>
): Effect.Effect<{ readonly stdout: string; readonly stderr: string; readonly code: number }, E> =>
  Effect.gen(function* () {
    const written: StandardStreams.Written = { stdout: "", stderr: "" }
    const outside = Layer.mergeAll(
      StandardStreams.layerMemory(written, { ...setting, columns: setting.columns ?? 120 }),
      Surroundings.layerMemory({ NO_COLOR: "1", ...setting.environment }),
      Layer.succeed(GlobalFlags, { ...defaults, ...setting.flags })
    )
    const store = Layer.mergeAll(
      RegistryStore.layerMemory({ version: "1.0", projects: setting.projects ?? [], rest: {} }),
      Machine.layerMemory,
      IdGenerator.layerMemory,
      LocalFiles.layerMemory(setting.known === false ? {} : { "/home/user/.dev-infra/state/sync.json": "{}" }),
      DevInfraHome.layerMemory
    )
    const services = Layer.mergeAll(
      Layer.provideMerge(Layer.mergeAll(Output.layer, Progress.layer, Prompt.layer), outside),
      Layer.provideMerge(Registry.layer, store),
      MetadataFile.layerMemory,
      Layer.mock(Sync, setting.sync ?? {})
    )
    const ownServices = yield* Layer.build(services)
    const code = yield* Effect.provide(command, setting.machine === undefined ? ownServices : Context.merge(ownServices, setting.machine))
    return { ...written, code: code ?? 0 }
  }).pipe(Effect.scoped)

/** A report of nothing, with what a test adds. */
export const report = (more: Partial<Omit<SyncReport, "counts">> & { readonly counts?: Partial<SyncReport["counts"]> } = {}): SyncReport => ({
  command: "push",
  dryRun: false,
  address: "work-prod.example",
  instance: "i-1",
  items: [],
  problems: [],
  unreadable: [],
  duplicates: [],
  ...more,
  counts: { created: 0, updated: 0, deleted: 0, taken: 0, unchanged: 0, refused: 0, conflicts: 0, notLocal: 0, ...more.counts }
})

export const item = (number: number, name: string, action: SyncItem["action"], more: Partial<SyncItem> = {}): SyncItem => ({ id: id(number), name, action, fields: [], ...more })

export const field = (name: string, state: FieldState["state"], local: JsonValue, remote: JsonValue, more: Partial<FieldState> = {}): FieldState => ({ field: name, state, local, remote, ...more })

export const row = (number: number, name: string, more: Partial<RemoteEntry> = {}): RemoteEntry => ({
  key: String(number),
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-02T00:00:00Z",
  uid: id(number),
  writes: {},
  locations: [],
  deletedAt: null,
  native: null,
  ...more,
  fields: { name, status: "active", ...more.fields }
})
