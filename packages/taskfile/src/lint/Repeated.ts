/**
 * Dependencies that several tasks of one run share: each runs them again.
 *
 * @module
 */
import { callsOf } from "../planning/Calls.js"
import type { TaskGraph } from "../TaskGraph.js"
import type { TaskfileWarning } from "../Taskfile.js"

/** Steps after which large graphs are left as they are. */
const most = 200_000

/** Tasks that two others depend on, both in one run, without `run: once`. */
export const repeatedDependencies = (graph: TaskGraph): ReadonlyArray<TaskfileWarning> => {
  const edges = new Map<string, ReadonlyArray<string>>()
  for (const task of graph.tasks.values()) {
    edges.set(
      task.name,
      callsOf(task).flatMap(({ call, name, reason }) => (reason === "dependency" && call.variables.size === 0 && graph.tasks.has(name) ? [name] : []))
    )
  }
  const found = new Map<string, readonly [string, string]>()
  let steps = 0
  for (const [start, own] of edges) {
    if (own.length < 2) continue
    const first = new Map<string, string>()
    const stack = [start]
    const seen = new Set(stack)
    for (let name = stack.pop(); name !== undefined && steps < most; name = stack.pop()) {
      for (const next of new Set(edges.get(name))) {
        steps += 1
        const before = first.get(next)
        if (before !== undefined && before !== name && !found.has(next)) found.set(next, [before, name])
        first.set(next, before ?? name)
        if (!seen.has(next)) {
          seen.add(next)
          stack.push(next)
        }
      }
    }
  }
  const usual = graph.root.taskfile.run ?? "always"
  return [...found].flatMap(([name, [one, other]]) => {
    const task = graph.tasks.get(name)
    if (task === undefined || (task.task.run ?? usual) !== "always" || (task.task.commands.length === 0 && task.task.dependencies.length === 0)) return []
    return [{ code: "RUN001", location: task.task.location, message: `${name} runs once for ${one} and once more for ${other}, at the same time`, suggestion: "run: once" }]
  })
}
