/**
 * The text of a `.dev-infra.yml` and what it says. Changes are made in the text itself, so that comments, the order of keys,
 * quotes, blank lines, line ends and unknown keys stay as their owner wrote them.
 *
 * @module
 */
import * as Either from "effect/Either"
import { MetadataEditRefused, MetadataInvalid } from "./MetadataFailure.js"
import { isV0, renamedSinceV0 } from "./MetadataHistory.js"
import { decode, fieldOrder, foreignKeys, isSame, isSecretName, patched, ruleOf } from "./ProjectMetadata.js"
import type { MetadataPatch, ProjectMetadata, ValueProblem } from "./ProjectMetadata.js"
import { hasCredentials } from "./RepositoryUrl.js"
import * as YamlEdit from "./YamlEdit.js"
import * as YamlSource from "./YamlSource.js"
import { pairLines } from "./YamlText.js"

/**
 * A file that was understood. `placeOf` gives line and column (from 1) of a field's value, for messages about it.
 *
 * @category models
 */
export interface MetadataDocument {
  readonly path: string
  readonly text: string
  readonly metadata: ProjectMetadata
  /** whether the file is written in an earlier form; the next change brings it to the present one */
  readonly isEarlierForm: boolean
  readonly placeOf: (field: string) => { readonly line: number; readonly column: number } | undefined
  /** the parsed text, for the functions of this module */
  readonly source: YamlSource.YamlSource
}

/** Fields whose values are taken as written: `0.8` stays `0.8`, not 0.8 or a number. */
const textFields: ReadonlySet<unknown> = new Set([
  ...fieldOrder.filter((name) => name !== "auto_update" && name !== "migrated" && name !== "answers"),
  ...renamedSinceV0.keys()
])

const isSwitch = (at: ReadonlyArray<PropertyKey>): boolean => at[0] === "inherits" && (at[2] === "flatten" || at[2] === "floating")

const isTextAt = (at: ReadonlyArray<PropertyKey>): boolean => at.length > 0 && textFields.has(at[0]) && !isSwitch(at)

const invalidValues = (source: YamlSource.YamlSource, problems: ReadonlyArray<ValueProblem>): MetadataInvalid => {
  const placed = problems
    .map((problem) => ({
      ...source.placeOf(YamlSource.offsetAt(source, problem.at)),
      problem: problem.problem,
      hint: "correct the value, or delete the line to have no opinion"
    }))
    .sort((first, second) => first.line - second.line || first.column - second.column)
  const first = placed[0] ?? { line: 1, column: 1, problem: "the file is not understood", hint: "correct it" }
  return new MetadataInvalid({ path: source.path, reason: "WrongValue", problems: placed, ...first })
}

/**
 * Reads a text. A file without content, or with comments only, is valid and says nothing.
 *
 * @param text the content; up to 1 MiB, line ends and byte order mark as they are
 * @param options `path` is named in errors
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
 *
 * const read = MetadataDocument.parse("template: standard # ours\nversion: 0.8\ncreated: 2025-12-19\n", { path: ".dev-infra.yml" })
 * const changed = Either.flatMap(read, (document) => MetadataDocument.set(document, { version: "0.9" }))
 * export const text = Either.map(changed, (document) => document.text) // only the line of `version` differs
 * ```
 * @category constructors
 */
export const parse = (text: string, options: { readonly path: string }): Either.Either<MetadataDocument, MetadataInvalid> =>
  Either.flatMap(YamlSource.parse(options.path, text, isTextAt), (source) =>
    Either.mapBoth(decode(source.fields), {
      onLeft: (problems) => invalidValues(source, problems),
      onRight: (metadata): MetadataDocument => {
        const earlier = isV0(source.fields)
        return {
          path: options.path,
          text,
          metadata,
          isEarlierForm: earlier,
          source,
          placeOf: (field) => {
            const written = earlier ? ([...renamedSinceV0].find(([, to]) => to === field)?.[0] ?? field) : field
            return Object.hasOwn(source.fields, written) ? source.placeOf(YamlSource.offsetAt(source, [written])) : undefined
          }
        }
      }
    }))

const refused = (path: string, field: string, reason: MetadataEditRefused["reason"], problem: string): MetadataEditRefused =>
  new MetadataEditRefused({ path, field, reason, problem })

/** A key called like a secret, or a URL with a password, anywhere in a value. */
const secretIn = (key: string, value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  if (isSecretName(key)) return key
  if (typeof value === "string") return hasCredentials(value) ? key : undefined
  if (Array.isArray(value)) return value.map((item) => secretIn("", item)).find((found) => found !== undefined)
  if (typeof value !== "object") return undefined
  return Object.keys(value).map((name) => secretIn(name, Reflect.get(value, name))).find((found) => found !== undefined)
}

const checkPatch = (path: string, metadata: ProjectMetadata, patch: MetadataPatch): Either.Either<ProjectMetadata, MetadataEditRefused> => {
  for (const key of Object.keys(patch)) {
    const secret = secretIn(key, patch[key])
    if (secret !== undefined) {
      return Either.left(refused(path, key, "Secret", `${key} looks like a secret and is never written to a file under version control`))
    }
  }
  const wrongKind = [...foreignKeys(patch)][0]
  if (wrongKind !== undefined) return Either.left(refused(path, wrongKind, "WrongValue", `${wrongKind} must be ${ruleOf(wrongKind)}`))
  return Either.mapLeft(decode(patched(metadata, patch)), (problems) => {
    const first = problems[0]
    return refused(path, String(first?.at[0] ?? ""), "WrongValue", first?.problem ?? "a value is not allowed")
  })
}

/**
 * The document with a patch applied in the text. A value sets a field, null clears it, `undefined` takes its lines out. Only
 * the lines of the fields that differ change; a file in an earlier form is brought to the present one. A patch that changes
 * nothing gives the same text. The result was parsed again and says exactly what was asked, else the change is refused.
 *
 * @param document what was read
 * @param patch the fields to change
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
 *
 * export const cleared = (document: MetadataDocument.MetadataDocument) =>
 *   Either.map(MetadataDocument.set(document, { description: null }), (changed) => changed.text)
 * ```
 * @category combinators
 */
export const set = (document: MetadataDocument, patch: MetadataPatch): Either.Either<MetadataDocument, MetadataEditRefused> => {
  const checked = checkPatch(document.path, document.metadata, patch)
  if (Either.isLeft(checked)) return Either.left(checked.left)
  const wanted = checked.right
  if (isSame(wanted, document.metadata)) return Either.right(document)
  let current = document
  if (document.isEarlierForm) {
    const renamed = parse(YamlEdit.renameKeys(document.source, renamedSinceV0), { path: document.path })
    if (Either.isLeft(renamed)) {
      // A date with a time of day is allowed in the earlier form only: it is written anew together with the rename.
      return rewriteEarlier(document, wanted)
    }
    current = renamed.right
  }
  return editTo(current, wanted)
}

const keysToChange = (current: ProjectMetadata, wanted: ProjectMetadata): ReadonlyArray<string> => {
  const known = fieldOrder.filter((key) => Object.hasOwn(wanted, key) || Object.hasOwn(current, key))
  const others = [...Object.keys(current), ...Object.keys(wanted)].filter((key) => !fieldOrder.includes(key))
  return [...new Set([...known, ...others])].filter((key) => !isSame(current[key], wanted[key]) || Object.hasOwn(current, key) !== Object.hasOwn(wanted, key))
}

const editTo = (document: MetadataDocument, wanted: ProjectMetadata): Either.Either<MetadataDocument, MetadataEditRefused> => {
  let current = document
  for (const key of keysToChange(current.metadata, wanted)) {
    const value = Object.hasOwn(wanted, key) ? wanted[key] : undefined
    const expected = patched(current.metadata, { [key]: value })
    const next = firstThatSays(YamlEdit.candidates(current.source, key, value), expected, document.path)
    if (next === undefined) {
      const place = current.placeOf(key)
      const where = place === undefined ? "" : ` (line ${place.line})`
      return Either.left(refused(document.path, key, "NotEditable", `${key} cannot be changed without touching other parts of the file${where}; edit it by hand`))
    }
    current = next
  }
  return Either.right(current)
}

const firstThatSays = (texts: ReadonlyArray<string>, expected: object, path: string): MetadataDocument | undefined => {
  for (const text of texts) {
    const read = parse(text, { path })
    if (Either.isRight(read) && isSame(read.right.metadata, expected)) return read.right
  }
  return undefined
}

const rewriteEarlier = (document: MetadataDocument, wanted: ProjectMetadata): Either.Either<MetadataDocument, MetadataEditRefused> => {
  const date = document.metadata.created ?? undefined
  const dated = firstThatSays(YamlEdit.candidates(document.source, "created_date", date), document.metadata, document.path)
  const renamed = dated === undefined ? undefined : firstThatSays([YamlEdit.renameKeys(dated.source, renamedSinceV0)], document.metadata, document.path)
  return renamed === undefined
    ? Either.left(refused(document.path, "created", "NotEditable", "the file is in an earlier form that cannot be changed in place; edit it by hand"))
    : editTo(renamed, wanted)
}

/**
 * A new document: comment lines, then one line per field in the usual order, then lists and unknown keys.
 *
 * @param fields what the file says; `undefined` and absent fields are left out
 * @param options `path` is named in errors; `header` becomes the comment at the top, one or more lines without `#`
 * @example
 * ```ts
 * import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
 *
 * export const document = MetadataDocument.create({ template: "unknown", version: "unknown" }, { path: ".dev-infra.yml", header: "Written by dev-infra." })
 * ```
 * @category constructors
 */
export const create = (
  fields: MetadataPatch,
  options: { readonly path: string; readonly header?: string }
): Either.Either<MetadataDocument, MetadataEditRefused> =>
  Either.flatMap(checkPatch(options.path, {}, fields), (metadata) => {
    const style = { quoting: "plain", numbersArePlain: false, newline: "\n" } as const
    // oxlint-disable-next-line no-control-regex -- a control character would end the comment or make the file binary
    const header = options.header === undefined ? [] : options.header.split(/\r?\n/).map((line) => `# ${line.replace(/[\0-\x1f\x7f]/g, " ")}`.trimEnd())
    const keys = [...fieldOrder.filter((key) => Object.hasOwn(metadata, key)), ...Object.keys(metadata).filter((key) => !fieldOrder.includes(key))]
    const lines = [...header, ...keys.flatMap((key) => pairLines(key, metadata[key], "", style))]
    const read = parse(lines.length === 0 ? "" : `${lines.join("\n")}\n`, { path: options.path })
    return Either.isRight(read) && isSame(read.right.metadata, metadata)
      ? Either.right(read.right)
      : Either.left(refused(options.path, "", "NotEditable", "these fields cannot be written as YAML"))
  })
