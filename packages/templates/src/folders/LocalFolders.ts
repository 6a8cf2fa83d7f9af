/**
 * The files of folders on the disk. Links are never followed, and what is too much is refused before it is read.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { type FileIdentity, isSameFile, isUnchanged } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type FileMode, type FileTree, fromFiles, type TreeFile } from "../FileTree.js"
import { type FoundFile, pathProblem, treeProblems } from "../format/TreeRules.js"
import { TemplateInvalid, type TemplateProblem, TemplateUnavailable } from "../TemplateFailure.js"
import { limits } from "../TemplateLimits.js"
import { Folders } from "./Folders.js"

interface Found extends FoundFile {
  readonly identity: FileIdentity
}

/** What was read, and what it was read from. */
interface Remembered {
  readonly tree: FileTree
  readonly identities: ReadonlyMap<string, FileIdentity>
}

const isSameState = (a: FileIdentity, b: FileIdentity): boolean => isUnchanged(a, b) && a.mode === b.mode

const make = Effect.gen(function* () {
  const files = yield* LocalFiles
  const remembered = new Map<string, Remembered>()

  const unavailable = (root: string, failure: FileFailure, isRoot: boolean) =>
    isRoot && (failure.reason === "NotFound" || failure.reason === "NotAFolder")
      ? new TemplateUnavailable({ source: root, reason: "NotFound" })
      : new TemplateUnavailable({ source: root, reason: "NotAllowed", detail: failure.message })

  const invalid = (source: string, problems: ReadonlyArray<TemplateProblem>) => new TemplateInvalid({ source, problems })

  const modeOf = ({ kind, mode }: FileIdentity): FileMode => (kind === "Link" ? "symlink" : (mode & 0o100) === 0 ? "file" : "executable")

  /** Everything below a folder, without reading a file. */
  const walk = (source: string, root: string): Effect.Effect<ReadonlyArray<Found>, TemplateInvalid | FileFailure> =>
    Effect.gen(function* () {
      const found: Array<Found> = []
      const folders = [""]
      let looked = 0
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        const names = yield* files.list(folder === "" ? root : `${root}/${folder}`)
        looked += names.length
        if (looked > 2 * limits.files) return yield* invalid(source, [{ path: "", problem: `it holds more than ${limits.files} files` }])
        for (const name of names) {
          if (name === ".git") continue
          const path = folder === "" ? name : `${folder}/${name}`
          const problem = pathProblem(path)
          if (problem !== undefined) return yield* invalid(source, [{ path, problem }])
          const identity = Option.getOrUndefined(yield* files.stat(`${root}/${path}`))
          // Gone since it was listed.
          if (identity === undefined) continue
          if (identity.kind === "Other") return yield* invalid(source, [{ path, problem: "it is no file, no folder and no link" }])
          if (identity.kind === "Folder") folders.push(path)
          else found.push({ path, mode: modeOf(identity), size: Number(identity.size), identity })
        }
        if (looked > 1000) yield* Effect.yieldNow()
      }
      return found
    })

  const readFile = (source: string, root: string, { identity, mode, path }: Found): Effect.Effect<TreeFile, TemplateInvalid | FileFailure> =>
    Effect.gen(function* () {
      const full = `${root}/${path}`
      const changed = invalid(source, [{ path, problem: "it changed while it was read; try again" }])
      if (mode === "symlink") {
        const target = Option.getOrUndefined(yield* files.readLink(full))
        if (target === undefined) return yield* changed
        if (target.includes("\uFFFD")) return yield* invalid(source, [{ path, problem: "where the link points to is not written in UTF-8" }])
        return { path, mode, content: new TextEncoder().encode(target) }
      }
      const content = Option.getOrUndefined(yield* files.read(full, limits.fileBytes))
      // A link that took its place meanwhile would lead anywhere.
      if (content === undefined || !isSameFile(content.identity, identity)) return yield* changed
      return { path, mode, content: content.bytes }
    })

  return Folders.of({
    read: (source) =>
      Effect.gen(function* () {
        const root = yield* Effect.mapError(files.resolve(source), (failure) => unavailable(source, failure, true))
        const top = yield* Effect.mapError(files.stat(root), (failure) => unavailable(source, failure, true))
        if (Option.isNone(top) || top.value.kind !== "Folder") return yield* new TemplateUnavailable({ source, reason: "NotFound", detail: "it is not a folder" })
        const system = <A, E>(effect: Effect.Effect<A, E | FileFailure>) =>
          Effect.mapError(effect, (failure) => (isFileFailure(failure) ? unavailable(source, failure, false) : failure))
        const found = yield* system(walk(source, root))
        const problems = treeProblems(found)
        if (problems.length > 0) return yield* invalid(source, problems)
        const before = remembered.get(source)
        const isKnown = ({ identity, path }: Found) => {
          const other = before?.identities.get(path)
          return other !== undefined && isSameState(other, identity)
        }
        if (before !== undefined && before.identities.size === found.length && found.every(isKnown)) return before.tree
        const read = yield* system(Effect.forEach(found, (file) => {
          const old = isKnown(file) ? before?.tree.get(file.path) : undefined
          return old === undefined ? readFile(source, root, file) : Effect.succeed(old)
        }))
        const tree = fromFiles(read)
        if (remembered.size > 16) remembered.clear()
        remembered.set(source, { tree, identities: new Map(found.map(({ identity, path }) => [path, identity])) })
        return tree
      })
  })
})

const isFileFailure = (failure: unknown): failure is FileFailure => typeof failure === "object" && failure !== null && "_tag" in failure && failure._tag === "FileFailure"

/** Folders of this computer. */
export const layer: Layer.Layer<Folders, never, LocalFiles> = Layer.effect(Folders, make)
