/** Machines that share one remote, all in memory. */
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import { IdGenerator } from "@dev-infra/metadata/IdGenerator"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import { Machine, MachineId } from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
import * as ProjectFiles from "@dev-infra/sync/ProjectFiles"
import * as RemoteSnapshot from "@dev-infra/sync/RemoteSnapshot"
import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
import * as Sync from "@dev-infra/sync/Sync"
import * as SyncLog from "@dev-infra/sync/SyncLog"
import * as SyncState from "@dev-infra/sync/SyncState"
import * as SyncTurn from "@dev-infra/sync/SyncTurn"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const uuid = (group: number, number: number): string => `${String(group).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`

export type Remote = MemoryRemoteIndex.MemoryRemote["Type"]

/** A folder as a search finds it. */
export interface Folder {
  readonly repository?: string
  readonly id?: string
  readonly fields?: { readonly [field: string]: JsonValue }
}

/** One machine with its own home. */
export const makeMachine = (remote: Pick<Remote, "client">, number: number, machineNumber = number) =>
  Effect.gen(function* () {
    const id = MachineId.make(uuid(90 + machineNumber, 0))
    const identity = { id, syncId: id, previous: [], stored: true }
    let ids = 0
    const layers = Sync.layer.pipe(
      Layer.provideMerge(Registry.layer),
      Layer.provideMerge(
        Layer.mergeAll(
          RegistryStore.layerMemory(),
          LocalFiles.layerMemory(),
          Layer.succeed(Machine, { identify: Effect.succeed(identity), ensure: Effect.succeed(identity) }),
          Layer.succeed(IdGenerator, { next: Effect.sync(() => ProjectId.make(uuid(number, ++ids))) }),
          ProjectFiles.layerMemory(),
          SyncState.layerMemory(),
          RemoteSnapshot.layerMemory,
          SyncLog.layerMemory,
          SyncTurn.layerMemory,
          Layer.succeed(RemoteIndex, remote.client(id, `machine ${number}`))
        )
      )
    )
    const context = yield* Layer.build(layers)
    const registry = Context.get(context, Registry.Registry)
    const sync = Context.get(context, Sync.Sync)
    const projects = Effect.map(registry.list(), (listing) => listing.projects)
    const add = (name: string, folder: Folder = {}) =>
      Effect.gen(function* () {
        const path = AbsolutePath.make(`/home/${number}/${name}`)
        const candidates = yield* sync.recognise([
          {
            path,
            kind: "repository",
            ...(folder.repository === undefined ? {} : { repository: folder.repository }),
            ...(folder.id === undefined ? {} : { id: ProjectId.make(folder.id) }),
            fields: folder.fields ?? {},
            derived: { name }
          }
        ])
        const [outcome] = yield* registry.add(candidates)
        if (outcome === undefined || outcome._tag === "Refused") return yield* Effect.dieMessage(`${name} was refused`)
        yield* sync.registered([outcome.project.id])
        return outcome.project
      })
    const get = (name: string) =>
      Effect.flatMap(projects, (all) => {
        const project = all.find((one) => one.name === name)
        return project === undefined ? Effect.dieMessage(`there is no ${name} on machine ${number}`) : Effect.succeed(project)
      })
    const edit = (name: string, patch: { readonly [field: string]: JsonValue }) => Effect.flatMap(get(name), ({ id }) => registry.update([{ id, patch }]))
    const remove = (project: Project) => Effect.zipRight(registry.remove([{ id: project.id }]), sync.removed([project.id]))
    const stateOf = (name: string) => Effect.map(sync.status, (status) => status.projects.find((one) => one.name === name))
    const word = (name: string) => Effect.map(stateOf(name), (state) => state?.state)
    return {
      id,
      context,
      registry,
      sync,
      projects,
      add,
      get,
      edit,
      remove,
      stateOf,
      word,
      files: Context.get(context, ProjectFiles.MemoryProjectFiles),
      state: Context.get(context, SyncState.SyncState)
    }
  })

export type TestMachine = Effect.Effect.Success<ReturnType<typeof makeMachine>>

/** A remote that tells deletions, as ours, or does not, as 0.3.0. */
export const makeRemote = (options: MemoryRemoteIndex.ServerOptions = {}) => MemoryRemoteIndex.make(options)

/** A remote with two machines. */
export const twoMachines = (options: MemoryRemoteIndex.ServerOptions = {}) =>
  Effect.gen(function* () {
    const remote = yield* makeRemote(options)
    return { remote, one: yield* makeMachine(remote, 1), two: yield* makeMachine(remote, 2) }
  })
