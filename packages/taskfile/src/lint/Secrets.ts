/**
 * Secrets that become part of commands, where every list of processes shows them.
 *
 * @module
 */
import { planned, type Scope } from "../planning/Scope.js"
import { scopesOf } from "../planning/TaskScope.js"
import type { MergedTask, TaskGraph } from "../TaskGraph.js"
import type { TaskfileWarning } from "../Taskfile.js"
import type { Variables } from "../Variable.js"

const hasSecret = (variables: Variables): boolean => {
  for (const { secret } of variables.values()) if (secret) return true
  return false
}

const ofTask = (task: MergedTask, scope: Scope): ReadonlyArray<TaskfileWarning> =>
  task.task.commands.flatMap((command) => {
    if (command._tag !== "Shell") return []
    const names = scope.secretsIn(command.command)
    if (names.length === 0) return []
    return [
      {
        code: "SEC002",
        location: command.location,
        message: `the command of ${task.name} has the ${names.length === 1 ? "secret" : "secrets"} ${names.join(", ")} in its text, where every list of processes shows ${names.length === 1 ? "it" : "them"}`,
        suggestion: `give it with env: ${names.map((name) => `{${name}: '{{.${name}}}'}`).join(", ")} and write $${names[0] ?? ""}`
      }
    ]
  })

/** Commands whose templates render a secret variable. */
export const shownSecrets = (graph: TaskGraph): ReadonlyArray<TaskfileWarning> => {
  let scopes: ReturnType<typeof scopesOf> | undefined
  const areGlobal = hasSecret(graph.variables) || hasSecret(graph.environment)
  return [...graph.tasks.values()].flatMap((task) => {
    if (!areGlobal && !hasSecret(task.task.variables) && !hasSecret(task.includeVariables) && !hasSecret(task.taskfileVariables)) return []
    if (!task.task.commands.some((command) => command._tag === "Shell" && command.command.includes("{{"))) return []
    scopes ??= scopesOf(graph, {}, planned)
    return ofTask(task, scopes.of(task, undefined, [], new Map()).scope)
  })
}
