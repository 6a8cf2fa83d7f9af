/**
 * Repositories on GitHub, made by the user's own `gh` and in their name. No token is ever read or passed on.
 *
 * @module
 */
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Gh from "./github/GhProgram.js"

/**
 * GitHub cannot be used. `Missing`: there is no `gh`; `LoggedOut`: nobody is logged in; the others: what `gh` said is in `detail`.
 *
 * @category errors
 */
export class GitHubUnavailable extends Schema.TaggedError<GitHubUnavailable>("@dev-infra/templates/GitHubUnavailable")("GitHubUnavailable", {
  reason: Schema.Literal("Missing", "LoggedOut", "Refused", "Broken", "TimedOut"),
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `GitHub cannot be used: ${this.detail ?? this.reason}`
  }
}

/** A repository that is to be made. @category models */
export interface NewRepository {
  /** letters, digits, `.`, `_` and `-`, beginning with a letter or digit */
  readonly name: string
  /** the git checkout that it is made from, and whose `origin` it becomes */
  readonly folder: string
  readonly isPrivate: boolean
  /** whether the checkout has a commit that can be pushed */
  readonly hasCommit: boolean
}

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as GitHub from "@dev-infra/templates/GitHub"
 * import * as Effect from "effect/Effect"
 *
 * export const publish = (folder: string) =>
 *   Effect.gen(function* () {
 *     const github = yield* GitHub.GitHub
 *     yield* github.ready
 *     return yield* github.create({ name: "api", folder, isPrivate: true, hasCommit: true })
 *   })
 * ```
 * @category tags
 */
export class GitHub extends Context.Tag("@dev-infra/templates/GitHub")<
  GitHub,
  {
    /** Fails unless `gh` is there and somebody is logged in. */
    readonly ready: Effect.Effect<void, GitHubUnavailable>
    /** Makes the repository and pushes to it; gives its address. */
    readonly create: (repository: NewRepository) => Effect.Effect<string, GitHubUnavailable>
  }
>() {}

/** Whether a repository can be called so. @category guards */
export const isRepositoryName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !/\.git$/i.test(name)

/** What `gh` said, as one line without anything that a terminal would act on. */
const harmless = (output: string): string => output.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, 300)

const unavailable = ({ detail, reason }: Gh.GhFailure): GitHubUnavailable => new GitHubUnavailable({ reason, detail: harmless(detail) })

/**
 * Through the program `gh`.
 *
 * @example
 * ```ts
 * import * as GitHub from "@dev-infra/templates/GitHub"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 *
 * export const live = Layer.provide(GitHub.layer, NodeContext.layer)
 * ```
 * @category layers
 */
export const layer: Layer.Layer<GitHub, never, CommandExecutor> = Layer.effect(
  GitHub,
  Effect.gen(function* () {
    const executor = yield* CommandExecutor
    const run = (args: ReadonlyArray<string>, options: Gh.GhOptions) => Effect.mapError(Gh.run(executor, args, options), unavailable)
    // A host that somebody was logged out of fails the whole status; with a token for the usual host all is well.
    const hasToken = Effect.map(run(["auth", "token"], { timeLimit: "10 seconds" }), ({ exitCode, stdout }) => exitCode === 0 && stdout.trim() !== "")
    const examined = Effect.gen(function* () {
      const status = yield* run(["auth", "status"], { timeLimit: "30 seconds" })
      if (status.exitCode === 0 || (yield* hasToken)) return
      return yield* new GitHubUnavailable({ reason: "LoggedOut", detail: "nobody is logged in" })
    })
    return {
      // gh asks the network, so it is asked once.
      ready: yield* Effect.cached(examined),
      create: ({ folder, hasCommit, isPrivate, name }) =>
        Effect.gen(function* () {
          const args = ["repo", "create", name, isPrivate ? "--private" : "--public", "--source", folder, "--remote", "origin", ...(hasCommit ? ["--push"] : [])]
          const { exitCode, stderr, stdout } = yield* run(args, { folder, timeLimit: "3 minutes" })
          if (exitCode !== 0) return yield* new GitHubUnavailable({ reason: "Refused", detail: harmless(stderr) })
          return stdout.split("\n").map((line) => line.trim()).findLast((line) => /^https:\/\/\S+$/.test(line)) ?? name
        })
    }
  })
)

/** What a GitHub in memory is. @category models */
export interface MemoryOptions {
  /** why it cannot be used, if it cannot */
  readonly unavailable?: GitHubUnavailable
  /** names that are taken already */
  readonly taken?: ReadonlyArray<string>
  /** hears of every repository that is made */
  readonly made?: Ref.Ref<ReadonlyArray<NewRepository>>
}

/**
 * In memory, for tests: everything is owned by `me`.
 *
 * @example
 * ```ts
 * import * as GitHub from "@dev-infra/templates/GitHub"
 *
 * export const offline = GitHub.layerMemory({ unavailable: new GitHub.GitHubUnavailable({ reason: "LoggedOut" }) })
 * ```
 * @category layers
 */
export const layerMemory = (options: MemoryOptions = {}): Layer.Layer<GitHub> =>
  Layer.effect(
    GitHub,
    Effect.map(Ref.make<ReadonlyArray<string>>(options.taken ?? []), (names) => {
      const ready = options.unavailable === undefined ? Effect.void : Effect.fail(options.unavailable)
      return {
        ready,
        create: (repository) =>
          Effect.gen(function* () {
            yield* ready
            const isTaken = yield* Ref.modify(names, (all) => [all.includes(repository.name), [...all, repository.name]])
            if (isTaken) return yield* new GitHubUnavailable({ reason: "Refused", detail: "Name already exists on this account" })
            if (options.made !== undefined) yield* Ref.update(options.made, (all) => [...all, repository])
            return `https://github.com/me/${repository.name}`
          })
      }
    })
  )
