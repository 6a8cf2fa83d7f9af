/**
 * A lock between processes: a file beside the one that it guards, which says who holds it.
 *
 * The lock file appears whole, for it is written under another name and then linked. Whoever finds it reads who holds it. If
 * that process is gone, or if nothing about the lock changed for ten seconds (its holder is stopped), the lock is taken over:
 * it is renamed away, and if that turns out to have caught a newer lock, it is linked back. A holder that was stopped and
 * wakes up must therefore ask {@link Held.check} before it publishes anything. What makes this exact is the next holder: it removes
 * whatever files others prepared, so that a late rename finds nothing to rename (see `DurableFile`).
 * A lock of another computer is never taken over.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { around } from "./FaultPoint.js"
import { type FileFailure, fromCode, LockUnavailable } from "./FileFailure.js"
import { LocalFiles } from "./LocalFiles.js"
import { LocalProcess, type ProcessIdentity } from "./LocalProcess.js"
import { make as makeTurns } from "./Turns.js"

/**
 * What stands in a lock file.
 *
 * @category schemas
 */
export const Holder = Schema.Struct({
  host: Schema.String,
  boot: Schema.String,
  namespace: Schema.String,
  pid: Schema.Number,
  started: Schema.Number,
  command: Schema.String,
  token: Schema.String
})

/** @category models */
export type Holder = typeof Holder.Type

const decodeHolder = Schema.decodeUnknownEither(Schema.parseJson(Holder))

/**
 * How long to wait, and when a lock whose holder seems to live counts as abandoned.
 *
 * @category models
 */
export interface LockOptions {
  /** how long to wait in all; 30 seconds by default */
  readonly wait?: Duration.DurationInput
  /** how long a lock must stay the same before it is taken from a process of this computer; 10 seconds by default */
  readonly abandoned?: Duration.DurationInput
}

/** A lock that is held. @category models */
export interface Held {
  /** unique for ever; made of characters that a file name may have */
  readonly token: string
  /** whether nobody has taken the lock over */
  readonly check: Effect.Effect<boolean, FileFailure>
}

/**
 * A lock file as `doctor` sees it. `Dead`: its process is gone, the next writer takes it over. `Elsewhere`: held on another
 * computer, or left there. `Unreadable`: not written by this program, or damaged.
 *
 * @category models
 */
export interface LockReport {
  readonly path: string
  readonly state: "Held" | "Dead" | "Elsewhere" | "Unreadable"
  readonly holder: Option.Option<Holder>
  /** how long ago it was made, by the clocks of the disk and of this computer */
  readonly ageMillis: number
}

/**
 * The service. `target` is the file that is guarded, with its symbolic links followed; its folder exists.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as FileLock from "@dev-infra/durable-files/FileLock"
 * import * as Effect from "effect/Effect"
 *
 * const alone = Effect.flatMap(FileLock.FileLock, (locks) =>
 *   locks.withLock("/tmp/notes.txt", () => Effect.log("nobody else is here"))
 * ).pipe(Effect.provide(DurableFile.layer))
 * ```
 * @category tags
 */
export class FileLock extends Context.Tag("@dev-infra/durable-files/FileLock")<
  FileLock,
  {
    /** Do something while holding the lock; it is released also on failure and interruption. */
    readonly withLock: <A, E, R>(
      target: string,
      use: (held: Held) => Effect.Effect<A, E, R>,
      options?: LockOptions
    ) => Effect.Effect<A, E | FileFailure | LockUnavailable, R>
    /** Who holds the lock of a file; none if nobody does. */
    readonly inspect: (target: string) => Effect.Effect<Option.Option<LockReport>, FileFailure>
    /** Remove the lock of a dead process, with `force` of anybody. True if there is none afterwards. */
    readonly remove: (target: string, options?: { readonly force?: boolean }) => Effect.Effect<boolean, FileFailure>
    /** Remove what processes left beside the lock that died while they competed for it. */
    readonly sweep: (target: string, names: ReadonlyArray<string>) => Effect.Effect<void, FileFailure>
  }
>() {}

/**
 * The name of the lock file of a file.
 *
 * @category constants
 */
export const lockPath = (target: string): string => `${target}.lock`

/** The grammar of tokens: process number, its start, a random part. */
const tokenPattern = "\\d+-\\d+-[0-9a-f]{16}"

/**
 * Whether a name is `prefix`, a token and one of the endings: so are all files called that are only there for a moment.
 *
 * @category predicates
 */
export const isMomentary = (name: string, prefix: string, endings: ReadonlyArray<string>): boolean =>
  name.startsWith(`${prefix}.`) && new RegExp(`^${tokenPattern}\\.(${endings.join("|")})$`).test(name.slice(prefix.length + 1))

/** A lock file as it was found. `key` is equal for two looks at the same lock. */
interface Found {
  readonly key: string
  readonly holder: Option.Option<Holder>
}

const limitOfLock = 65_536

const make = Effect.gen(function* () {
  const files = yield* LocalFiles
  const processes = yield* LocalProcess
  const turns = makeTurns()

  const newToken = (self: ProcessIdentity): Effect.Effect<string> =>
    Effect.map(Effect.all([Random.nextIntBetween(0, 2 ** 32), Random.nextIntBetween(0, 2 ** 32)]), (parts) =>
      `${self.pid}-${self.started}-${parts.map((part) => part.toString(16).padStart(8, "0")).join("")}`)

  const look = (lock: string): Effect.Effect<Option.Option<Found>, FileFailure> =>
    Effect.map(files.read(lock, limitOfLock), Option.map(({ bytes, identity }) => {
      const text = new TextDecoder().decode(bytes)
      return Either.match(decodeHolder(text), {
        onLeft: (): Found => ({ key: `${identity.inode}:${identity.modifiedNanos}:${text}`, holder: Option.none() }),
        onRight: (holder): Found => ({ key: holder.token, holder: Option.some(holder) })
      })
    }))

  const holds = (lock: string, token: string): Effect.Effect<boolean, FileFailure> =>
    Effect.map(look(lock), Option.exists((found) => found.key === token))

  const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])

  /** Put a text under a name if that is free; true if it was. */
  const claim = (lock: string, token: string, content: Uint8Array): Effect.Effect<boolean, FileFailure> => {
    const claimed = `${lock}.${token}.claim`
    const direct = files.create(lock, 0o600, (file) => file.write(content))
    return around("lock-claim", files.create(claimed, 0o600, (file) => file.write(content))).pipe(
      Effect.zipRight(around("lock-link", files.link(claimed, lock))),
      // a disk without hard links: the lock is then empty for a moment, which others bear
      Effect.catchIf((failure) => withoutLinks.has(failure.code ?? ""), () => direct),
      Effect.as(true),
      Effect.catchIf((failure) => failure.code === "EEXIST", () => Effect.succeed(false)),
      Effect.ensuring(Effect.ignore(files.remove(claimed)))
    )
  }

  /** Take a lock away from its holder, unless another one has come meanwhile. */
  const takeOver = (lock: string, token: string, stale: Found): Effect.Effect<void, FileFailure> => {
    const aside = `${lock}.${token}.stale`
    return Effect.gen(function* () {
      yield* around("lock-takeover", files.rename(lock, aside))
      const caught = yield* look(aside)
      if (Option.exists(caught, (found) => found.key !== stale.key)) {
        // if the name is taken again, the holder whose lock this is finds out by its check and starts again
        yield* around("lock-return", files.link(aside, lock)).pipe(Effect.catchIf((failure) => failure.code === "EEXIST", () => Effect.void))
      }
      yield* files.remove(aside)
    }).pipe(Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.void), Effect.uninterruptible)
  }

  const stateOf = (found: Found): Effect.Effect<LockReport["state"]> =>
    Option.match(found.holder, {
      onNone: () => Effect.succeed("Unreadable"),
      onSome: (holder) =>
        Effect.map(processes.state(holder), (state) => state === "Gone" ? "Dead" : state === "Elsewhere" ? "Elsewhere" : "Held")
    })

  const unavailable = (lock: string, found: Found, state: LockReport["state"], waitedMillis: number): LockUnavailable =>
    new LockUnavailable({
      path: lock,
      reason: state === "Elsewhere" ? "HeldOnOtherHost" : state === "Unreadable" ? "Unreadable" : "Held",
      ...(Option.isSome(found.holder) ? { holder: { host: found.holder.value.host, pid: found.holder.value.pid, command: found.holder.value.command } } : {}),
      waitedMillis
    })

  /** Compete for the lock until it is ours. Only the pauses can be interrupted, so a lock that was won is never forgotten. */
  const acquire = (
    target: string,
    options: LockOptions,
    began: bigint,
    restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  ): Effect.Effect<Held, FileFailure | LockUnavailable> =>
    Effect.gen(function* () {
      const lock = lockPath(target)
      const self = yield* processes.self
      const wait = Duration.toMillis(options.wait ?? "30 seconds")
      const abandoned = Duration.toMillis(options.abandoned ?? "10 seconds")
      const token = yield* newToken(self)
      const content = new TextEncoder().encode(`${JSON.stringify({ ...self, token })}\n`)
      let observed: { readonly key: string; readonly since: bigint; readonly state: LockReport["state"] } | undefined
      for (let round = 0; ; round++) {
        // look first: a claim costs four calls, a look three
        const found = yield* look(lock)
        if (Option.isNone(found)) {
          if (yield* claim(lock, token, content)) return { token, check: holds(lock, token) }
        } else {
          const now = yield* Clock.currentTimeNanos
          if (observed === undefined || observed.key !== found.value.key) {
            observed = { key: found.value.key, since: now, state: yield* stateOf(found.value) }
          } else if (round % 8 === 0) {
            observed = { ...observed, state: yield* stateOf(found.value) }
          }
          const isAbandoned = observed.state !== "Elsewhere" && Number(now - observed.since) / 1e6 >= abandoned
          if (observed.state === "Dead" || isAbandoned) {
            yield* takeOver(lock, token, found.value)
            continue
          }
          const waited = Number(now - began) / 1e6
          if (waited >= wait) return yield* unavailable(lock, found.value, observed.state, Math.round(waited))
        }
        const longest = Math.min(100, Math.round(2 * 1.5 ** round))
        const pause = yield* Random.nextIntBetween(Math.ceil(longest / 2), longest + 1)
        yield* restore(Effect.sleep(pause))
      }
    })

  const release = (target: string, held: Held): Effect.Effect<void> =>
    held.check.pipe(
      Effect.flatMap((ours) => ours ? around("lock-release", files.remove(lockPath(target))) : Effect.void),
      // a lock that cannot be removed is taken over by the next one who comes: this process will be gone by then, or it says so in doctor
      Effect.ignore
    )

  const withLock: Context.Tag.Service<FileLock>["withLock"] = (target, use, options = {}) =>
    Effect.gen(function* () {
      const began = yield* Clock.currentTimeNanos
      const self = yield* processes.self
      const wait = options.wait ?? "30 seconds"
      const outcome = yield* turns.take(target, wait, Effect.uninterruptibleMask((restore) =>
        acquire(target, options, began, restore).pipe(
          Effect.mapError((failure) => failure._tag === "FileFailure" ? fromCode("lock", target, failure.code) : failure),
          Effect.flatMap((held) => Effect.ensuring(restore(use(held)), release(target, held)))
        )))
      if (Option.isSome(outcome)) return outcome.value
      return yield* new LockUnavailable({
        path: lockPath(target),
        reason: "Held",
        holder: { host: self.host, pid: self.pid, command: self.command },
        waitedMillis: Duration.toMillis(wait)
      })
    })

  const inspect: Context.Tag.Service<FileLock>["inspect"] = (target) =>
    Effect.gen(function* () {
      const lock = lockPath(target)
      const found = yield* look(lock)
      const identity = yield* files.stat(lock)
      if (Option.isNone(found) || Option.isNone(identity)) return Option.none()
      const now = yield* Clock.currentTimeMillis
      const state = yield* stateOf(found.value)
      return Option.some({ path: lock, state, holder: found.value.holder, ageMillis: Math.max(0, now - Number(identity.value.modifiedNanos / 1_000_000n)) })
    })

  const remove: Context.Tag.Service<FileLock>["remove"] = (target, options = {}) =>
    Effect.gen(function* () {
      const lock = lockPath(target)
      const found = yield* look(lock)
      if (Option.isNone(found)) return true
      const state = yield* stateOf(found.value)
      if (state !== "Dead" && options.force !== true) return false
      yield* takeOver(lock, yield* Effect.flatMap(processes.self, newToken), found.value)
      return Option.isNone(yield* look(lock))
    })

  const sweep: Context.Tag.Service<FileLock>["sweep"] = (target, names) => {
    const lock = lockPath(target)
    const slash = lock.lastIndexOf("/") + 1
    return Effect.forEach(names.filter((name) => isMomentary(name, lock.slice(slash), ["claim", "stale"])), (name) => {
      const path = lock.slice(0, slash) + name
      return Effect.gen(function* () {
        const found = yield* look(path)
        const identity = yield* files.stat(path)
        if (Option.isNone(found) || Option.isNone(identity)) return
        const age = (yield* Clock.currentTimeMillis) - Number(identity.value.modifiedNanos / 1_000_000n)
        const state = yield* stateOf(found.value)
        // a claim that cannot be read may be in the middle of being written
        if (state === "Dead" || (state === "Unreadable" && age > 60_000)) yield* files.remove(path)
      })
    }, { discard: true })
  }

  return FileLock.of({ withLock, inspect, remove, sweep })
})

/**
 * Locks as files.
 *
 * @example
 * ```ts
 * import * as FileLock from "@dev-infra/durable-files/FileLock"
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as Layer from "effect/Layer"
 *
 * const locks = FileLock.layer.pipe(Layer.provide([LocalFiles.layer, LocalProcess.layer]))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<FileLock, never, LocalFiles | LocalProcess> = Layer.effect(FileLock, make)
