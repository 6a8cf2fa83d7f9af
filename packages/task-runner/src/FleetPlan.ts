/**
 * One task in many repositories, in the order in which they depend on each other. Nothing here reads or runs anything.
 *
 * The edges are those of `depends_on` in `.dev-infra.yml`: the task of a project runs after the same task of the projects that it depends on. A project that has no such
 * task is not run, but its place in the order counts: what it depends on still runs before what depends on it.
 *
 * @module
 */
import * as Either from "effect/Either"
import { cycleOf, resolve } from "./fleet/References.js"
import { FleetCycle, FleetReferenceAmbiguous } from "./FleetPlanFailure.js"

/** A registered project. @category models */
export interface KnownProject {
  readonly id: string
  readonly name: string
  /** absolute */
  readonly path: string
}

/** A project that was chosen. `T` is what is known of the task there. @category models */
export interface FleetProject<T> extends KnownProject {
  /** as written: ids, names, or paths, relative ones from the project's folder */
  readonly dependsOn: ReadonlyArray<string>
  /** undefined: there is no such task */
  readonly task: T | undefined
}

/** Why a project waits for another one. @category models */
export interface FleetNeed {
  /** the id of the project that runs before */
  readonly project: string
  readonly name: string
  /** names of the projects between, which have no such task; empty: `depends_on` names it */
  readonly through: ReadonlyArray<string>
}

/** A task of a project. @category models */
export interface FleetNode<T> {
  readonly project: KnownProject
  readonly task: T
  /** from 1; those of one wave do not wait for each other */
  readonly wave: number
  readonly needs: ReadonlyArray<FleetNeed>
}

/** A dependency that is not among the chosen projects, and is not run. @category models */
export interface OutsideDependency {
  readonly project: KnownProject
  /** as written */
  readonly reference: string
  /** the registered project that is meant; undefined: none is */
  readonly target: KnownProject | undefined
}

/** @category models */
export interface FleetPlan<T> {
  /** each project once, after all that it needs */
  readonly nodes: ReadonlyArray<FleetNode<T>>
  readonly waves: ReadonlyArray<ReadonlyArray<FleetNode<T>>>
  /** chosen, and without such a task */
  readonly without: ReadonlyArray<KnownProject>
  readonly outside: ReadonlyArray<OutsideDependency>
}

/** @category errors */
export type FleetPlanFailure = FleetCycle | FleetReferenceAmbiguous

interface Edges<T> {
  readonly edges: ReadonlyMap<FleetProject<T>, ReadonlyArray<FleetProject<T>>>
  readonly outside: ReadonlyArray<OutsideDependency>
}

const edgesOf = <T>(projects: ReadonlyArray<FleetProject<T>>, known: ReadonlyArray<KnownProject>): Either.Either<Edges<T>, FleetReferenceAmbiguous> => {
  const chosen = new Map(projects.map((project) => [project.id, project]))
  const find = resolve([...projects, ...known.filter(({ id }) => !chosen.has(id))])
  const edges = new Map<FleetProject<T>, ReadonlyArray<FleetProject<T>>>()
  const outside: Array<OutsideDependency> = []
  for (const project of projects) {
    const targets = new Set<FleetProject<T>>()
    for (const reference of new Set(project.dependsOn)) {
      const [target, ...others] = find(reference, project.path)
      if (target !== undefined && others.length > 0) {
        return Either.left(new FleetReferenceAmbiguous({ project: project.name, path: project.path, reference, candidates: [target, ...others].map(({ id, path }) => ({ id, path })) }))
      }
      const among = target === undefined ? undefined : chosen.get(target.id)
      if (among === undefined) outside.push({ project: bare(project), reference, target: target === undefined ? undefined : bare(target) })
      else targets.add(among)
    }
    edges.set(project, [...targets])
  }
  return Either.right({ edges, outside })
}

const bare = ({ id, name, path }: KnownProject): KnownProject => ({ id, name, path })

/**
 * The plan for the chosen projects.
 *
 * @param projects each once; in this order where nothing else decides
 * @param known all registered projects, so that a dependency that was not chosen can be named
 * @example
 * ```ts
 * import * as FleetPlan from "@dev-infra/task-runner/FleetPlan"
 * import * as Either from "effect/Either"
 *
 * const projects = [
 *   { id: "1", name: "web", path: "/home/me/web", dependsOn: ["api"], task: "test" },
 *   { id: "2", name: "api", path: "/home/me/api", dependsOn: [], task: "test" }
 * ]
 * export const order = Either.map(FleetPlan.make(projects), ({ nodes }) => nodes.map(({ project }) => project.name)) // api, web
 * ```
 * @category constructors
 */
export const make = <T>(projects: ReadonlyArray<FleetProject<T>>, known: ReadonlyArray<KnownProject> = []): Either.Either<FleetPlan<T>, FleetPlanFailure> =>
  Either.flatMap(edgesOf(projects, known), ({ edges, outside }) => {
    const sorted = inOrder(projects, edges)
    if (sorted.length < projects.length) {
      const placed = new Set(sorted)
      const way = cycleOf(projects.filter((project) => !placed.has(project)), (project) => edges.get(project) ?? [])
      return Either.left(new FleetCycle({ projects: way.map(({ name, path }) => ({ name, path })) }))
    }
    const nodes = nodesOf(sorted, edges)
    const position = new Map(projects.map((project, at) => [project.id, at]))
    const ordered = nodes.toSorted((left, right) => left.wave - right.wave || (position.get(left.project.id) ?? 0) - (position.get(right.project.id) ?? 0))
    const waves: Array<Array<FleetNode<T>>> = []
    for (const node of ordered) (waves[node.wave - 1] ??= []).push(node)
    return Either.right({ nodes: ordered, waves, without: projects.filter(({ task }) => task === undefined).map(bare), outside })
  })

/** All that can be placed, each after what it depends on. */
const inOrder = <T>(projects: ReadonlyArray<FleetProject<T>>, edges: Edges<T>["edges"]): ReadonlyArray<FleetProject<T>> => {
  const missing = new Map(projects.map((project) => [project, edges.get(project)?.length ?? 0]))
  const dependants = new Map<FleetProject<T>, Array<FleetProject<T>>>()
  for (const [project, targets] of edges) {
    for (const target of targets) {
      const list = dependants.get(target) ?? []
      if (list.length === 0) dependants.set(target, list)
      list.push(project)
    }
  }
  const order = projects.filter((project) => missing.get(project) === 0)
  // It grows while it is walked.
  for (const project of order) {
    for (const dependant of dependants.get(project) ?? []) {
      const left = (missing.get(dependant) ?? 0) - 1
      missing.set(dependant, left)
      if (left === 0) order.push(dependant)
    }
  }
  return order
}

const nodesOf = <T>(sorted: ReadonlyArray<FleetProject<T>>, edges: Edges<T>["edges"]): ReadonlyArray<FleetNode<T>> => {
  /** What whoever depends on a project waits for: the project itself, or what it waits for if it has no such task. */
  const stands = new Map<FleetProject<T>, ReadonlyMap<string, FleetNeed>>()
  const waves = new Map<string, number>()
  const nodes: Array<FleetNode<T>> = []
  for (const project of sorted) {
    const needs = new Map<string, FleetNeed>()
    for (const target of edges.get(project) ?? []) {
      for (const [id, need] of stands.get(target) ?? []) {
        const known = needs.get(id)
        if (known === undefined || known.through.length > need.through.length) needs.set(id, need)
      }
    }
    if (project.task === undefined) {
      stands.set(project, new Map([...needs].map(([id, need]) => [id, { ...need, through: [project.name, ...need.through] }])))
      continue
    }
    const wave = 1 + [...needs.keys()].reduce((highest, id) => Math.max(highest, waves.get(id) ?? 0), 0)
    waves.set(project.id, wave)
    stands.set(project, new Map([[project.id, { project: project.id, name: project.name, through: [] }]]))
    nodes.push({ project: bare(project), task: project.task, wave, needs: [...needs.values()] })
  }
  return nodes
}
