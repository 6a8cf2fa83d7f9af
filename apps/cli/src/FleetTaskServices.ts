/**
 * Everything that tasks of many projects take.
 *
 * @module
 */
import * as FleetRunJournalFile from "@dev-infra/task-runner/FleetRunJournalFile"
import type { FleetRunJournal } from "@dev-infra/task-runner/FleetRunJournal"
import * as FingerprintsLive from "@dev-infra/task-runner/FingerprintsLive"
import type { Fingerprints } from "@dev-infra/task-runner/Fingerprints"
import * as ShellLive from "@dev-infra/task-runner/ShellLive"
import type { Shell } from "@dev-infra/task-runner/Shell"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import type { InheritanceSourcesOptions } from "@dev-infra/inheritance/InheritanceSources"
import * as Trust from "@dev-infra/inheritance/Trust"
import { DevInfraHome, type HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RegistryServices from "./RegistryServices.js"
import type { Surroundings } from "./Surroundings.js"
import * as TaskServices from "./TaskServices.js"
import type { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type FleetTaskServices = Fingerprints | FleetRunJournal | FileSystem | LocalRegistry | Shell | TaskfileSources | Trust.Trust

/** The journal of runs is beside other logs. */
const journal = Layer.unwrapEffect(Effect.map(DevInfraHome, ({ logFolder }) => FleetRunJournalFile.layer(`${logFolder}/runs`)))

/** Taskfiles, the shell, decisions to trust, runs, and all that the registry is made of. Building it touches no file. @category layers */
export const layer = (options: InheritanceSourcesOptions): Layer.Layer<FleetTaskServices, HomeUnusable | UsageError, Surroundings> =>
  Layer.mergeAll(ShellLive.layer, FingerprintsLive.layer, Trust.layer, journal, TaskServices.readingWith(options)).pipe(
    Layer.provideMerge(NodeFileSystem.layer),
    Layer.provideMerge(RegistryServices.layer)
  )
