/**
 * A branch with an update, made beside the user's checkout: in a work tree of its own in a temporary folder, from what the remote has. Neither the checkout, nor
 * its branch, nor what is staged in it is touched; refs that are needed on the way lie below `refs/dev-infra/`, and are taken away again.
 *
 * @module
 */
import * as GitProgram from "@dev-infra/git-repositories/GitProgram"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import { FileSystem } from "@effect/platform/FileSystem"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { type GitHubRepository, repositoryOf } from "../GitHubPulls.js"
import { ProposalFailed } from "../ProposalFailed.js"
import { trailerOf } from "./PullRequestText.js"

/** Where a project lies in its repository, and where that is on GitHub. */
export interface Checkout {
  /** the folder of the project */
  readonly path: string
  /** the root of its repository */
  readonly root: string
  /** the folder below the root; empty if it is the root, else it ends with `/` */
  readonly prefix: string
  readonly repository: GitHubRepository
  /** the branch that updates are proposed from */
  readonly branch: string
}

/** A work tree that is ready for an update. */
export interface WorkTree {
  readonly checkout: Checkout
  /** the folder of the project in it */
  readonly folder: string
  /** the default branch of the remote */
  readonly base: string
  readonly baseCommit: string
  /** the branch of an earlier update, as the remote has it */
  readonly earlier: Option.Option<EarlierUpdate>
}

/** What the remote has under the name of the branch. */
interface EarlierUpdate {
  readonly commit: string
  readonly tree: string
  readonly parent: string
  /** nobody else changed it since this program made it, or all of it was merged: nothing is lost with it */
  readonly isOurs: boolean
}

/** How git is run for projects. */
export interface ProjectGit {
  readonly executor: Context.Tag.Service<typeof CommandExecutor>
  readonly environment: GitProgram.Environment
}

/** What every branch of an update is called; projects in folders of a repository have one each. */
const branchName = "dev-infra/template-update"

/**
 * Nobody is guessed who commits, and the work tree holds what the repository does: all files, also where the user's checkout is sparse, and byte for byte, also
 * where the user wants other line ends.
 */
const settings: ReadonlyArray<string> = ["user.useConfigOnly=true", "core.sparseCheckout=false", "core.autocrlf=false", "core.safecrlf=false"]

const localTime = 120
const networkTime = 600

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const branchFor = (prefix: string): string => {
  const name = prefix.replace(/\/$/, "").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "")
  return prefix === "" ? branchName : `${branchName}-${name === "" ? "folder" : name}`
}

interface GitOptions {
  readonly input?: string
  readonly timeLimit?: number
  /** variables besides those of the surroundings */
  readonly variables?: GitProgram.Environment
}

/** Git for one project: its failures name it. */
const gitFor = ({ environment, executor }: ProjectGit, project: string) => {
  const failed = (reason: ProposalFailed["reason"], detail?: string) => new ProposalFailed({ project, reason, ...(detail === undefined || detail === "" ? {} : { detail }) })
  const run = (folder: string, words: ReadonlyArray<string>, options: GitOptions = {}) =>
    GitProgram.run(executor, ["-C", folder, ...settings.flatMap((setting) => ["-c", setting]), ...words], {
      // What the user keeps elsewhere (Git LFS) is not needed to change the files of a template.
      environment: { ...environment, GIT_LFS_SKIP_SMUDGE: "1", ...options.variables },
      timeLimit: options.timeLimit ?? localTime,
      ...(options.input === undefined ? {} : { input: new TextEncoder().encode(options.input) })
    }).pipe(
      Effect.mapError((fault) => (fault === "GitMissing" ? failed("GitMissing") : failed("GitFailed", fault === "TimedOut" ? "git took too long" : "git was ended")))
    )
  /** The output of a git that has to succeed. */
  const ask = (folder: string, words: ReadonlyArray<string>, options: GitOptions = {}) =>
    Effect.flatMap(run(folder, words, options), ({ code, message, stdout }) => (code === 0 ? Effect.succeed(decode(stdout)) : Effect.fail(failed("GitFailed", message))))
  return { ask, failed, run }
}

/** Where a project lies, and where it would be proposed to. Nothing but the configuration of its repository is read. */
export const locate = (git: ProjectGit, path: string): Effect.Effect<Checkout, ProposalFailed> =>
  Effect.gen(function* () {
    const { failed, run } = gitFor(git, path)
    const found = yield* run(path, ["rev-parse", "--show-toplevel", "--show-prefix"])
    const [root = "", prefix = ""] = decode(found.stdout).split("\n")
    if (found.code !== 0 || root === "") return yield* failed("NotARepository")
    const remote = yield* run(path, ["config", "--get", "remote.origin.url"])
    const url = decode(remote.stdout).trim()
    if (remote.code !== 0 || url === "") return yield* failed("NoRemote")
    const repository = repositoryOf(url)
    if (Option.isNone(repository)) return yield* failed("NotOnGitHub")
    return { path, root, prefix, repository: repository.value, branch: branchFor(prefix) }
  })

/** What the remote has: its default branch, and whether the branch of an update is there. */
const remoteState = (git: ProjectGit, { branch, path, root }: Checkout) =>
  Effect.gen(function* () {
    const { ask, failed } = gitFor(git, path)
    const lines = (yield* ask(root, ["ls-remote", "--symref", "origin", "HEAD", `refs/heads/${branch}`], { timeLimit: networkTime })).split("\n")
    const base = lines.flatMap((line) => /^ref: refs\/heads\/(\S+)\tHEAD$/.exec(line)?.[1] ?? [])[0]
    if (base === undefined) return yield* failed("NoDefaultBranch")
    return { base, hasBranch: lines.some((line) => line.endsWith(`\trefs/heads/${branch}`)) }
  })

const readEarlier = (git: ProjectGit, { path, root }: Checkout, ref: string, baseCommit: string) =>
  Effect.gen(function* () {
    const { ask, run } = gitFor(git, path)
    const [commit = "", tree = "", parents = "", ...message] = (yield* ask(root, ["log", "-1", "--no-show-signature", "--format=%H%n%T%n%P%n%B", ref])).split("\n")
    const isOurs = message.includes(trailerOf(tree)) || (yield* run(root, ["merge-base", "--is-ancestor", commit, baseCommit])).code === 0
    return { commit, tree, parent: parents, isOurs } satisfies EarlierUpdate
  })

/**
 * A work tree with what the default branch of the remote has, and what is known of an earlier update. It is gone when the scope ends.
 *
 * Refs are named after the branch, so that two projects of one repository do not get in each other's way.
 */
export const prepare = (git: ProjectGit, checkout: Checkout): Effect.Effect<WorkTree, ProposalFailed, FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const { branch, path, prefix, root } = checkout
    const { ask, failed, run } = gitFor(git, path)
    const files = yield* FileSystem
    const { base, hasBranch } = yield* remoteState(git, checkout)
    const [baseRef, branchRef] = [`refs/${branch}/base`, `refs/${branch}/branch`]
    const wanted = [`+refs/heads/${base}:${baseRef}`, ...(hasBranch ? [`+refs/heads/${branch}:${branchRef}`] : [])]
    // What takes away comes before what it takes away, so that this can be interrupted.
    yield* Effect.addFinalizer(() => Effect.ignore(run(root, ["update-ref", "--stdin"], { input: (hasBranch ? [baseRef, branchRef] : [baseRef]).map((ref) => `delete ${ref}\n`).join("") })))
    yield* ask(root, ["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--refmap=", "origin", ...wanted], { timeLimit: networkTime })
    const baseCommit = (yield* ask(root, ["rev-parse", "--verify", baseRef])).trim()
    const earlier = hasBranch ? Option.some(yield* readEarlier(git, checkout, branchRef, baseCommit)) : Option.none<EarlierUpdate>()
    const temporary = yield* Effect.mapError(
      Effect.flatMap(files.makeTempDirectoryScoped({ prefix: "dev-infra-update-" }), files.realPath),
      (error) => failed("GitFailed", error.message)
    )
    // The name is that of the folder in `.git/worktrees`, where one that a killed process left can be told.
    const workTree = `${temporary}/${temporary.slice(temporary.lastIndexOf("/") + 1)}`
    yield* removeStale(git, checkout, files)
    yield* Effect.addFinalizer(() => Effect.ignore(run(root, ["worktree", "remove", "--force", "--force", workTree])))
    yield* ask(root, ["worktree", "add", "--quiet", "--detach", workTree, baseCommit])
    return { checkout, folder: prefix === "" ? workTree : `${workTree}/${prefix.replace(/\/$/, "")}`, base, baseCommit, earlier }
  })

/** Work trees of this program whose folder is gone: a process that made one was killed. Those of others are not looked at. */
const removeStale = (git: ProjectGit, { path, root }: Checkout, files: FileSystem) =>
  Effect.gen(function* () {
    const { ask, run } = gitFor(git, path)
    const listed = (yield* ask(root, ["worktree", "list", "--porcelain", "-z"])).split("\0").flatMap((line) => (line.startsWith("worktree ") ? [line.slice("worktree ".length)] : []))
    for (const folder of listed.filter((each) => /\/(dev-infra-update-[^/]+)\/\1$/.test(each))) {
      if (!(yield* Effect.orElseSucceed(files.exists(folder), () => true))) yield* run(root, ["worktree", "remove", "--force", "--force", folder])
    }
  })

/** What became of the branch. */
export type Published = "pushed" | "unchanged"

/**
 * Commit all that was changed in a work tree, and push it as the branch of the update. Nothing is pushed if the remote has the same already. A branch that somebody
 * else changed meanwhile is not overwritten.
 *
 * @param message for the commit, by the tree that it holds
 */
export const publish = (git: ProjectGit, workTree: WorkTree, message: (tree: string) => string): Effect.Effect<Published, ProposalFailed> =>
  Effect.gen(function* () {
    const { baseCommit, checkout, earlier, folder } = workTree
    const { ask, failed, run } = gitFor(git, checkout.path)
    // All that is not in the last commit was made by the update, also what the project ignores.
    yield* ask(folder, ["add", "--all", "--force", "--", "."])
    const tree = (yield* ask(folder, ["write-tree"])).trim()
    const known = Option.getOrUndefined(earlier)
    if (known !== undefined && known.tree === tree && known.parent === baseCommit) return "unchanged"
    const identities = yield* Effect.forEach(["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"], (name) => run(folder, ["var", name]))
    if (identities.some(({ code }) => code !== 0)) return yield* failed("NoIdentity")
    yield* ask(folder, ["commit", "--quiet", "--no-verify", "--allow-empty", "--cleanup=verbatim", "--file=-"], { input: message(tree) })
    const lease = `--force-with-lease=refs/heads/${checkout.branch}:${known?.commit ?? ""}`
    yield* ask(folder, ["push", "--quiet", "--no-follow-tags", "--recurse-submodules=no", lease, "origin", `HEAD:refs/heads/${checkout.branch}`], { timeLimit: networkTime })
    return "pushed"
  })
