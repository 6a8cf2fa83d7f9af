/**
 * The `.dev-infra.yml` of projects on this machine, and the branches that their checkouts are on. No process is started for it.
 *
 * A project without a file costs one look at the disk, one whose file did not change a few. On another branch than the default one, fields that
 * the file has only there still are the file's.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { DirectoryReader } from "@dev-infra/registry/DirectoryReader"
import * as GitBranch from "@dev-infra/registry/GitBranch"
import { readAll } from "@dev-infra/registry/ProjectStatement"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type ProjectFile, ProjectFiles } from "./ProjectFiles.js"
import * as StatementCache from "./StatementCache.js"

type Stated = StatementCache.Stated

const fileIn = (folder: string): string => `${folder === "/" ? "" : folder}/${metadataFileName}`

/** The branch as a project file has it: absent if what is checked out counts. */
const branchOf = (position: GitBranch.GitPosition | undefined): { readonly branch?: string } => {
  if (position === undefined || position.isDefault) return {}
  return { branch: position.branch ?? (position.commit === undefined ? "an unknown commit" : `commit ${position.commit.slice(0, 7)}`) }
}

/** So many checkouts are looked at before others have their turn. */
const sliceSize = 500

/** A file as it was found. `isFresh`: it was read just now, for it had changed. */
interface Looked {
  readonly identity: FileIdentity | undefined
  readonly stated: Stated
  readonly isFresh: boolean
}

const nothing: Stated = {}

const isEmpty = (stated: Stated): boolean => Object.keys(stated).length === 0

const make = Effect.gen(function* () {
  const files = yield* LocalFiles
  const reader = yield* DirectoryReader
  const metadata = yield* MetadataFile
  const cache = yield* StatementCache.make

  /** The file as it is before it is read; none for links, whose own state says nothing of what they point to. */
  const identityOf = (path: string): Effect.Effect<FileIdentity | undefined> =>
    Effect.match(files.stat(path), { onFailure: () => undefined, onSuccess: (found) => Option.getOrUndefined(Option.filter(found, ({ kind }) => kind === "File")) })

  /** What the files of projects state, by folder; only those that changed are read. */
  const look = (folders: ReadonlyArray<AbsolutePath>, remembered: StatementCache.Remembered) =>
    Effect.gen(function* () {
      const seen = new Map<string, Looked>()
      const changed: Array<AbsolutePath> = []
      const identities = new Map<string, FileIdentity>()
      for (const folder of folders) {
        const identity = yield* identityOf(fileIn(folder))
        const stated = identity === undefined ? undefined : remembered.get(fileIn(folder), identity)
        if (stated !== undefined) seen.set(folder, { identity, stated, isFresh: false })
        else changed.push(folder)
        if (identity !== undefined) identities.set(folder, identity)
      }
      const { problems, statements } = yield* Effect.provideService(readAll(changed), MetadataFile, metadata)
      for (const [folder, { fields }] of statements) seen.set(folder, { identity: identities.get(folder), stated: fields, isFresh: true })
      return { seen, problems }
    })

  const read: ProjectFiles["Type"]["read"] = (projects, { isLasting = false } = {}) =>
    Effect.gen(function* () {
      const isThere = yield* Effect.sync(() => files.existing(projects.map(({ path }) => fileIn(path))))
      const remembered = yield* cache.load
      const { problems, seen } = yield* look(projects.filter((_, index) => isThere[index]).map(({ path }) => path), remembered)
      const found = new Map<string, ProjectFile>()
      const noted = new Map<string, StatementCache.Seen | undefined>()
      let looks = 0
      for (const [index, { id, path }] of projects.entries()) {
        const file = fileIn(path)
        const one = seen.get(path)
        const before = remembered.standing(file)
        if (one === undefined && before === undefined) continue
        const isUnreadable = one === undefined && isThere[index] === true
        if (before !== undefined && (isUnreadable || (one === undefined && files.existing([path])[0] !== true))) {
          // It cannot be read, or the folder is away, as on a disk that is not mounted: what it stated still belongs to the file.
          found.set(id, { path: file, stated: before, branch: isUnreadable ? "file unreadable" : "folder missing" })
          continue
        }
        const stated = one?.stated ?? nothing
        // A file that states nothing counts the same on every branch.
        const position = isEmpty(stated) && (before === undefined || isEmpty(before)) ? undefined : GitBranch.positionOf(reader, path)
        const isDefault = position === undefined || position.isDefault
        const standing = isDefault ? stated : (before ?? nothing)
        if (one === undefined && isDefault) noted.set(file, undefined)
        else {
          found.set(id, { path: file, stated: isDefault ? stated : { ...standing, ...stated }, ...branchOf(position) })
          if (one?.isFresh === true || standing !== before) noted.set(file, { identity: one?.identity, stated, standing })
        }
        looks += 1
        if (looks % sliceSize === 0) yield* reader.pause
      }
      if (isLasting && noted.size > 0) yield* cache.note(noted)
      return { files: found, problems }
    })

  return ProjectFiles.of({
    read,
    // The fields are those that a file may have; the file itself refuses values that do not fit.
    write: (project, patch) => Effect.as(metadata.update(project.path, patch), fileIn(project.path))
  })
})

/**
 * The files on the disk. What they stated when they were last read for good is remembered in `cache/project-files.json` of the home.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 * import * as ProjectFilesLive from "@dev-infra/sync/ProjectFilesLive"
 * import * as Layer from "effect/Layer"
 *
 * const files = ProjectFilesLive.layer.pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DirectoryReader.layer, MetadataFile.layer]),
 *   Layer.provide(DurableFile.layer)
 * )
 * ```
 */
export const layer: Layer.Layer<ProjectFiles, never, DevInfraHome | DirectoryReader | DurableFile | LocalFiles | MetadataFile> = Layer.effect(ProjectFiles, make)
