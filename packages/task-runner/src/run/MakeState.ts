/**
 * The state with which a run begins.
 *
 * @module
 */
import { FileSystem } from "@effect/platform/FileSystem"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import { Fingerprints } from "../Fingerprints.js"
import type { RunOptions, RunServices } from "../RunOptions.js"
import { Shell } from "../Shell.js"
import { TaskOutput } from "../TaskOutput.js"
import { TaskPrompts } from "../TaskPrompts.js"
import { makeTexts } from "../variables/Texts.js"
import { globalLayers, isSecretName } from "./GlobalLayers.js"
import type { Bare, Failure, Processes, RunState } from "./RunState.js"
import { hide } from "./Secrets.js"

const withShim = (environment: { readonly [name: string]: string }, folder: string | undefined): { readonly [name: string]: string } => {
  const clean = Object.fromEntries(Object.entries(environment).filter(([, value]) => typeof value === "string"))
  if (folder === undefined) return clean
  const path = clean["PATH"]
  return { ...clean, PATH: path === undefined || path === "" ? folder : `${folder}:${path}` }
}

/** Everything that is the same for all tasks of a run. `processes` says what may be started at all. */
export const makeState = (graph: TaskGraph, options: RunOptions, processes: Processes): Effect.Effect<RunState, Failure, RunServices> =>
  Effect.gen(function* () {
    const world: TemplateWorld = { ...options.world, environment: options.environment, workingDirectory: options.workingDirectory }
    const bare: Bare = {
      graph,
      options,
      processes,
      world,
      texts: makeTexts(world),
      shell: yield* Shell,
      output: yield* TaskOutput,
      fingerprints: yield* Fingerprints,
      prompts: yield* TaskPrompts,
      sources: yield* TaskfileSources,
      files: yield* FileSystem,
      environment: withShim(options.environment, options.shimFolder),
      slots: options.concurrency !== undefined && options.concurrency > 0 ? yield* Effect.makeSemaphore(options.concurrency) : undefined,
      calls: new Map(),
      executions: new Map(),
      answers: new Map(),
      given: new Map(),
      asking: yield* Effect.makeSemaphore(1),
      ran: [],
      secrets: new Set()
    }
    const state = { ...bare, ...(yield* globalLayers(bare)) }
    yield* hide(
      state,
      [...options.variables].flatMap(([name, value]) => (isSecretName(graph, name) ? [value] : []))
    )
    return state
  })
