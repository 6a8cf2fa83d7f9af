/**
 * What runs tasks: the computer's bash, this terminal, the files below `.task`.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { Fingerprints } from "@dev-infra/task-runner/Fingerprints"
import * as FingerprintsLive from "@dev-infra/task-runner/FingerprintsLive"
import type { RunningGroups, Shell } from "@dev-infra/task-runner/Shell"
import * as ShellLive from "@dev-infra/task-runner/ShellLive"
import type { TaskOutput } from "@dev-infra/task-runner/TaskOutput"
import * as TaskOutputLive from "@dev-infra/task-runner/TaskOutputLive"
import type { TaskPrompts } from "@dev-infra/task-runner/TaskPrompts"
import * as Layer from "effect/Layer"
import type { GlobalFlags } from "./GlobalFlags.js"
import type { StandardStreams } from "./StandardStreams.js"
import * as TaskPrompting from "./TaskPrompting.js"

/** What {@link layer} offers. @category models */
export type TaskRunServices = Shell | RunningGroups | TaskOutput | Fingerprints | TaskPrompts | FileSystem

/** @category layers */
export const layer = (options: { readonly color: boolean }): Layer.Layer<TaskRunServices, never, StandardStreams | GlobalFlags> =>
  Layer.mergeAll(ShellLive.layer, TaskOutputLive.layerWith(options), FingerprintsLive.layer, TaskPrompting.layer, NodeFileSystem.layer)
