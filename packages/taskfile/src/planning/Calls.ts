/**
 * Which tasks a task calls, as far as it can be said without rendering anything.
 *
 * @module
 */
import type { TaskCall } from "../Task.js"
import type { MergedTask } from "../TaskGraph.js"

/** `isCertain`: nothing on the way can keep the call from happening, other than a failure. */
export interface StaticCall {
  readonly call: TaskCall
  readonly name: string
  readonly reason: "dependency" | "call"
  readonly isCertain: boolean
}

const isGuarded = ({ condition, loop, platforms }: TaskCall): boolean => condition !== undefined || platforms.length > 0 || loop !== undefined

/** Calls whose name is no template. */
export const callsOf = ({ resolve, task }: MergedTask): ReadonlyArray<StaticCall> => {
  const canEnd = task.condition !== undefined || task.platforms.length > 0
  const canBeDone = canEnd || task.status.length > 0 || task.sources.length > 0 || task.preconditions.length > 0 || task.prompts.length > 0 || task.requires.length > 0
  const found: Array<StaticCall> = []
  const add = (call: TaskCall, reason: StaticCall["reason"], isCertain: boolean): void => {
    if (!call.task.includes("{{")) found.push({ call, name: resolve(call.task), reason, isCertain: isCertain && !isGuarded(call) })
  }
  for (const call of task.dependencies) add(call, "dependency", !canEnd && task.requires.length === 0)
  for (const command of task.commands) if (command._tag === "Call") add(command, "call", !canBeDone && command.variables.size === 0)
  return found
}
