/**
 * Remote includes: found by reading the Taskfile of a project, fetched, and kept in the cache of the home.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { sha256 } from "@dev-infra/git-repositories/Digest"
import { type FileTree, fromFiles } from "@dev-infra/git-repositories/FileTree"
import { Repositories } from "@dev-infra/git-repositories/Repositories"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import { TaskfileSources, type Unavailable } from "@dev-infra/taskfile/TaskfileSources"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { InheritanceError, InheritanceOptions, RemoteOutcome } from "../Inheritance.js"
import { InheritanceRefused } from "../InheritanceFailure.js"
import * as InheritanceSources from "../InheritanceSources.js"
import { Library } from "../Library.js"
import { LinkedProjects } from "../LinkedProjects.js"
import type * as LockFile from "../LockFile.js"
import * as RemoteIncludes from "../RemoteIncludes.js"
import { RemoteFiles } from "../RemoteFiles.js"
import { Trust } from "../Trust.js"
import * as Resolution from "./Resolution.js"

type Services = DevInfraHome | DurableFile | FileLock | Library | LinkedProjects | LocalFiles | RemoteFiles | Repositories | Trust

interface Needs extends InheritanceOptions {
  readonly cacheFolder: string
  readonly context: Context.Context<Services>
}

interface How {
  readonly frozen: boolean
  readonly refresh: boolean
}

const fileName = "Taskfile.yml"

/** The operations on remote includes, over a cache and what asks the network. */
export const make = ({ cacheFolder, context, insecure = false, load }: Needs) => {
  const use = <A, E>(effect: Effect.Effect<A, E, Services>): Effect.Effect<A, E> => Effect.provide(effect, context)

  /** Puts content into the cache, under the lock of its target. */
  const keep = (target: RemoteIncludes.RemoteTarget, fetched: RemoteIncludes.Fetched, put: Effect.Effect<unknown, InheritanceError, Services>): Effect.Effect<void, InheritanceError> =>
    use(Effect.gen(function* () {
      const files = yield* LocalFiles
      const durable = yield* DurableFile
      const locks = yield* FileLock
      const folder = RemoteIncludes.folderOf(cacheFolder, target)
      yield* files.makeFolder(folder, 0o700)
      yield* locks.withLock(`${folder}/fetch`, () => put, { wait: "10 minutes", abandoned: "10 minutes" })
      const text = `${JSON.stringify(fetched)}\n`
      yield* durable.modify(RemoteIncludes.currentPath(cacheFolder, target), { backup: "none", modeWhenNew: 0o600, folderMode: 0o700 }, () => Effect.succeed({ result: undefined, content: text }))
    }))

  const putFile = (target: RemoteIncludes.RemoteTarget, bytes: Uint8Array, hash: string) =>
    Effect.flatMap(DurableFile, (durable) =>
      durable.modify(RemoteIncludes.contentPath(cacheFolder, target, hash), { backup: "none", modeWhenNew: 0o600, folderMode: 0o700 }, () =>
        Effect.succeed({ result: undefined, content: new TextDecoder().decode(bytes) })))

  /** Asks the network for a target; what it is now. */
  const ask = (target: RemoteIncludes.RemoteTarget): Effect.Effect<RemoteIncludes.Fetched, InheritanceError> =>
    use(Effect.gen(function* () {
      if (target._tag === "File") {
        const bytes = yield* (yield* RemoteFiles).get(target.url, { limit: RemoteIncludes.sizeLimit })
        if (Either.isLeft(Either.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)))) {
          return yield* new InheritanceRefused({ subject: target.key, reason: "BadContent", detail: "it is not UTF-8 text" })
        }
        const hash = sha256(bytes)
        yield* keep(target, { hash }, putFile(target, bytes, hash))
        return { hash }
      }
      const copies = yield* Repositories
      yield* copies.fetch(target.url)
      const commit = target.ref === undefined
        ? Option.match(yield* copies.refs(target.url), { onNone: () => undefined, onSome: ({ head }) => head })
        : (yield* Resolution.resolve(copies, target.key, target.url, target.ref, false)).commit
      if (commit === undefined) return yield* new InheritanceRefused({ subject: target.key, reason: "BadReference", detail: "its repository has no commit" })
      return yield* keepRepository(target, commit)
    }))

  const keepRepository = (target: RemoteIncludes.RemoteTarget, commit: string): Effect.Effect<RemoteIncludes.Fetched, InheritanceError> =>
    use(Effect.gen(function* () {
      const libraries = yield* Library
      const url = target._tag === "Repository" ? target.url : target.key
      const { files, tree } = yield* Resolution.filesAt(yield* Repositories, url, commit, "")
      yield* keep(target, { hash: tree, commit }, libraries.materialise(RemoteIncludes.contentPath(cacheFolder, target, tree), files, tree))
      return { hash: tree, commit }
    }))

  const isHere = (target: RemoteIncludes.RemoteTarget, hash: string): Effect.Effect<boolean, InheritanceError> =>
    use(target._tag === "File"
      ? Effect.map(RemoteIncludes.contentOf(cacheFolder, target, hash), Option.isSome)
      : Effect.flatMap(Library, (libraries) => Effect.map(libraries.inspect(RemoteIncludes.contentPath(cacheFolder, target, hash)), Option.exists((found) => found.tree === hash && found.difference === undefined && found.extra === undefined))))

  const hashOf = (locked: LockFile.LockedRemote): string => (locked._tag === "File" ? locked.sha256 : locked.tree)

  const lockedAs = (target: RemoteIncludes.RemoteTarget, { commit, hash }: RemoteIncludes.Fetched, before: LockFile.LockedRemote | undefined): LockFile.LockedRemote => {
    const approved = before !== undefined && hashOf(before) === hash ? before.approved : undefined
    return target._tag === "File"
      ? { _tag: "File", key: target.key, sha256: hash, approved }
      : { _tag: "Repository", key: target.key, url: target.url, ref: target.ref ?? "HEAD", commit: commit ?? "", tree: hash, approved }
  }

  /** Makes sure that a target is here as it is locked. */
  const ensure = (target: RemoteIncludes.RemoteTarget, before: LockFile.LockedRemote | undefined, { frozen, refresh }: How): Effect.Effect<RemoteOutcome, InheritanceError> =>
    Effect.gen(function* () {
      if (frozen && before === undefined) return yield* new InheritanceRefused({ subject: target.key, reason: "NotLocked", detail: "dev-infra.lock does not have it, and --frozen changes nothing" })
      const wasHere = before !== undefined && (yield* isHere(target, hashOf(before)))
      const mayStay = before !== undefined && (frozen || !refresh)
      if (mayStay && !wasHere && before._tag === "Repository") {
        const fetched = yield* keepRepository(target, before.commit)
        if (fetched.hash !== before.tree) return yield* new InheritanceRefused({ subject: target.key, reason: "LockDiffers", detail: `dev-infra.lock says that commit ${before.commit.slice(0, 12)} has other files than it has: somebody edited it` })
      }
      const fetched = mayStay && (wasHere || before._tag === "Repository") ? undefined : yield* ask(target)
      if (frozen && before !== undefined && fetched !== undefined && fetched.hash !== hashOf(before)) {
        return yield* new InheritanceRefused({ subject: target.key, reason: "ChecksumDiffers", detail: `dev-infra.lock has ${hashOf(before)}, the server ${fetched.hash}` })
      }
      const locked = fetched === undefined && before !== undefined ? before : lockedAs(target, fetched ?? { hash: "" }, before)
      const isTrusted = locked.approved !== undefined || (yield* use(Effect.flatMap(Trust, (trust) => trust.isTrusted(target.key, hashOf(locked)))))
      return { locked, before, isNew: !wasHere || fetched !== undefined, isTrusted }
    })

  /** Reads the Taskfile of a project with all that it includes, and brings what of it is remote. */
  const bring = (project: string, lock: LockFile.Lock, how: How): Effect.Effect<{ readonly remotes: ReadonlyArray<RemoteOutcome>; readonly unread: ReadFailure | undefined }, InheritanceError> =>
    Effect.gen(function* () {
      const found = yield* Ref.make<ReadonlyMap<string, RemoteOutcome>>(new Map())
      const failure = yield* Ref.make<Option.Option<InheritanceError>>(Option.none())
      const fetching = Layer.effect(
        TaskfileSources,
        Effect.map(TaskfileSources, (inner): TaskfileSources["Type"] => ({
          ...inner,
          read: (written, options) =>
            Effect.gen(function* () {
              if (!RemoteIncludes.isRemote(written)) return yield* inner.read(written, options)
              const target = yield* Either.mapLeft(RemoteIncludes.parse(written, { insecure }), (bad): Unavailable => ({ reason: bad.reason, detail: bad.detail }))
              const known = (yield* Ref.get(found)).get(target.key)
              if (known === undefined) {
                const before = lock.remotes.find(({ key }) => key === target.key)
                const outcome = yield* Effect.catchAll(ensure(target, before, how), (error) => Effect.zipRight(Ref.set(failure, Option.some(error)), Effect.fail<Unavailable>({ reason: "FetchFailed", detail: error.message })))
                yield* Ref.update(found, (all) => new Map([...all, [target.key, outcome]]))
              }
              return yield* inner.read(written, options)
            })
        }))
      ).pipe(Layer.provide(InheritanceSources.layer({ insecure, trustAll: true })), Layer.provide(Layer.succeedContext(context)))
      const loaded = yield* Effect.either(Effect.provide(TaskGraph.load({ _tag: "File", file: project }, load), fetching))
      const failed = yield* Ref.get(failure)
      if (Option.isSome(failed)) return yield* Effect.fail(failed.value)
      const remotes = [...(yield* Ref.get(found)).values()]
      const isMissing = Either.isLeft(loaded) && loaded.left._tag === "TaskfileNotFound"
      return { remotes, unread: Either.isLeft(loaded) && !isMissing ? loaded.left : undefined }
    })

  /** The content that a remote include had when it had this hash. */
  const filesOf = (remote: LockFile.LockedRemote, hash: string, commit: string | undefined): Effect.Effect<FileTree, InheritanceError> =>
    use(Effect.gen(function* () {
      if (remote._tag === "Repository") return (yield* Resolution.filesAt(yield* Repositories, remote.url, commit ?? remote.commit, "")).files
      const target: RemoteIncludes.RemoteTarget = { _tag: "File", key: remote.key, url: remote.key, host: "" }
      const content = yield* RemoteIncludes.contentOf(cacheFolder, target, hash)
      if (Option.isNone(content)) return yield* new InheritanceRefused({ subject: remote.key, reason: "NotLocked", detail: "its content is not here; dev-infra inherit sync brings it" })
      return fromFiles([{ path: fileName, mode: "file", content: content.value }])
    }))

  /** The file that a URL names in its repository. */
  const pathOf = (written: string): string | undefined => {
    const target = RemoteIncludes.parse(written, { insecure: true })
    return Either.isRight(target) && target.right._tag === "Repository" && target.right.path !== "" ? target.right.path : undefined
  }

  return { bring, filesOf, pathOf }
}
