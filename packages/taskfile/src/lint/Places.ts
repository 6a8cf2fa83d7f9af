/**
 * Where included files lie, and whether they stay what they are.
 *
 * @module
 */
import { isRemote, isWithin, normalize, resolve } from "../graph/Paths.js"
import type { TaskGraph } from "../TaskGraph.js"
import type { Include, TaskfileWarning } from "../Taskfile.js"

/** Files beside the repository: whatever somebody has checked out there is what runs. */
export const siblings = (graph: TaskGraph, repository: string): ReadonlyArray<TaskfileWarning> => {
  const folder = normalize(repository)
  return graph.nodes.flatMap(({ directory, origin, taskfile }) => {
    if (origin._tag !== "Local" || !isWithin(folder, taskfile.file)) return []
    return [...taskfile.includes.values()].flatMap((include) => {
      if (isRemote(include.taskfile) || include.taskfile.includes("{{") || include.taskfile.includes("$")) return []
      if (isWithin(folder, resolve(directory, include.taskfile))) return []
      return [
        {
          code: "INH004",
          location: include.location,
          message: `the include ${include.namespace} is a sibling path, ${include.taskfile}: it is unpinned, whatever is checked out there counts`,
          suggestion: `dev-infra inherit add ${include.namespace} --from URL@VERSION`
        }
      ]
    })
  })
}

/** The reference in the URL of a repository; undefined for what is none. */
const referenceOf = ({ taskfile }: Include): string | undefined => {
  const isRepository = /^(?:ssh|git|git\+[a-z]+):\/\//.test(taskfile) || /\.git(?:\/\/|\?|$)/.test(taskfile) || /^[\w.-]+@[\w.-]+:/.test(taskfile)
  return isRepository ? (/[?&]ref=([^&]*)/.exec(taskfile)?.[1] ?? "") : undefined
}

const isSteady = (reference: string): boolean => /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(reference) || /(?:^|[/_-])v?[0-9]+\.[0-9]+(?:\.[0-9]+)?(?:[-+.][\w.+-]*)?$/.test(reference)

/** Repositories without a version, or with a branch for one. */
export const unsteadyReferences = (graph: TaskGraph): ReadonlyArray<TaskfileWarning> =>
  graph.nodes.flatMap(({ taskfile }) =>
    [...taskfile.includes.values()].flatMap((include) => {
      const reference = referenceOf(include)
      if (reference === undefined || reference.includes("{{") || isSteady(reference)) return []
      return [
        {
          code: "INH005",
          location: include.location,
          message: reference === "" ? `the include ${include.namespace} names no version: it changes whenever its repository does` : `the include ${include.namespace} is floating: ${reference} may be another commit tomorrow`,
          suggestion: "name a tag with a version, or a commit, with ?ref="
        }
      ]
    })
  )
