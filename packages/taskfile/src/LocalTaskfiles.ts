/**
 * Taskfiles of this computer: the live side of `TaskfileSources`, for paths. URLs are not here; who knows them wraps this.
 *
 * It calls the system by itself and synchronously: a graph is some dozen small files.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { hashOfText } from "./graph/ContentHash.js"
import { dirname, isAbsolute, isRemote, isWithin, normalize, resolve } from "./graph/Paths.js"
import { defaultNames, TaskfileSources, type TaskfileText, type Unavailable } from "./TaskfileSources.js"
import type { TaskfileOrigin } from "./TaskGraph.js"

/** Largest file that is read, in bytes. @category models */
export const sizeLimit = 10 * 1024 * 1024

const codeOf = (cause: unknown): string => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "")

const failureOf = (cause: unknown): Unavailable => {
  const code = codeOf(cause)
  if (code === "ENOENT" || code === "ENOTDIR") return { reason: "NotFound" }
  if (code === "EISDIR") return { reason: "NotAFile" }
  if (code === "ELOOP") return { reason: "Unreadable", detail: "links lead in a circle" }
  return { reason: "Unreadable", detail: code === "EACCES" || code === "EPERM" ? "you may not read it" : code === "ENAMETOOLONG" ? "its name is too long" : code === "" ? "the path is none" : `the system says ${code}` }
}

const attempt = <A>(work: () => Either.Either<A, Unavailable>): Effect.Effect<A, Unavailable> => Effect.suspend(() => Either.flatMap(Either.try({ try: work, catch: failureOf }), (inner) => inner))

/** The content of a file, never more than the limit. */
const contentOf = (file: string): Either.Either<string, Unavailable> => {
  // Without waiting for somebody to write into a pipe.
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    const stats = fs.fstatSync(descriptor)
    if (!stats.isFile()) return Either.left({ reason: "NotAFile" })
    if (stats.size > sizeLimit) return Either.left({ reason: "TooLarge", detail: `it has ${stats.size} bytes, ${sizeLimit} are read at most` })
    // A file of /proc says that it is empty; and one may grow meanwhile.
    const bytes = new Uint8Array(Math.max(stats.size, 65_536) + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) read = fs.readSync(descriptor, bytes, length, bytes.length - length, null)
    if (length === bytes.length) return Either.left({ reason: "TooLarge", detail: "it grows while it is read" })
    const text = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes.subarray(0, length))
    return text.includes("\uFFFD") && !isUtf8(bytes.subarray(0, length)) ? Either.left({ reason: "Unreadable", detail: "it is not UTF-8" }) : Either.right(text)
  } finally {
    fs.closeSync(descriptor)
  }
}

const isUtf8 = (bytes: Uint8Array): boolean => Either.isRight(Either.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)))

/** What may not be looked at is no file: a folder above that is closed does not end the way up. */
const isFile = (path: string): boolean => Either.getOrElse(Either.try(() => fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true), () => false)

const inFolder = (folder: string): string | undefined => defaultNames.map((name) => resolve(folder, name)).find(isFile)

const findUpwards = (start: string): Option.Option<string> => {
  let folder = start
  let owner = fs.statSync(folder).uid
  for (;;) {
    const found = inFolder(folder)
    if (found !== undefined) return Option.some(found)
    const parent = dirname(folder)
    if (parent === folder) return Option.none()
    const parentOwner = fs.statSync(parent).uid
    if (parentOwner !== owner) return Option.none()
    owner = parentOwner
    folder = parent
  }
}

/** Whether a path, links followed, leads out of the folder of a library. */
const escapes = (within: TaskfileOrigin, path: string): boolean => {
  if (within._tag === "Local" || within.folder === undefined) return false
  return !isWithin(normalize(within.folder), normalize(path)) || !isWithin(fs.realpathSync.native(within.folder), fs.realpathSync.native(path))
}

const readLocal = (target: string, within: TaskfileOrigin, checksum: string | undefined): Either.Either<TaskfileText, Unavailable> => {
  if (isRemote(target)) return Either.left({ reason: "NotHere" })
  if (!isAbsolute(target)) return Either.left({ reason: "BadReference", detail: "it is neither a path nor a URL" })
  const path = normalize(target)
  if (within._tag !== "Local" && within.folder !== undefined && !isWithin(normalize(within.folder), path)) return Either.left({ reason: "Escapes" })
  const file = fs.statSync(path).isDirectory() ? inFolder(path) : path
  if (file === undefined) return Either.left({ reason: "NotFound", detail: "there is no Taskfile in this folder" })
  if (escapes(within, file)) return Either.left({ reason: "Escapes" })
  return Either.flatMap(contentOf(file), (text) => {
    if (checksum !== undefined && hashOfText(text) !== checksum.toLowerCase()) return Either.left({ reason: "ChecksumDiffers" as const, detail: `it is ${hashOfText(text)}` })
    return Either.right({ file, text, origin: within._tag === "Local" ? { _tag: "Local" as const } : within, directory: dirname(file) })
  })
}

/**
 * The port over paths, to be wrapped by who knows URLs and libraries. What is included by a file of a library has the origin of that library, and may not lie
 * outside of its folder, links followed. A file of more than 10 MiB is refused unread.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as LocalTaskfiles from "@dev-infra/taskfile/LocalTaskfiles"
 *
 * export const file = LocalTaskfiles.local.find("/srv/shop/packages/web")
 * ```
 */
export const local: TaskfileSources["Type"] = {
  find: (folder) => attempt(() => Either.right(findUpwards(normalize(folder)))),
  read: (target, { checksum, within }) => attempt(() => readLocal(target, within, checksum)),
  inherited: () => Effect.succeed([]),
  dotenv: (path) =>
    Effect.catchAll(
      attempt(() => Either.map(contentOf(normalize(path)), Option.some)),
      (problem) => (problem.reason === "NotFound" ? Effect.succeed(Option.none<string>()) : Effect.fail(problem))
    )
}

/**
 * Taskfiles of this computer, without URLs and without what repositories inherit.
 *
 * @category layers
 * @example
 * ```ts
 * import * as LocalTaskfiles from "@dev-infra/taskfile/LocalTaskfiles"
 * import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
 * import * as Effect from "effect/Effect"
 *
 * export const names = (options: TaskGraph.LoadOptions) =>
 *   TaskGraph.load({ _tag: "Search", folder: "/srv/shop" }, options).pipe(
 *     Effect.map(({ tasks }) => [...tasks.keys()]),
 *     Effect.provide(LocalTaskfiles.layer)
 *   )
 * ```
 */
export const layer: Layer.Layer<TaskfileSources> = Layer.succeed(TaskfileSources, local)
