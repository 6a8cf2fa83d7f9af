/**
 * A new project under version control: a repository with one commit, made by the user's `git` in the user's name.
 *
 * @module
 */
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Setup from "./git/SetupRun.js"

/** Who commits. @category models */
export interface Identity {
  readonly name: string
  readonly email: string
}

/**
 * What became of it. `NoGit`: there is no `git`, nothing was made. `NotCommitted`: the repository is there and has no commit, because git does not know who
 * commits (`NoIdentity`), or because it refused (`Refused`, with what it said).
 *
 * @category models
 */
export type GitOutcome =
  | { readonly _tag: "Committed"; readonly commit: string; readonly branch: string }
  | { readonly _tag: "NotCommitted"; readonly reason: "NoIdentity" | "Refused"; readonly detail: string }
  | { readonly _tag: "NoGit"; readonly detail: string }

/**
 * The port. Nothing of it fails: a project is a project without git as well.
 *
 * @example
 * ```ts
 * import * as GitSetup from "@dev-infra/templates/GitSetup"
 * import * as Effect from "effect/Effect"
 *
 * export const begin = (folder: string) => Effect.flatMap(GitSetup.GitSetup, (git) => git.begin(folder, "Create api"))
 * ```
 * @category tags
 */
export class GitSetup extends Context.Tag("@dev-infra/templates/GitSetup")<
  GitSetup,
  {
    /** Who commits in a folder, if git knows. */
    readonly identity: (folder: string) => Effect.Effect<Option.Option<Identity>>
    /** Makes a repository of a folder, and one commit of all that is in it. No hook runs. */
    readonly begin: (folder: string, message: string) => Effect.Effect<GitOutcome>
  }
>() {}

/**
 * Through the program `git`.
 *
 * @example
 * ```ts
 * import * as GitSetup from "@dev-infra/templates/GitSetup"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 *
 * export const live = Layer.provide(GitSetup.layer, NodeContext.layer)
 * ```
 * @category layers
 */
export const layer: Layer.Layer<GitSetup, never, CommandExecutor> = Layer.effect(
  GitSetup,
  Effect.map(CommandExecutor, (executor) => ({
    identity: (folder) => Setup.identity(executor, folder),
    begin: (folder, message) => Setup.begin(executor, folder, message)
  }))
)

/** What a git in memory is. @category models */
export interface MemoryOptions {
  readonly identity?: Identity
  /** there is no git */
  readonly isMissing?: boolean
  /** hears of every folder that becomes a repository */
  readonly begun?: Ref.Ref<ReadonlyArray<string>>
}

/**
 * In memory, for tests.
 *
 * @example
 * ```ts
 * import * as GitSetup from "@dev-infra/templates/GitSetup"
 *
 * export const anonymous = GitSetup.layerMemory()
 * ```
 * @category layers
 */
export const layerMemory = (options: MemoryOptions = {}): Layer.Layer<GitSetup> =>
  Layer.succeed(GitSetup, {
    identity: () => Effect.succeed(options.isMissing === true ? Option.none() : Option.fromNullable(options.identity)),
    begin: (folder) =>
      Effect.gen(function* () {
        if (options.isMissing === true) return { _tag: "NoGit", detail: "git is not installed, or not on the PATH" }
        if (options.begun !== undefined) yield* Ref.update(options.begun, (all) => [...all, folder])
        if (options.identity === undefined) return { _tag: "NotCommitted", reason: "NoIdentity", detail: "no name and address are set" }
        return { _tag: "Committed", commit: "1".repeat(40), branch: "main" }
      })
  })
