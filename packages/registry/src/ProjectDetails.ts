/**
 * Everything that is known of a project: its entry in the registry, its folders with their branches, its own file, and where
 * the two disagree. No process is started: branches are read from git's files.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { DirectoryReader, ReadFailure, type Reader } from "./DirectoryReader.js"
import { type FieldChange, sameValue } from "./FieldChange.js"
import { readBare, readCheckout } from "./GitDirectory.js"

/** What git's files say of a folder. `Detached` is a HEAD that is on no branch. @category models */
export type GitState =
  | { readonly _tag: "Branch"; readonly kind: GitKind; readonly branch: string }
  | { readonly _tag: "Detached"; readonly kind: GitKind }
  | { readonly _tag: "Broken"; readonly detail: string }
  | { readonly _tag: "None" }

/** @category models */
export type GitKind = "repository" | "worktree" | "submodule" | "bare"

/** One folder of a project. @category models */
export interface ProjectFolder {
  readonly path: AbsolutePath
  readonly isPrimary: boolean
  readonly isMissing: boolean
  readonly git: GitState
}

/**
 * The project's own file: what it states by field (null where cleared), or why it cannot be read.
 *
 * @category models
 */
export type ProjectFile =
  | { readonly _tag: "None" }
  | { readonly _tag: "Read"; readonly path: string; readonly fields: { readonly [field: string]: JsonValue } }
  | { readonly _tag: "Unreadable"; readonly problem: MetadataInvalid | MetadataUnavailable | FileFailure }

/** @category models */
export interface ProjectDetails {
  readonly project: Project
  /** the primary one first */
  readonly folders: ReadonlyArray<ProjectFolder>
  readonly file: ProjectFile
  /** where the file states something else than the registry has: `before` is the registry's value, `after` that of the file */
  readonly differences: ReadonlyArray<FieldChange>
}

/** The fields that both a project's own file and the registry may have. */
const sharedFields = new Set([
  "name", "template", "version", "created", "status", "description", "organization", "classification", "project_type", "tags"
])

/** The fields of the registry that are about this machine; another id in the file is a second one of the project. */
const ownFields = new Set(["id", "path", "checkouts", "local", "work_prod_id", "last_sync"])

const gitIn = (reader: Reader, path: string): GitState => {
  const dotGit = reader.look(path === "/" ? "/.git" : `${path}/.git`)
  const found =
    dotGit instanceof ReadFailure
      ? dotGit.reason !== "NotFound"
        ? undefined
        : looksBare(reader, path)
          ? readBare(reader, path)
          : undefined
      : readCheckout(reader, path, dotGit.kind === "other" ? "file" : dotGit.kind)
  if (found === undefined) return { _tag: "None" }
  if (found._tag === "GitBroken") return { _tag: "Broken", detail: found.detail }
  return found.branch === undefined ? { _tag: "Detached", kind: found.kind } : { _tag: "Branch", kind: found.kind, branch: found.branch }
}

const looksBare = (reader: Reader, path: string): boolean =>
  ["HEAD", "objects", "refs"].every((name) => !(reader.look(`${path}/${name}`) instanceof ReadFailure))

const folderOf = (reader: Reader, path: AbsolutePath, isPrimary: boolean): ProjectFolder => {
  const isMissing = reader.look(path, { follow: true }) instanceof ReadFailure
  return { path, isPrimary, isMissing, git: isMissing ? { _tag: "None" } : gitIn(reader, path) }
}

const isNothing = (value: JsonValue): boolean => value === null || (Array.isArray(value) && value.length === 0)

/** What the registry has and the file states, where these differ. A file that has no opinion on a field differs in nothing. */
const differencesOf = (project: Project, fields: { readonly [field: string]: JsonValue }): ReadonlyArray<FieldChange> =>
  Object.entries(fields).flatMap(([field, after]) => {
    if (!sharedFields.has(field) && (ownFields.has(field) || !Object.hasOwn(project, field))) return []
    // The registry is JSON.
    const before = (project[field] ?? null) as JsonValue
    return sameValue(before, after) || (isNothing(before) && isNothing(after)) ? [] : [{ field, before, after }]
  })

const fileOf = (path: AbsolutePath): Effect.Effect<ProjectFile, never, MetadataFile> =>
  Effect.flatMap(MetadataFile, (files) =>
    Effect.match(files.read(path), {
      onFailure: (problem): ProjectFile =>
        problem._tag === "FileFailure" && (problem.reason === "NotFound" || problem.reason === "NotAFolder") ? { _tag: "None" } : { _tag: "Unreadable", problem },
      onSuccess: Option.match({
        onNone: (): ProjectFile => ({ _tag: "None" }),
        // Values of YAML that JSON has no word for (dates, binaries) are read as texts by MetadataFile.
        onSome: (document): ProjectFile => ({ _tag: "Read", path: document.path, fields: document.metadata as { readonly [field: string]: JsonValue } })
      })
    }))

/**
 * What is known of a project. What cannot be read is part of the answer, never a failure.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as ProjectDetails from "@dev-infra/registry/ProjectDetails"
 * import * as Effect from "effect/Effect"
 *
 * export const branches = (project: Project) =>
 *   Effect.map(ProjectDetails.describe(project), ({ folders }) => folders.flatMap(({ git }) => (git._tag === "Branch" ? [git.branch] : [])))
 * ```
 *
 * @category constructors
 */
export const describe = (project: Project): Effect.Effect<ProjectDetails, never, DirectoryReader | MetadataFile> =>
  Effect.gen(function* () {
    const reader = yield* DirectoryReader
    const folders = [project.path, ...(project.checkouts ?? [])].map((path, at) => folderOf(reader, path, at === 0))
    const file = yield* fileOf(project.path)
    return { project, folders, file, differences: file._tag === "Read" ? differencesOf(project, file.fields) : [] }
  })
