/**
 * Whether anything of a project's tasks is secret, before they run.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import type { Variables } from "@dev-infra/taskfile/Variable"

const areSome = (variables: Variables): boolean => {
  for (const { secret } of variables.values()) if (secret) return true
  return false
}

/** Some variable is secret, in whatever task: then all that is printed has to be looked through. @category reading */
export const mayBeSecret = (graph: TaskGraph): boolean => {
  if (areSome(graph.variables) || areSome(graph.environment)) return true
  for (const { includeVariables, task, taskfileVariables } of graph.tasks.values()) {
    if ([includeVariables, taskfileVariables, task.variables, task.environment].some(areSome)) return true
    if ([...task.commands, ...task.dependencies].some((each) => each._tag !== "Shell" && areSome(each.variables))) return true
  }
  return false
}
