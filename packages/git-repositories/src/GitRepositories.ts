/**
 * Bare clones in `cache/templates/` of the home (templates were their first use), one for each URL, made and asked by the git program.
 *
 * A clone is made under another name and then renamed, so it is there as a whole or not at all; one process at a time makes or updates it. Objects are
 * never thrown away: a version that its authors deleted can still be read here.
 *
 * @module
 */
import { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode } from "@dev-infra/registry/HomePaths"
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { sha256 } from "./Digest.js"
import { fromFiles } from "./FileTree.js"
import * as GitProgram from "./GitProgram.js"
import { problemOf } from "./GitReference.js"
import * as GitObjects from "./objects/GitObjects.js"
import { Repositories, type RepositoryRefs } from "./Repositories.js"
import { RepositoryUnavailable, TreeInvalid } from "./RepositoryFailure.js"
import { limits } from "./TreeLimits.js"
import { treeProblems } from "./TreeRules.js"

/** Seconds that a question to a clone may take, and one to the network. */
const localTime = 120
const networkTime = 1800

/** How long another process may take with the same clone. */
const turn = { wait: "30 minutes", abandoned: "30 minutes" } as const

/** Bytes of a clone. */
const usualSize = 4 * 1024 * 1024 * 1024

/** What was being made when its process was killed is removed after so many milliseconds. */
const day = 24 * 60 * 60 * 1000

const notThere = /(?:not found|does not exist|not appear to be a git repository|no such file or directory)/i

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const refFormat = "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)%00%(HEAD)"

/**
 * Where the clone of a URL lies, whether there is one or not. Whatever reads it without git must bear that it changes.
 *
 * @param cacheFolder of the home
 * @category constructors
 */
export const folderOf = (cacheFolder: string, url: string): string => `${cacheFolder}/templates/${sha256(url)}.git`

const make = (environment: GitProgram.Environment, largest: number) =>
  Effect.gen(function* () {
    const executor = yield* CommandExecutor
    const files = yield* LocalFiles
    const fileSystem = yield* FileSystem
    const locks = yield* FileLock
    const { cacheFolder } = yield* DevInfraHome
    const clones = `${cacheFolder}/templates`
    const cloneOf = (url: string): string => folderOf(cacheFolder, url)

    const failed = (url: string, detail: string) => new RepositoryUnavailable({ source: url, reason: "GitFailed", detail })
    const system = (url: string) => (failure: { readonly message: string }) => new RepositoryUnavailable({ source: url, reason: "NotAllowed", detail: failure.message })

    const fault = (url: string, kind: GitProgram.GitFault): RepositoryUnavailable => {
      switch (kind) {
        case "GitMissing":
          return new RepositoryUnavailable({ source: url, reason: "GitMissing" })
        case "TimedOut":
          return failed(url, "git took too long")
        case "TooMuch":
          return failed(url, "git said more than anybody needs")
        case "Ended":
          return failed(url, "git was ended by the system")
      }
    }

    const git = (url: string, arguments_: ReadonlyArray<string>, options: Omit<GitProgram.GitRun, "environment">) =>
      Effect.mapError(GitProgram.run(executor, arguments_, { ...options, environment }), (kind) => fault(url, kind))

    /** Ask a clone; a failure of git is one of ours. */
    const ask = (url: string, arguments_: ReadonlyArray<string>, options: { readonly input?: string; readonly limit?: number } = {}) =>
      Effect.flatMap(
        git(url, arguments_, { folder: cloneOf(url), timeLimit: localTime, ...(options.limit === undefined ? {} : { limit: options.limit }), ...(options.input === undefined ? {} : { input: encode(options.input) }) }),
        ({ code, message, stdout }) => (code === 0 ? Effect.succeed(stdout) : Effect.fail(failed(url, message)))
      )

    const isThere = (url: string) => Effect.sync(() => files.existing([`${cloneOf(url)}/HEAD`])[0] === true)

    const readRefs = (url: string): Effect.Effect<Option.Option<RepositoryRefs>, RepositoryUnavailable> =>
      Effect.gen(function* () {
        if (!(yield* isThere(url))) return Option.none()
        const listed = GitObjects.refEntries(yield* ask(url, ["for-each-ref", refFormat, "refs/heads", "refs/tags"]))
        const under = (prefix: string) => new Map(listed.flatMap(({ commit, name }) => (name.startsWith(prefix) ? [[name.slice(prefix.length), commit] as const] : [])))
        return Option.some({ head: listed.find(({ isHead }) => isHead)?.commit, branches: under("refs/heads/"), tags: under("refs/tags/") })
      })

    const refs = yield* Cache.makeWith({
      capacity: 64,
      lookup: readRefs,
      timeToLive: (exit) => (Exit.isSuccess(exit) && Option.isSome(exit.value) ? "1 hour" : "0 millis")
    })

    const commits = yield* Cache.makeWith({
      capacity: 1024,
      timeToLive: (exit) => (Exit.isSuccess(exit) && Option.isSome(exit.value) ? "1 hour" : "0 millis"),
      lookup: (key: string) =>
        Effect.gen(function* () {
          const [url = "", id = ""] = key.split("\n")
          const [, full] = /^([0-9a-f]{40,64}) commit \d+\n$/.exec(new TextDecoder().decode(yield* ask(url, ["cat-file", "--batch-check"], { input: `${id}^{commit}\n` }))) ?? []
          return Option.fromNullable(full)
        })
    })

    /** The id of the tree of a folder. */
    const treeId = (url: string, commit: string, folder: string) =>
      Effect.gen(function* () {
        const [answer = ""] = new TextDecoder().decode(yield* ask(url, ["cat-file", "--batch-check"], { input: `${commit}:${folder}\n` })).split("\n")
        const [, id] = /^([0-9a-f]{40,64}) tree \d+$/.exec(answer) ?? []
        if (id !== undefined) return id
        const isCommit = Option.isSome(yield* commits.get(`${url}\n${commit}`))
        return yield* isCommit
          ? new RepositoryUnavailable({ source: url, reason: "NoSuchFolder", version: commit, detail: folder })
          : new RepositoryUnavailable({ source: url, reason: "NoSuchVersion", version: commit })
      })

    const treeIdOf: Repositories["Type"]["treeId"] = (url, commit, folder) =>
      Effect.flatMap(isThere(url), (there) => (there ? treeId(url, commit, folder) : Effect.fail(new RepositoryUnavailable({ source: url, reason: "NotCached" }))))

    const tree: Repositories["Type"]["tree"] = (url, commit, folder) =>
      Effect.gen(function* () {
        if (!(yield* isThere(url))) return yield* new RepositoryUnavailable({ source: url, reason: "NotCached" })
        const invalid = (path: string, problem: string) => new TreeInvalid({ source: url, problems: [{ path, problem }] })
        const id = yield* treeId(url, commit, folder)
        const listing = yield* git(url, ["ls-tree", "-r", "-l", "-z", "--full-tree", id], { folder: cloneOf(url), timeLimit: localTime, limit: limits.files * 400 }).pipe(
          Effect.mapError((failure) => (failure.detail === fault(url, "TooMuch").detail ? invalid("", `it holds more than ${limits.files} files`) : failure))
        )
        if (listing.code !== 0) return yield* failed(url, listing.message)
        const entries = GitObjects.treeEntries(listing.stdout)
        const found = entries.flatMap(({ mode, path, size }) => (mode === undefined ? [] : [{ path, mode, size }]))
        const odd = entries.find(({ mode }) => mode === undefined)
        if (odd !== undefined) return yield* invalid(odd.path, "a repository in the repository cannot be taken")
        const problems = treeProblems(found)
        if (problems.length > 0) return yield* new TreeInvalid({ source: url, problems })
        const ids = [...new Set(entries.map((entry) => entry.id))]
        const output = ids.length === 0 ? new Uint8Array() : yield* ask(url, ["cat-file", "--batch"], { input: `${ids.join("\n")}\n`, limit: limits.totalBytes + limits.files * 100 })
        const answers = GitObjects.batchAnswers(output)
        const contents = new Map(answers?.flatMap((answer) => (answer?.kind === "blob" ? [[answer.id, answer.content] as const] : [])))
        const missing = entries.find((entry) => !contents.has(entry.id))
        if (missing !== undefined) return yield* failed(url, `the clone lacks ${missing.path}; fetching it again may bring it`)
        return fromFiles(entries.flatMap(({ id: blob, mode, path }) => {
          const content = contents.get(blob)
          return mode === undefined || content === undefined ? [] : [{ path, mode, content }]
        }))
      })

    /** How much lies in a folder of objects; what cannot be looked at counts nothing. */
    const sizeOf = (folder: string): Effect.Effect<number> =>
      Effect.gen(function* () {
        const names = yield* files.list(`${folder}/objects/pack`)
        const found = yield* Effect.forEach(names, (name) => files.stat(`${folder}/objects/pack/${name}`))
        return found.reduce((sum, file) => sum + (Option.isSome(file) ? Number(file.value.size) : 0), 0)
      }).pipe(Effect.orElseSucceed(() => 0))

    const checkSize = (url: string, folder: string): Effect.Effect<void, RepositoryUnavailable> =>
      Effect.suspend(() =>
        Effect.flatMap(sizeOf(folder), (size) =>
          size > largest ? Effect.fail(failed(url, `the repository is larger than ${Math.ceil(largest / 1024 ** 2)} MiB`)) : Effect.void))

    /** Look again and again while git works. */
    const watch = (url: string, folder: string): Effect.Effect<never, RepositoryUnavailable> => Effect.forever(Effect.zipRight(Effect.sleep("1 second"), checkSize(url, folder)))

    /** Let git talk to the network, as long as what it brings is not too large. */
    const talk = (url: string, folder: string, arguments_: ReadonlyArray<string>, gitFolder?: string) =>
      Effect.raceFirst(git(url, arguments_, { timeLimit: networkTime, ...(gitFolder === undefined ? {} : { folder: gitFolder }) }), watch(url, folder)).pipe(
        Effect.filterOrFail(({ code }) => code === 0, ({ message }) =>
          notThere.test(message) ? new RepositoryUnavailable({ source: url, reason: "NotFound", detail: message }) : failed(url, message === "" ? "git failed without a word" : message))
      )

    /** What was left by processes that were killed. Whatever cannot be removed stays. */
    const tidy = (url: string) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (const name of yield* files.list(clones)) {
          const found = name.startsWith("new-") ? Option.getOrUndefined(yield* files.stat(`${clones}/${name}`)) : undefined
          if (found !== undefined && now - Number(found.modifiedNanos / 1_000_000n) > day) yield* fileSystem.remove(`${clones}/${name}`, { recursive: true })
        }
        const packs = `${cloneOf(url)}/objects/pack`
        if (yield* isThere(url)) yield* Effect.forEach((yield* files.list(packs)).filter((name) => name.startsWith("tmp_")), (name) => files.remove(`${packs}/${name}`), { discard: true })
      }).pipe(Effect.ignore)

    const clone = (url: string) =>
      Effect.scoped(
        Effect.gen(function* () {
          const target = cloneOf(url)
          const temporary = yield* fileSystem.makeTempDirectoryScoped({ directory: clones, prefix: "new-" }).pipe(Effect.mapError(system(url)))
          const folder = `${temporary}/clone.git`
          yield* talk(url, folder, ["clone", "--bare", "--quiet", "--template=", "--", url, folder])
          yield* checkSize(url, folder)
          yield* Effect.mapError(files.rename(folder, target), system(url))
        })
      )

    const bringUpToDate = (url: string) =>
      Effect.gen(function* () {
        const folder = cloneOf(url)
        yield* talk(url, folder, ["fetch", "--quiet", "--prune", "--force", "--no-write-fetch-head", "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], folder)
        const { stdout } = yield* talk(url, folder, ["ls-remote", "--quiet", "--symref", "--", url, "HEAD"], folder)
        const [, branch] = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(new TextDecoder().decode(stdout)) ?? []
        if (branch !== undefined && problemOf(branch) === undefined) yield* ask(url, ["symbolic-ref", "HEAD", `refs/heads/${branch}`])
      })

    const file: Repositories["Type"]["file"] = (url, commit, path, limit) =>
      Effect.gen(function* () {
        if (/[\r\n\0]/.test(path) || !(yield* isThere(url))) return Option.none()
        const [answer = ""] = new TextDecoder().decode(yield* ask(url, ["cat-file", "--batch-check"], { input: `${commit}:${path}\n` })).split("\n")
        const [, id, size] = /^([0-9a-f]{40,64}) blob (\d+)$/.exec(answer) ?? []
        if (id === undefined || Number(size) > limit) return Option.none()
        return Option.some(yield* ask(url, ["cat-file", "blob", id], { limit }))
      })

    const log: Repositories["Type"]["log"] = (url, { folder, from, to }) =>
      Effect.gen(function* () {
        const both = (yield* isThere(url)) ? yield* Effect.forEach([from, to], (id) => commits.get(`${url}\n${id}`)) : []
        const [first, last] = both.flatMap(Option.toArray)
        if (first === undefined || last === undefined) return []
        const words = ["log", "--no-merges", "--max-count=200", "--no-show-signature", "--encoding=UTF-8", "-z", "--format=%H %s", `${first}..${last}`, "--", ...(folder === "" ? [] : [`:(top,literal)${folder}`])]
        const lines = new TextDecoder().decode(yield* ask(url, words)).split("\0")
        return lines.flatMap((line) => {
          const [, commit, subject] = /^([0-9a-f]{40,64}) (.*)$/s.exec(line) ?? []
          return commit === undefined || subject === undefined ? [] : [{ commit, subject }]
        })
      })

    return Repositories.of({
      file,
      log,
      refs: (url) => refs.get(url),
      commit: (url, id) => Effect.flatMap(isThere(url), (there) => (there ? commits.get(`${url}\n${id}`) : Effect.succeed(Option.none()))),
      tree,
      treeId: treeIdOf,
      fetch: (url) =>
        Effect.gen(function* () {
          yield* Effect.mapError(files.makeFolder(clones, folderMode), system(url))
          const isNew = yield* locks.withLock(
            cloneOf(url),
            () => Effect.zipRight(tidy(url), Effect.flatMap(isThere(url), (there) => Effect.as(there ? bringUpToDate(url) : clone(url), !there))),
            turn
          ).pipe(Effect.mapError((failure) => (failure._tag === "RepositoryUnavailable" ? failure : system(url)(failure))))
          return isNew
        }).pipe(Effect.ensuring(refs.invalidate(url)))
    })
  })

/**
 * Clones in the cache of the home. Git has these variables, but for those that would lead it elsewhere.
 *
 * @param largest bytes of a clone; 4 GiB by default
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 * import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
 *
 * export const clones = GitRepositories.layer(process.env).pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeContext.layer])
 * )
 * ```
 */
export const layer = (environment: GitProgram.Environment, largest: number = usualSize): Layer.Layer<Repositories, never, CommandExecutor | DevInfraHome | FileLock | FileSystem | LocalFiles> =>
  Layer.effect(Repositories, make(environment, largest))
