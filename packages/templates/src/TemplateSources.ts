/**
 * Every template that can be had: those that come with the program, folders, and folders of git repositories.
 *
 * Git repositories are cloned once into the cache of the home. Only `fetchMissing` and `update` ask the network; everything else is answered from the
 * clone, or fails with `NotCached`.
 *
 * @module
 */
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import * as Repositories from "@dev-infra/git-repositories/Repositories"
import * as Configuration from "@dev-infra/registry/Configuration"
import type { ConfigurationInvalid } from "@dev-infra/registry/ConfigurationFile"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Folders from "./folders/Folders.js"
import * as LocalFolders from "./folders/LocalFolders.js"
import { make } from "./sources/Sources.js"
import type { SourceInvalid, TemplateFailure } from "./TemplateFailure.js"
import type { TemplateSnapshot, TemplateVersion } from "./TemplateSnapshot.js"
import type { TemplateSource } from "./TemplateSource.js"
import { layerMemory as memoryUsed, type UsedTemplates } from "./UsedTemplates.js"

export type { MemoryCommit, MemoryFile, MemoryRepository } from "@dev-infra/git-repositories/Repositories"

/**
 * A template that has a name. `source` is what its text means, or why it means nothing.
 *
 * @category models
 */
export interface NamedTemplate {
  readonly name: string
  readonly text: string
  readonly source: Either.Either<TemplateSource, SourceInvalid>
  /** it comes with the program and is not of the configuration */
  readonly isBuiltIn: boolean
}

/**
 * What an update of a clone brought. `before` is what the source offered until then, absent if there was no clone; `added` are tags of versions that
 * are new, newest first.
 *
 * @category models
 */
export interface UpdateOutcome {
  readonly before: TemplateVersion | undefined
  readonly after: TemplateVersion
  readonly added: ReadonlyArray<string>
}

/**
 * What came with a version: `notes` are the words of a file of changes (Markdown), `subjects` the first lines of commits. Both are those of strangers.
 *
 * @category models
 */
export interface VersionChanges {
  readonly version: string
  readonly notes?: string
  readonly subjects?: ReadonlyArray<string>
}

/** Why names of templates cannot be read. @category errors */
export type NamesError = Configuration.ConfigurationReadError | ConfigurationInvalid

/**
 * Where relative folders count from, what `~` is, the folder that holds the templates of the program by their names, and the variables that git is to have.
 *
 * @category models
 */
export interface TemplateSourcesOptions {
  readonly workingDirectory: string
  readonly homeDirectory: string | undefined
  readonly builtInFolder: string
  readonly environment: { readonly [name: string]: string | undefined }
}

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as TemplateSources from "@dev-infra/templates/TemplateSources"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const sources = yield* TemplateSources.TemplateSources
 *   const source = yield* sources.parse("/templates/api")
 *   const { files, version } = yield* sources.open(source)
 *   return `${files.size} files at ${version}` // "1 files at 1.0.0"
 * }).pipe(
 *   Effect.provide(TemplateSources.layerMemory({ folders: { "/templates/api": { "template.yml": "version: 1.0.0\n", "README.md": "# API\n" } } }))
 * )
 * ```
 *
 * @category tags
 */
export class TemplateSources extends Context.Tag("@dev-infra/templates/TemplateSources")<
  TemplateSources,
  {
    /** What a text names, with the names of the configuration. */
    readonly parse: (text: string) => Effect.Effect<TemplateSource, SourceInvalid | NamesError>
    /** All templates that have a name, by name. */
    readonly list: Effect.Effect<ReadonlyArray<NamedTemplate>, NamesError>
    /** Give a source a name, for the configuration; false if it had one that was another. */
    readonly add: (name: string, source: TemplateSource) => Effect.Effect<boolean, Configuration.ConfigurationWriteError>
    /** Forget a name of the configuration; false if there was none. The clone stays. */
    readonly remove: (name: string) => Effect.Effect<boolean, Configuration.ConfigurationWriteError>
    /** What the source offers, newest first: tags of versions (within its range, if it has one), else its one content. Never empty. */
    readonly versions: (source: TemplateSource) => Effect.Effect<ReadonlyArray<TemplateVersion>, TemplateFailure>
    /** The first of them. */
    readonly newest: (source: TemplateSource) => Effect.Effect<TemplateVersion, TemplateFailure>
    /**
     * A version with its files: of git a tag (with or without its `v`), a branch, a range or a commit, of others what `commit` said when it was used.
     * Without `version` the newest. The same version is read once, however many ask for it.
     */
    readonly open: (source: TemplateSource, version?: string) => Effect.Effect<TemplateSnapshot, TemplateFailure>
    /**
     * What changed from one version to another, newest first: what `CHANGELOG.md` says of each version, of others the commits that touched the template. Empty
     * where nothing is recorded.
     */
    readonly changes: (source: TemplateSource, between: { readonly from: TemplateVersion; readonly to: TemplateVersion }) => Effect.Effect<ReadonlyArray<VersionChanges>, TemplateFailure>
    /** Clone what is not cached yet; true if it was cloned. Does nothing for what is no git. */
    readonly fetchMissing: (source: TemplateSource) => Effect.Effect<boolean, TemplateFailure>
    /** Bring the clone up to date, or make it. What is no git is looked at anew. */
    readonly update: (source: TemplateSource) => Effect.Effect<UpdateOutcome, TemplateFailure>
  }
>() {}

/**
 * The templates of this computer: names in `config.yml`, clones in `cache/templates/`, both in the home; git is the program of that name.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Configuration from "@dev-infra/registry/Configuration"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as TemplateSources from "@dev-infra/templates/TemplateSources"
 * import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 *
 * const folders = { homeDirectory: "/home/me", workingDirectory: "/home/me/code" }
 * export const live = TemplateSources.layer({ ...folders, builtInFolder: "/usr/share/dev-infra/templates", environment: process.env }).pipe(
 *   Layer.provideMerge(UsedTemplates.layer),
 *   Layer.provide(Configuration.layer({ environment: {}, ...folders })),
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeContext.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: TemplateSourcesOptions
): Layer.Layer<TemplateSources, never, CommandExecutor | Configuration.Configuration | DevInfraHome | FileLock | FileSystem | LocalFiles | UsedTemplates> =>
  Layer.provide(Layer.effect(TemplateSources, make(options)), [LocalFolders.layer, GitRepositories.layer(options.environment)])

/**
 * What a test does to the templates of {@link layerMemory}, as their authors do.
 *
 * @category tags
 * @example
 * ```ts
 * import { MemoryTemplates } from "@dev-infra/templates/TemplateSources"
 * import * as Effect from "effect/Effect"
 *
 * export const publish = Effect.flatMap(MemoryTemplates, (templates) => templates.setFolder("/templates/api", { "README.md": "# API\n" }))
 * ```
 */
export class MemoryTemplates extends Context.Tag("@dev-infra/templates/MemoryTemplates")<
  MemoryTemplates,
  {
    readonly setFolder: (path: string, files: { readonly [path: string]: Repositories.MemoryFile } | undefined) => Effect.Effect<void>
    /** What others see of a repository over the network, from now on. */
    readonly setRepository: (url: string, repository: Repositories.MemoryRepository) => Effect.Effect<void>
  }
>() {}

/** What there is at first. `builtIn` are files by the name of the template. @category models */
export interface MemoryTemplatesOptions {
  readonly folders?: { readonly [path: string]: { readonly [path: string]: Repositories.MemoryFile } }
  readonly builtIn?: { readonly [name: string]: { readonly [path: string]: Repositories.MemoryFile } }
  readonly repositories?: { readonly [url: string]: Repositories.MemoryRepository }
  /** the text of `config.yml` */
  readonly configuration?: string
}

/**
 * Templates in memory, with {@link MemoryTemplates} to change them from outside. The working folder is `/work`, `~` is `/home/user`.
 *
 * @example
 * ```ts
 * import * as TemplateSources from "@dev-infra/templates/TemplateSources"
 *
 * const url = "https://github.com/acme/templates.git"
 * const commit = "5f0c1e0d9a5b4c568f1f2f0c7c9b1a105f0c1e0d"
 * export const sources = TemplateSources.layerMemory({
 *   repositories: { [url]: { head: "main", branches: { main: commit }, tags: { "v1.0.0": commit }, commits: [{ commit, files: { "README.md": "# API\n" } }] } }
 * })
 * ```
 *
 * @category layers
 */
export const layerMemory = (initial: MemoryTemplatesOptions = {}): Layer.Layer<TemplateSources | MemoryTemplates | UsedTemplates> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const builtInFolder = "/program/templates"
      const folders = yield* Ref.make<ReadonlyMap<string, { readonly [path: string]: Repositories.MemoryFile }>>(
        new Map([
          ...Object.entries(initial.folders ?? {}),
          ...Object.entries(initial.builtIn ?? {}).map(([name, files]) => [`${builtInFolder}/${name}`, files] as const)
        ])
      )
      const remote = yield* Ref.make<{ readonly [url: string]: Repositories.MemoryRepository }>(initial.repositories ?? {})
      const places = { homeDirectory: "/home/user", workingDirectory: "/work" }
      const configuration = Configuration.layerMemory({ environment: {}, ...places, ...(initial.configuration === undefined ? {} : { text: initial.configuration }) })
      const control = Layer.succeed(MemoryTemplates, {
        setFolder: (path, files) => Ref.update(folders, (all) => new Map([...[...all].filter(([other]) => other !== path), ...(files === undefined ? [] : [[path, files] as const])])),
        setRepository: (url, repository) => Ref.update(remote, (all) => ({ ...all, [url]: repository }))
      })
      return Layer.effect(TemplateSources, make({ ...places, builtInFolder })).pipe(
        Layer.provide([Folders.layerMemory(folders), Repositories.layerMemory(remote), configuration]),
        Layer.provideMerge(memoryUsed),
        Layer.merge(control)
      )
    })
  )
