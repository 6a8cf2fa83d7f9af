/**
 * Which content this user trusts, by the hash of the content: another hash is another decision.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { TrustUnreadable } from "./InheritanceFailure.js"

/**
 * A decision. `subject` is the URL of a library or file, or `project:` with a path; `commit` says where the content can be had again.
 *
 * @category models
 */
export interface Decision {
  readonly subject: string
  readonly hash: string
  readonly commit?: string
}

/** A decision that was made; `at` as of ISO 8601. @category models */
export interface Decided extends Decision {
  readonly at: string
}

/** @category errors */
export type TrustError = TrustUnreadable | FileFailure | LockUnavailable

/**
 * The service. The store is read once; what this process decides is seen at once.
 *
 * @category tags
 * @example
 * ```ts
 * import { Trust } from "@dev-infra/inheritance/Trust"
 * import * as Effect from "effect/Effect"
 *
 * export const known = Effect.flatMap(Trust, (trust) => trust.isTrusted("https://github.com/acme/infra.git", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"))
 * ```
 */
export class Trust extends Context.Tag("@dev-infra/inheritance/Trust")<
  Trust,
  {
    /** Whether exactly this content was trusted, now or earlier. */
    readonly isTrusted: (subject: string, hash: string) => Effect.Effect<boolean, TrustError>
    readonly trust: (decision: Decision) => Effect.Effect<void, TrustError>
    /** Many decisions in one step. */
    readonly trustAll: (decisions: ReadonlyArray<Decision>) => Effect.Effect<void, TrustError>
    /** What was trusted last; none if nothing was. */
    readonly last: (subject: string) => Effect.Effect<Option.Option<Decided>, TrustError>
  }
>() {}

const Stored = Schema.Struct({
  version: Schema.Literal(1),
  subjects: Schema.Record({
    key: Schema.String,
    value: Schema.Array(Schema.Struct({ hash: Schema.String, at: Schema.String, commit: Schema.optional(Schema.String) }))
  })
})

type Store = ReadonlyMap<string, ReadonlyArray<Decided>>

/** So many decisions are kept for one subject, the newest last. */
const kept = 50

const withDecisions = (store: Store, decisions: ReadonlyArray<Decision>, at: string): Store => {
  const result = new Map(store)
  for (const decision of decisions) {
    const others = (result.get(decision.subject) ?? []).filter(({ hash }) => hash !== decision.hash)
    result.set(decision.subject, [...others, { ...decision, at }].slice(-kept))
  }
  return result
}

const decodeStored = Schema.decodeUnknownEither(Schema.parseJson(Stored))

const decode = (path: string, text: string): Either.Either<Store, TrustUnreadable> =>
  Either.mapBoth(decodeStored(text), {
    onLeft: () => new TrustUnreadable({ path, problem: "it does not hold decisions any more; move it away to be asked again" }),
    onRight: ({ subjects }): Store =>
      new Map(Object.entries(subjects).map(([subject, decided]) => [subject, decided.map(({ at, commit, hash }) => ({ subject, hash, at, ...(commit === undefined ? {} : { commit }) }))]))
  })

const encode = (store: Store): string => {
  const subjects = Object.fromEntries([...store].sort(([a], [b]) => (a < b ? -1 : 1)).map(([subject, decided]) => [subject, decided.map(({ at, commit, hash }) => ({ hash, at, commit }))]))
  return `${JSON.stringify({ version: 1, subjects }, null, 2)}\n`
}

const sizeLimit = 32 * 1024 * 1024

const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

/** What both layers do with a store. */
const over = (read: Effect.Effect<Store, TrustError>, change: (decide: (store: Store) => Store) => Effect.Effect<void, TrustError>): Trust["Type"] => {
  const trustAll: Trust["Type"]["trustAll"] = (decisions) => (decisions.length === 0 ? Effect.void : Effect.flatMap(now, (at) => change((store) => withDecisions(store, decisions, at))))
  return {
    isTrusted: (subject, hash) => Effect.map(read, (store) => (store.get(subject) ?? []).some((decided) => decided.hash === hash)),
    trust: (decision) => trustAll([decision]),
    trustAll,
    last: (subject) => Effect.map(read, (store) => Option.fromNullable((store.get(subject) ?? []).at(-1)))
  }
}

/** The file of a home. @category constants */
export const pathIn = (homeFolder: string): string => `${homeFolder}/state/trust.json`

/**
 * Decisions in `state/trust.json` of the home, which nobody else may read.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Trust from "@dev-infra/inheritance/Trust"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as Layer from "effect/Layer"
 *
 * export const live = Trust.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<Trust, never, DevInfraHome | DurableFile> = Layer.effect(
  Trust,
  Effect.gen(function* () {
    const files = yield* DurableFile
    const path = pathIn((yield* DevInfraHome).folder)
    const known = yield* Ref.make<Store | undefined>(undefined)
    const read = Effect.flatMap(Ref.get(known), (store) =>
      store === undefined
        ? Effect.tap(Effect.flatMap(files.read(path, { limit: sizeLimit }), (found) => (Option.isNone(found) ? Effect.succeed<Store>(new Map()) : decode(path, found.value.text))), (fresh) => Ref.set(known, fresh))
        : Effect.succeed(store))
    return over(read, (decide) =>
      Effect.flatMap(
        files.modify(path, { backup: "none", modeWhenNew: 0o600, folderMode: 0o700, limit: sizeLimit }, (current) =>
          Effect.map(Option.isNone(current) ? Effect.succeed<Store>(new Map()) : decode(path, current.value.text), (store) => {
            const decided = decide(store)
            return { result: decided, content: encode(decided) }
          })),
        (decided) => Ref.set(known, decided)
      ))
  })
)

/**
 * Decisions in memory, for tests.
 *
 * @category layers
 * @example
 * ```ts
 * import * as Trust from "@dev-infra/inheritance/Trust"
 *
 * export const nothingTrusted = Trust.layerMemory
 * ```
 */
export const layerMemory: Layer.Layer<Trust> = Layer.effect(
  Trust,
  Effect.map(Ref.make<Store>(new Map()), (store) => over(Ref.get(store), (decide) => Ref.update(store, decide)))
)
