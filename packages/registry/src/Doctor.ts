/**
 * What is wrong with this machine's home and registry, and what would fix it. Everything is looked at offline; examining
 * changes nothing.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { Configuration } from "./Configuration.js"
import { DevInfraHome } from "./DevInfraHome.js"
import { type Finding, octal, type Repair, type RepairOutcome } from "./doctor/Finding.js"
import { examineConfiguration, examineHome, examineMachine } from "./doctor/HomeChecks.js"
import { examineLocks } from "./doctor/LockChecks.js"
import { examineRegistry } from "./doctor/RegistryChecks.js"
import { examineGh, examineGit } from "./doctor/ToolChecks.js"
import { folderMode, secretFileMode } from "./HomePaths.js"
import { Machine } from "./Machine.js"
import * as RegistryRepair from "./RegistryRepair.js"
import { RegistryStore } from "./RegistryStore.js"

export type { Finding, Repair, RepairOutcome, Subject } from "./doctor/Finding.js"

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Doctor from "@dev-infra/registry/Doctor"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const doctor = yield* Doctor.Doctor
 *   const findings = yield* doctor.examine
 *   return yield* doctor.repair(findings)
 * }).pipe(Effect.provide(Doctor.layerMemory([{ subject: "git", severity: "ok", what: "git version 2.47.3" }])))
 * ```
 *
 * @category tags
 */
export class Doctor extends Context.Tag("@dev-infra/registry/Doctor")<
  Doctor,
  {
    /** Everything that was found, also what is as it should be, in the order home, configuration, machine, registry, locks, tools. */
    readonly examine: Effect.Effect<ReadonlyArray<Finding>>
    /** Do what the findings say that can be done by itself; the others are passed over. One outcome for each that was tried. */
    readonly repair: (findings: ReadonlyArray<Finding>) => Effect.Effect<ReadonlyArray<RepairOutcome>>
  }
>() {}

/** Whether `repair` can do something about a finding. @category guards */
export const isRepairable = (finding: Finding): finding is Finding & { readonly repair: Repair } => finding.repair !== undefined

/** What a repair did, and where the copy is. */
interface Done {
  readonly what: string
  readonly copy?: string
}

const applyRepair = (repair: Repair) =>
  Effect.gen(function* () {
    switch (repair._tag) {
      case "ChangeMode": {
        yield* Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.chmod(repair.path, repair.mode))
        return { what: `set the permissions of ${repair.path} to ${octal(repair.mode)}` } satisfies Done
      }
      case "RemoveLock": {
        const isGone = yield* Effect.flatMap(FileLock, (locks) => locks.remove(repair.target))
        return { what: isGone ? `removed the lock of ${repair.target}` : `left the lock of ${repair.target}: a running process holds it now` } satisfies Done
      }
      case "RestoreRegistry": {
        const repaired = yield* RegistryRepair.repair(repair.path, repair.summary)
        return Option.match(repaired, {
          onNone: (): Done => ({ what: `left ${repair.path} as it is: it is no longer the file that was examined` }),
          onSome: ({ copy, plan }): Done => ({ what: `kept ${repair.path} as ${copy}, then: ${plan.summary}`, copy })
        })
      }
      case "SetAside": {
        const { backupsFolder } = yield* DevInfraHome
        const files = yield* LocalFiles
        const durable = yield* DurableFile.DurableFile
        const locks = yield* FileLock
        const name = repair.path.slice(repair.path.lastIndexOf("/") + 1)
        // Under the lock, so that it is nobody's work in progress.
        return yield* locks.withLock(repair.lockTarget, () =>
          Effect.gen(function* () {
            const content = yield* files.read(repair.path, Number.MAX_SAFE_INTEGER)
            if (Option.isNone(content)) return { what: `${repair.path} is gone already` } satisfies Done
            const copy = yield* durable.keep(`${backupsFolder}/${name}`, content.value.bytes, { mode: secretFileMode, folderMode })
            yield* files.remove(repair.path)
            return { what: `moved ${repair.path} to ${copy}`, copy } satisfies Done
          })
        )
      }
    }
  })

/**
 * The doctor for the home, registry and tools that the other layers name.
 *
 * @example
 * ```ts
 * import * as Doctor from "@dev-infra/registry/Doctor"
 * import * as Effect from "effect/Effect"
 *
 * const findings = Effect.flatMap(Doctor.Doctor, (doctor) => doctor.examine).pipe(Effect.provide(Doctor.layer))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<
  Doctor,
  never,
  | DevInfraHome
  | Configuration
  | Machine
  | RegistryStore
  | DurableFile.DurableFile
  | FileLock
  | LocalFiles
  | FileSystem.FileSystem
  | CommandExecutor
> = Layer.effect(
  Doctor,
  Effect.gen(function* () {
    const context = yield* Effect.context<
      | DevInfraHome
      | Configuration
      | Machine
      | RegistryStore
      | DurableFile.DurableFile
      | FileLock
      | LocalFiles
      | FileSystem.FileSystem
      | CommandExecutor
    >()
    return Doctor.of({
      examine: Effect.all([examineHome, examineConfiguration, examineMachine, examineRegistry, examineLocks, examineGit, examineGh], {
        concurrency: 4
      }).pipe(
        Effect.map((findings) => findings.flat()),
        Effect.provide(context)
      ),
      repair: (findings) =>
        Effect.forEach(findings.filter(isRepairable), (finding) =>
          applyRepair(finding.repair).pipe(
            Effect.map((done: Done): RepairOutcome => ({ _tag: "Repaired", finding, ...done })),
            Effect.catchAll((failure) => Effect.succeed<RepairOutcome>({ _tag: "NotRepaired", finding, detail: failure.message }))
          )
        ).pipe(Effect.provide(context))
    })
  })
)

/**
 * A doctor that finds what it is told, until it has repaired it.
 *
 * @category layers
 */
export const layerMemory = (findings: ReadonlyArray<Finding>): Layer.Layer<Doctor> =>
  Layer.effect(
    Doctor,
    Effect.gen(function* () {
      const left = yield* Ref.make(findings)
      return Doctor.of({
        examine: Ref.get(left),
        repair: (chosen) =>
          Effect.forEach(chosen.filter(isRepairable), (finding) =>
            Effect.as(
              Ref.update(left, (all) => all.filter((one) => one !== finding)),
              { _tag: "Repaired", finding, what: finding.fix ?? finding.what } satisfies RepairOutcome
            )
          )
      })
    })
  )
