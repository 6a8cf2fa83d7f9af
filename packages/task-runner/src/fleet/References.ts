/**
 * What `depends_on` means by a name, and the way round a circle.
 *
 * @module
 */
import type { KnownProject } from "../FleetPlan.js"

/** The absolute path that a path means in a folder, without `.`, `..` and slashes at its end. */
const normalise = (path: string, folder: string): string => {
  const parts: Array<string> = []
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

const grouped = <P extends KnownProject>(projects: ReadonlyArray<P>, key: (project: P) => string): ReadonlyMap<string, ReadonlyArray<P>> => {
  const groups = new Map<string, Array<P>>()
  for (const project of projects) {
    const group = groups.get(key(project))
    if (group === undefined) groups.set(key(project), [project])
    else group.push(project)
  }
  return groups
}

/** So many characters of an id are enough. */
const shortestPrefix = 4

/**
 * A function that finds the projects that a reference may mean: by id, by name, by path from a folder, by the beginning of an id; the first of these that finds any.
 */
export const resolve = (projects: ReadonlyArray<KnownProject>): ((reference: string, folder: string) => ReadonlyArray<KnownProject>) => {
  const byId = new Map(projects.map((project) => [project.id, project]))
  const byName = grouped(projects, ({ name }) => name)
  const byPath = grouped(projects, ({ path }) => path)
  return (written, folder) => {
    const reference = written.startsWith("project:") ? written.slice("project:".length) : written
    const known = byId.get(reference.toLowerCase())
    if (known !== undefined) return [known]
    const named = byName.get(reference)
    if (named !== undefined) return named
    const placed = reference.includes("/") || reference === "." || reference === ".." ? byPath.get(normalise(reference, folder)) : undefined
    if (placed !== undefined) return placed
    return reference.length >= shortestPrefix && /^[0-9a-f-]+$/i.test(reference) ? projects.filter(({ id }) => id.startsWith(reference.toLowerCase())) : []
  }
}

/**
 * A circle among nodes each of which leads to another one of them: the first one again at its end.
 */
export const cycleOf = <N>(nodes: ReadonlyArray<N>, next: (node: N) => ReadonlyArray<N>): ReadonlyArray<N> => {
  const among = new Set(nodes)
  const way: Array<N> = []
  const places = new Map<N, number>()
  let current = nodes[0]
  while (current !== undefined) {
    const seen = places.get(current)
    if (seen !== undefined) return [...way.slice(seen), current]
    places.set(current, way.length)
    way.push(current)
    current = next(current).find((each) => among.has(each))
  }
  return way
}
