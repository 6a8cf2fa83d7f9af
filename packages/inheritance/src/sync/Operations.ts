/**
 * What `Inheritance` does.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import { Repositories } from "@dev-infra/git-repositories/Repositories"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Places from "../folders/Places.js"
import type { AddRequest, EntryOutcome, Inheritance, InheritanceError, InheritanceOptions, SyncOptions, SyncReport } from "../Inheritance.js"
import { InheritanceRefused, type RefusalReason } from "../InheritanceFailure.js"
import * as InheritedSource from "../InheritedSource.js"
import { Library } from "../Library.js"
import { LinkedProjects } from "../LinkedProjects.js"
import * as LockFile from "../LockFile.js"
import * as ProjectInherits from "../ProjectInherits.js"
import * as RemoteIncludes from "../RemoteIncludes.js"
import { RemoteFiles } from "../RemoteFiles.js"
import { Trust } from "../Trust.js"
import * as Entries from "./Entries.js"
import * as Remotes from "./Remotes.js"
import * as Resolution from "./Resolution.js"
import * as Review from "./Review.js"

const refuse = (subject: string, reason: RefusalReason, detail: string) => new InheritanceRefused({ subject, reason, detail })

const metadataHeader = "What dev-infra knows of this project. Commit this file: it travels with the repository."

/** The service. */
export const make = (options: InheritanceOptions) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<DurableFile | FileLock | LocalFiles | Library | LinkedProjects | MetadataFile | Repositories | Trust | RemoteFiles | DevInfraHome>()
    const files = yield* LocalFiles
    const locks = yield* FileLock
    const metadata = yield* MetadataFile
    const repositories = yield* Repositories
    const libraries = yield* Library
    const trust = yield* Trust
    const { cacheFolder } = yield* DevInfraHome
    const here = <A, E>(effect: Effect.Effect<A, E, LocalFiles | DurableFile>) => Effect.provide(effect, context)

    const lockOf = (project: string) => Effect.map(here(LockFile.read(project)), Option.getOrElse(() => LockFile.empty))

    /** One at a time for a project; the folder of its libraries keeps itself out of git. */
    const alone = <A>(project: string, work: Effect.Effect<A, InheritanceError>): Effect.Effect<A, InheritanceError> =>
      Effect.gen(function* () {
        const folder = Places.inheritFolder(project)
        // a repository of somebody else could hold links in their places, by which this would write and remove elsewhere
        for (const path of [`${project}/.dev-infra`, folder, `${folder}/.gitignore`, LockFile.pathIn(project)]) {
          const found = yield* files.stat(path)
          if (Option.isSome(found) && found.value.kind === "Link") return yield* refuse(path, "Escapes", "it is a link, and what is inherited lies in the project itself; remove it")
        }
        yield* files.makeFolder(folder, 0o755)
        const ignore = `${folder}/.gitignore`
        if (files.existing([ignore])[0] !== true) {
          const made = files.create(ignore, 0o644, (file) => Effect.zipRight(file.write(new TextEncoder().encode("*\n")), file.adopt(0o644)))
          yield* Effect.catchIf(made, (failure) => failure.code === "EEXIST", () => Effect.void)
        }
        return yield* locks.withLock(`${folder}/sync`, () => work, { wait: "10 minutes", abandoned: "10 minutes" })
      })

    const entries = Entries.make({ files, libraries, repositories, trust, projects: yield* LinkedProjects, refuse })
    const remotes = Remotes.make({ ...options, cacheFolder, context })

    const addNow = (project: string, request: AddRequest): Effect.Effect<EntryOutcome, InheritanceError> =>
      Effect.gen(function* () {
        const { name } = request
        const badName = InheritedSource.nameProblem(name)
        if (badName !== undefined) return yield* refuse(name, "BadName", badName)
        const source = yield* Either.mapLeft(InheritedSource.parse(request.from), (problem) => refuse(name, "BadSource", `where it comes from cannot be used: ${problem}`))
        const badPath = request.path === undefined ? undefined : ProjectInherits.pathProblem(request.path)
        if (badPath !== undefined) return yield* refuse(name, "BadPath", badPath)
        const links = yield* here(ProjectInherits.read(project))
        const existing = links.inherits.find((entry) => entry.name === name)
        const wanted = source._tag === "Folder" ? undefined : source.ref
        if (source._tag === "Git" && wanted === undefined) return yield* refuse(name, "BadReference", "it needs a version: write @TAG or @COMMIT behind it, or @BRANCH with --floating")
        if (source._tag === "Git" && options.insecure !== true && GitUrl.isPlain(source.url)) {
          return yield* refuse(name, "Insecure", "anybody on the way can change what comes over http or git://; write https or ssh, or say --insecure")
        }
        const from = InheritedSource.toText(source)
        const lock = yield* lockOf(project)
        const isSameSource = existing !== undefined && InheritedSource.toText(existing.source) === from
        if (existing !== undefined && !isSameSource) return yield* refuse(name, "NameTaken", `the project inherits ${name} from ${existing.from} already; remove that first, or choose another name`)
        const draft: ProjectInherits.Inherited = {
          name,
          from,
          source,
          ref: wanted,
          path: request.path ?? existing?.path,
          directory: request.directory ?? existing?.directory ?? "caller",
          flatten: request.flatten ?? existing?.flatten ?? false,
          excludes: request.excludes ?? existing?.excludes ?? [],
          floating: request.floating ?? existing?.floating ?? false
        }
        const plan = yield* entries.resolve(project, draft, lock, { frozen: false, isNew: existing === undefined || existing.ref !== wanted })
        if (plan._tag === "Locked" && existing !== undefined && existing.ref !== plan.locked.ref) {
          return yield* refuse(name, "NameTaken", `the project inherits ${name} at ${existing.ref ?? "no ref"} already; dev-infra inherit upgrade moves it`)
        }
        if (request.dryRun === true) return plan
        const outcome = yield* entries.bring(project, plan)
        if (outcome._tag === "Locked") yield* here(LockFile.modify(project, (now) => LockFile.withLibrary(now, outcome.locked)))
        const entry = {
          name,
          from,
          ...(outcome._tag === "Locked" ? { ref: outcome.locked.ref } : {}),
          ...(draft.path === undefined ? {} : { path: draft.path }),
          ...(draft.directory === "caller" ? {} : { dir: draft.directory }),
          ...(draft.flatten ? { flatten: true } : {}),
          ...(draft.excludes.length === 0 ? {} : { excludes: [...draft.excludes] }),
          ...(draft.floating ? { floating: true } : {})
        }
        const document = yield* metadata.read(project)
        if (Option.isNone(document)) {
          yield* metadata.create(project, { inherits: [entry] }, { header: metadataHeader })
        } else {
          const before = document.value.metadata.inherits ?? []
          yield* metadata.update(project, { inherits: [...before.filter((other) => other.name !== name), entry] })
        }
        return outcome
      })

    const syncNow = (project: string, how: SyncOptions): Effect.Effect<SyncReport, InheritanceError> =>
      Effect.gen(function* () {
        const frozen = how.frozen === true
        const { inherits } = yield* here(ProjectInherits.read(project))
        const lock = yield* lockOf(project)
        const names = new Set(inherits.filter((entry) => Entries.isPinned(entry)).map(({ name }) => name))
        const extra = lock.libraries.filter(({ name }) => !names.has(name)).map(({ name }) => name)
        const [unasked] = extra
        if (frozen && unasked !== undefined) return yield* refuse(unasked, "LockDiffers", "dev-infra.lock has it, .dev-infra.yml does not")
        const plans = yield* Effect.forEach(inherits, (entry) => entries.resolve(project, entry, lock, { frozen, isNew: false }))
        const outcomes = yield* Effect.forEach(plans, (plan) => entries.bring(project, plan))
        const fresh = outcomes.flatMap((outcome) => (outcome._tag === "Locked" ? [outcome.locked] : []))
        const libraryLock: LockFile.Lock = { ...lock, libraries: fresh }
        const isChanged = frozen ? false : yield* here(LockFile.modify(project, (now) => ({ ...now, libraries: [...fresh].sort((a, b) => (a.name < b.name ? -1 : 1)) })))
        yield* Effect.forEach(frozen ? [] : extra, (name) => libraries.remove(Places.libraryFolder(project, name)), { discard: true })
        const found = yield* remotes.bring(project, libraryLock, { frozen, refresh: how.refresh === true })
        const keys = new Set(found.remotes.map(({ locked }) => locked.key))
        // what could not be searched may still be asked for
        const dropped = found.unread === undefined && !frozen ? lock.remotes.filter(({ key }) => !keys.has(key)) : []
        const gone = new Set(dropped.map(({ key }) => key))
        const isRemoteChanged = frozen
          ? false
          : yield* here(LockFile.modify(project, (now) => {
            const rest: LockFile.Lock = { ...now, remotes: now.remotes.filter(({ key }) => !gone.has(key)) }
            return found.remotes.reduce((all, { locked }) => LockFile.withRemote(all, locked), rest)
          }))
        return { entries: outcomes, remotes: found.remotes, removed: [...extra, ...gone], isLockChanged: isChanged || isRemoteChanged, unread: found.unread }
      })

    /** The content that an entry or URL is locked to, and all that decisions need. */
    const lockedContent = (project: string, name: string) =>
      Effect.gen(function* () {
        const lock = yield* lockOf(project)
        const library = lock.libraries.find((each) => each.name === name)
        if (library !== undefined) {
          const { inherits } = yield* here(ProjectInherits.read(project))
          const entry = inherits.find((each) => each.name === name)
          return { _tag: "Library" as const, library, path: entry?.path, subject: Places.subjectOf(library), hash: library.tree, commit: library.commit, approved: library.approved }
        }
        const remote = lock.remotes.find(({ key }) => key === name || key === Either.getOrElse(Either.map(RemoteIncludes.parse(name, { insecure: true }), (target) => target.key), () => name))
        if (remote !== undefined) {
          const hash = remote._tag === "File" ? remote.sha256 : remote.tree
          return { _tag: "Remote" as const, remote, subject: remote.key, hash, commit: remote._tag === "File" ? undefined : remote.commit, approved: remote.approved }
        }
        const known = [...lock.libraries.map((each) => each.name), ...lock.remotes.map(({ key }) => key)]
        const { inherits } = yield* here(ProjectInherits.read(project))
        const entry = inherits.find((each) => each.name === name)
        if (entry !== undefined && !Entries.isPinned(entry)) return yield* refuse(name, "NoSuchEntry", `${name} is a link to a folder of this computer, which needs no decision`)
        const detail = entry !== undefined ? `${name} is not locked yet; dev-infra inherit sync does that` : known.length === 0 ? "the project inherits nothing that needs a decision" : `the project inherits ${known.join(", ")}`
        return yield* refuse(name, "NoSuchEntry", detail)
      })

    const review = (project: string, name: string): Effect.Effect<Review.Review, InheritanceError> =>
      Effect.gen(function* () {
        const content = yield* lockedContent(project, name)
        const last = Option.getOrUndefined(yield* trust.last(content.subject))
        const isTrusted = content.approved !== undefined || (yield* trust.isTrusted(content.subject, content.hash))
        const filesOf = (hash: string, commit: string | undefined): Effect.Effect<FileTree, InheritanceError> => {
          if (content._tag === "Library") return Effect.map(Resolution.filesAt(repositories, content.library.url, commit ?? content.library.commit, content.library.folder), (found) => found.files)
          return remotes.filesOf(content.remote, hash, commit)
        }
        const wanted = content._tag === "Library" ? content.path : content.remote._tag === "Repository" ? remotes.pathOf(name) : undefined
        const entryIn = (tree: FileTree) => Effect.orElseSucceed(Resolution.taskfileIn(name, tree, wanted), () => [...tree.keys()][0] ?? "Taskfile.yml")
        const after = yield* filesOf(content.hash, content.commit)
        const before = last === undefined ? Option.none<FileTree>() : yield* Effect.option(filesOf(last.hash, last.commit))
        const old = Option.isNone(before) ? undefined : { files: before.value, entry: yield* entryIn(before.value) }
        const compared = yield* Review.compare(old, { files: after, entry: yield* entryIn(after) }, options.load)
        return { name, subject: content.subject, hash: content.hash, commit: content.commit, isTrusted, before: Option.isSome(before) ? last : undefined, ...compared }
      })

    const trustNow = (project: string, name: string, by: string): Effect.Effect<boolean, InheritanceError> =>
      Effect.gen(function* () {
        const content = yield* lockedContent(project, name)
        const millis = yield* Clock.currentTimeMillis
        const approved: LockFile.Approval = { by: by.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, 200) || "unknown", at: new Date(millis).toISOString() }
        yield* trust.trust({ subject: content.subject, hash: content.hash, ...(content.commit === undefined ? {} : { commit: content.commit }) })
        if (content.approved !== undefined) return false
        return yield* here(LockFile.modify(project, (lock) => {
          // only what was looked at: another process may have moved it meanwhile
          if (content._tag === "Library") {
            const now = lock.libraries.find((library) => library.name === name && library.tree === content.hash)
            return now === undefined ? lock : LockFile.withLibrary(lock, { ...now, approved })
          }
          const now = lock.remotes.find((remote) => remote.key === content.remote.key && (remote._tag === "File" ? remote.sha256 : remote.tree) === content.hash)
          return now === undefined ? lock : LockFile.withRemote(lock, { ...now, approved })
        }))
      })

    const removeNow = (project: string, name: string): Effect.Effect<void, InheritanceError> =>
      Effect.gen(function* () {
        const document = yield* metadata.read(project)
        const before = Option.match(document, { onNone: () => [], onSome: (found) => found.metadata.inherits ?? [] })
        const lock = yield* lockOf(project)
        if (!before.some((entry) => entry.name === name) && !lock.libraries.some((library) => library.name === name)) {
          return yield* refuse(name, "NoSuchEntry", before.length === 0 ? "the project inherits nothing" : `the project inherits ${before.map((entry) => entry.name).join(", ")}`)
        }
        const after = before.filter((entry) => entry.name !== name)
        if (after.length !== before.length) yield* metadata.update(project, { inherits: after.length === 0 ? undefined : after })
        yield* here(LockFile.modify(project, (now) => LockFile.withoutLibrary(now, name)))
        yield* libraries.remove(Places.libraryFolder(project, name))
      })

    const service: Inheritance["Type"] = {
      add: (project, request) => (request.dryRun === true ? addNow(project, request) : alone(project, addNow(project, request))),
      sync: (project, how = {}) =>
        Effect.gen(function* () {
          const { inherits } = yield* here(ProjectInherits.read(project))
          const lock = yield* here(LockFile.read(project))
          const isNothing = inherits.length === 0 && Option.isNone(lock)
          return yield* isNothing ? syncNow(project, how) : alone(project, syncNow(project, how))
        }),
      review,
      trust: (project, name, { by }) => alone(project, trustNow(project, name, by)),
      remove: (project, name) => alone(project, removeNow(project, name))
    }
    return service
  })
