/**
 * The live side of `StagedFolders`: writes hundreds of small files in little time, by plain system calls and a turn of the event loop now and then.
 *
 * @module
 */
import { type FileFailure, fromCode } from "@dev-infra/durable-files/FileFailure"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"

/** A folder that is being made. @category models */
export interface Place {
  /** what belongs to nobody else, around the folder */
  readonly outer: string
  readonly path: string
  readonly target: string
  /** the outermost folder that had to be made for it */
  readonly made: string | undefined
  isMoved: boolean
  /** the mode of the empty folder that it took the place of */
  replaced: number | undefined
}

/** So many files are written between two looks at what else happens. */
const batch = 100

const codeOf = (error: unknown): string | undefined => {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined
  return typeof code === "string" ? code : undefined
}

const attempt = <A>(operation: string, path: string, work: () => A): Effect.Effect<A, FileFailure> => Effect.try({ try: work, catch: (error) => fromCode(operation, path, codeOf(error)) })

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")))

/** An empty folder may be replaced, but not one that a process of this program stands in: it would stand nowhere then. */
const isReplaceable = (path: string, folder: fs.Stats): boolean => {
  if (!folder.isDirectory() || fs.readdirSync(path).length > 0) return false
  const working = fs.statSync(".", { throwIfNoEntry: false })
  return working === undefined || working.ino !== folder.ino || working.dev !== folder.dev
}

/** Whether anything lies at a path that is to stay. */
export const isTaken = (path: string): Effect.Effect<boolean, FileFailure> =>
  attempt("look at", path, () => {
    const found = fs.lstatSync(path, { throwIfNoEntry: false })
    return found !== undefined && !isReplaceable(path, found)
  })

/** Makes an empty folder beside the target, and removes what processes that are gone left there. */
export const begin = (target: string): Effect.Effect<Place, FileFailure, LocalProcess.LocalProcess> =>
  Effect.gen(function* () {
    const { self } = yield* LocalProcess.LocalProcess
    const maker = yield* self
    if (yield* isTaken(target)) return yield* fromCode("create", target, "EEXIST")
    const parent = parentOf(target)
    const made = yield* attempt("make the folder", parent, () => fs.mkdirSync(parent, { recursive: true }))
    const around = yield* attempt("find", parent, () => fs.realpathSync(parent))
    yield* removeAbandoned(around)
    const name = target.slice(target.lastIndexOf("/") + 1)
    const outer = yield* attempt("make a folder in", around, () => fs.mkdtempSync(`${around}/.${Buffer.from(name).subarray(0, 100).toString().replace(/\uFFFD+$/, "")}.new-`)).pipe(
      Effect.tapError(() => Effect.sync(() => removeEmpty(made, around)))
    )
    const path = `${outer}/project`
    yield* Effect.tapError(
      attempt("make the folder", path, () => {
        fs.writeFileSync(`${outer}/${makerFile}`, JSON.stringify(maker))
        fs.mkdirSync(path)
      }),
      () => Effect.sync(() => removeAll(outer))
    )
    return { outer, path, target: `${around === "/" ? "" : around}/${name}`, made, isMoved: false, replaced: undefined }
  })

/** What such a folder is called, and the file in it that says which process made it. */
const temporary = /^\..+\.new-[A-Za-z0-9]{6}$/
const makerFile = "process.json"

/** Longer than it takes from the folder to the file in it. */
const halfMadeMillis = 60_000

const decodeMaker = Schema.decodeUnknownOption(
  Schema.parseJson(Schema.Struct({ host: Schema.String, boot: Schema.String, namespace: Schema.String, pid: Schema.Number, started: Schema.Number, command: Schema.String }))
)

const makerOf = (outer: string): Option.Option<LocalProcess.ProcessIdentity> => {
  try {
    return decodeMaker(fs.readFileSync(`${outer}/${makerFile}`, "utf8"))
  } catch {
    return Option.none()
  }
}

/** Whether the process was killed before it said who it is: there is nothing then but what it had begun to say. */
const isHalfMade = (outer: string, { mtimeMs }: fs.Stats, now: number): boolean => now - mtimeMs > halfMadeMillis && fs.readdirSync(outer).every((name) => name === makerFile)

/** Removes what was being made here by processes that were killed. Whatever cannot be looked at or removed stays. */
const removeAbandoned = (parent: string): Effect.Effect<void, never, LocalProcess.LocalProcess> =>
  Effect.gen(function* () {
    const processes = yield* LocalProcess.LocalProcess
    const now = yield* Clock.currentTimeMillis
    const names = yield* attempt("look into", parent, () => fs.readdirSync(parent).filter((name) => temporary.test(name)))
    for (const name of names) {
      const outer = `${parent}/${name}`
      const found = yield* attempt("look at", outer, () => fs.lstatSync(outer))
      // Others may make what they like in a folder that all can write to.
      if (!found.isDirectory() || found.uid !== process.getuid?.()) continue
      const isAbandoned = yield* Option.match(makerOf(outer), {
        onNone: () => attempt("look into", outer, () => isHalfMade(outer, found, now)),
        onSome: (maker) => Effect.map(processes.state(maker), (state) => state === "Gone")
      })
      if (isAbandoned) removeAll(outer)
    }
  }).pipe(Effect.ignore)

/** Removes the folders from `inner` to `outermost` if nothing is in them. */
const removeEmpty = (outermost: string | undefined, inner: string): void => {
  if (outermost === undefined) return
  const top = fs.existsSync(outermost) ? fs.realpathSync(outermost) : outermost
  for (let folder = inner; folder === top || folder.startsWith(`${top}/`); folder = parentOf(folder)) {
    try {
      fs.rmdirSync(folder)
    } catch {
      // Something is in it, so it stays.
      return
    }
  }
}

const removeAll = (path: string): void => {
  try {
    fs.rmSync(path, { recursive: true, force: true, maxRetries: 2 })
  } catch {
    // What cannot be removed stays where it is; there is nothing that could be done about it.
  }
}

const makeAgain = (path: string, mode: number): void => {
  try {
    fs.mkdirSync(path)
    fs.chmodSync(path, mode)
  } catch {
    // There was nothing in it.
  }
}

/** Removes what was needed on the way, and if it did not succeed everything. */
export const end = (place: Place, isSuccess: boolean): Effect.Effect<void> =>
  Effect.sync(() => {
    removeAll(place.outer)
    if (isSuccess && place.isMoved) return
    if (place.isMoved) removeAll(place.target)
    if (place.isMoved && place.replaced !== undefined) makeAgain(place.target, place.replaced)
    removeEmpty(place.made, parentOf(place.target))
  })

const writeOne = (path: string, { content, mode }: TreeFile): void => {
  if (mode === "symlink") fs.symlinkSync(Buffer.from(content), path)
  else fs.writeFileSync(path, content, { flag: "wx", mode: mode === "executable" ? 0o777 : 0o666 })
}

const turn: Effect.Effect<void> = Effect.async((resume) => {
  const waiting = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(waiting))
})

/** Writes files, with the folders that they are in. */
export const write = ({ path: root }: Place, files: FileTree): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    const folders = new Set<string>([root])
    let written = 0
    for (const file of files.values()) {
      const path = `${root}/${file.path}`
      const folder = parentOf(path)
      if (!folders.has(folder)) {
        yield* attempt("make the folder", folder, () => fs.mkdirSync(folder, { recursive: true }))
        folders.add(folder)
      }
      yield* attempt("write", path, () => writeOne(path, file))
      written += 1
      if (written % batch === 0) yield* turn
    }
  })

/** Moves the folder to its place. */
export const move = (place: Place): Effect.Effect<void, FileFailure> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      if (yield* isTaken(place.target)) return yield* fromCode("create", place.target, "EEXIST")
      yield* Effect.catchIf(
        attempt("move the new folder to", place.target, () => {
          const mode = fs.lstatSync(place.target, { throwIfNoEntry: false })?.mode
          if (mode !== undefined) fs.chmodSync(place.path, mode & 0o7777)
          // This replaces an empty folder, and nothing else.
          fs.renameSync(place.path, place.target)
          place.replaced = mode === undefined ? undefined : mode & 0o7777
        }),
        ({ code }) => code === "ENOTEMPTY" || code === "ENOTDIR",
        () => fromCode("create", place.target, "EEXIST")
      )
      place.isMoved = true
    })
  )
