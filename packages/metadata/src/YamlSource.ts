/**
 * A YAML text with its parsed form and the place of every node, within limits that keep a hostile file from costing time or
 * memory.
 *
 * @module
 */
import * as Either from "effect/Either"
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from "yaml"
import type { CST, Document, Node, ParsedNode, YAMLMap } from "yaml"
import { MetadataInvalid } from "./MetadataFailure.js"
import type { MetadataProblem } from "./MetadataFailure.js"

/** Largest file that is read, in bytes and in UTF-16 units. */
export const sizeLimit = 1024 * 1024

/** Deepest nesting that is read. */
export const depthLimit = 50

/** How many values may come from aliases before the file counts as a bomb. */
export const aliasLimit = 100

/**
 * A parsed text. `map` is the root, absent in a file without content; `fields` holds the plain values, with texts as they
 * are written for `textAt`.
 *
 * @category models
 */
export interface YamlSource {
  readonly path: string
  readonly text: string
  readonly document: Document.Parsed
  readonly map: YAMLMap<ParsedNode, ParsedNode | null> | undefined
  readonly fields: { readonly [key: string]: unknown }
  /** line and column, from 1, of an offset in the text */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
}

type Reason = MetadataInvalid["reason"]

const invalid = (path: string, reason: Reason, problems: readonly [MetadataProblem, ...ReadonlyArray<MetadataProblem>]): MetadataInvalid => {
  const sorted = [...problems].sort((first, second) => first.line - second.line || first.column - second.column)
  return new MetadataInvalid({ path, reason, problems: sorted, ...(sorted[0] ?? problems[0]) })
}

/** The error for a file that is refused from its size alone. */
export const tooLarge = (path: string): MetadataInvalid =>
  invalid(path, "TooLarge", [{ line: 1, column: 1, problem: "the file is larger than 1 MiB", hint: "a .dev-infra.yml has some dozen lines; put other data elsewhere" }])

/** The error for content that is no UTF-8 text. */
export const notText = (path: string, line = 1, column = 1): MetadataInvalid =>
  invalid(path, "NotText", [{ line, column, problem: "the file is not plain UTF-8 text", hint: "restore it from version control or write it anew" }])

const lineAndColumn = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset).split("\n")
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 }
}

/** What git leaves in a file that could not be merged, at the start of a line. */
const conflictMarker = /^(?:<{7}|>{7}|\|{7})(?: |\r?$)/m

/** Control characters that no text file holds. */
// oxlint-disable-next-line no-control-regex -- these characters are what is looked for
const binaryCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f]/

const hints: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "indent with spaces",
  DUPLICATE_KEY: "keep one of the two lines",
  BAD_INDENT: "indent the lines of one level alike",
  MISSING_CHAR: "close the quote or the bracket, or put the value in quotes",
  UNEXPECTED_TOKEN: "put the value in quotes",
  BAD_PLAIN: "put the value in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put a value that contains `: ` in quotes"
}

const problemTexts: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "a tab is used to indent",
  MULTILINE_IMPLICIT_KEY: "a key goes over more than one line",
  BLOCK_AS_IMPLICIT_KEY: "a second `: ` on one line"
}

const lowerFirst = (sentence: string): string => sentence.slice(0, 1).toLowerCase() + sentence.slice(1)

/** Depth of nesting, found without recursion. */
const isTooDeep = (tokens: ReadonlyArray<CST.Token>): boolean => {
  const stack: Array<readonly [CST.Token | null | undefined, number]> = tokens.map((token) => [token, 0])
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [token, depth] = next
    if (depth > depthLimit) return true
    if (token === null || token === undefined) continue
    if (token.type === "document") stack.push([token.value, depth])
    else if ("items" in token) {
      for (const item of token.items) {
        stack.push([item.value, depth + 1])
        if ("key" in item) stack.push([item.key, depth + 1])
      }
    }
  }
  return false
}

/** Where a quoted value starts that has no closing quote; the parser itself only knows where the file ends. */
const openQuote = (tokens: ReadonlyArray<CST.Token>): number | undefined => {
  const stack: Array<CST.Token | null | undefined> = [...tokens]
  while (stack.length > 0) {
    const token = stack.pop()
    if (token === null || token === undefined) continue
    if (token.type === "document") stack.push(token.value)
    else if ("items" in token) {
      for (const item of token.items) stack.push(item.value, "key" in item ? item.key : undefined)
    } else if (
      (token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar") &&
      (token.source.length < 2 || token.source.at(-1) !== token.source[0])
    ) {
      return token.offset
    }
  }
  return undefined
}

/** Every key that its map has twice; yaml's own check needs time squared. */
const duplicateKeys = (root: Node | null): ReadonlyArray<{ readonly offset: number; readonly key: string }> => {
  const found: Array<{ readonly offset: number; readonly key: string }> = []
  const stack: Array<unknown> = [root]
  while (stack.length > 0) {
    const node = stack.pop()
    if (isSeq(node)) for (const item of node.items) stack.push(item)
    if (!isMap(node)) continue
    const seen = new Set<string>()
    for (const pair of node.items) {
      stack.push(pair.key, pair.value)
      if (!isScalar(pair.key)) continue
      const key = String(pair.key.source ?? pair.key.value)
      if (seen.has(key)) found.push({ offset: pair.key.range?.[0] ?? 0, key })
      seen.add(key)
    }
  }
  return found
}

/**
 * Parses a text. Every problem comes with line and column and with what to do about it.
 *
 * @param path where the text comes from; only for errors
 * @param text the content of the file
 * @param textAt whether the value at a place (`["tags", 0]`) is a text, so that `0.8` and `true` are taken as written
 */
export const parse = (
  path: string,
  text: string,
  textAt: (at: ReadonlyArray<PropertyKey>) => boolean
): Either.Either<YamlSource, MetadataInvalid> => {
  if (text.length > sizeLimit) return Either.left(tooLarge(path))
  const binary = binaryCharacter.exec(text)
  if (binary !== null) {
    const place = lineAndColumn(text, binary.index)
    return Either.left(notText(path, place.line, place.column))
  }
  const conflict = conflictMarker.exec(text)
  if (conflict !== null) {
    const place = lineAndColumn(text, conflict.index)
    return Either.left(
      invalid(path, "MergeConflict", [{ ...place, problem: "the file holds an unresolved merge conflict", hint: "keep one of the two sides and delete the lines with <<<<<<<, ======= and >>>>>>>" }])
    )
  }
  const lines = new LineCounter()
  const placeOf = (offset: number): { readonly line: number; readonly column: number } => {
    const place = lines.linePos(Math.max(0, Math.min(offset, text.length)))
    return { line: Math.max(1, place.line), column: Math.max(1, place.col) }
  }
  const at = (offset: number, problem: string, hint: string): MetadataProblem => ({ ...placeOf(offset), problem, hint })

  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (isTooDeep(tokens)) {
    return Either.left(invalid(path, "TooDeep", [at(0, `values are nested more than ${depthLimit} levels deep`, "write the file with plain `key: value` lines")]))
  }
  const composer = new Composer<ParsedNode>({ keepSourceTokens: true, strict: true, uniqueKeys: false, prettyErrors: false, logLevel: "silent", schema: "core" })
  const documents = [...composer.compose(tokens, true, text.length)]
  const document = documents[0]
  if (document === undefined) return Either.left(invalid(path, "Syntax", [at(0, "the file is no YAML", "write `key: value` lines")]))
  const syntax: Array<MetadataProblem> = documents.flatMap((one) =>
    one.errors.map((error) => {
      const quote = /^missing closing .quote/i.test(error.message) ? openQuote(tokens) : undefined
      if (quote !== undefined) return at(quote, "a quote is opened here and not closed", "close the quote at the end of the value")
      return at(error.pos[0], problemTexts[error.code] ?? lowerFirst(error.message), hints[error.code] ?? "write `key: value` lines, with values that hold special characters in quotes")
    })
  )
  const second = documents[1]
  if (second !== undefined) syntax.push(at(second.range[0], "the file holds more than one YAML document", "keep one and delete the line `---`"))
  for (const { key, offset } of duplicateKeys(document.contents)) syntax.push(at(offset, `the key ${JSON.stringify(key)} is there twice`, "keep one of the two lines"))
  const [first, ...others] = syntax
  if (first !== undefined) return Either.left(invalid(path, "Syntax", [first, ...others]))

  const root = document.contents
  const isEmpty = root === null || (isScalar(root) && root.value === null && root.source === "")
  if (!isEmpty && !isMap(root)) {
    return Either.left(invalid(path, "Syntax", [at(root.range[0], "the file must hold `key: value` lines", "write for example `template: standard-project`")]))
  }
  const map = isMap(root) ? root : undefined
  const fields = plainValue(document, textAt)
  if (Either.isLeft(fields)) {
    return Either.left(invalid(path, fields.left.bomb ? "TooManyAliases" : "Syntax", [at(fields.left.offset, fields.left.problem, fields.left.hint)]))
  }
  return Either.right({ path, text, document, map, fields: fields.right, placeOf })
}

interface AliasProblem {
  readonly bomb: boolean
  readonly offset: number
  readonly problem: string
  readonly hint: string
}

/** The plain values of the document; counts what aliases bring in, and takes texts as they are written. */
const plainValue = (document: Document.Parsed, textAt: (at: ReadonlyArray<PropertyKey>) => boolean): Either.Either<{ readonly [key: string]: unknown }, AliasProblem> => {
  let fromAliases = 0
  const anchors = new Map<string, Node>()
  const failure: { current: AliasProblem | undefined } = { current: undefined }
  const convert = (node: unknown, at: ReadonlyArray<PropertyKey>, throughAlias: number): unknown => {
    if (failure.current !== undefined) return undefined
    if (throughAlias > 0 && ++fromAliases > aliasLimit * 10) {
      failure.current = { bomb: true, offset: 0, problem: "aliases blow the file up", hint: "write the values out instead of using & and *" }
      return undefined
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      const offset = node.range?.[0] ?? 0
      if (target === undefined) {
        failure.current = { bomb: false, offset, problem: `the alias *${node.source} has no anchor before it`, hint: "put a value that starts with * in quotes" }
        return undefined
      }
      if (throughAlias >= depthLimit) {
        failure.current = { bomb: true, offset, problem: `the alias *${node.source} contains itself`, hint: "write the values out instead of using & and *" }
        return undefined
      }
      return convert(target, at, throughAlias + 1)
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isScalar(node)) {
      const isPlainText = node.value !== null && typeof node.value !== "string" && node.tag === undefined && textAt(at)
      return isPlainText && node.source !== undefined ? node.source : node.value
    }
    if (isSeq(node)) return node.items.map((item, index) => convert(item, [...at, index], throughAlias))
    if (isMap(node)) {
      const object = {}
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key)
        Object.defineProperty(object, key, { value: convert(pair.value, [...at, key], throughAlias), enumerable: true, configurable: true, writable: true })
      }
      return object
    }
    return null
  }
  const value = convert(document.contents, [], 0)
  if (failure.current !== undefined) return Either.left(failure.current)
  // The root is a map, checked by the caller, or nothing.
  return Either.right((value ?? {}) as { readonly [key: string]: unknown })
}

/**
 * The offset of the value at a place, or of its key, or of the deepest part of the place that exists.
 */
export const offsetAt = (source: YamlSource, at: ReadonlyArray<PropertyKey>): number => {
  let node: unknown = source.map
  let offset = source.map?.range?.[0] ?? 0
  for (const part of at) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.source ?? item.key.value) === part)
      if (pair === undefined) return offset
      offset = startOf(pair.value) ?? startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === "number") {
      offset = startOf(node.items[part]) ?? offset
      node = node.items[part]
    } else return offset
  }
  return offset
}

const startOf = (node: unknown): number | undefined =>
  isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
