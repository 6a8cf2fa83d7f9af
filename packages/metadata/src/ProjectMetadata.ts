/**
 * What a project says about itself in its `.dev-infra.yml`.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { foldV0, isV0, MetadataV0, MetadataV1, renamedSinceV0, TaskLinks, TemplateOrigin } from "./MetadataHistory.js"
import { allowed } from "./ProjectRules.js"

/**
 * The fields of the file. Every one may be absent (no opinion) or null (cleared on purpose). Keys that are not named here
 * are kept.
 *
 * @category schemas
 */
export const ProjectMetadata = Schema.Struct(MetadataV1.fields, { key: Schema.String, value: Schema.Unknown }).annotations({
  identifier: "ProjectMetadata"
})

/** @category models */
export type ProjectMetadata = typeof ProjectMetadata.Type

type Written = typeof ProjectMetadata.Encoded

/**
 * A change: a value sets the field, null clears it, `undefined` takes it out of the file (no opinion). Values are checked
 * when the change is made.
 *
 * @category models
 */
export type MetadataPatch = { readonly [Key in keyof Written]?: Written[Key] | undefined }

/** The known fields in the order in which a new file has them. */
export const fieldOrder: ReadonlyArray<string> = Object.keys(MetadataV1.fields)

/** Fields that are one line `key: value` each, so that grep and sed can read them. */
export const flatFields: ReadonlySet<string> = new Set(fieldOrder.filter((name) => !["answers", "sync", "customizations", "inherits", "depends_on"].includes(name)))

/**
 * What is wrong with a value: the way to it (`customizations`, 2, `date`) and what is allowed there.
 *
 * @category models
 */
export interface ValueProblem {
  readonly at: ReadonlyArray<PropertyKey>
  readonly problem: string
}

const rules: { readonly [field: string]: string } = {
  ...allowed,
  template: "a text",
  version: "a text",
  source: "a text",
  commit: "a text",
  answers: "a group of keys, each with a text, a number, true, false or a list of texts",
  description: "a text",
  organization: "a text",
  last_sync: "a text",
  managed_by: "a text",
  template_type: "a text",
  dev_infra_version: "a text",
  created_date: allowed.created,
  project_name: allowed.name,
  migrated: `true, false or ${allowed.created}`,
  auto_update: "true or false",
  tags: "a list of texts, such as [web, go]",
  sync: "three lists of files, named always, ask and never",
  "sync.always": "a list of file patterns",
  "sync.ask": "a list of file patterns",
  "sync.never": "a list of file patterns",
  customizations: "a list of entries with file, reason and date",
  "customizations.file": "the path of a file",
  "customizations.reason": "a text",
  "customizations.date": allowed.created,
  inherits: "a list of entries with name, from and ref",
  "inherits.name": "a text",
  "inherits.from": "a text, such as gh:owner/repository or project:name",
  "inherits.ref": "a text: a tag, a branch or a commit",
  "inherits.path": "the path of a Taskfile in the library",
  "inherits.dir": "caller or library",
  "inherits.flatten": "true or false",
  "inherits.excludes": "a list of names of tasks",
  "inherits.floating": "true or false",
  depends_on: "a list of projects"
}

/** What a field allows, in plain words: the end of a sentence `… must be`. */
export const ruleOf = (field: string): string => rules[field] ?? "another kind of value"

/** How a value looks in an error: short and on one line. */
const shown = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object" && value !== null) return "a group of keys"
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const valueAt = (root: unknown, at: ReadonlyArray<PropertyKey>): unknown =>
  at.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), root)

/** Says what is wrong in the names of the file: `writtenAs` gives those of an earlier form. */
const problemsOf = (error: ParseResult.ParseError, fields: object, writtenAs: ReadonlyMap<PropertyKey, string>): ReadonlyArray<ValueProblem> => {
  const byPlace = new Map<string, ValueProblem>()
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  for (const issue of issues) {
    // Every field may also be null, so a problem inside a list or group comes with a second one at the field itself.
    if (issues.some((other) => other.path.length > issue.path.length && issue.path.every((part, index) => other.path[index] === part))) continue
    const at = issue.path.map((part, index) => (index === 0 ? (writtenAs.get(part) ?? part) : part))
    const names = at.filter((part) => typeof part === "string")
    const rule = rules[names.join(".")] ?? rules[names[0] ?? ""] ?? "another kind of value"
    const place = at.map(String).join(".")
    const found = valueAt(fields, at)
    byPlace.set(place, { at, problem: found === undefined ? `${place} is missing: it must be ${rule}` : `${place} must be ${rule}, not ${shown(found)}` })
  }
  return [...byPlace.values()]
}

/** Assigns also `__proto__` as an ordinary key. */
const put = (target: object, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

const knownPart = (fields: object, names: Iterable<string>): { readonly [key: string]: unknown } =>
  Object.fromEntries([...names].filter((name) => Object.hasOwn(fields, name)).map((name) => [name, Reflect.get(fields, name)]))

const nameInV0: ReadonlyMap<PropertyKey, string> = new Map([...renamedSinceV0].map(([from, to]) => [to, from]))

const origin: ReadonlyArray<readonly [string, (value: unknown) => boolean]> = [
  ["source", Schema.is(TemplateOrigin.fields.source.from)],
  ["commit", Schema.is(TemplateOrigin.fields.commit.from)],
  ["answers", Schema.is(TemplateOrigin.fields.answers.from)],
  ["inherits", Schema.is(TaskLinks.fields.inherits.from)],
  ["depends_on", Schema.is(TaskLinks.fields.depends_on.from)]
]

/**
 * Keys that are called `source`, `commit`, `answers`, `inherits` or `depends_on` and hold something of somebody's own.
 *
 * @category guards
 */
export const foreignKeys = (fields: object): ReadonlySet<string> =>
  new Set(origin.filter(([name, isField]) => Object.hasOwn(fields, name) && Reflect.get(fields, name) !== undefined && !isField(Reflect.get(fields, name))).map(([name]) => name))

const decodeV0 = Schema.decodeUnknownEither(MetadataV0, { errors: "all" })
const decodeV1 = Schema.decodeUnknownEither(MetadataV1, { errors: "all" })

/**
 * Reads the fields of a file of any version and folds them to the present form. Unknown keys stay, in the order of the file. A `source`,
 * `commit`, `answers`, `inherits` or `depends_on` of another kind is not ours and counts as absent.
 *
 * @param fields the keys and values of the file; texts as texts
 * @category constructors
 */
export const decode = (fields: object): Either.Either<ProjectMetadata, ReadonlyArray<ValueProblem>> => {
  const old = isV0(fields)
  const foreign = foreignKeys(fields)
  const folded = old ? Either.map(decodeV0(knownPart(fields, renamedSinceV0.keys())), foldV0) : Either.right(knownPart(fields, fieldOrder.filter((name) => !foreign.has(name))))
  return folded.pipe(
    Either.flatMap((known) => decodeV1(known)),
    Either.mapBoth({
      onLeft: (error) => problemsOf(error, fields, old ? nameInV0 : new Map()),
      onRight: (known) => {
        const metadata = {}
        for (const key of Object.keys(fields)) {
          if (foreign.has(key)) continue
          const name = old ? (renamedSinceV0.get(key) ?? key) : key
          // Answers are the same before and after decoding, but a copy of them by the schema would lack one that is called __proto__.
          put(metadata, name, Object.hasOwn(known, name) && name !== "answers" ? Reflect.get(known, name) : Reflect.get(fields, key))
        }
        // The known fields were decoded by the schema; the others are unknown by definition.
        return metadata as ProjectMetadata
      }
    })
  )
}

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/**
 * Whether two values of a file are the same, whatever the order of their keys.
 *
 * @category guards
 */
export const isSame = (first: unknown, second: unknown): boolean => {
  if (Object.is(first, second)) return true
  if (isList(first) || isList(second)) {
    return isList(first) && isList(second) && first.length === second.length && first.every((item, index) => isSame(item, second[index]))
  }
  if (typeof first !== "object" || typeof second !== "object" || first === null || second === null) return false
  const keys = Object.keys(first)
  return keys.length === Object.keys(second).length && keys.every((key) => Object.hasOwn(second, key) && isSame(Reflect.get(first, key), Reflect.get(second, key)))
}

const secretName = /(?:^|_)(?:api_?key|token|secret|password|passwd|private_?key|credentials?)s?(?:_|$)/

/**
 * Whether a key is called like a secret (`api_key`, `githubToken`, `db-password`). Such a key is never written to a file
 * that is under version control.
 *
 * @category guards
 */
export const isSecretName = (key: string): boolean =>
  secretName.test(key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_").toLowerCase())

/**
 * The metadata with a patch applied.
 *
 * @category combinators
 */
export const patched = (metadata: ProjectMetadata, patch: MetadataPatch): { readonly [key: string]: unknown } => {
  const result: { [key: string]: unknown } = {}
  for (const key of Object.keys(metadata)) {
    if (!Object.hasOwn(patch, key)) put(result, key, metadata[key])
    else if (patch[key] !== undefined) put(result, key, patch[key])
  }
  for (const key of Object.keys(patch)) {
    if (!Object.hasOwn(metadata, key) && patch[key] !== undefined) put(result, key, patch[key])
  }
  return result
}
