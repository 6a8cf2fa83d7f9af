import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type { Project } from "@dev-infra/metadata/Project"
import type { Checkout, Unavailable } from "@dev-infra/registry/CheckoutState"
import * as CommitTimes from "@dev-infra/registry/CommitTimes"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as GitSurvey from "@dev-infra/registry/GitSurvey"
import * as ProjectFilter from "@dev-infra/registry/ProjectFilter"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { CommandFailed, type CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import { filterOf } from "../../FilterFlags.js"
import { type Cell, Output } from "../../Output.js"
import { Progress } from "../../Progress.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as RegistryServices from "../../RegistryServices.js"
import { join, type SafeText, styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import type { StatusInput } from "./command.js"

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

const rowOf = (project: Project, folder: GitSurvey.FolderState, withPath: boolean): ReadonlyArray<Cell> => {
  const { attention, path, state } = folder
  const place = withPath ? path : ""
  if (state._tag === "Unavailable") return [project.name, place, "", "", "", "", "", noteOf(state)]
  return [
    project.name,
    place,
    branchText(state),
    changesText(state),
    upstreamText(state, attention.includes("unpublished")),
    state.stashes === 0 ? "" : String(state.stashes),
    state.committedAt === undefined ? "" : day(state.committedAt),
    ""
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

const forScripts = ({ folders, needsAttention, project }: GitSurvey.ProjectState) => ({
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
  })
})

/** The projects that the command line means: those named, or all, that fit the filter. */
const choose = (input: StatusInput) =>
  Effect.gen(function* () {
    const filter = filterOf(input)
    if (input.projects.length > 0 || input.stdin || input.nullSeparated) {
      return (yield* ProjectArguments.resolve(input.projects, input)).filter((project) => ProjectFilter.fits(project, filter))
    }
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ filter, sort: "name" })
    yield* EntryProblems.warn(problems)
    return projects
  })

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

/** Show git state, in the order of the names. @category commands */
export const run = (input: StatusInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const progress = yield* Progress
    const projects = yield* choose(input)
    if (!input.git && !input.dirty) yield* output.message(text`No remote is set up to compare with, so this is git state only (as with --git).`)
    const twins = repeated(projects.map((project) => project.name))
    const streams = !input.json && !output.isTerminal
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
          return input.dirty && folder.attention.length === 0 ? [] : [rowOf(project, folder, withPath)]
        })
      )
      return output.table({ columns, rows })
    }).pipe(Effect.uninterruptible)
    yield* progress.during({ label: "asking git", total: projects.length }, (report) =>
      GitSurvey.survey(projects).pipe(
        Stream.runForEach((state) => {
          seen += 1
          if (state.needsAttention) needAttention += 1
          if (state.needsAttention || !input.dirty) kept.push(state)
          return isWithoutGit(state) ? failWithoutGit(state) : report(seen, state.project.name)
        }),
        // Printed a few times a second rather than one by one, which would cost more than asking git.
        streams ? Effect.raceFirst(Effect.forever(Effect.zipRight(Effect.sleep(printMillis), print))) : identity
      )
    )
    if (input.json) yield* output.json({ projects: kept.map(forScripts), summary: { projects: seen, clean: seen - needAttention, need_attention: needAttention } })
    else yield* print
    yield* output.message(text`${many(seen)}: ${seen - needAttention} clean, ${needAttention} ${needAttention === 1 ? "needs" : "need"} attention`)
  }).pipe(Effect.provide(Layer.mergeAll(RegistryServices.layer, gitStatus, commitTimes)))
