/**
 * `config.yml` as text: what it says for each key and where, and edits that keep comments and unknown keys. Pure functions.
 *
 * @module
 */
import * as YamlEdit from "@dev-infra/metadata/YamlEdit"
import * as YamlSource from "@dev-infra/metadata/YamlSource"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  Scalar,
  stringify,
  type YAMLError,
  YAMLMap,
  YAMLSeq
} from "yaml"
import { configurationKeys, type ConfigurationKey, definitions } from "./ConfigurationKey.js"
import { Position } from "./RegistryError.js"

/**
 * The file is no YAML, or not a mapping. Nothing is ever written over it. The detail never quotes the file, because a secret
 * may stand there.
 *
 * @category errors
 */
export class ConfigurationUnreadable extends Schema.TaggedError<ConfigurationUnreadable>("@dev-infra/registry/ConfigurationUnreadable")(
  "ConfigurationUnreadable",
  { path: Schema.String, detail: Schema.String, position: Schema.optional(Position) }
) {
  override get message(): string {
    const where = this.position === undefined ? this.path : `${this.path}:${this.position.line}:${this.position.column}`
    return `${where}: ${this.detail}`
  }
}

/**
 * The value of one key is wrong. `origin` is where it came from (`DEV_INFRA_API_URL`, a place in the file, or how it was
 * given); `detail` is a clause that says what a value must be.
 *
 * @category errors
 */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>("@dev-infra/registry/ConfigurationInvalid")(
  "ConfigurationInvalid",
  { key: Schema.String, origin: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `${this.origin}: ${this.key} ${this.detail}`
  }
}

/** The texts that the file gives for a key, and where they stand. @category models */
export interface FileValue {
  readonly texts: ReadonlyArray<string>
  readonly position: typeof Position.Type
}

/** A key of the file that this version does not know. @category models */
export interface UnknownKey {
  readonly key: string
  readonly position: typeof Position.Type
}

/** What the parsed file says. @category models */
export interface ConfigurationFile {
  /** what the file gives for a key; none if it says nothing or null */
  readonly valueOf: (key: ConfigurationKey) => Either.Either<FileValue | undefined, ConfigurationInvalid>
  readonly unknownKeys: ReadonlyArray<UnknownKey>
}

const errorSentence = (error: YAMLError): string => {
  switch (error.code) {
    case "DUPLICATE_KEY":
      return "the same key stands here twice"
    case "TAB_AS_INDENT":
      return "a tab indents this line; use spaces"
    case "BAD_INDENT":
      return "this line is not indented like its neighbours, or a bracket above it is not closed"
    case "MULTIPLE_DOCS":
      return "a second document begins here; only one is allowed"
    case "MISSING_CHAR":
      return "a closing quote, bracket, colon or comma is missing"
    case "UNEXPECTED_TOKEN":
      return "something stands here that does not belong here"
    default:
      return "this is not valid YAML"
  }
}

interface Parsed {
  readonly document: Document.Parsed
  readonly positionAt: (node: unknown) => typeof Position.Type
}

const parseText = (path: string, text: string): Either.Either<Parsed, ConfigurationUnreadable> => {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" })
  const at = (offset: number) => {
    const { col, line } = lineCounter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const [error] = document.errors
  if (error !== undefined) {
    return Either.left(new ConfigurationUnreadable({ path, detail: errorSentence(error), position: at(error.pos[0]) }))
  }
  const positionAt = (node: unknown) => (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? at(node.range?.[0] ?? 0) : at(0))
  const { contents } = document
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
    const detail = "the file must be a list of keys with values, such as name: laptop"
    return Either.left(new ConfigurationUnreadable({ path, detail, position: positionAt(contents) }))
  }
  return Either.right({ document, positionAt })
}

const keyText = (key: unknown): string => {
  const value = isScalar(key) ? key.value : key
  return typeof value === "string" ? value : String(value)
}

const follow = (document: Document.Parsed, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node)

/** The value below a map, aliases followed; undefined if there is none. */
const child = (document: Document.Parsed, map: unknown, name: string): unknown =>
  isMap(map) ? follow(document, map.items.find((pair) => keyText(pair.key) === name)?.value) : undefined

const isNothing = (node: unknown): boolean => node === undefined || node === null || (isScalar(node) && node.value === null)

const scalarText = (node: unknown): string | undefined => {
  if (!isScalar(node) || node.value === null) return undefined
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value))
}

const placeOf = (path: string, position: typeof Position.Type) => `${path}:${position.line}:${position.column}`

/**
 * Read the text of the file at `path` (the path only names it in errors).
 *
 * @category constructors
 */
export const parse = (path: string, text: string): Either.Either<ConfigurationFile, ConfigurationUnreadable> =>
  Either.map(parseText(path, text), ({ document, positionAt }) => {
    const valueOf: ConfigurationFile["valueOf"] = (key) => {
      let node: unknown = document.contents
      for (const name of key.split(".")) {
        if (!isNothing(node) && !isMap(node)) {
          const origin = placeOf(path, positionAt(node))
          return Either.left(new ConfigurationInvalid({ key, origin, detail: "must stand below a key of its own, on an indented line" }))
        }
        node = child(document, node, name)
      }
      if (isNothing(node)) return Either.right(undefined)
      const position = positionAt(node)
      const invalid = (detail: string) => Either.left(new ConfigurationInvalid({ key, origin: placeOf(path, position), detail }))
      const single = scalarText(node)
      if (definitions[key].group === true) {
        const entries = isMap(node) ? node.items.map((pair) => [keyText(pair.key), scalarText(follow(document, pair.value))] as const) : undefined
        if (entries === undefined || entries.some(([, value]) => value === undefined)) return invalid("must be names with a text each, on indented lines")
        return Either.right({ texts: entries.map(([name, value]) => `${name}=${value}`), position })
      }
      if (single !== undefined) return Either.right({ texts: [single], position })
      if (!isSeq(node) || !definitions[key].list) return invalid(definitions[key].list ? "must be a list of texts" : "must be one value")
      const texts: Array<string> = []
      for (const item of node.items) {
        const itemText = scalarText(follow(document, item))
        if (itemText === undefined) return invalid("must be a list of texts")
        texts.push(itemText)
      }
      return Either.right({ texts, position })
    }
    const unknownKeys: Array<UnknownKey> = []
    const collect = (map: unknown, prefix: string) => {
      if (!isMap(map)) return
      for (const pair of map.items) {
        const key = `${prefix}${keyText(pair.key)}`
        if (configurationKeys.some((known) => known === key)) continue
        const value = follow(document, pair.value)
        if (configurationKeys.some((known) => known.startsWith(`${key}.`))) {
          if (prefix === "" && (isMap(value) || isNothing(value))) collect(value, `${key}.`)
        } else unknownKeys.push({ key, position: positionAt(pair.key) })
      }
    }
    collect(document.contents, "")
    return { valueOf, unknownKeys }
  })

const toScalars = (key: ConfigurationKey, texts: ReadonlyArray<string>): ReadonlyArray<string | number | boolean> => {
  const { toScalar } = definitions[key]
  return toScalar === undefined ? texts : texts.map(toScalar)
}

/** `name=text` each, as they stand in the file. */
const toGroup = (texts: ReadonlyArray<string>): { readonly [name: string]: string } =>
  Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]))

/** A group that keeps the comments and quotes of entries that stay. */
const toGroupNode = (old: unknown, texts: ReadonlyArray<string>): YAMLMap => {
  const map = isMap(old) ? old : new YAMLMap()
  const items = [...map.items]
  map.items = Object.entries(toGroup(texts)).map(([name, value]) => {
    const item = items.find((pair) => keyText(pair.key) === name)
    return item !== undefined && scalarText(item.value) === value ? item : new Pair(item?.key ?? new Scalar(name), new Scalar(value))
  })
  return map
}

/** A node for the new value that keeps comments, quotes and items of the old one where it can. */
const toNode = (old: unknown, key: ConfigurationKey, texts: ReadonlyArray<string>): Scalar | YAMLSeq | YAMLMap => {
  if (definitions[key].group === true) return toGroupNode(old, texts)
  const scalars = toScalars(key, texts)
  if (!definitions[key].list) {
    if (!isScalar(old)) return new Scalar(scalars[0])
    old.value = scalars[0]
    return old
  }
  const sequence = isSeq(old) ? old : new YAMLSeq()
  const items = [...sequence.items]
  sequence.items = scalars.map((value) => items.find((item) => scalarText(item) === value) ?? new Scalar(value))
  return sequence
}

type Fields = { readonly [key: string]: unknown }

const isGroup = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

/** The value as text that does not depend on the order of keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (isGroup(part) ? Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)) : part))

/** The fields with one key set, or taken out together with a group that holds nothing else. */
const withValue = (fields: Fields, [first = "", second]: ReadonlyArray<string>, value: unknown): Fields => {
  const before = fields[first]
  const group = Object.entries(isGroup(before) ? before : {}).filter(([name]) => name !== second)
  const inner = second === undefined ? value : value === undefined ? Object.fromEntries(group) : Object.fromEntries([...group, [second, value]])
  const isGone = inner === undefined || (second !== undefined && value === undefined && group.length === 0)
  return Object.fromEntries([...Object.entries(fields).filter(([name]) => name !== first), ...(isGone ? [] : [[first, inner] as const])])
}

/**
 * The text with only the lines of one value changed; undefined if that cannot be done, because of a form of YAML that people
 * seldom write. A text counts only if it says what was asked for and nothing else changed.
 */
const editInPlace = (path: string, text: string, key: ConfigurationKey, value: unknown): string | undefined => {
  const fieldsOf = (candidate: string) => YamlSource.parse(path, candidate, () => false)
  const source = Either.getOrUndefined(fieldsOf(text))
  if (source === undefined) return undefined
  const names = key.split(".")
  const expected = withValue(source.fields, names, value)
  return YamlEdit.candidates(source, names[0] ?? "", expected[names[0] ?? ""]).find((candidate) =>
    Either.match(fieldsOf(candidate), { onLeft: () => false, onRight: ({ fields }) => canonical(fields) === canonical(expected) })
  )
}

/**
 * The text with one key set to texts (already checked and fit for the file), or without it if `texts` is undefined.
 * Comments, order and unknown keys stay; line ends stay what most lines have.
 *
 * @category combinators
 */
export const edit = (
  path: string,
  text: string,
  key: ConfigurationKey,
  texts: ReadonlyArray<string> | undefined
): Either.Either<string, ConfigurationUnreadable | ConfigurationInvalid> =>
  Either.flatMap(parseText(path, text), ({ document, positionAt }) => {
    const [first = key, second] = key.split(".")
    const scalars = texts === undefined ? undefined : toScalars(key, texts)
    const value = definitions[key].group === true && texts !== undefined ? toGroup(texts) : definitions[key].list ? scalars : scalars?.[0]
    const lineEnd = (text.match(/\r\n/g)?.length ?? 0) * 2 > (text.match(/\n/g)?.length ?? 0) ? "\r\n" : "\n"
    const finish = (result: string) => Either.right(lineEnd === "\n" ? result : result.replace(/\r?\n/g, lineEnd))
    const nested = second === undefined || !isMap(document.contents) ? undefined : child(document, document.contents, first)
    if (nested === undefined || isMap(nested) || isNothing(nested)) {
      const edited = editInPlace(path, text, key, value)
      if (edited !== undefined) return Either.right(edited)
    }
    if (isNothing(document.contents)) {
      if (texts === undefined) return Either.right(text)
      const kept = text === "" || text.endsWith("\n") ? text : `${text}\n`
      // `---` and `null` of a file that says nothing would stand in the way of the first key.
      const comments = kept.replace(/^(?!\s*#)[^\n]*\S[^\n]*\n?/gm, "")
      return finish(comments + stringify(second === undefined ? { [first]: value } : { [first]: { [second]: value } }, { lineWidth: 0 }))
    }
    const root: unknown = document.contents
    if (!isMap(root)) return Either.right(text)
    const outer: { parent: YAMLMap; name: string } = { parent: root, name: first }
    if (second !== undefined) {
      const pair = root.items.find((item) => keyText(item.key) === first)
      const inner = follow(document, pair?.value)
      if (isMap(inner)) Object.assign(outer, { parent: inner, name: second })
      else if (!isNothing(inner)) {
        const origin = placeOf(path, positionAt(inner))
        return Either.left(new ConfigurationInvalid({ key, origin, detail: "cannot stand here, because the key above it holds a value of its own" }))
      } else if (texts !== undefined) {
        const made = new YAMLMap()
        root.set(first, made)
        Object.assign(outer, { parent: made, name: second })
      } else return Either.right(text)
    }
    const { name, parent } = outer
    if (texts === undefined) {
      if (!parent.items.some((item) => keyText(item.key) === name)) return Either.right(text)
      parent.delete(name)
      if (parent !== root && parent.items.length === 0) root.delete(first)
      return finish(root.items.length === 0 ? commentsOnly(document.toString({ lineWidth: 0 })) : document.toString({ lineWidth: 0 }))
    }
    const old = parent.items.find((item) => keyText(item.key) === name)?.value
    parent.set(name, toNode(old, key, texts))
    return finish(document.toString({ lineWidth: 0 }))
  })

/** An emptied mapping prints as `{}`, which says nothing to a reader. */
const commentsOnly = (text: string): string => text.replace(/^\{\}\s*$/m, "")
