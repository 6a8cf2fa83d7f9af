/**
 * Updates of projects as pull requests: a branch, a commit and a pull request for each, through the user's `git` and `gh`. The checkouts of the user are not touched,
 * and nothing is done twice: a pull request that is open is brought up to date.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { Project } from "@dev-infra/metadata/Project"
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Application from "./Application.js"
import type { FleetRun } from "./FleetJournal.js"
import { bare, changesSomething, type FleetOutcome, type FleetUpdate, ofPlan, type ProposedPull } from "./FleetOutcome.js"
import { defaultConcurrency, each, type FleetPlanFailure, withTemplate } from "./FleetPlan.js"
import type { UpdateServices } from "./FleetApply.js"
import * as Pacing from "./fleet/Pacing.js"
import * as PullRequestText from "./fleet/PullRequestText.js"
import * as UpdateBranch from "./fleet/UpdateBranch.js"
import { GitHubPulls, type PullRequest, type PullRequestFailure } from "./GitHubPulls.js"
import * as Planning from "./Planning.js"
import type { ProposalFailed } from "./ProposalFailed.js"
import { RecordedTemplates } from "./RecordedTemplates.js"
import { TemplateSources } from "./TemplateSources.js"
import type { UpdatePlan } from "./UpdatePlan.js"

/** So many projects are one batch: as many pull requests at most are opened before GitHub is asked how much more it takes. @category constants */
export const batchSize = 10

/** Requests that a project may take: one to look, one to change, one in reserve. */
const requestsEach = 3

/** What is proposed, and how. @category models */
export interface ProposeOptions {
  /** a version; undefined: the newest that the source of each project offers */
  readonly to?: string | undefined
  readonly onConflict: FleetRun["onConflict"]
  readonly ask: FleetRun["ask"]
  /** how many projects are one batch, at most {@link batchSize} */
  readonly batch?: number
  /** the variables that git gets; those that would lead it elsewhere are taken away */
  readonly environment: { readonly [name: string]: string | undefined }
  /** hears for how many seconds GitHub is waited for, before each wait */
  readonly onWait?: (seconds: number) => Effect.Effect<void>
}

/** Why there is no pull request for a project. @category errors */
export type ProposeFailure = FleetPlanFailure | Application.ApplyFailure | PullRequestFailure | ProposalFailed | FileFailure | LockUnavailable

/** What proposing takes. @category models */
export type ProposeServices = UpdateServices | GitHubPulls | CommandExecutor | FileSystem

/**
 * The projects that ask for pull requests by themselves: `auto_update: true` in their `.dev-infra.yml`.
 *
 * @category filtering
 */
export const automatic = (projects: ReadonlyArray<Project>): Effect.Effect<ReadonlyArray<Project>, never, RecordedTemplates> =>
  Effect.gen(function* () {
    const { records } = yield* Effect.flatMap(RecordedTemplates, (templates) => templates.read(projects))
    return projects.filter(({ path }) => records.get(path)?.autoUpdate === true)
  })

/** Somebody closed the proposal of this very version, and did not take it. */
const isDeclined = (pull: PullRequest, plan: UpdatePlan): boolean =>
  pull.state === "closed" && pull.title.replace(/ \(\d+ conflicts?\)$/, "") === PullRequestText.title({ plan, marked: [], kept: [] })

/** What is proposed by a plan; where it is to go is not asked yet. */
const proposalOf = (plan: UpdatePlan, applied: Application.Applied) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    // A pull request without a list of changes is better than none.
    const changes = yield* Effect.orElseSucceed(Effect.flatMap(sources.parse(plan.source), (source) => sources.changes(source, plan)), () => [])
    return { plan, files: applied.files, marked: applied.marked, kept: applied.kept, changes }
  })

interface Tools {
  readonly git: UpdateBranch.ProjectGit
  readonly pacing: Pacing.Pacing
  /** of each repository, so that two of its projects do not make work trees at the same time */
  readonly turnOf: (root: string) => Effect.Semaphore
}

const asked = (pull: PullRequest, action: ProposedPull["action"]): ProposedPull => ({ action, url: pull.url })

const proposeIn = (project: Project, checkout: UpdateBranch.Checkout, { to, ...options }: ProposeOptions, { git, pacing }: Tools) =>
  Effect.gen(function* () {
    const pulls = yield* GitHubPulls
    const { branch, repository } = checkout
    const workTree = yield* UpdateBranch.prepare(git, checkout)
    const plan = yield* Planning.plan({ name: project.name, path: workTree.folder }, to === undefined ? {} : { to })
    const planned = ofPlan(plan)
    if (!changesSomething(plan)) return planned
    const latest = yield* pacing.ask(pulls.latest(repository, branch))
    const open = Option.filter(latest, ({ state }) => state === "open")
    if (Option.isSome(workTree.earlier) && !workTree.earlier.value.isOurs) {
      const pull: ProposedPull = { action: "left alone", ...Option.match(open, { onNone: () => ({}), onSome: ({ url }) => ({ url }) }) }
      return { ...planned, pull, warnings: [...planned.warnings, `somebody else changed the branch ${branch}, so it was left alone`] }
    }
    if (Option.isSome(latest) && isDeclined(latest.value, plan)) return { ...planned, pull: asked(latest.value, "declined") }

    yield* Effect.addFinalizer(() => Effect.ignore(Application.forget(workTree.folder)))
    const applied = yield* Application.apply(plan, { onConflict: options.onConflict, ask: options.ask, allowDirty: true })
    const conflicts = [...applied.marked, ...applied.kept]
    const update: FleetUpdate = { ...planned, state: conflicts.length > 0 ? "conflicts" : applied.changed ? "clean" : "up to date", counts: applied.counts, conflicts }
    if (!applied.changed) return update
    const proposal = yield* proposalOf(plan, applied)
    const text = { title: PullRequestText.title(proposal), body: PullRequestText.body(proposal), base: workTree.base }
    const published = yield* UpdateBranch.publish(git, workTree, (tree) => PullRequestText.commitMessage(plan, tree))
    if (Option.isNone(open)) return { ...update, pull: asked(yield* pacing.change(pulls.open(repository, branch, text)), "opened") }
    const { base, body, number, title } = open.value
    if (title === text.title && body.trim() === text.body.trim() && base === text.base) return { ...update, pull: asked(open.value, published === "pushed" ? "updated" : "unchanged") }
    return { ...update, pull: asked(yield* pacing.change(pulls.edit(repository, number, text)), "updated") }
  })

/** One batch: where its projects are to be proposed to, whether GitHub takes so many requests, and then project by project. */
const batch = (projects: ReadonlyArray<Project>, options: ProposeOptions, tools: Tools) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const places = new Map(yield* Effect.forEach(projects, (project) => Effect.map(Effect.either(UpdateBranch.locate(tools.git, project.path)), (place) => [project, place] as const), { concurrency: defaultConcurrency }))
      const hosts = new Set([...places.values()].flatMap((place) => (Either.isRight(place) ? [place.right.repository.host] : [])))
      const reserved = yield* Effect.either(tools.pacing.reserve(hosts, projects.length * requestsEach))
      return each(projects, (project) =>
        withTemplate(
          project,
          Effect.gen(function* () {
            const place = places.get(project)
            if (place === undefined) return bare("failed")
            const checkout = yield* place
            yield* reserved
            return yield* tools.turnOf(checkout.root).withPermits(1)(Effect.scoped(proposeIn(project, checkout, options, tools)))
          })
        )
      )
    })
  )

/**
 * Propose the update of each project to its repository. One that fails does not keep others from being proposed.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as PullRequests from "@dev-infra/templates/PullRequests"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const addresses = (projects: ReadonlyArray<Project>) =>
 *   Effect.gen(function* () {
 *     const those = yield* PullRequests.automatic(projects)
 *     const outcomes = yield* Stream.runCollect(PullRequests.propose(those, { onConflict: "markers", ask: "skip", environment: process.env }))
 *     return [...outcomes].flatMap(({ pull }) => pull?.url ?? [])
 *   })
 * ```
 * @category running
 */
export const propose = (projects: ReadonlyArray<Project>, options: ProposeOptions): Stream.Stream<FleetOutcome<ProposeFailure>, never, ProposeServices> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const executor = yield* CommandExecutor
      const pacing = yield* Pacing.make(options.onWait ?? (() => Effect.void))
      const turns = new Map<string, Effect.Semaphore>()
      const turnOf = (root: string): Effect.Semaphore => {
        const turn = turns.get(root) ?? Effect.unsafeMakeSemaphore(1)
        turns.set(root, turn)
        return turn
      }
      const tools: Tools = { git: { executor, environment: options.environment }, pacing, turnOf }
      return Stream.fromIterable(projects).pipe(
        Stream.grouped(Math.max(1, Math.min(batchSize, options.batch ?? batchSize))),
        Stream.flatMap((group) => batch(Chunk.toReadonlyArray(group), options, tools))
      )
    })
  )
