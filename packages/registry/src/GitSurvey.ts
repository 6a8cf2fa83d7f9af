/**
 * The git state of many projects, and what in it needs attention.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { Project } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Checkout, StatusOptions, Unavailable } from "./CheckoutState.js"
import { CommitTimes } from "./CommitTimes.js"
import { GitStatus } from "./GitStatus.js"

/**
 * Why a checkout needs attention. `unpublished`: its branch follows no upstream although the project has a repository
 * elsewhere, so its commits may be nowhere but here.
 *
 * @category models
 */
export type Attention =
  | "modified"
  | "untracked"
  | "conflicted"
  | "ahead"
  | "behind"
  | "unpublished"
  | "stashed"
  | "missing"
  | "broken"
  | "unanswered"

/** One folder of a project. @category models */
export interface FolderState {
  readonly path: AbsolutePath
  readonly isPrimary: boolean
  readonly state: Checkout | Unavailable
  readonly attention: ReadonlyArray<Attention>
}

/** A project with the state of each of its folders, the primary one first. @category models */
export interface ProjectState {
  readonly project: Project
  readonly folders: ReadonlyArray<FolderState>
  readonly needsAttention: boolean
}

/**
 * What of a state needs attention. A project without a repository elsewhere has nowhere to be pushed to, a folder without git
 * has nothing to say: neither counts.
 *
 * @param hasRepository whether the project has a repository elsewhere
 * @category predicates
 */
export const attentionOf = (state: Checkout | Unavailable, hasRepository: boolean): ReadonlyArray<Attention> => {
  if (state._tag === "Unavailable") {
    switch (state.reason) {
      case "Missing":
        return ["missing"]
      case "Broken":
        return ["broken"]
      case "TimedOut":
        return ["unanswered"]
      case "NoGit":
      case "NotARepository":
        return []
    }
  }
  const isUnpublished = hasRepository && state.upstream === undefined && state.branch !== undefined && state.commit !== undefined
  const found: ReadonlyArray<readonly [Attention, boolean]> = [
    ["conflicted", state.conflicted > 0],
    ["modified", state.modified > 0],
    ["untracked", state.untracked > 0],
    ["ahead", state.ahead > 0],
    ["behind", state.behind > 0],
    ["unpublished", isUnpublished],
    ["stashed", state.stashes > 0]
  ]
  return found.flatMap(([reason, applies]) => (applies ? [reason] : []))
}

/**
 * The state of each project in the order of `projects`, as soon as it and all before it are known. The times of the last
 * commits are those that git's files tell.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as GitSurvey from "@dev-infra/registry/GitSurvey"
 * import * as Stream from "effect/Stream"
 *
 * export const forgotten = (projects: ReadonlyArray<Project>) =>
 *   GitSurvey.survey(projects).pipe(
 *     Stream.filter((each) => each.needsAttention),
 *     Stream.map((each) => each.project.name)
 *   )
 * ```
 *
 * @category constructors
 */
export const survey = (
  projects: ReadonlyArray<Project>,
  options?: Omit<StatusOptions, "lastCommit">
): Stream.Stream<ProjectState, never, GitStatus | CommitTimes> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const git = yield* GitStatus
      const times = yield* CommitTimes
      const dated = (state: Checkout | Unavailable): Checkout | Unavailable => {
        if (state._tag === "Unavailable" || state.commit === undefined) return state
        const committedAt = times.read(state.path, state.commit)
        return committedAt === undefined ? state : { ...state, committedAt }
      }
      const paths = projects.flatMap((project) => [project.path, ...(project.checkouts ?? [])])
      let next = 0
      let folders: Array<FolderState> = []
      return git.inspect(paths, options).pipe(
        Stream.filterMap((state) => {
          const project = projects[next]
          const path = project === undefined ? undefined : [project.path, ...(project.checkouts ?? [])][folders.length]
          if (project === undefined || path === undefined) return Option.none()
          folders.push({ path, isPrimary: folders.length === 0, state: dated(state), attention: attentionOf(state, project.repository !== undefined) })
          if (folders.length <= (project.checkouts?.length ?? 0)) return Option.none()
          const whole: ProjectState = { project, folders, needsAttention: folders.some(({ attention }) => attention.length > 0) }
          next += 1
          folders = []
          return Option.some(whole)
        })
      )
    })
  )
