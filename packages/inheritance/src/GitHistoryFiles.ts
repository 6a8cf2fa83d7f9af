/**
 * Reads repositories of this computer from their files, in this process.
 *
 * @module
 */
import * as Digest from "@dev-infra/git-repositories/Digest"
import { fromFiles, type TreeFile } from "@dev-infra/git-repositories/FileTree"
import type { RepositoryRefs } from "@dev-infra/git-repositories/Repositories"
import { withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { expandOid, readBlob, readCommit, readTag, readTree, TREE, walk } from "isomorphic-git"
import * as fs from "node:fs"
import { GitHistory, HistoryUnreadable } from "./GitHistory.js"

/** Commits that are counted at most. */
const mostCommits = 1000

/** A Taskfile is refused above this size anyway; other files are of no interest here. */
const largestFile = 1024 * 1024

/** So many files of a commit are read at most. */
const mostFiles = 20_000

/** Files that tasks are made of: what is included, or read as variables. */
const isOfTasks = /(?:\.ya?ml|\.ya?ml\.dist|\.env|(?:^|\/)\.env[^/]*)$/i

const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

const textOf = (path: string): string | undefined => {
  try {
    return fs.readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}

const isThere = (path: string): boolean => fs.existsSync(path)

const childOf = (folder: string, path: string): string => (path.startsWith("/") ? path : `${folder}/${path}`)

/** The folder with the objects and references; what a worktree adds is of no interest here. */
const repositoryOf = (folder: string): string | undefined => {
  const inside = `${folder}/.git`
  const isFile = fs.statSync(inside, { throwIfNoEntry: false })?.isFile() === true
  const target = isFile ? /^gitdir:[ \t]*(.+?)[\r\n]*$/s.exec(textOf(inside) ?? "")?.[1] : undefined
  const gitFolder = target === undefined ? (isFile || isThere(`${inside}/HEAD`) ? inside : folder) : childOf(folder, target)
  const shared = textOf(`${gitFolder}/commondir`)?.replace(/[\r\n]+$/, "")
  const common = shared === undefined ? gitFolder : childOf(gitFolder, shared)
  return isThere(`${common}/HEAD`) && isThere(`${common}/objects`) ? fs.realpathSync(common) : undefined
}

/** References that lie in files of their own, below a folder. */
const looseBelow = (folder: string, prefix: string, into: Map<string, string>): void => {
  let entries: ReadonlyArray<fs.Dirent>
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  for (const entry of entries) {
    if (entry.isDirectory()) looseBelow(`${folder}/${entry.name}`, `${prefix}${entry.name}/`, into)
    else if (entry.isFile()) {
      const id = textOf(`${folder}/${entry.name}`)?.trim() ?? ""
      if (commitId.test(id)) into.set(`${prefix}${entry.name}`, id)
    }
  }
}

/** Lines `ID NAME`, and for a tag with a message a further one `^ID` with its commit. */
const packedIn = (repository: string): ReadonlyMap<string, { readonly id: string; readonly isPeeled: boolean }> => {
  const packed = new Map<string, { id: string; isPeeled: boolean }>()
  const text = textOf(`${repository}/packed-refs`) ?? ""
  const areAllPeeled = /^#.* fully-peeled(?: |$)/m.test(text)
  let last: string | undefined
  for (const line of text.split("\n")) {
    if (line.startsWith("^") && last !== undefined) packed.set(last, { id: line.slice(1).trim(), isPeeled: true })
    const [, id, name] = /^([0-9a-f]{40,64}) (refs\/(?:heads|tags)\/\S+)$/.exec(line) ?? []
    last = name
    if (id !== undefined && name !== undefined) packed.set(name, { id, isPeeled: areAllPeeled })
  }
  return packed
}

const read = <A>(folder: string, work: () => Promise<A>): Effect.Effect<A, HistoryUnreadable> =>
  Effect.tryPromise({ try: work, catch: (cause) => new HistoryUnreadable({ folder, detail: cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause) }) })

const isNotFound = (failure: unknown): boolean => failure instanceof HistoryUnreadable && /could not find|not found/i.test(failure.detail)

const make = Effect.gen(function* () {
  const { cacheFolder } = yield* DevInfraHome
  /** What was unpacked of a repository. */
  const caches = new Map<string, object>()
  const known = new Map<string, RepositoryRefs>()

  const at = (repository: string) => {
    const cache = caches.get(repository) ?? {}
    caches.set(repository, cache)
    return { fs, gitdir: repository, cache }
  }

  const commitOfTag = (repository: string, id: string): Effect.Effect<string | undefined, HistoryUnreadable> =>
    Effect.catchAll(
      Effect.flatMap(read(repository, () => readTag({ ...at(repository), oid: id })), ({ tag }) =>
        tag.type === "tag" ? commitOfTag(repository, tag.object) : Effect.succeed(tag.type === "commit" ? tag.object : undefined)),
      // Most tags without a message are a commit at once.
      (failure) => (/commit/.test(failure.detail) ? Effect.succeed<string | undefined>(id) : Effect.fail(failure))
    )

  const refs = (repository: string): Effect.Effect<RepositoryRefs, HistoryUnreadable> =>
    Effect.gen(function* () {
      const before = known.get(repository)
      if (before !== undefined) return before
      if (isThere(`${repository}/reftable`)) return yield* new HistoryUnreadable({ folder: repository, detail: "it keeps its references in tables (reftable), which are not read here" })
      const loose = new Map<string, string>()
      looseBelow(`${repository}/refs/heads`, "refs/heads/", loose)
      looseBelow(`${repository}/refs/tags`, "refs/tags/", loose)
      const all = new Map([...packedIn(repository), ...[...loose].map(([name, id]) => [name, { id, isPeeled: false }] as const)])
      const branches = new Map<string, string>()
      const tags = new Map<string, string>()
      for (const [name, { id, isPeeled }] of all) {
        if (name.startsWith("refs/heads/")) branches.set(name.slice("refs/heads/".length), id)
        else {
          const commit = isPeeled ? id : yield* commitOfTag(repository, id)
          if (commit !== undefined) tags.set(name.slice("refs/tags/".length), commit)
        }
      }
      const head = textOf(`${repository}/HEAD`)?.trim() ?? ""
      const branch = /^ref: refs\/heads\/(\S+)$/.exec(head)?.[1]
      const found = { head: branch === undefined ? (commitId.test(head) ? head : undefined) : branches.get(branch), branches, tags }
      known.set(repository, found)
      return found
    })

  const distance = (repository: string, from: string, to: string) =>
    Effect.gen(function* () {
      let current: string | undefined = to
      for (let commits = 0; current !== undefined; commits++) {
        if (current === from) return Option.some({ commits, isMore: false })
        if (commits >= mostCommits) return Option.some({ commits, isMore: true })
        const id: string = current
        const { commit } = yield* read(repository, () => readCommit({ ...at(repository), oid: id }))
        current = commit.parent[0]
      }
      return Option.none()
    })

  const tree = (repository: string, id: string) =>
    Effect.gen(function* () {
      const places = at(repository)
      const files: Array<{ readonly path: string; readonly oid: string; readonly isProgram: boolean }> = []
      yield* read(repository, () =>
        walk({
          ...places,
          trees: [TREE({ ref: id })],
          map: async (path, [entry]) => {
            if (entry === null || entry === undefined) return null
            const type = await entry.type()
            if (type === "tree") return path
            const mode = await entry.mode()
            if (type !== "blob" || mode === 0o120000 || !isOfTasks.test(path)) return null
            if (files.length >= mostFiles) throw new Error(`it has more than ${mostFiles} files`)
            files.push({ path, oid: await entry.oid(), isProgram: mode === 0o100755 })
            return null
          }
        }))
      const found = yield* Effect.forEach(files, ({ isProgram, oid, path }) =>
        Effect.map(read(repository, () => readBlob({ ...places, oid })), ({ blob }): TreeFile => ({ path, mode: isProgram ? "executable" : "file", content: blob })))
      return fromFiles(found.filter(({ content }) => content.length <= largestFile))
    })

  return GitHistory.of({
    locate: (folder) => Effect.sync(() => Option.fromNullable(repositoryOf(folder))),
    cloneOf: (url) => `${cacheFolder}/templates/${Digest.sha256(url)}.git`,
    refs,
    commit: (repository, id) =>
      /^[0-9a-f]{4,64}$/.test(id)
        ? read(repository, () => expandOid({ ...at(repository), oid: id })).pipe(
            Effect.flatMap((oid) => Effect.as(read(repository, () => readCommit({ ...at(repository), oid })), oid)),
            Effect.asSome,
            Effect.catchIf(isNotFound, () => Effect.succeedNone)
          )
        : Effect.succeedNone,
    distance,
    tree,
    treeId: (repository, commit, folder) =>
      Effect.gen(function* () {
        let { oid } = yield* read(repository, () => readTree({ ...at(repository), oid: commit }))
        for (const part of folder === "" ? [] : folder.split("/")) {
          const id = oid
          const { tree: entries } = yield* read(repository, () => readTree({ ...at(repository), oid: id }))
          const next = entries.find((entry) => entry.path === part && entry.type === "tree")
          if (next === undefined) return Option.none()
          oid = next.oid
        }
        return Option.some(oid)
      }),
    remotes: (repository) =>
      Effect.sync(() => [...(textOf(`${repository}/config`) ?? "").matchAll(/^[ \t]*url[ \t]*=[ \t]*(.+?)[ \t\r]*$/gm)].flatMap(([, url]) => (url === undefined ? [] : [withoutCredentials(url)])))
  })
})

/**
 * Repositories of this computer; bare clones are in the cache of the home.
 *
 * @category layers
 * @example
 * ```ts
 * import * as GitHistoryFiles from "@dev-infra/inheritance/GitHistoryFiles"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as Layer from "effect/Layer"
 *
 * export const histories = GitHistoryFiles.layer.pipe(Layer.provide(DevInfraHome.layerFolder("/home/me/.dev-infra")))
 * ```
 */
export const layer: Layer.Layer<GitHistory, never, DevInfraHome> = Layer.effect(GitHistory, make)
