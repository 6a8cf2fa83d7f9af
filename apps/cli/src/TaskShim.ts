/**
 * `task` within the commands of tasks: the program that runs them.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { Surroundings } from "./Surroundings.js"
import * as TaskSettings from "./TaskSettings.js"

/** What a run is given of it; the names are those of `RunOptions`. @category models */
export interface TaskShim {
  readonly executable: string
  readonly shimFolder: string
  /** that of this process, with what the `task` of commands is to know */
  readonly environment: { readonly [name: string]: string }
}

/** @category constructors */
export const make = (settings: TaskSettings.TaskSettings): Effect.Effect<TaskShim, never, Surroundings> =>
  Effect.map(Surroundings, ({ environment, runtime, taskFolder }) => {
    const inherited = Object.entries(environment).flatMap(([name, value]): ReadonlyArray<readonly [string, string]> => (value === undefined ? [] : [[name, value]]))
    const handed = new Map([...inherited, ["DEV_INFRA_NODE", runtime], [TaskSettings.variable, TaskSettings.write(settings)]])
    return { executable: "task", shimFolder: taskFolder, environment: Object.fromEntries(handed) }
  })
