/**
 * Taskfiles of this computer, of libraries and of remote includes, as they are locked and trusted. It reads only what is here: it starts no process and asks no
 * network, so it can be used by whatever lists, plans or audits.
 *
 * - A library lies in `.dev-infra/inherit/NAME` of the project. It is read if `.dev-infra.yml` and `dev-infra.lock` agree about it, every file is as it came, and
 *   the content is trusted: by the lock, or by this user.
 * - A remote include lies in `cache/taskfiles` of the home, and is read under the same conditions; a `checksum` of the include is trust enough.
 * - What a library includes by a path lies in that library.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { sha256 } from "@dev-infra/git-repositories/Digest"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { local } from "@dev-infra/taskfile/LocalTaskfiles"
import { defaultNames, TaskfileSources, type TaskfileText, type Unavailable } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { InheritanceRefused, InheritsInvalid, LockUnreadable, TrustUnreadable } from "./InheritanceFailure.js"
import { Library } from "./Library.js"
import { LinkedProjects } from "./LinkedProjects.js"
import * as LockFile from "./LockFile.js"
import * as Places from "./folders/Places.js"
import type { Inherited } from "./ProjectInherits.js"
import * as ProjectInherits from "./ProjectInherits.js"
import * as RemoteIncludes from "./RemoteIncludes.js"
import { Trust } from "./Trust.js"

/** @category models */
export interface InheritanceSourcesOptions {
  /** plain http is allowed for remote includes */
  readonly insecure?: boolean
  /** hosts whose remote includes are trusted, whatever they hold */
  readonly trustedHosts?: ReadonlyArray<string>
  /** everything that is there and locked is trusted: somebody said so for this one run */
  readonly trustAll?: boolean
  /** only what the lock approves counts: neither what this user decided, nor what was fetched without a lock */
  readonly frozen?: boolean
}

const unavailable = (reason: Unavailable["reason"], detail: string): Unavailable => ({ reason, detail })

const unreadable = (failure: FileFailure | LockUnreadable | InheritsInvalid | TrustUnreadable | InheritanceRefused | { readonly message: string }): Unavailable => unavailable("Unreadable", failure.message)

const textLimit = 10 * 1024 * 1024

const decode = (bytes: Uint8Array): Either.Either<string, Unavailable> =>
  Either.try({ try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes), catch: () => unavailable("Unreadable", "it is not UTF-8") })

const sync = "dev-infra inherit sync"

const make = (options: InheritanceSourcesOptions) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { cacheFolder } = yield* DevInfraHome
    const libraries = yield* Library
    const projects = yield* LinkedProjects
    const trust = yield* Trust
    const withFiles = <A, E>(effect: Effect.Effect<A, E, LocalFiles>): Effect.Effect<A, E> => Effect.provideService(effect, LocalFiles, files)
    const isFrozen = options.frozen === true

    const lockOf = (folder: string) => Effect.map(Effect.mapError(withFiles(LockFile.read(folder)), unreadable), Option.getOrElse(() => LockFile.empty))
    const linksOf = (folder: string) => Effect.mapError(withFiles(ProjectInherits.read(folder)), (failure): Unavailable =>
        failure._tag === "InheritsInvalid"
          ? { reason: "BadReference", detail: failure.message, invalid: { location: { file: failure.path, line: failure.line, column: failure.column }, problem: failure.problem } }
          : unavailable("Unreadable", failure.message))

    const checkTrust = (subject: string, hash: string, approved: LockFile.Approval | undefined, hint: string): Effect.Effect<void, Unavailable> =>
      Effect.gen(function* () {
        if (approved !== undefined || options.trustAll === true) return
        if (!isFrozen && (yield* Effect.mapError(trust.isTrusted(subject, hash), unreadable))) return
        return yield* Effect.fail(unavailable("NotTrusted", hint))
      })

    /** What an entry and its lock say of each other, as a clause, if it is not the same. */
    const disagreement = (entry: Inherited | undefined, locked: LockFile.LockedLibrary): string | undefined => {
      if (entry === undefined) return undefined
      if (entry.ref !== locked.ref) return `.dev-infra.yml wants ${entry.ref ?? "no ref"}, dev-infra.lock has ${locked.ref}`
      const isOther = entry.source._tag === "Git" && (entry.source.url !== locked.url || entry.source.folder !== locked.folder)
      return isOther ? ".dev-infra.yml and dev-infra.lock name different repositories" : undefined
    }

    /** Everything that must hold before a file of a library is read. */
    const checkLibrary = ({ folder, name, project }: Places.InLibrary): Effect.Effect<LockFile.LockedLibrary, Unavailable> =>
      Effect.gen(function* () {
        const lock = yield* lockOf(project)
        const locked = lock.libraries.find((library) => library.name === name)
        if (locked === undefined) return yield* Effect.fail(unavailable("NotLocked", `dev-infra.lock does not have ${name}; ${sync} resolves it`))
        const { inherits } = yield* linksOf(project)
        const differs = disagreement(inherits.find((entry) => entry.name === name), locked)
        if (differs !== undefined) return yield* Effect.fail(unavailable("NotLocked", `${differs}; ${sync} resolves it`))
        const found = yield* Effect.mapError(libraries.inspect(folder), unreadable)
        if (Option.isNone(found)) return yield* Effect.fail(unavailable("NotHere", `the library ${name} is not here yet; ${sync} brings it`))
        if (found.value.tree !== locked.tree) return yield* Effect.fail(unavailable("ChecksumDiffers", `the library ${name} here is not the one of dev-infra.lock; ${sync} brings that`))
        if (found.value.difference !== undefined) return yield* Effect.fail(unavailable("ChecksumDiffers", `of the library ${name}, ${found.value.difference}; ${sync} brings it anew`))
        // tasks that run in the library may leave there what they make
        const entry = inherits.find((each) => each.name === name)
        if (found.value.extra !== undefined && entry?.directory !== "library") return yield* Effect.fail(unavailable("ChecksumDiffers", `to the library ${name}, ${found.value.extra} was added; ${sync} brings it anew`))
        const why = isFrozen ? `dev-infra.lock does not approve this content of ${name}, and with --frozen only that counts` : `nobody has approved this content of ${name} yet`
        yield* checkTrust(Places.subjectOf(locked), locked.tree, locked.approved, `${why}; dev-infra inherit trust ${name} shows it and asks`)
        return locked
      })

    /** A file of a library, or the Taskfile of a folder in it. */
    const readIn = (folder: string, path: string): Effect.Effect<{ readonly file: string; readonly text: string }, Unavailable> =>
      Effect.gen(function* () {
        const candidates = path === "" ? defaultNames : [path, ...defaultNames.map((name) => `${path}/${name}`)]
        for (const candidate of candidates) {
          const bytes = yield* Effect.mapError(libraries.read(folder, candidate, textLimit), unreadable)
          if (Option.isSome(bytes)) return { file: `${folder}/${candidate}`, text: yield* decode(bytes.value) }
        }
        return yield* Effect.fail(unavailable("NotFound", "the library has no such Taskfile"))
      })

    const checked = (text: TaskfileText, checksum: string | undefined): Effect.Effect<TaskfileText, Unavailable> => {
      const now = checksum === undefined ? undefined : sha256(text.text)
      return now === undefined || now === checksum?.toLowerCase() ? Effect.succeed(text) : Effect.fail(unavailable("ChecksumDiffers", `it is ${now}`))
    }

    const directoryOf = (file: string): string => file.slice(0, file.lastIndexOf("/"))

    const readLibrary = (place: Places.InLibrary, isWithin: boolean): Effect.Effect<TaskfileText, Unavailable> =>
      Effect.gen(function* () {
        const locked = isWithin ? (yield* lockOf(place.project)).libraries.find(({ name }) => name === place.name) : yield* checkLibrary(place)
        const { file, text } = yield* readIn(place.folder, place.path)
        const origin = { _tag: "Inherited" as const, name: place.name, url: locked?.url ?? "", ref: locked?.ref ?? "", commit: locked?.commit, folder: place.folder }
        return { file, text, origin, directory: directoryOf(file) }
      })

    const readRemote = (written: string, checksum: string | undefined, root: string | undefined): Effect.Effect<TaskfileText, Unavailable> =>
      Effect.gen(function* () {
        const refused = ({ detail, reason }: RemoteIncludes.BadTarget) => unavailable(reason, detail)
        const target = yield* Either.mapLeft(RemoteIncludes.parse(written, { insecure: true }), refused)
        const lock = root === undefined ? LockFile.empty : yield* lockOf(root)
        const locked = lock.remotes.find(({ key }) => key === target.key)
        // what is locked is read from here by its hash, however it came
        if (locked === undefined) yield* Either.mapLeft(RemoteIncludes.parse(written, { insecure: options.insecure === true }), refused)
        const fetched = Option.getOrUndefined(yield* Effect.mapError(withFiles(RemoteIncludes.current(cacheFolder, target)), unreadable))
        const lockedHash = locked === undefined ? undefined : locked._tag === "File" ? locked.sha256 : locked.tree
        const pin = target._tag === "File" ? checksum?.toLowerCase() : undefined
        if (pin !== undefined && lockedHash !== undefined && pin !== lockedHash) return yield* Effect.fail(unavailable("ChecksumDiffers", `dev-infra.lock has ${lockedHash}`))
        if (isFrozen && pin === undefined && lockedHash === undefined) return yield* Effect.fail(unavailable("NotLocked", `dev-infra.lock does not have it; ${sync} resolves it`))
        const hash = pin ?? lockedHash ?? fetched?.hash
        if (hash === undefined) return yield* Effect.fail(unavailable("NotHere", `it was not fetched yet; ${sync} brings it`))
        const trusted = checksum !== undefined || options.trustedHosts?.includes(target.host) === true
        const approve = trusted ? Effect.void : checkTrust(target.key, hash, locked?.approved, `nobody has approved this content yet; dev-infra inherit trust ${target.key} shows it and asks`)
        if (target._tag === "File") {
          const content = yield* Effect.mapError(withFiles(RemoteIncludes.contentOf(cacheFolder, target, hash)), unreadable)
          if (Option.isNone(content)) {
            return yield* Effect.fail(
              pin !== undefined && fetched !== undefined
                ? unavailable("ChecksumDiffers", `what was fetched is ${fetched.hash}`)
                : unavailable("NotHere", `its content of dev-infra.lock is not here; ${sync} brings it`)
            )
          }
          yield* approve
          return { file: target.url, text: yield* decode(content.value), origin: { _tag: "Remote", url: target.key, ref: undefined, commit: undefined, folder: undefined }, directory: "" }
        }
        const folder = RemoteIncludes.contentPath(cacheFolder, target, hash)
        const found = yield* Effect.mapError(libraries.inspect(folder), unreadable)
        if (Option.isNone(found)) return yield* Effect.fail(unavailable("NotHere", `it is not here; ${sync} brings it`))
        const odd = found.value.difference ?? (found.value.extra === undefined ? undefined : `${found.value.extra} was added`)
        if (found.value.tree !== hash || odd !== undefined) return yield* Effect.fail(unavailable("ChecksumDiffers", `${odd ?? "its files are others"}; ${sync} brings it anew`))
        yield* approve
        const { file, text } = yield* readIn(folder, target.path)
        const commit = locked?._tag === "Repository" ? locked.commit : fetched?.commit
        return yield* checked({ file, text, origin: { _tag: "Remote", url: target.key, ref: target.ref, commit, folder }, directory: directoryOf(file) }, checksum)
      })

    const read: TaskfileSources["Type"]["read"] = (target, { checksum, root, within }) => {
      if (RemoteIncludes.isRemote(target)) return readRemote(target, checksum, root)
      const path = Places.normalise(target)
      const folder = within._tag === "Local" ? undefined : within.folder
      if (folder !== undefined && !Places.isWithin(folder, path)) return Effect.fail(unavailable("Escapes", "a file of a library includes only what lies in that library"))
      const library = Places.libraryOf(path)
      if (library !== undefined) return Effect.flatMap(readLibrary(library, within._tag === "Inherited" && within.folder === library.folder), (text) => checked(text, checksum))
      const isCached = folder !== undefined && within._tag === "Remote"
      if (isCached) {
        return Effect.flatMap(readIn(folder, path.slice(folder.length + 1)), ({ file, text }) => checked({ file, text, origin: within, directory: directoryOf(file) }, checksum))
      }
      const found = local.read(path, { within, checksum, ...(root === undefined ? {} : { root }) })
      if (within._tag !== "Local" || root === undefined) return found
      // a link to a checkout is known by where it leads to
      return Effect.flatMap(found, (text) => Effect.map(linkedOrigin(root, path), (origin) => (origin === undefined ? text : { ...text, origin })))
    }

    const linkedFolder = (entry: Inherited, root: string): Effect.Effect<string | undefined, Unavailable> => {
      if (entry.source._tag === "Folder") return Effect.succeed(Places.normalise(entry.source.path.startsWith("/") ? entry.source.path : `${root}/${entry.source.path}`))
      if (entry.source._tag !== "Project" || entry.ref !== undefined) return Effect.succeed(undefined)
      return Effect.mapBoth(projects.find(entry.source.reference, root), { onSuccess: ({ folder }) => folder, onFailure: (failure) => unavailable("NotFound", failure.message) })
    }

    const linkedOrigin = (root: string, path: string): Effect.Effect<TaskfileText["origin"] | undefined, Unavailable> =>
      Effect.gen(function* () {
        const { inherits } = yield* linksOf(root)
        for (const entry of inherits) {
          if (entry.source._tag === "Git") continue
          const folder = yield* linkedFolder(entry, root)
          if (folder === undefined || path !== (entry.path === undefined ? folder : `${folder}/${entry.path}`)) continue
          return { _tag: "Inherited", name: entry.name, url: entry.from, ref: "", commit: undefined, folder }
        }
        return undefined
      })

    const inherited: TaskfileSources["Type"]["inherited"] = (root) =>
      Effect.flatMap(linksOf(root), ({ inherits }) =>
        Effect.forEach(inherits, (entry) =>
          Effect.flatMap(linkedFolder(entry, root), (linked) => {
            if (linked !== undefined && isFrozen) {
              const problem = unavailable("NotLocked", `${entry.name} is a link to a folder, at no version; with --frozen only what dev-infra.lock has counts`)
              return Effect.fail(problem)
            }
            const folder = linked ?? Places.libraryFolder(root, entry.name)
            return Effect.succeed({ namespace: entry.name, flatten: entry.flatten, excludes: entry.excludes, directory: entry.directory, file: entry.path === undefined ? folder : `${folder}/${entry.path}`, ...(entry.location === undefined ? {} : { location: entry.location }) })
          })))

    return TaskfileSources.of({ find: local.find, read, inherited, dotenv: local.dotenv })
  })

/**
 * The sources of everything that lists, plans, audits and runs tasks.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as InheritanceSources from "@dev-infra/inheritance/InheritanceSources"
 * import * as Library from "@dev-infra/inheritance/Library"
 * import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
 * import * as Trust from "@dev-infra/inheritance/Trust"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as Layer from "effect/Layer"
 *
 * export const sources = InheritanceSources.layer({ frozen: true }).pipe(
 *   Layer.provide([Library.layer, LinkedProjects.layerMemory(new Map()), Trust.layer]),
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer])
 * )
 * ```
 */
export const layer = (options: InheritanceSourcesOptions = {}): Layer.Layer<TaskfileSources, never, DevInfraHome | Library | LinkedProjects | LocalFiles | Trust> =>
  Layer.effect(TaskfileSources, make(options))
