/**
 * Which projects a run is about, and what the task is in each of them. Reads files; starts nothing.
 *
 * @module
 */
import * as ProjectInherits from "@dev-infra/inheritance/ProjectInherits"
import type { Project } from "@dev-infra/metadata/Project"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import * as FleetPlan from "@dev-infra/task-runner/FleetPlan"
import * as TaskCheck from "@dev-infra/taskfile/TaskCheck"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type { ReadFailure, TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import * as EntryProblems from "../../EntryProblems.js"
import { filterOf } from "../../FilterFlags.js"
import { Progress } from "../../Progress.js"
import { Surroundings } from "../../Surroundings.js"
import { didYouMean } from "../../Suggestion.js"
import * as TaskServices from "../../TaskServices.js"
import { UsageError } from "../../UsageError.js"
import type { RunInput } from "./command.js"

/** The task of a project, or why nobody knows. @category models */
export type ProjectTask =
  | { readonly _tag: "Found"; readonly graph: TaskGraph.TaskGraph; readonly task: TaskGraph.MergedTask }
  | { readonly _tag: "Unknown"; readonly failure: CommandError }

/** @category models */
export type Plan = FleetPlan.FleetPlan<ProjectTask>

/** What the words of the command line are. @category models */
export interface Words {
  readonly projects: ReadonlyArray<string>
  readonly variables: ReadonlyMap<string, string>
}

const assignment = /^([A-Za-z_]\w*)=(.*)$/s

/** Variables are told from projects by their `=`. @category reading */
export const wordsOf = (words: ReadonlyArray<string>): Words => {
  const variables = new Map<string, string>()
  const projects: Array<string> = []
  for (const word of words) {
    const [, name, value] = assignment.exec(word) ?? []
    if (name === undefined || value === undefined) projects.push(word)
    else variables.set(name, value)
  }
  return { projects, variables }
}

/** What does not go together. @category reading */
export const contradiction = (input: RunInput, words: Words): UsageError | undefined => {
  const wrong = (message: string, hint?: string) => new UsageError({ command: ["run"], message, ...(hint === undefined ? {} : { hint }) })
  const isFiltered = Object.keys(filterOf(input)).length > 0
  if (Option.isNone(input.task) && !input.resume) return wrong("no task is named", "dev-infra run NAME --all; dev-infra task --list shows the tasks of the project of this folder")
  if (Option.isSome(input.task) && assignment.test(input.task.value)) return wrong(`the task comes first, but got ${JSON.stringify(input.task.value)}`, "dev-infra run NAME --all X=1")
  if (input.resume && (words.projects.length > 0 || isFiltered)) return wrong("--resume goes on with the projects of that run, so none are chosen with it")
  if (input.resume) return undefined
  if (input.all && words.projects.length > 0) return wrong("--all means all projects, so none is named with it", "--tag, --status, --template and --organization choose among them")
  if (isFiltered && !input.all) return wrong("filters choose among all projects, and go together with --all")
  return input.all || words.projects.length > 0 ? undefined : wrong("no project is named", "--all runs it in all projects; dev-infra task NAME in that of this folder")
}

/** The projects that were chosen, by name, and all that are registered. @category reading */
export const projectsOf = (input: RunInput, words: Words, ids: ReadonlyArray<string> | undefined) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { workingFolder } = yield* Surroundings
    const { problems, projects: known } = yield* registry.list({ sort: "name" })
    yield* EntryProblems.warn(problems)
    if (ids !== undefined) {
      const wanted = new Set(ids)
      return { known, chosen: known.filter(({ id }) => wanted.has(id)) }
    }
    if (input.all) return { known, chosen: (yield* registry.list({ filter: filterOf(input), sort: "name" })).projects }
    const named = yield* Effect.forEach(words.projects, (reference) => ProjectReference.locate(known, reference, workingFolder))
    return { known, chosen: [...new Map(named.map(({ project }) => [project.id, project])).values()] }
  })

/** A call that finds nothing has a place, which is another matter. */
const isAbsent = (failure: ReadFailure | TaskfileError): boolean => (failure._tag === "TaskNotFound" && failure.location === undefined) || failure._tag === "TaskfileNotFound"

/** So many names are kept to find a similar one among them. */
const mostNames = 2000

/** The plan without what is done already. @category combinators */
export const without = (plan: Plan, finished: ReadonlyMap<string, unknown>): Plan => {
  const isLeft = ({ project }: Plan["nodes"][number]) => !finished.has(project.id)
  return finished.size === 0 ? plan : { ...plan, nodes: plan.nodes.filter(isLeft), waves: plan.waves.map((wave) => wave.filter(isLeft)).filter((wave) => wave.length > 0) }
}

/** The task of that name in a folder; none if there is no such task, or no Taskfile. */
const taskIn = (folder: string, name: string, options: TaskGraph.LoadOptions, names: Set<string>) =>
  Effect.gen(function* () {
    const graph = yield* TaskGraph.load({ _tag: "File", file: folder }, options)
    for (const [each, { internal }] of graph.tasks) if (!internal && names.size < mostNames) names.add(each)
    const { task } = yield* TaskLookup.find(graph, name, { fromCommandLine: true })
    // What would not even begin there keeps the others from beginning too.
    yield* TaskCheck.check(graph, [{ task: name }])
    return { _tag: "Found", graph, task } satisfies ProjectTask
  }).pipe(
    Effect.asSome,
    Effect.catchIf(isAbsent, () => Effect.succeedNone)
  )

/** So many projects are read at a time. */
const readers = 8

/** The plan for the chosen projects. What cannot be read of one is part of the plan. @category reading */
export const plan = (task: string, chosen: ReadonlyArray<Project>, known: ReadonlyArray<Project>) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const options = yield* TaskServices.loadOptions
    let count = 0
    const names = new Set<string>()
    const projects = yield* progress.during({ label: "planning", total: chosen.length }, (report) =>
      Effect.forEach(
        chosen,
        ({ id, name, path }) =>
          Effect.gen(function* () {
            const links = yield* Effect.either(ProjectInherits.read(path))
            const found = yield* Effect.either(taskIn(path, task, options, names))
            yield* report(++count, name)
            const unknown = (failure: CommandError): ProjectTask => ({ _tag: "Unknown", failure })
            return {
              id,
              name,
              path,
              dependsOn: Either.isRight(links) ? links.right.dependsOn : [],
              task: Either.isLeft(links) ? unknown(links.left) : Either.match(found, { onLeft: unknown, onRight: Option.getOrUndefined })
            }
          }),
        { concurrency: readers }
      )
    )
    const made = yield* FleetPlan.make<ProjectTask>(projects, known)
    return { plan: made, suggestion: didYouMean(task, [...names]) }
  })
