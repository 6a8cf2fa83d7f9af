/**
 * What `TemplateSources` does, over copies of repositories and folders that may be on the disk or in memory.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import { withoutSecrets } from "@dev-infra/git-repositories/GitUrl"
import * as GitVersion from "@dev-infra/git-repositories/GitVersion"
import { Repositories, type RepositoryRefs } from "@dev-infra/git-repositories/Repositories"
import type { RepositoryUnavailable, TreeInvalid } from "@dev-infra/git-repositories/RepositoryFailure"
import { Configuration } from "@dev-infra/registry/Configuration"
import * as Cache from "effect/Cache"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { Folders } from "../folders/Folders.js"
import { fromFiles, idOf, type TemplateTree } from "../format/TemplateTree.js"
import { type TemplateFailure, TemplateInvalid, TemplateUnavailable } from "../TemplateFailure.js"
import type { TemplateSnapshot, TemplateVersion } from "../TemplateSnapshot.js"
import { builtInNames, type BuiltInSource, type FolderSource, type GitSource, parse, type TemplateSource, toText } from "../TemplateSource.js"
import type { NamedTemplate, TemplateSources, TemplateSourcesOptions } from "../TemplateSources.js"
import { UsedTemplates } from "../UsedTemplates.js"
import * as Changes from "./Changes.js"

/** So many versions are kept in memory: a fleet updates many projects from few versions of few templates. */
const remembered = 16

/** So many tags are named where a version is not found. */
const namedTags = 5

const shortCommit = 7

/** The last part of where it comes from. */
const baseName = (source: TemplateSource): string => {
  const path = source._tag === "BuiltIn" ? source.name : source._tag === "Folder" ? source.path : source.subfolder === "" ? source.url.replace(/\.git$/, "") : source.subfolder
  const name = path.slice(path.lastIndexOf("/") + 1)
  return name === "" ? "template" : name
}

/** The service. */
export const make = (options: Omit<TemplateSourcesOptions, "environment">) =>
  Effect.gen(function* () {
    const configuration = yield* Configuration
    const folders = yield* Folders
    const repositories = yield* Repositories
    const used = yield* UsedTemplates

    const named = Effect.map(configuration.get("templates"), ({ value }) => value ?? {})
    const folderOf = (source: BuiltInSource | FolderSource): string => (source._tag === "Folder" ? source.path : `${options.builtInFolder}/${source.name}`)
    const unavailable = (source: TemplateSource, reason: TemplateUnavailable["reason"], version?: string, detail?: string) =>
      new TemplateUnavailable({ source: toText(source), reason, ...(version === undefined ? {} : { version }), ...(detail === undefined ? {} : { detail }) })
    /** Failures below name a URL or a folder; people know the template by what they wrote. */
    const asSource = <A, R>(source: TemplateSource, effect: Effect.Effect<A, TemplateUnavailable | TemplateInvalid | RepositoryUnavailable | TreeInvalid, R>): Effect.Effect<A, TemplateUnavailable | TemplateInvalid, R> =>
      Effect.mapError(effect, (failure) => {
        if (failure._tag === "TemplateInvalid" || failure._tag === "TreeInvalid") return new TemplateInvalid({ source: toText(source), problems: failure.problems })
        return unavailable(source, failure.reason, failure.version, failure.detail)
      })

    /** Trees of commits. Whatever fails is asked for again next time. */
    const trees = yield* Cache.makeWith({
      capacity: remembered,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? "1 hour" : "0 millis"),
      lookup: (key: string) => {
        const [url = "", commit = "", folder = ""] = key.split("\n")
        return Effect.flatMap(repositories.tree(url, commit, folder), (all) => fromFiles(url, all))
      }
    })

    const refsOf = (source: GitSource): Effect.Effect<RepositoryRefs, TemplateFailure> =>
      Effect.flatMap(asSource(source, repositories.refs(source.url)), Option.match({
        onNone: () => Effect.fail(unavailable(source, "NotCached")),
        onSome: (refs) => Effect.succeed(refs)
      }))

    /** A line break cannot be in any of them. */
    const treeOf = (source: GitSource, commit: string) => asSource(source, trees.get(`${source.url}\n${commit}\n${source.subfolder}`))

    const versionOf = (source: GitSource, refs: RepositoryRefs, { commit, tag }: GitVersion.Named): Effect.Effect<TemplateVersion, TemplateFailure> => {
      const known = tag ?? GitVersion.tagOf(refs, commit)
      return known === undefined
        ? Effect.map(treeOf(source, commit), ({ manifest }) => ({ version: manifest.version ?? commit.slice(0, shortCommit), commit }))
        : Effect.succeed({ version: known, commit })
    }

    const resolve = (source: GitSource, refs: RepositoryRefs, wanted: string | undefined): Effect.Effect<GitVersion.Named, TemplateFailure> =>
      Effect.gen(function* () {
        const [newest] = wanted === undefined || wanted === source.ref ? GitVersion.offered(refs, source.ref) : Option.toArray(GitVersion.resolve(refs, wanted))
        if (newest !== undefined) return newest
        const name = wanted ?? source.ref
        if (name === undefined) return yield* unavailable(source, "NoSuchVersion", undefined, "the repository has no commit")
        const isCommit = /^[0-9a-f]{4,64}$/i.test(name)
        const commit = isCommit ? yield* asSource(source, repositories.commit(source.url, name.toLowerCase())) : Option.none()
        if (Option.isSome(commit)) return { commit: commit.value }
        const tags = GitVersion.offered(refs, undefined).flatMap(({ tag }) => (tag === undefined ? [] : [tag])).slice(0, namedTags)
        return yield* unavailable(source, "NoSuchVersion", name, tags.length === 0 ? undefined : `the newest versions are ${tags.join(", ")}`)
      })

    const snapshotOf = (source: TemplateSource, tree: TemplateTree, version: TemplateVersion): TemplateSnapshot => ({ ...tree, ...version, name: tree.manifest.name ?? baseName(source), source })

    const openGit = (source: GitSource, wanted: string | undefined) =>
      Effect.gen(function* () {
        const refs = yield* refsOf(source)
        const found = yield* resolve(source, refs, wanted ?? source.ref)
        return snapshotOf(source, yield* treeOf(source, found.commit), yield* versionOf(source, refs, found))
      })

    /** What was made of a tree of files, as long as there is such a tree. */
    const made = new WeakMap<FileTree, Either.Either<{ readonly tree: TemplateTree; readonly version: TemplateVersion }, TemplateInvalid>>()

    const openFolder = (source: BuiltInSource | FolderSource) =>
      Effect.gen(function* () {
        const files = yield* asSource(source, folders.read(folderOf(source)))
        const known = made.get(files) ?? Either.map(fromFiles(toText(source), files), (tree) => ({ tree, version: { version: tree.manifest.version ?? "unknown", commit: idOf(tree) } }))
        made.set(files, known)
        const { tree, version } = yield* known
        return snapshotOf(source, tree, version)
      })

    const openKept = (source: BuiltInSource | FolderSource, wanted: string | undefined) =>
      Effect.gen(function* () {
        if (wanted === undefined) return yield* openFolder(source)
        const isCommit = wanted.startsWith("sha256:")
        const bare = (version: string) => version.replace(/^v(?=\d)/, "")
        const current = yield* Effect.either(openFolder(source))
        if (Either.isRight(current) && (isCommit ? current.right.commit === wanted : bare(current.right.version) === bare(wanted))) return current.right
        const kept = isCommit ? yield* Effect.mapError(used.find(wanted), (failure) => unavailable(source, "NotAllowed", wanted, failure.message)) : Option.none()
        if (Option.isSome(kept)) return { ...kept.value, source }
        if (!isCommit && Either.isLeft(current)) return yield* current.left
        return yield* unavailable(source, "NoSuchVersion", wanted, Either.isRight(current) ? `it is at ${current.right.version} now` : undefined)
      })

    const open: TemplateSources["Type"]["open"] = (source, version) => (source._tag === "Git" ? openGit(source, version) : openKept(source, version))

    const offeredBy = (source: GitSource, refs: RepositoryRefs) =>
      Effect.gen(function* () {
        const found = GitVersion.offered(refs, source.ref)
        return yield* Effect.forEach(found.length > 0 ? found : [yield* resolve(source, refs, source.ref)], (each) => versionOf(source, refs, each))
      })

    const versions: TemplateSources["Type"]["versions"] = (source) =>
      source._tag === "Git"
        ? Effect.flatMap(refsOf(source), (refs) => offeredBy(source, refs))
        : Effect.map(openFolder(source), ({ commit, version }) => [{ version, commit }])

    const newest: TemplateSources["Type"]["newest"] = (source) =>
      source._tag === "Git"
        ? Effect.flatMap(refsOf(source), (refs) => Effect.flatMap(resolve(source, refs, source.ref), (found) => versionOf(source, refs, found)))
        : Effect.map(openFolder(source), ({ commit, version }) => ({ version, commit }))

    const service: TemplateSources["Type"] = {
      parse: (text) => Effect.flatMap(named, (names) => parse(text, { ...options, named: names })),
      list: Effect.map(named, (names) =>
        [
          ...Object.entries(names).map(([name, text]): NamedTemplate => ({ name, text: withoutSecrets(text), source: parse(text, { ...options, named: {} }), isBuiltIn: false })),
          ...builtInNames.filter((name) => !Object.hasOwn(names, name)).map((name): NamedTemplate => ({ name, text: `built-in:${name}`, source: Either.right({ _tag: "BuiltIn", name }), isBuiltIn: true }))
        ].sort((a, b) => (a.name < b.name ? -1 : 1))),
      add: (name, source) => Effect.map(configuration.setEntry("templates", name, toText(source)), (wasThere) => !wasThere),
      remove: (name) => configuration.setEntry("templates", name, undefined),
      versions,
      newest,
      open,
      fetchMissing: (source) =>
        source._tag === "Git"
          ? Effect.flatMap(asSource(source, repositories.refs(source.url)), (refs) => (Option.isSome(refs) ? Effect.succeed(false) : asSource(source, repositories.fetch(source.url))))
          : Effect.succeed(false),
      changes: (source, between) =>
        source._tag === "Git"
          ? asSource(source, Changes.ofRepository(repositories, source, between))
          : Effect.map(openFolder(source), ({ files }) => Changes.ofFolder(files, between)),
      update: (source) =>
        Effect.gen(function* () {
          if (source._tag !== "Git") {
            const now = yield* newest(source)
            return { before: now, after: now, added: [] }
          }
          const refs = yield* asSource(source, repositories.refs(source.url))
          const before = Option.isSome(refs) ? Option.getOrUndefined(yield* Effect.option(newest(source))) : undefined
          const known = new Set(Option.isSome(refs) ? refs.value.tags.keys() : [])
          yield* asSource(source, repositories.fetch(source.url))
          const now = yield* refsOf(source)
          const after = yield* newest(source)
          const added = GitVersion.offered(now, source.ref).flatMap(({ tag }) => (tag === undefined || known.has(tag) ? [] : [tag]))
          return { before, after, added: Option.isSome(refs) ? added : [] }
        })
    }
    return service
  })
