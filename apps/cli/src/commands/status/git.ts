/**
 * Where projects stand in git, checkout by checkout; with how they stand to the remote beside it where that is known.
 *
 * @module
 */
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { Project } from "@dev-infra/metadata/Project"
import type { Checkout, Unavailable } from "@dev-infra/registry/CheckoutState"
import * as CommitTimes from "@dev-infra/registry/CommitTimes"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as GitSurvey from "@dev-infra/registry/GitSurvey"
import type { ProjectState } from "@dev-infra/sync/Comparison"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { type Cell, Output } from "../../Output.js"
import { Progress } from "../../Progress.js"
import { join, type SafeText, styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as SyncForScripts from "../../SyncForScripts.js"
import * as SyncText from "../../SyncText.js"

const day = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  const two = (number: number) => String(number).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

const counted = (counts: ReadonlyArray<readonly [count: number, word: string]>): string =>
  counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(", ")

const changesText = (state: Checkout): SafeText => {
  const conflicted = counted([[state.conflicted, "conflicted"]])
  const others = counted([[state.modified, "modified"], [state.untracked, "untracked"]])
  return join([...(conflicted === "" ? [] : [styled("red", conflicted)]), ...(others === "" ? [] : [styled("yellow", others)])], ", ")
}

const upstreamText = (state: Checkout, isUnpublished: boolean): SafeText => {
  const away = counted([[state.ahead, "ahead"], [state.behind, "behind"]])
  return away === "" ? (isUnpublished ? styled("yellow", "not pushed") : text``) : styled("yellow", away)
}

const branchText = (state: Checkout): Cell =>
  state.branch ?? (state.commit === undefined ? styled("dim", "no commit") : text`${styled("dim", "at")} ${state.commit.slice(0, 10)}`)

const reasons: { readonly [reason in Unavailable["reason"]]: SafeText } = {
  Missing: styled("yellow", "missing"),
  NotARepository: styled("dim", "not a git repository"),
  Broken: styled("red", "broken"),
  TimedOut: styled("red", "no answer"),
  NoGit: styled("red", "no git")
}

const noteOf = (state: Unavailable): SafeText =>
  state.reason === "Missing" || state.reason === "NotARepository" ? reasons[state.reason] : text`${reasons[state.reason]}: ${state.detail}`

const rowOf = (project: Project, folder: GitSurvey.FolderState, withPath: boolean, sync: ReadonlyArray<Cell>): ReadonlyArray<Cell> => {
  const { attention, path, state } = folder
  const place = withPath ? path : ""
  if (state._tag === "Unavailable") return [project.name, place, "", "", "", "", "", noteOf(state), ...sync]
  return [
    project.name,
    place,
    branchText(state),
    changesText(state),
    upstreamText(state, attention.includes("unpublished")),
    state.stashes === 0 ? "" : String(state.stashes),
    state.committedAt === undefined ? "" : day(state.committedAt),
    "",
    ...sync
  ]
}

const columns = [
  { title: "NAME", shorten: "text" },
  { title: "CHECKOUT", shorten: "path" },
  { title: "BRANCH", shorten: "text" },
  { title: "CHANGES", shorten: "text" },
  { title: "UPSTREAM" },
  { title: "STASHES", align: "right" },
  { title: "LAST COMMIT" },
  { title: "NOTE", shorten: "text" }
] as const

/** How projects stand to the remote, by their ids. @category models */
export type SyncStates = ReadonlyMap<string, ProjectState>

const forScripts = ({ folders, needsAttention, project }: GitSurvey.ProjectState, sync: SyncStates | undefined) => ({
  id: project.id,
  name: project.name,
  path: project.path,
  needs_attention: needsAttention,
  checkouts: folders.map(({ attention, isPrimary, path, state }) => {
    if (state._tag === "Unavailable") return { path, primary: isPrimary, attention, problem: { reason: state.reason, detail: state.detail } }
    const { _tag: _, committedAt, path: __, ...facts } = state
    return {
      path,
      primary: isPrimary,
      attention,
      ...facts,
      ...(committedAt === undefined ? {} : { committed: new Date(committedAt * 1000).toISOString() })
    }
  }),
  ...(sync === undefined ? {} : { sync: syncForScripts(sync.get(project.id)) })
})

const syncForScripts = (state: ProjectState | undefined) => {
  if (state === undefined) return null
  const { here: _, there: __, ...standing } = SyncForScripts.projectState(state)
  return standing
}

const printMillis = 100

const isWithoutGit = (state: GitSurvey.ProjectState): boolean =>
  state.folders.some((folder) => folder.state._tag === "Unavailable" && folder.state.reason === "NoGit")

/** Without git nothing at all is known: that is a failure, unlike a repository that is broken. */
const failWithoutGit = (state: GitSurvey.ProjectState) => {
  const without = state.folders.map((folder) => folder.state).find((each) => each._tag === "Unavailable" && each.reason === "NoGit")
  return new CommandFailed({
    what: without?._tag === "Unavailable" ? without.detail : "git cannot be run",
    hint: "install git, or put it on the PATH"
  })
}

const repeated = (names: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)))
}

/** As many at once as there are processors: known here, while `GitStatus.layer` would start a process to find out. */
const gitStatus = Layer.unwrapEffect(
  Effect.map(Surroundings, ({ processors }) => GitStatus.layerWith({ concurrency: Math.min(processors(), 8) }))
).pipe(Layer.provide(NodeCommandExecutor.layer), Layer.provide(NodeFileSystem.layer))
const commitTimes = Layer.provide(CommitTimes.layer, DirectoryReader.layer)

const many = (count: number) => `${count} project${count === 1 ? "" : "s"}`

/** @category models */
export interface GitView {
  /** only what needs attention */
  readonly dirty: boolean
  readonly json: boolean
  /** how the projects stand to the remote, if one is known */
  readonly sync?: SyncStates
  /** what else the JSON document has */
  readonly document?: object
  /** how many projects could have a newer version of their template */
  readonly outdated: Effect.Effect<number, never, CommandServices>
}

/**
 * Show git state, in the order of the projects.
 *
 * @category printing
 */
export const show = (projects: ReadonlyArray<Project>, { dirty, document, json, outdated, sync }: GitView) =>
  Effect.gen(function* () {
    const output = yield* Output
    const progress = yield* Progress
    const twins = repeated(projects.map((project) => project.name))
    const streams = !json && !output.isTerminal
    const syncCells = ({ id }: Project): ReadonlyArray<Cell> => {
      if (sync === undefined) return []
      const state = sync.get(id)
      return [state === undefined ? "" : SyncText.stateText(state)]
    }
    let kept: Array<GitSurvey.ProjectState> = []
    let needAttention = 0
    let seen = 0
    const print = Effect.suspend(() => {
      const states = kept
      kept = []
      const rows = states.flatMap(({ folders, project }) =>
        folders.flatMap((folder) => {
          // A terminal has no room for paths that the name says already.
          const withPath = !output.isTerminal || !folder.isPrimary || twins.has(project.name)
          return dirty && folder.attention.length === 0 ? [] : [rowOf(project, folder, withPath, syncCells(project))]
        })
      )
      return output.table({ columns: sync === undefined ? columns : [...columns, { title: "SYNC", shorten: "text" }], rows })
    }).pipe(Effect.uninterruptible)
    yield* progress.during({ label: "asking git", total: projects.length }, (report) =>
      GitSurvey.survey(projects).pipe(
        Stream.runForEach((state) => {
          seen += 1
          if (state.needsAttention) needAttention += 1
          if (state.needsAttention || !dirty) kept.push(state)
          return isWithoutGit(state) ? failWithoutGit(state) : report(seen, state.project.name)
        }),
        // Printed a few times a second rather than one by one, which would cost more than asking git.
        streams ? Effect.raceFirst(Effect.forever(Effect.zipRight(Effect.sleep(printMillis), print))) : identity
      )
    )
    if (json) {
      const summary = { projects: seen, clean: seen - needAttention, need_attention: needAttention, outdated: yield* outdated }
      yield* output.json({ ...document, projects: kept.map((state) => forScripts(state, sync)), summary })
    } else yield* print
    yield* output.message(text`${many(seen)}: ${seen - needAttention} clean, ${needAttention} ${needAttention === 1 ? "needs" : "need"} attention`)
  }).pipe(Effect.provide(Layer.merge(gitStatus, commitTimes)))
