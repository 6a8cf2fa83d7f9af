/**
 * Pull requests on GitHub. The port; `GitHubPullsLive` has them made by the user's own `gh`, in their name.
 *
 * @module
 */
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { GitHubUnavailable } from "./GitHub.js"

/** A repository on GitHub, or on a server of one's own that speaks as GitHub does. @category models */
export interface GitHubRepository {
  readonly host: string
  readonly owner: string
  readonly name: string
}

/** A pull request. @category models */
export interface PullRequest {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  /** the branch that it is to be merged into */
  readonly base: string
  readonly state: "open" | "closed" | "merged"
}

/** What a new or changed pull request says. @category models */
export interface PullRequestText {
  readonly title: string
  readonly body: string
  readonly base: string
}

/** How much may be asked: `remaining` requests until `resetAt` (milliseconds since 1970). @category models */
export interface Budget {
  readonly remaining: number
  readonly resetAt: number
}

/**
 * GitHub wants to be left alone for so many seconds.
 *
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("@dev-infra/templates/RateLimited")("RateLimited", {
  seconds: Schema.Number,
  detail: Schema.String
}) {
  override get message(): string {
    return `GitHub takes no more requests for ${this.seconds} seconds: ${this.detail}`
  }
}

/** Why a request has no answer. @category errors */
export type PullRequestFailure = GitHubUnavailable | RateLimited

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { GitHubPulls } from "@dev-infra/templates/GitHubPulls"
 * import * as Effect from "effect/Effect"
 *
 * export const last = Effect.gen(function* () {
 *   const pulls = yield* GitHubPulls
 *   return yield* pulls.latest({ host: "github.com", owner: "acme", name: "api" }, "dev-infra/template-update")
 * })
 * ```
 */
export class GitHubPulls extends Context.Tag("@dev-infra/templates/GitHubPulls")<
  GitHubPulls,
  {
    /** How much may be asked; none if the server sets no limit. Asking this costs nothing. */
    readonly budget: (host: string) => Effect.Effect<Option.Option<Budget>, PullRequestFailure>
    /** The pull request from a branch of the repository itself: the open one, else the newest. */
    readonly latest: (repository: GitHubRepository, branch: string) => Effect.Effect<Option.Option<PullRequest>, PullRequestFailure>
    /** Open one from a branch that is there. */
    readonly open: (repository: GitHubRepository, branch: string, text: PullRequestText) => Effect.Effect<PullRequest, PullRequestFailure>
    /** Give one other words. */
    readonly edit: (repository: GitHubRepository, number: number, text: PullRequestText) => Effect.Effect<PullRequest, PullRequestFailure>
  }
>() {}

/**
 * The repository that a remote of git means; none if that is no `host/owner/name`.
 *
 * @param url as `git` knows it, with or without a user
 * @category constructors
 */
export const repositoryOf = (url: string): Option.Option<GitHubRepository> => {
  // A port is that of ssh; GitHub is asked over https.
  const [, host, owner, name] = /^https:\/\/([a-z0-9][a-z0-9.-]*)(?::\d+)?\/([\w.-]+)\/([\w.-]+)$/i.exec(normalise(url)) ?? []
  const isOdd = [owner, name].some((part) => part === undefined || /^[.-]/.test(part))
  return host === undefined || owner === undefined || name === undefined || isOdd ? Option.none() : Option.some({ host, owner, name })
}

/** A GitHub in memory, as others see it. @category models */
export interface MemoryPulls {
  /** by `owner/name` */
  readonly pulls: { readonly [repository: string]: ReadonlyArray<PullRequest & { readonly branch: string }> }
  /** how often something was asked or changed, `budget` aside */
  readonly requests: number
}

const withoutBranch = ({ branch: _branch, ...pull }: PullRequest & { readonly branch: string }): PullRequest => pull

/** No pull request. @category constants */
export const emptyMemory: MemoryPulls = { pulls: {}, requests: 0 }

/**
 * In memory, for tests.
 *
 * @param state what there is, and what comes of it
 * @category layers
 * @example
 * ```ts
 * import * as GitHubPulls from "@dev-infra/templates/GitHubPulls"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Ref from "effect/Ref"
 *
 * export const empty = Layer.unwrapEffect(Effect.map(Ref.make(GitHubPulls.emptyMemory), GitHubPulls.layerMemory))
 * ```
 */
export const layerMemory = (state: Ref.Ref<MemoryPulls>): Layer.Layer<GitHubPulls> => {
  const keyOf = ({ name, owner }: GitHubRepository): string => `${owner}/${name}`
  const change = (repository: GitHubRepository, make: (all: ReadonlyArray<PullRequest & { readonly branch: string }>) => ReadonlyArray<PullRequest & { readonly branch: string }>) =>
    Ref.update(state, ({ pulls, requests }) => ({ pulls: { ...pulls, [keyOf(repository)]: make(pulls[keyOf(repository)] ?? []) }, requests: requests + 1 }))
  const refused = (detail: string) => new GitHubUnavailable({ reason: "Refused", detail })
  const allOf = (repository: GitHubRepository) => Effect.map(Ref.get(state), ({ pulls }) => pulls[keyOf(repository)] ?? [])
  return Layer.succeed(GitHubPulls, {
    budget: () => Effect.succeed(Option.some({ remaining: 5000, resetAt: 0 })),
    latest: (repository, branch) =>
      Effect.gen(function* () {
        yield* change(repository, (all) => all)
        const all = (yield* allOf(repository)).filter((pull) => pull.branch === branch)
        return Option.map(Option.fromNullable(all.find((pull) => pull.state === "open") ?? all.at(-1)), withoutBranch)
      }),
    open: (repository, branch, text) =>
      Effect.gen(function* () {
        const all = yield* allOf(repository)
        if (all.some((pull) => pull.branch === branch && pull.state === "open")) return yield* refused("A pull request already exists")
        const number = all.length + 1
        const pull: PullRequest = { ...text, number, state: "open", url: `https://${repository.host}/${keyOf(repository)}/pull/${number}` }
        yield* change(repository, (before) => [...before, { ...pull, branch }])
        return pull
      }),
    edit: (repository, number, text) =>
      Effect.gen(function* () {
        yield* change(repository, (all) => all.map((pull) => (pull.number === number ? { ...pull, ...text } : pull)))
        const changed = (yield* allOf(repository)).find((pull) => pull.number === number)
        if (changed === undefined) return yield* refused("Not Found")
        return withoutBranch(changed)
      })
  })
}
