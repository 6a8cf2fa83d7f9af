/**
 * The keys of `config.yml`: what each means, and what values it takes.
 *
 * A value arrives as texts: one for a plain key, any number for a list. It does not matter whether they came from a flag, a
 * variable of the environment or the file, so there is one check for all of them.
 *
 * @module
 */
import { normalisePath } from "@dev-infra/metadata/ProjectRules"
import { hasCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * What each key holds. `roots` and `api.ca_file` are absolute paths, `scan.depth` counts folder levels.
 *
 * @category models
 */
export interface ConfigurationTypes {
  readonly "api.url": string
  readonly "api.key": Redacted.Redacted
  readonly "api.name": string
  readonly "api.insecure": boolean
  readonly "api.ca_file": string
  readonly name: string
  readonly roots: ReadonlyArray<string>
  readonly ignore: ReadonlyArray<string>
  readonly "scan.depth": number
  readonly color: "auto" | "always" | "never"
  readonly templates: { readonly [name: string]: string }
}

/** @category models */
export type ConfigurationKey = keyof ConfigurationTypes

/** Keys whose values are groups of names with a text each. @category models */
export type GroupKey = "templates"

/** Keys whose values are never shown and never given as an argument. @category models */
export type SecretKey = "api.key"

/**
 * Folders that texts are read against: `~` is `homeDirectory` (the value of HOME), a relative path counts from
 * `workingDirectory` where that makes sense.
 *
 * @category models
 */
export interface Folders {
  readonly homeDirectory: string | undefined
  readonly workingDirectory: string
}

/**
 * One key. `read` turns texts into a value or says what a value must be, as a clause that follows the key's name and never
 * quotes a secret; `toStore` makes what a user typed fit for the file.
 *
 * @category models
 */
export interface KeyDefinition<A> {
  readonly summary: string
  readonly list: boolean
  /** names with a text each; as texts `name=text` */
  readonly group?: true
  readonly secret: boolean
  /** the variable of the environment that overrides the file */
  readonly variable?: string
  readonly defaultValue?: A
  readonly read: (texts: ReadonlyArray<string>, folders: Folders) => Either.Either<A, string>
  readonly toStore?: (text: string, folders: Folders) => string
  /** how one text stands in the file, if not as a string */
  readonly toScalar?: (text: string) => number | boolean
}

/** The key does not exist. `known` are the keys that do. @category errors */
export class ConfigurationKeyUnknown extends Schema.TaggedError<ConfigurationKeyUnknown>("@dev-infra/registry/ConfigurationKeyUnknown")(
  "ConfigurationKeyUnknown",
  { key: Schema.String, known: Schema.Array(Schema.String) }
) {
  override get message(): string {
    return `there is no configuration key ${JSON.stringify(this.key)}; the keys are ${this.known.join(", ")}`
  }
}

const one =
  <A>(expected: string, parse: (text: string, folders: Folders) => A | undefined): KeyDefinition<A>["read"] =>
  (texts, folders) => {
    const [text] = texts
    const value = texts.length === 1 && text !== undefined ? parse(text, folders) : undefined
    return value === undefined ? Either.left(expected) : Either.right(value)
  }

const many =
  (expected: string, parse: (text: string, folders: Folders) => string | undefined): KeyDefinition<ReadonlyArray<string>>["read"] =>
  (texts, folders) => {
    const values: Array<string> = []
    for (const text of texts) {
      const value = parse(text, folders)
      if (value === undefined) return Either.left(expected)
      if (!values.includes(value)) values.push(value)
    }
    return Either.right(values)
  }

/** `name=text` in its two parts. */
const entryOf = (text: string): readonly [string, string] | undefined => {
  const [, name, value] = /^([\p{L}\p{N}][\p{L}\p{N}._-]{0,59})=(.*)$/su.exec(text) ?? []
  return name === undefined || value === undefined ? undefined : [name, value]
}

const group =
  (expected: string, isValue: (text: string) => boolean): KeyDefinition<{ readonly [name: string]: string }>["read"] =>
  (texts) => {
    const entries: Array<readonly [string, string]> = []
    for (const text of texts) {
      const entry = entryOf(text)
      if (entry === undefined || !isValue(entry[1])) return Either.left(expected)
      entries.push(entry)
    }
    return Either.right(Object.fromEntries(entries))
  }

const readUrl = (text: string): string | undefined => {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? text.replace(/\/+$/, "") : undefined
}

const readAbsolute = (text: string, folders: Folders): string | undefined => {
  if (text.includes("\0")) return undefined
  if (text.startsWith("/")) return normalisePath(text)
  const home = folders.homeDirectory ?? ""
  return home.startsWith("/") && /^~(\/|$)/.test(text) ? normalisePath(`${home}${text.slice(1)}`) : undefined
}

const storeAbsolute = (text: string, folders: Folders): string =>
  text === "" || /^(\/|~\/|~$)/.test(text) ? text : normalisePath(`${folders.workingDirectory}/${text}`)

/** The words that YAML 1.1 had for them too, and those that people set variables to. */
const readBoolean = (text: string): boolean | undefined =>
  /^(true|yes|on|1)$/i.test(text.trim()) ? true : /^(false|no|off|0)$/i.test(text.trim()) ? false : undefined

/**
 * Every key with its meaning, in the order in which they are listed.
 *
 * @category constructors
 */
export const definitions: { readonly [K in ConfigurationKey]: KeyDefinition<ConfigurationTypes[K]> } = {
  "api.url": {
    summary: "where the work-prod server answers",
    list: false,
    secret: false,
    variable: "DEV_INFRA_API_URL",
    read: one("must be one http:// or https:// URL without user, password, query or fragment", readUrl)
  },
  "api.key": {
    summary: "the key to that server",
    list: false,
    secret: true,
    variable: "DEV_INFRA_API_KEY",
    // A key travels in an HTTP header: printable ASCII without spaces.
    read: one("must be one word of printable ASCII characters, at most 4096", (text) =>
      /^[\x21-\x7e]{1,4096}$/.test(text.trim()) ? Redacted.make(text.trim()) : undefined
    )
  },
  "api.name": {
    summary: "what this machine calls that server",
    list: false,
    secret: false,
    defaultValue: "work-prod",
    // It stands in names of files and in tables.
    read: one("must be 1 to 60 letters, digits, dots, dashes or underscores, and begin with a letter or digit", (text) =>
      /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u.test(text.trim()) ? text.trim() : undefined
    )
  },
  "api.insecure": {
    summary: "whether the key may go over plain http",
    list: false,
    secret: false,
    variable: "DEV_INFRA_API_INSECURE",
    defaultValue: false,
    read: one("must be true or false", readBoolean),
    toScalar: (text) => readBoolean(text) ?? false
  },
  "api.ca_file": {
    summary: "a file of certificates to trust as well",
    list: false,
    secret: false,
    read: one("must be a file whose path starts with / or ~/", readAbsolute),
    toStore: storeAbsolute
  },
  name: {
    summary: "what this machine is called where machines are listed",
    list: false,
    secret: false,
    read: one("must be a text of 1 to 200 characters on one line", (text) =>
      // oxlint-disable-next-line no-control-regex -- control characters are what is refused
      text.trim() !== "" && text.length <= 200 && !/[\u0000-\u001f\u007f]/.test(text) ? text.trim() : undefined
    )
  },
  roots: {
    summary: "folders that scan and up look below if none is given",
    list: true,
    secret: false,
    defaultValue: [],
    read: many("must be folders that start with / or ~/", readAbsolute),
    toStore: storeAbsolute
  },
  ignore: {
    summary: "names or globs of folders that discovery skips",
    list: true,
    secret: false,
    defaultValue: [],
    read: many("must be names or globs of folders, none of them empty", (text) => (text.trim() === "" || text.includes("\0") ? undefined : text))
  },
  "scan.depth": {
    summary: "how many levels of folders discovery goes down",
    list: false,
    secret: false,
    read: one("must be a whole number from 1 to 64", (text) =>
      /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 64 ? Number(text) : undefined
    ),
    toScalar: Number
  },
  color: {
    summary: "when to colour: auto, always or never",
    list: false,
    secret: false,
    defaultValue: "auto",
    read: one("must be auto, always or never", (text) => (text === "auto" || text === "always" || text === "never" ? text : undefined))
  },
  templates: {
    summary: "templates that have a name of their own",
    list: false,
    group: true,
    secret: false,
    defaultValue: {},
    // What a source is, only those know who open it.
    read: group(
      "must be names with the source of a template each, such as company=gh:acme/templates, without passwords",
      // oxlint-disable-next-line no-control-regex -- control characters are what is refused
      (text) => text !== "" && text.length <= 4096 && !/[\u0000-\u001f\u007f]/.test(text) && !hasCredentials(text)
    )
  }
}

/** Every key, in the order in which they are listed. @category constructors */
// Object.keys widens to string; the record's keys are exactly ConfigurationKey.
export const configurationKeys = Object.keys(definitions) as ReadonlyArray<ConfigurationKey>

/** Whether a text is a key. @category constructors */
export const isConfigurationKey = (text: string): text is ConfigurationKey => Object.hasOwn(definitions, text)

/** Whether a key's value is never shown. @category constructors */
export const isSecretKey = (key: ConfigurationKey): key is SecretKey => definitions[key].secret

/**
 * The key that a text names.
 *
 * @category constructors
 */
export const parseKey = (text: string): Either.Either<ConfigurationKey, ConfigurationKeyUnknown> =>
  isConfigurationKey(text) ? Either.right(text) : Either.left(new ConfigurationKeyUnknown({ key: text, known: configurationKeys }))
