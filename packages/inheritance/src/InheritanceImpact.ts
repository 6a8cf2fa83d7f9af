/**
 * What a version of a library would do to everybody who uses it, before anybody has it: which tasks disappear or change, and who calls them. Nothing is started, and nothing is
 * asked over the network.
 *
 * @module
 */
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { resolve as resolveVersion } from "@dev-infra/git-repositories/GitVersion"
import * as CallSites from "@dev-infra/taskfile/CallSites"
import * as TaskDifference from "@dev-infra/taskfile/TaskDifference"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type { ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as LibraryGraphs from "./audit/LibraryGraphs.js"
import * as LockedSources from "./audit/LockedSources.js"
import { comparable } from "./audit/SameRepository.js"
import { libraryFolder } from "./folders/Places.js"
import { GitHistory, type HistoryUnreadable } from "./GitHistory.js"
import * as InheritanceUses from "./InheritanceUses.js"

/** The library whose version is looked at. @category models */
export interface ImpactLibrary {
  /** what `GitHistory.locate` gave for it */
  readonly repository: string
  /** its checkout, if it has one: whoever uses that folder is affected too */
  readonly checkout: string | undefined
  /** addresses by which others know it */
  readonly addresses: ReadonlyArray<string>
  /** the ids and names by which `project:` may mean it */
  readonly references: ReadonlyArray<string>
}

/** A task of the library that is another one, or gone, at the new version. @category models */
export interface TaskImpact {
  /** in the library */
  readonly task: string
  readonly kind: "removed" | "renamed" | "changed"
  /** one line, in plain words */
  readonly text: string
  readonly callers: ReadonlyArray<CallSites.TaskCaller>
}

/** What it would do to one project. @category models */
export interface ProjectImpact {
  readonly use: InheritanceUses.LibraryUse
  /** the commit that it has now */
  readonly from: string
  readonly impacts: ReadonlyArray<TaskImpact>
}

/** What could not be found out, so that nobody can say that nothing breaks. @category models */
export interface NotChecked {
  readonly project: InheritanceUses.UsingProject
  readonly name: string
  readonly failure: ReadFailure | HistoryUnreadable | InheritanceUses.UnreadProject["failure"] | { readonly _tag: "Unknown"; readonly message: string }
}

/** @category models */
export interface Impact {
  /** of the version that is looked at */
  readonly commit: string
  readonly projects: ReadonlyArray<ProjectImpact>
  readonly notChecked: ReadonlyArray<NotChecked>
}

/** The repository has no such tag, branch or commit. @category errors */
export class NoSuchVersion extends Schema.TaggedError<NoSuchVersion>("@dev-infra/inheritance/NoSuchVersion")("NoSuchVersion", {
  folder: Schema.String,
  ref: Schema.String
}) {
  override get message(): string {
    return `the repository in ${this.folder} has no tag, branch or commit ${this.ref}`
  }
}

/** Whether somebody would call what is gone. @category guards */
export const isBreaking = ({ callers, kind }: TaskImpact): boolean => kind !== "changed" && callers.length > 0

/** The commit of a tag, a branch, a commit or `HEAD`. @category combinators */
export const commitOf = (repository: string, ref: string): Effect.Effect<string, NoSuchVersion | HistoryUnreadable, GitHistory> =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const refs = yield* history.refs(repository)
    const named = ref === "HEAD" && refs.head !== undefined ? Option.some({ commit: refs.head }) : resolveVersion(refs, ref)
    if (Option.isSome(named)) return named.value.commit
    const commit = yield* history.commit(repository, ref.toLowerCase())
    return Option.isSome(commit) ? commit.value : yield* new NoSuchVersion({ folder: repository, ref })
  })

const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** Where in the library a use begins; undefined if it is another library. */
const entryOf = (library: ImpactLibrary, use: InheritanceUses.LibraryUse): string | undefined => {
  const { checkout } = library
  const inFolder = (folder: string) => [folder, use.path ?? ""].filter((part) => part !== "").join("/")
  if (use.library.startsWith("project:")) return library.references.includes(use.library.slice("project:".length)) ? inFolder("") : undefined
  if (use.library.startsWith("/") && (use.kind === "linked" || use.kind === "sibling")) {
    return checkout !== undefined && isWithin(checkout, use.library) ? inFolder(use.library.slice(checkout.length + 1)) : undefined
  }
  const wanted = comparable(use.library)
  return library.addresses.some((address) => comparable(address) === wanted) ? inFolder(use.folder) : undefined
}

/** The name in the library of a task that a project calls; undefined if it is not from there. */
const nameIn = (graph: TaskGraph.TaskGraph, use: InheritanceUses.LibraryUse, called: string): string | undefined => {
  if (called === use.name) return "default"
  if (called.startsWith(`${use.name}:`)) return called.slice(use.name.length + 1)
  const task = graph.tasks.get(called)
  return task !== undefined && task.node.origin._tag === "Inherited" && task.node.origin.name === use.name && task.namespace.length === 0 ? called : undefined
}

const has = (graph: TaskGraph.TaskGraph, name: string): boolean => Either.isRight(TaskLookup.find(graph, name, { fromCommandLine: false }))

/** What happens to each task of a library between two versions, by the name before. */
const changesOf = (before: TaskGraph.TaskGraph, after: TaskGraph.TaskGraph): ReadonlyMap<string, Omit<TaskImpact, "callers">> => {
  const found = new Map<string, Omit<TaskImpact, "callers">>()
  for (const { before: former, kind, task, text } of TaskDifference.difference(before, after).changes) {
    if (kind === "added" || task === "") continue
    if (kind === "renamed" && former !== undefined) found.set(former, { task: former, kind: has(after, former) ? "changed" : "renamed", text: has(after, former) ? text : `is called ${task} now` })
    else if (kind === "removed") found.set(task, has(after, task) ? { task, kind: "changed", text: "is another task's alias now" } : { task, kind: "removed", text: "is gone" })
    else if (!found.has(task)) found.set(task, { task, kind: "changed", text })
  }
  // By name alone, whatever else the difference makes of it.
  for (const name of before.tasks.keys()) if (!has(after, name) && !found.has(name)) found.set(name, { task: name, kind: "removed", text: "is gone" })
  return found
}

/** Without a Taskfile that can be read no task is left. */
const allGone = (before: TaskGraph.TaskGraph, failure: ReadFailure | HistoryUnreadable): ReadonlyMap<string, Omit<TaskImpact, "callers">> => {
  const isMissing = failure._tag === "TaskfileNotFound" || (failure._tag === "IncludeUnavailable" && failure.reason === "NotFound")
  const text = isMissing ? "is gone: its Taskfile is not there" : "is gone: its Taskfile cannot be read"
  return new Map([...before.tasks.keys()].map((task) => [task, { task, kind: "removed", text }]))
}

/** Calls of tasks of the library that stand in the project's own files, by the name in the library. */
const callsOf = (graph: TaskGraph.TaskGraph, use: InheritanceUses.LibraryUse, isOfLibrary: (file: string) => boolean): ReadonlyMap<string, ReadonlyArray<CallSites.TaskCaller>> => {
  const calls = new Map<string, ReadonlyArray<CallSites.TaskCaller>>()
  for (const [called, callers] of CallSites.of(graph)) {
    const name = nameIn(graph, use, called)
    const own = callers.filter(({ location }) => !isOfLibrary(location.file))
    if (name !== undefined && own.length > 0) calls.set(name, [...(calls.get(name) ?? []), ...own])
  }
  return calls
}

const unknown = (message: string) => ({ _tag: "Unknown" as const, message })

/**
 * What a version of a library would do to these projects.
 *
 * @param ref a tag, a branch, a commit or `HEAD` of the library's repository
 * @example
 * ```ts
 * import * as InheritanceImpact from "@dev-infra/inheritance/InheritanceImpact"
 * import type { UsingProject } from "@dev-infra/inheritance/InheritanceUses"
 * import type { LoadOptions } from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * export const isSafe = (library: InheritanceImpact.ImpactLibrary, projects: ReadonlyArray<UsingProject>, options: LoadOptions) =>
 *   Effect.map(InheritanceImpact.find(library, "main", projects, options), ({ notChecked, projects: all }) =>
 *     notChecked.length === 0 && !all.some(({ impacts }) => impacts.some(InheritanceImpact.isBreaking)))
 * ```
 * @category checking
 */
export const find = (
  library: ImpactLibrary,
  ref: string,
  projects: ReadonlyArray<InheritanceUses.UsingProject>,
  options: TaskGraph.LoadOptions
): Effect.Effect<Impact, NoSuchVersion | HistoryUnreadable, GitHistory | LocalFiles | TaskfileSources> =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const { repository } = library
    const commit = yield* commitOf(repository, ref)
    const graphs = yield* LibraryGraphs.make(options, library.checkout ?? repository)
    const { unread, uses } = yield* InheritanceUses.read(projects)
    const notChecked: Array<NotChecked> = unread.map(({ failure, project }) => ({ project, name: "", failure }))
    const head = Option.getOrUndefined(yield* Effect.option(commitOf(repository, "HEAD")))

    /** The tasks that a project has now: out of this repository, else out of the clone that it was fetched into. */
    const before = (use: InheritanceUses.LibraryUse, from: string, path: string) =>
      Effect.gen(function* () {
        if (Option.isSome(yield* history.commit(repository, from))) return yield* graphs.graph(repository, from, path)
        const clone = yield* history.locate(history.cloneOf(use.library))
        return yield* graphs.graph(Option.getOrElse(clone, () => repository), from, path)
      })

    const ofUse = (use: InheritanceUses.LibraryUse, path: string) =>
      Effect.gen(function* () {
        const from = use.commit ?? (use.kind === "linked" || use.kind === "sibling" ? head : undefined)
        if (from === undefined) return yield* Effect.fail(unknown("dev-infra.lock does not say which commit it has"))
        const old = yield* before(use, from, path)
        const fresh = yield* Effect.either(graphs.graph(repository, commit, path))
        if (Either.isLeft(fresh) && fresh.left._tag === "HistoryUnreadable") return yield* fresh.left
        const graph = yield* LockedSources.over(uses.filter(({ project }) => project === use.project), graphs)(TaskGraph.load({ _tag: "File", file: use.project.path }, options))
        const places = [libraryFolder(use.project.path, use.name), ...(library.checkout === undefined ? [] : [library.checkout])]
        const calls = callsOf(graph, use, (file) => places.some((place) => isWithin(place, file)))
        const changes = Either.match(fresh, { onLeft: (failure) => allGone(old, failure), onRight: (graph) => changesOf(old, graph) })
        const impacts = [...changes.values()].map((change): TaskImpact => ({ ...change, callers: calls.get(change.task) ?? [] }))
        // By an alias, or by a name that a pattern takes: what worked before, and finds nothing any more.
        const others = [...calls].filter(([name]) => !changes.has(name) && has(old, name) && (Either.isLeft(fresh) || !has(fresh.right, name))).map(([task, callers]): TaskImpact => ({ task, kind: "removed", text: "is gone", callers }))
        return { use, from, impacts: [...impacts, ...others] } satisfies ProjectImpact
      })

    const affected: Array<ProjectImpact> = []
    for (const use of uses) {
      const path = entryOf(library, use)
      // The library itself is in its own checkout, and changes with it.
      if (path === undefined || use.project.path === library.checkout) continue
      const found = yield* Effect.either(ofUse(use, path))
      if (Either.isRight(found)) affected.push(found.right)
      else notChecked.push({ project: use.project, name: use.name, failure: found.left })
    }
    return { commit, projects: affected, notChecked }
  })
