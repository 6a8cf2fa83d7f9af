/**
 * The state of many git checkouts.
 *
 * @module
 */
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Checkout, GitOptions, StatusOptions, Unavailable } from "./CheckoutState.js"
import * as GitStatusRun from "./GitStatusRun.js"

export type { Checkout, GitOptions, StatusOptions, Unavailable } from "./CheckoutState.js"

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as GitStatus from "@dev-infra/registry/GitStatus"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const dirty = Effect.gen(function*() {
 *   const git = yield* GitStatus.GitStatus
 *   return yield* git.inspect(["/home/me/api", "/home/me/web"]).pipe(
 *     Stream.filter((each) => each._tag === "Checkout" && each.modified + each.untracked > 0),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * @category tags
 */
export class GitStatus extends Context.Tag("@dev-infra/registry/GitStatus")<
  GitStatus,
  {
    /**
     * One result for each path, in the order of `paths`; a broken repository is one result, never a failure of all. Of a
     * folder inside a repository the files below that folder count, of a bare repository only branch and commit are known.
     */
    readonly inspect: (paths: ReadonlyArray<string>, options?: StatusOptions) => Stream.Stream<Checkout | Unavailable>
  }
>() {}

/**
 * The `git` on the PATH, in a process group of its own that ends with the stream.
 *
 * @example
 * ```ts
 * import * as GitStatus from "@dev-infra/registry/GitStatus"
 * import type * as CommandExecutor from "@effect/platform/CommandExecutor"
 * import type * as Layer from "effect/Layer"
 *
 * export const oneAtATime: Layer.Layer<GitStatus.GitStatus, never, CommandExecutor.CommandExecutor> = GitStatus.layerWith({ concurrency: 1 })
 * ```
 *
 * @category layers
 */
export const layerWith = (options: GitOptions): Layer.Layer<GitStatus, never, CommandExecutor.CommandExecutor> =>
  Layer.effect(
    GitStatus,
    Effect.map(CommandExecutor.CommandExecutor, (executor) =>
      GitStatus.of({ inspect: (paths, statusOptions) => GitStatusRun.inspect(executor, paths, options, statusOptions ?? {}) })
    )
  )

/**
 * The `git` on the PATH, as many checkouts at once as there are processors (at most 8).
 *
 * @example
 * ```ts
 * import * as GitStatus from "@dev-infra/registry/GitStatus"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 *
 * export const live: Layer.Layer<GitStatus.GitStatus> = Layer.provide(GitStatus.layer, NodeContext.layer)
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<GitStatus, never, CommandExecutor.CommandExecutor> = layerWith({})

/**
 * Answers from a list; a path that is not in it is `Missing`.
 *
 * @example
 * ```ts
 * import * as GitStatus from "@dev-infra/registry/GitStatus"
 *
 * export const clean = GitStatus.layerMemory([
 *   { _tag: "Checkout", path: "/api", branch: "main", ahead: 0, behind: 0, modified: 0, untracked: 0, conflicted: 0, stashes: 0 }
 * ])
 * ```
 *
 * @category layers
 */
export const layerMemory = (answers: ReadonlyArray<Checkout | Unavailable>): Layer.Layer<GitStatus> =>
  Layer.succeed(GitStatus, {
    inspect: (paths, options) =>
      Stream.map(Stream.fromIterable(paths), (path): Checkout | Unavailable => {
        const answer = answers.find((each) => each.path === path)
        if (answer === undefined) return { _tag: "Unavailable", path, reason: "Missing", detail: "no such folder" }
        if (answer._tag === "Unavailable" || options?.lastCommit === true) return answer
        const { committedAt: _, ...withoutTime } = answer
        return withoutTime
      })
  })
