/** One machine: its registry, what it remembers of the index, and its working trees. */
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { IdGenerator } from "@dev-infra/metadata/IdGenerator"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import { Machine, MachineId } from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { type ProjectFile, ProjectFiles } from "@dev-infra/sync/ProjectFiles"
import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
import * as RemoteSnapshot from "@dev-infra/sync/RemoteSnapshot"
import * as Sync from "@dev-infra/sync/Sync"
import * as SyncLog from "@dev-infra/sync/SyncLog"
import * as SyncState from "@dev-infra/sync/SyncState"
import * as SyncTurn from "@dev-infra/sync/SyncTurn"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Clone, mainBranch } from "./GitWorld.js"
import type { Connection, Index } from "./Index.js"

/** Never leaves the machine: whoever sees it in the index has found a leak. */
export const secret = "never-leaves-the-machine"

/** The id of a machine by its number. */
export const machineId = (number: number): string => `${String(90 + number).padStart(8, "0")}-0000-4000-8000-000000000000`

/** A home with its working trees by their paths. `skew`: how many milliseconds its clock is off. */
export interface Home {
  readonly number: number
  readonly machine: string
  readonly folder: string
  readonly skew: number
  readonly clones: Map<string, Clone>
  readonly connection: Connection
  readonly registry: Context.Tag.Service<typeof Registry.Registry>
  readonly sync: Sync.SyncShape
  readonly log: Effect.Effect<ReadonlyArray<SyncLog.LogEntry>>
  readonly projects: Effect.Effect<ReadonlyArray<Project>>
  readonly context: Context.Context<SyncState.SyncState | RemoteSnapshot.RemoteSnapshot | SyncLog.SyncLog>
}

const fileOf = (clone: Clone | undefined, path: string): ProjectFile | undefined => {
  if (clone?.work === undefined) return undefined
  const { id: _, ...stated } = clone.work
  return { path: `${path}/.dev-infra.yml`, stated, ...(clone.branch === mainBranch ? {} : { branch: clone.branch }) }
}

const filesOf = (clones: ReadonlyMap<string, Clone>): Layer.Layer<ProjectFiles> =>
  Layer.succeed(ProjectFiles, {
    read: (projects) =>
      Effect.sync(() => ({
        files: new Map(projects.flatMap(({ id, path }) => {
          const file = fileOf(clones.get(path), path)
          return file === undefined ? [] : [[id, file] as const]
        })),
        problems: []
      })),
    write: ({ path }, patch: { readonly [field: string]: JsonValue }) =>
      Effect.sync(() => {
        clones.get(path)?.edit(patch)
        return `${path}/.dev-infra.yml`
      })
  })

/** What a copy of a home starts with. */
interface Copied {
  readonly folder: string
  readonly clones: ReadonlyMap<string, Clone>
  readonly layers: Layer.Layer<RegistryStore.RegistryStore | SyncState.SyncState | RemoteSnapshot.RemoteSnapshot | SyncLog.SyncLog>
}

const nothing = Layer.mergeAll(RegistryStore.layerMemory(), SyncState.layerMemory(), RemoteSnapshot.layerMemory, SyncLog.layerMemory)

const build = (index: Index, number: number, skew: number, copied: Copied | undefined) =>
  Effect.gen(function* () {
    const machine = machineId(number)
    const id = MachineId.make(machine)
    const identity = { id, syncId: id, previous: [], stored: true }
    const connection = yield* index.connect(machine, `machine ${number}`)
    const clones = new Map([...(copied?.clones ?? [])].map(([path, clone]) => [path, clone.copy()] as const))
    let ids = 0
    // The later a machine came, the smaller its ids: the id that survives is not always that of the first machine.
    const nextId = Effect.sync(() => ProjectId.make(`${String(20 - number).padStart(8, "0")}-0000-4000-8000-${String(++ids).padStart(12, "0")}`))
    const layers = Sync.layer.pipe(
      Layer.provideMerge(Registry.layer),
      Layer.provideMerge(
        Layer.mergeAll(
          copied?.layers ?? nothing,
          LocalFiles.layerMemory(),
          Layer.succeed(Machine, { identify: Effect.succeed(identity), ensure: Effect.succeed(identity) }),
          Layer.succeed(IdGenerator, { next: nextId }),
          filesOf(clones),
          SyncTurn.layerMemory,
          Layer.succeed(RemoteIndex, connection.remote)
        )
      )
    )
    const context = yield* Layer.build(layers)
    const registry = Context.get(context, Registry.Registry)
    const home: Home = {
      number,
      machine,
      folder: copied?.folder ?? `/home/${number}`,
      skew,
      clones,
      connection,
      registry,
      sync: Context.get(context, Sync.Sync),
      log: Effect.orDie(Context.get(context, SyncLog.SyncLog).read),
      projects: Effect.orDie(Effect.map(registry.list(), ({ projects }) => projects)),
      context
    }
    return home
  })

/** A machine with an empty home. */
export const make = (index: Index, number: number, skew: number) => build(index, number, skew, undefined)

/** Another machine, with a copy of everything that this one has. */
export const copy = (index: Index, number: number, home: Home) =>
  Effect.gen(function* () {
    const document = yield* Effect.orDie(home.registry.export)
    const state = yield* Effect.orDie(Context.get(home.context, SyncState.SyncState).read)
    const snapshots = Context.get(home.context, RemoteSnapshot.RemoteSnapshot)
    const entries = yield* home.log
    const instance = state.current?.instance
    const snapshot = instance === undefined ? Option.none() : yield* Effect.orDie(snapshots.read(instance))
    const filled = Layer.effectDiscard(
      Effect.gen(function* () {
        if (Option.isSome(snapshot)) yield* Effect.flatMap(RemoteSnapshot.RemoteSnapshot, (copies) => copies.write(snapshot.value))
        yield* Effect.flatMap(SyncLog.SyncLog, (log) => log.append(entries.map(({ record }) => record)))
      }).pipe(Effect.orDie)
    )
    const layers = Layer.provideMerge(
      filled,
      Layer.mergeAll(RegistryStore.layerMemory(document), SyncState.layerMemory(state), RemoteSnapshot.layerMemory, SyncLog.layerMemory)
    )
    return yield* build(index, number, home.skew, { folder: home.folder, clones: home.clones, layers })
  })
