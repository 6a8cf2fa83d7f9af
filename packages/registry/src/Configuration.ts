/**
 * The settings of this machine: `config.yml` in the home, overridden by the environment, overridden by flags.
 *
 * Every value comes with where it came from. A wrong value of one key is an error of that key alone. The file is written
 * with permissions for its owner alone, and keys that this version does not know stay in it.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as ConfigurationFile from "./ConfigurationFile.js"
import { ConfigurationInvalid, type ConfigurationUnreadable, type UnknownKey } from "./ConfigurationFile.js"
import {
  configurationKeys,
  type ConfigurationKey,
  type ConfigurationTypes,
  definitions,
  type Folders,
  type GroupKey,
  type KeyDefinition,
  type SecretKey
} from "./ConfigurationKey.js"
import { DevInfraHome } from "./DevInfraHome.js"
import { folderMode, type HomeOptions, secretFileMode } from "./HomePaths.js"

/** Where a value came from. `line` counts from 1. @category models */
export type ConfigurationSource =
  | { readonly _tag: "Flag" }
  | { readonly _tag: "Environment"; readonly variable: string }
  | { readonly _tag: "File"; readonly path: string; readonly line: number }
  | { readonly _tag: "Default" }

/** A key with its value; without one if nobody gave any and there is no default. @category models */
export interface Setting<K extends ConfigurationKey = ConfigurationKey> {
  readonly key: K
  readonly value: ConfigurationTypes[K] | undefined
  readonly source: ConfigurationSource
}

/** Values by key, of those that have one. @category models */
export type ConfigurationValues = { readonly [K in ConfigurationKey]?: ConfigurationTypes[K] }

/**
 * Everything: the settings of keys that are right, what is wrong with the others, and keys nobody knows. `storedKeys` are
 * those that the file says something about, also where that is wrong or overridden; `stored` is what it says where that is right.
 *
 * @category models
 */
export interface ConfigurationListing {
  readonly settings: ReadonlyArray<Setting>
  readonly problems: ReadonlyArray<ConfigurationInvalid>
  readonly unknownKeys: ReadonlyArray<UnknownKey>
  readonly storedKeys: ReadonlyArray<ConfigurationKey>
  readonly stored: ConfigurationValues
}

/** @category errors */
export type ConfigurationReadError = FileFailure | ConfigurationUnreadable
/** @category errors */
export type ConfigurationWriteError = ConfigurationReadError | ConfigurationInvalid | LockUnavailable

/** One key with the texts that it is to have, or undefined to take it out. @category models */
export interface ConfigurationChange {
  readonly key: ConfigurationKey
  readonly texts: ReadonlyArray<string> | Redacted.Redacted | undefined
}

/**
 * What the program knows of its surroundings. `flags` are values from the command line, as texts.
 *
 * @category models
 */
export interface ConfigurationOptions extends HomeOptions {
  readonly flags?: { readonly [K in Exclude<ConfigurationKey, SecretKey>]?: ReadonlyArray<string> }
}

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Configuration from "@dev-infra/registry/Configuration"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const configuration = yield* Configuration.Configuration
 *   yield* configuration.set("roots", ["/home/me/code"])
 *   const { source, value } = yield* configuration.get("roots")
 *   return `${value?.join(" ")} from ${source._tag}` // "/home/me/code from File"
 * }).pipe(
 *   Effect.provide(Configuration.layerMemory({ environment: {}, homeDirectory: "/home/me", workingDirectory: "/tmp" }))
 * )
 * ```
 *
 * @category tags
 */
export class Configuration extends Context.Tag("@dev-infra/registry/Configuration")<
  Configuration,
  {
    /** The file, whether or not it is there. */
    readonly path: string
    readonly get: <K extends ConfigurationKey>(key: K) => Effect.Effect<Setting<K>, ConfigurationReadError | ConfigurationInvalid>
    readonly list: Effect.Effect<ConfigurationListing, ConfigurationReadError>
    /** Store a value: one text, or any number for a list. Relative roots are made absolute. */
    readonly set: (key: Exclude<ConfigurationKey, SecretKey>, texts: ReadonlyArray<string>) => Effect.Effect<void, ConfigurationWriteError>
    /** Store a secret; blanks around it are dropped. */
    readonly setSecret: (key: SecretKey, secret: Redacted.Redacted) => Effect.Effect<void, ConfigurationWriteError>
    /** Store some values and take others out, in one write: after a crash all of it was done, or nothing. */
    readonly change: (changes: ReadonlyArray<ConfigurationChange>) => Effect.Effect<void, ConfigurationWriteError>
    /**
     * Store one entry of a group, or take it out if `text` is undefined; the others stay, also those that another process stores at the same moment.
     * False if there was no such entry.
     */
    readonly setEntry: (key: GroupKey, name: string, text: string | undefined) => Effect.Effect<boolean, ConfigurationWriteError>
    /** Take a key out of the file; false if it was not there. */
    readonly unset: (key: ConfigurationKey) => Effect.Effect<boolean, ConfigurationWriteError>
  }
>() {}

/**
 * A value as it may be shown: `(set, hidden)` for a secret, `(not set)` for none, list items separated by commas.
 *
 * @category combinators
 */
export const display = (setting: Setting): string => {
  const { value } = setting
  if (value === undefined) return "(not set)"
  if (Redacted.isRedacted(value)) return "(set, hidden)"
  if (Array.isArray(value)) return value.length === 0 ? "(none)" : value.join(", ")
  if (typeof value === "object") return Object.keys(value).length === 0 ? "(none)" : Object.entries(value).map(([name, text]) => `${name}=${text}`).join(", ")
  return String(value)
}

/** The `origin` of a {@link ConfigurationInvalid} that is about the value that was to be set. @category errors */
export const givenOrigin = "the value given"

/** Where a value came from, in words. @category combinators */
export const describeSource = (source: ConfigurationSource): string => {
  switch (source._tag) {
    case "Flag":
      return "flag"
    case "Environment":
      return source.variable
    case "File":
      return `${source.path}:${source.line}`
    case "Default":
      return "default"
  }
}

/** The text of the file and a way to change it: all that a driver must bring. */
interface TextStore {
  readonly path: string
  readonly read: Effect.Effect<Option.Option<string>, FileFailure>
  readonly modify: <A, E>(
    change: (text: Option.Option<string>) => Effect.Effect<DurableFile.Change<A>, E>
  ) => Effect.Effect<A, E | FileFailure | LockUnavailable>
}

/** The largest file that is read; a configuration is a few hundred bytes. */
const fileLimit = 1024 * 1024

const make = (store: TextStore, options: ConfigurationOptions) => {
  const folders: Folders = options

  /** What the file says of a key; undefined if it says nothing. */
  const readStored = <K extends ConfigurationKey>(key: K, file: ConfigurationFile.ConfigurationFile) =>
    Either.flatMap(file.valueOf(key), (found): Either.Either<{ readonly value: ConfigurationTypes[K]; readonly line: number } | undefined, ConfigurationInvalid> => {
      if (found === undefined) return Either.right(undefined)
      const definition: KeyDefinition<ConfigurationTypes[K]> = definitions[key]
      const { column, line } = found.position
      return Either.mapBoth(definition.read(found.texts, folders), {
        onLeft: (detail) => new ConfigurationInvalid({ key, origin: `${store.path}:${line}:${column}`, detail }),
        onRight: (value) => ({ value, line })
      })
    })

  const storedValues = (file: ConfigurationFile.ConfigurationFile): ConfigurationValues =>
    Object.fromEntries(
      configurationKeys.flatMap((key) => {
        const stored = Either.getOrUndefined(readStored(key, file))
        return stored === undefined ? [] : [[key, stored.value]]
      })
    )

  const resolveSetting = <K extends ConfigurationKey>(
    key: K,
    file: ConfigurationFile.ConfigurationFile
  ): Either.Either<Setting<K>, ConfigurationInvalid> => {
    const definition: KeyDefinition<ConfigurationTypes[K]> = definitions[key]
    const check = (texts: ReadonlyArray<string>, origin: string, source: ConfigurationSource) =>
      Either.mapBoth(definition.read(texts, folders), {
        onLeft: (detail) => new ConfigurationInvalid({ key, origin, detail }),
        onRight: (value): Setting<K> => ({ key, value, source })
      })
    const flags: { readonly [name: string]: ReadonlyArray<string> | undefined } = options.flags ?? {}
    const flag = flags[key]
    if (flag !== undefined) return check(flag, "the command line", { _tag: "Flag" })
    const variable = definition.variable
    const named = variable === undefined ? "" : (options.environment[variable] ?? "")
    if (variable !== undefined && named !== "") return check([named], variable, { _tag: "Environment", variable })
    return Either.map(readStored(key, file), (stored): Setting<K> =>
      stored === undefined
        ? { key, value: definition.defaultValue, source: { _tag: "Default" } }
        : { key, value: stored.value, source: { _tag: "File", path: store.path, line: stored.line } }
    )
  }

  const file = Effect.flatMap(store.read, (text) => ConfigurationFile.parse(store.path, Option.getOrElse(text, () => "")))

  /** The texts as they go into the file, checked. */
  const fitForFile = (key: ConfigurationKey, texts: ReadonlyArray<string>): Either.Either<ReadonlyArray<string>, ConfigurationInvalid> => {
    const { read, toStore }: KeyDefinition<ConfigurationTypes[ConfigurationKey]> = definitions[key]
    const stored = toStore === undefined ? texts : texts.map((text) => toStore(text, folders))
    return Either.mapBoth(read(stored, folders), {
      onLeft: (detail) => new ConfigurationInvalid({ key, origin: givenOrigin, detail }),
      onRight: () => [...new Set(stored)]
    })
  }

  const change = (changes: ReadonlyArray<ConfigurationChange>) =>
    Effect.gen(function* () {
      const edits = yield* Effect.forEach(changes, ({ key, texts }) =>
        Effect.gen(function* () {
          const plain = Redacted.isRedacted(texts) ? [Redacted.value(texts).trim()] : texts
          return { key, texts: plain === undefined ? undefined : yield* fitForFile(key, plain) }
        })
      )
      yield* store.modify((current) =>
        Effect.gen(function* () {
          const before = Option.getOrElse(current, () => "")
          const after = yield* Effect.reduce(edits, before, (text, { key, texts }) => ConfigurationFile.edit(store.path, text, key, texts))
          return { result: undefined, content: after === before ? undefined : after }
        })
      )
    })

  return Configuration.of({
    path: store.path,
    get: (key) => Effect.flatMap(file, (parsed) => resolveSetting(key, parsed)),
    list: Effect.map(file, (parsed) => {
      const results = configurationKeys.map((key) => resolveSetting(key, parsed))
      return {
        settings: results.filter(Either.isRight).map(({ right }) => right),
        problems: results.filter(Either.isLeft).map(({ left }) => left),
        unknownKeys: parsed.unknownKeys,
        storedKeys: configurationKeys.filter((key) => Either.match(parsed.valueOf(key), { onLeft: () => true, onRight: (value) => value !== undefined })),
        stored: storedValues(parsed)
      }
    }),
    set: (key, texts) => change([{ key, texts }]),
    setSecret: (key, secret) => change([{ key, texts: secret }]),
    change,
    setEntry: (key, name, text) =>
      store.modify((current) =>
        Effect.gen(function* () {
          const before = Option.getOrElse(current, () => "")
          const stored = yield* Effect.flatMap(ConfigurationFile.parse(store.path, before), ({ valueOf }) => valueOf(key))
          const texts = stored?.texts ?? []
          const others = texts.filter((each) => !each.startsWith(`${name}=`))
          const wanted = yield* fitForFile(key, text === undefined ? others : texts.length === others.length ? [...others, `${name}=${text}`] : texts.map((each) => (each.startsWith(`${name}=`) ? `${name}=${text}` : each)))
          const after = yield* ConfigurationFile.edit(store.path, before, key, wanted.length === 0 ? undefined : wanted)
          return { result: others.length < texts.length, content: after === before ? undefined : after }
        })
      ),
    unset: (key) =>
      store.modify((current) =>
        Effect.gen(function* () {
          const before = Option.getOrElse(current, () => "")
          const after = yield* ConfigurationFile.edit(store.path, before, key, undefined)
          return { result: after !== before, content: after === before ? undefined : after }
        })
      )
  })
}

/**
 * The configuration in the home's `config.yml`. A file that others may read is made private before anything is written to it.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Configuration from "@dev-infra/registry/Configuration"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import * as Layer from "effect/Layer"
 *
 * const live = Configuration.layer({ environment: process.env, homeDirectory: "/home/me", workingDirectory: "/home/me" }).pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (
  options: ConfigurationOptions
): Layer.Layer<Configuration, never, DevInfraHome | DurableFile.DurableFile | FileSystem.FileSystem> =>
  Layer.effect(
    Configuration,
    Effect.gen(function* () {
      const { configFile: path } = yield* DevInfraHome
      const files = yield* DurableFile.DurableFile
      const fileSystem = yield* FileSystem.FileSystem
      // Only what others may do is taken away. The change itself says what is wrong if this is not allowed.
      const makePrivate = Effect.ignore(
        Effect.flatMap(files.read(path, { limit: fileLimit }), (snapshot) =>
          Option.isSome(snapshot) && (snapshot.value.mode & 0o077) !== 0 ? fileSystem.chmod(path, snapshot.value.mode & 0o700) : Effect.void
        )
      )
      const texts = (snapshot: Option.Option<DurableFile.FileSnapshot>) => Option.map(snapshot, ({ text }) => text)
      return make(
        {
          path,
          read: Effect.map(files.read(path, { limit: fileLimit }), texts),
          // No backup: a copy of a file with a secret is one more place for the secret to be.
          modify: (change) =>
            Effect.zipRight(
              makePrivate,
              files.modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: fileLimit }, (current) => change(texts(current)))
            )
        },
        options
      )
    })
  )

/**
 * A configuration that lives as long as the layer, beginning with `text`.
 *
 * @category layers
 */
export const layerMemory = (options: ConfigurationOptions & { readonly text?: string }): Layer.Layer<Configuration> =>
  Layer.effect(
    Configuration,
    Effect.gen(function* () {
      const stored = yield* Ref.make(Option.fromNullable(options.text))
      return make(
        {
          path: "/home/user/.dev-infra/config.yml",
          read: Ref.get(stored),
          modify: (change) =>
            Effect.gen(function* () {
              const { content, result } = yield* change(yield* Ref.get(stored))
              if (content !== undefined) yield* Ref.set(stored, Option.some(content))
              return result
            })
        },
        options
      )
    })
  )
