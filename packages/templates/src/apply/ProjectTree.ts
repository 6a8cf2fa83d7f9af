/**
 * What stands at a path of a project, looked at without following any link inside the project.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Digest from "@dev-infra/git-repositories/Digest"
import type { FileMode } from "@dev-infra/git-repositories/FileTree"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

type Files = LocalFiles["Type"]

/** A file or link as it is on the disk. `bits` are the permission bits. @category models */
export interface FileState {
  readonly kind: "file" | "symlink"
  readonly bits: number
  readonly content: Uint8Array
}

/** What was found at a path. `Blocked`: something that is no file, or that stands on the way to it. @category models */
export type Found =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "File"; readonly state: FileState; readonly identity: FileIdentity }
  | { readonly _tag: "Blocked"; readonly problem: string }

/** The largest file that is read. */
const limit = 256 * 1024 * 1024

/** The path in a folder. @category paths */
export const inside = (folder: string, path: string): string => (folder === "/" ? `/${path}` : `${folder}/${path}`)

/** The folder around a path, of an absolute path or a relative one; empty for a relative one at the root. @category paths */
export const folderOf = (path: string): string => {
  const slash = path.lastIndexOf("/")
  return slash === 0 ? "/" : path.slice(0, Math.max(0, slash))
}

/** The folders on the way to a relative path, the outermost first. @category paths */
export const foldersOn = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join("/"))
}

/** What git knows of a mode. @category reading */
export const modeOf = ({ bits, kind }: Pick<FileState, "bits" | "kind">): FileMode => (kind === "symlink" ? "symlink" : (bits & 0o100) === 0 ? "file" : "executable")

/** The hash of a state, as plans have it. @category reading */
export const hashOf = (state: FileState): string => Digest.ofFile({ mode: modeOf(state), content: state.content })

/** What stands at a path; none also if a file stands where a folder on the way is to be. @category reading */
export const standing = (files: Files, path: string): Effect.Effect<Option.Option<FileIdentity>, FileFailure> =>
  Effect.catchIf(files.stat(path), (failure) => failure.reason === "NotAFolder", () => Effect.succeedNone)

const blocked = (problem: string): Found => ({ _tag: "Blocked", problem })

/** A file that is replaced while it is read is read again. */
const readState = (files: Files, path: string, identity: FileIdentity): Effect.Effect<Found, FileFailure> => {
  if (identity.kind === "Link") {
    return Effect.map(files.readLink(path), (points): Found =>
      Option.isNone(points)
        ? { _tag: "Nothing" }
        : { _tag: "File", state: { kind: "symlink", bits: 0o777, content: new TextEncoder().encode(points.value) }, identity })
  }
  return Effect.map(files.read(path, limit), Option.match({
    onNone: (): Found => ({ _tag: "Nothing" }),
    onSome: (read): Found => ({ _tag: "File", state: { kind: "file", bits: read.identity.mode, content: read.bytes }, identity: read.identity })
  }))
}

/**
 * What stands at a path of the project.
 *
 * @param root the folder of the project, links followed
 * @param gone relative paths of files that are removed first: one of them is no obstacle on the way
 * @category reading
 */
export const look = (files: Files, root: string, path: string, gone: ReadonlySet<string> = new Set()): Effect.Effect<Found, FileFailure> =>
  Effect.gen(function* () {
    for (const folder of foldersOn(path)) {
      if (gone.has(folder)) return { _tag: "Nothing" }
      const found = Option.getOrUndefined(yield* files.stat(inside(root, folder)))
      if (found === undefined) return { _tag: "Nothing" }
      if (found.kind === "Link") return blocked(`lies behind the link ${folder}, which is not followed`)
      if (found.kind !== "Folder") return blocked(`lies below ${folder}, which is no folder`)
    }
    const target = inside(root, path)
    const identity = Option.getOrUndefined(yield* files.stat(target))
    if (identity === undefined) return { _tag: "Nothing" }
    if (identity.kind === "Folder") return blocked("is a folder")
    if (identity.kind === "Other") return blocked("is neither a file nor a link")
    return yield* readState(files, target, identity)
  })
