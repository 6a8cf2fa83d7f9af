/**
 * Changes one key of a YAML text in place: only the lines that hold the value change, everything else stays byte for byte.
 * The caller parses the result again and compares, so a form of YAML that is not understood here is refused, never spoilt.
 *
 * @module
 */
import { isAlias, isMap, isScalar, isSeq } from "yaml"
import type { CST, Pair, YAMLMap, YAMLSeq } from "yaml"
import { flatFields, isSame } from "./ProjectMetadata.js"
import type { YamlSource } from "./YamlSource.js"
import { inlineYaml, isInline, itemLines, literalBlock, pairLines, valueLines } from "./YamlText.js"
import type { Quoting, Style } from "./YamlText.js"

interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

type Splices = ReadonlyArray<Splice>

type Group = { readonly [key: string]: unknown }

const apply = (text: string, splices: Splices): string =>
  [...splices]
    .sort((first, second) => second.from - first.from || second.to - first.to)
    .reduce((result, splice) => result.slice(0, splice.from) + splice.text + result.slice(splice.to), text)

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1

/** The offset after the newline that ends the line. */
const lineEnd = (text: string, offset: number): number => {
  const found = text.indexOf("\n", offset)
  return found < 0 ? text.length : found + 1
}

/** The offset of the newline that ends the line, or of the end of the text. */
const contentEnd = (text: string, offset: number): number => {
  const end = lineEnd(text, offset)
  return text[end - 1] !== "\n" ? end : text[end - 2] === "\r" ? end - 2 : end - 1
}

/** After the lines of a value that ends at an offset (the start of the next line for blocks). */
const afterLines = (text: string, valueEnd: number): number => (valueEnd > 0 && text[valueEnd - 1] === "\n" ? valueEnd : lineEnd(text, valueEnd))

const rangeOf = (node: unknown): readonly [number, number] | undefined => {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined
  return range === null || range === undefined ? undefined : [range[0], range[1]]
}

const colonOf = (pair: Pair): number | undefined => pair.srcToken?.sep?.find((token) => token.type === "map-value-ind")?.offset

const keyName = (pair: Pair): string | undefined => (isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : undefined)

const isEmptyNull = (node: unknown): boolean => node === null || node === undefined || (isScalar(node) && node.value === null && node.source === "")

const valueEndOf = (pair: Pair): number | undefined => {
  const colon = colonOf(pair)
  if (isEmptyNull(pair.value)) return colon === undefined ? undefined : colon + 1
  return rangeOf(pair.value)?.[1]
}

/** The whole lines of a pair, or nothing if it does not stand on lines of its own. */
const linesOf = (text: string, pair: Pair): readonly [number, number] | undefined => {
  const key = rangeOf(pair.key)
  const end = valueEndOf(pair)
  if (key === undefined || end === undefined) return undefined
  const start = lineStart(text, key[0])
  return /^\uFEFF?[ ]*$/.test(text.slice(start, key[0])) ? [text[start] === "\uFEFF" ? start + 1 : start, afterLines(text, end)] : undefined
}

const quotingOf = (node: unknown): Quoting | undefined => {
  if (!isScalar(node)) return undefined
  if (node.type === "QUOTE_DOUBLE") return "double"
  if (node.type === "QUOTE_SINGLE") return "single"
  return typeof node.value === "string" && node.type === "PLAIN" ? "plain" : undefined
}

const mostUsed = (nodes: ReadonlyArray<unknown>): Quoting => {
  const used = nodes.map(quotingOf)
  const count = (quoting: Quoting): number => used.filter((one) => one === quoting).length
  if (count("plain") >= count("double") + count("single")) return "plain"
  return count("single") > count("double") ? "single" : "double"
}

const styleOf = (source: YamlSource): Style => ({
  quoting: mostUsed((source.map?.items ?? []).map((pair) => pair.value)),
  numbersArePlain: false,
  newline: /\r?\n/.exec(source.text)?.[0] ?? "\n"
})

const styleLike = (node: unknown, style: Style): Style => {
  if (!isScalar(node)) return style
  const quoting = quotingOf(node) ?? "plain"
  return { ...style, quoting, numbersArePlain: node.type === "PLAIN" && typeof node.value === "number" }
}

/** Puts lines in at the start of a line, or after a last line that has no newline. */
const insertLines = (text: string, at: number, lines: ReadonlyArray<string>, newline: string): Splice => {
  const body = lines.join(newline)
  const afterOpenLine = at > 0 && at === text.length && text[at - 1] !== "\n" && text !== "\uFEFF"
  return { from: at, to: at, text: afterOpenLine ? `${newline}${body}` : `${body}${newline}` }
}

const indentAt = (text: string, offset: number): string => /^ */.exec(text.slice(lineStart(text, offset)).replace(/^\uFEFF/, ""))?.[0] ?? ""

/** Writes a value behind the key or below it, in place of the one that is there. Keeps comments on the line of the key. */
const replaceValue = (source: YamlSource, pair: Pair, key: string, value: unknown, style: Style): Splices | undefined => {
  const { text } = source
  const colon = colonOf(pair)
  const keyRange = rangeOf(pair.key)
  if (colon === undefined || keyRange === undefined) return undefined
  const own = styleLike(pair.value, style)
  const old = isEmptyNull(pair.value) ? undefined : rangeOf(pair.value)
  const indent = indentAt(text, keyRange[0])
  const block = (isMap(pair.value) || isSeq(pair.value)) && pair.value.flow !== true ? pair.value : undefined
  const below = old === undefined || block === undefined ? undefined : { from: lineStart(text, firstTokenOf(block) ?? old[0]), to: old[1], text: "" }
  if (below !== undefined && below.from <= colon) return undefined
  if (isInline(key, value)) {
    const behind = { from: colon + 1, to: colon + 1, text: ` ${inlineYaml(value, own)}` }
    if (old === undefined) return [behind]
    if (below !== undefined) return [behind, below]
    if (isScalar(pair.value) && (pair.value.type === "BLOCK_LITERAL" || pair.value.type === "BLOCK_FOLDED")) {
      const literal = typeof value === "string" && pair.value.type === "BLOCK_LITERAL" ? literalBlock(value, `${indent}  `, own) : undefined
      const ending = text.slice(0, old[1]).endsWith("\n") ? style.newline : ""
      return [{ from: old[0], to: old[1], text: `${literal ?? inlineYaml(value, { ...own, quoting: "plain" })}${ending}` }]
    }
    return [{ from: old[0], to: old[1], text: inlineYaml(value, own) }]
  }
  const lines = valueLines(value, `${indent}  `, { ...style, numbersArePlain: false })
  const linesAt = (at: number): Splice => ({ from: at, to: at, text: `${style.newline}${lines.join(style.newline)}` })
  if (below !== undefined) return [{ ...below, text: `${lines.join(style.newline)}${text[below.to - 1] === "\n" ? style.newline : ""}` }]
  if (old === undefined) return [linesAt(contentEnd(text, colon))]
  return text[old[1] - 1] === "\n"
    ? [{ from: colon + 1, to: old[1], text: `${style.newline}${lines.join(style.newline)}${style.newline}` }]
    : [{ from: colon + 1, to: old[1], text: "" }, linesAt(contentEnd(text, old[1]))]
}

const firstTokenOf = (node: YAMLMap | YAMLSeq): number | undefined => {
  // The node was composed with `keepSourceTokens`, so a block collection carries its block token.
  const token = node.srcToken as CST.BlockMap | CST.BlockSequence | undefined
  return token === undefined ? undefined : (token.items[0]?.start.find((part) => part.type === "seq-item-ind")?.offset ?? token.offset)
}

/** Positions of the longest common subsequence: for each new item the old one that it keeps. */
const keptItems = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): ReadonlyArray<number | undefined> => {
  const lengths = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0))
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = before.length - 1; row >= 0; row--) {
    const line = lengths[row] ?? []
    for (let column = after.length - 1; column >= 0; column--) {
      line[column] = isSame(before[row], after[column]) ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const kept: Array<number | undefined> = []
  let row = 0
  for (let column = 0; column < after.length; column++) {
    while (row < before.length && !isSame(before[row], after[column]) && at(row + 1, column) >= at(row, column + 1)) row++
    if (row < before.length && isSame(before[row], after[column])) kept.push(row++)
    else kept.push(undefined)
  }
  return kept
}

/** Changes only the lines of the items that differ. */
const editBlockList = (source: YamlSource, pair: Pair, list: YAMLSeq, before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>, style: Style): Splices | undefined => {
  const { text } = source
  const token = list.srcToken
  const colon = colonOf(pair)
  if (token?.type !== "block-seq" || colon === undefined || token.items.length < list.items.length || before.length * after.length > 1_000_000) return undefined
  const regions: Array<readonly [number, number]> = []
  for (const [index, item] of list.items.entries()) {
    const dash = token.items[index]?.start.find((part) => part.type === "seq-item-ind")?.offset
    if (dash === undefined) return undefined
    const start = lineStart(text, dash)
    if (!/^ *$/.test(text.slice(start, dash))) return undefined
    regions.push([start, afterLines(text, isEmptyNull(item) ? dash + 1 : (rangeOf(item)?.[1] ?? dash + 1))])
  }
  const firstRegion = regions[0]
  if (firstRegion === undefined) return undefined
  const indent = indentAt(text, firstRegion[0])
  const kept = keptItems(before, after)
  const keptRows = new Set(kept)
  const splices: Array<Splice> = []
  for (const [row, region] of regions.entries()) if (!keptRows.has(row)) splices.push({ from: region[0], to: region[1], text: "" })
  if (after.length === 0) return [...splices, { from: colon + 1, to: colon + 1, text: " []" }]
  const own: Style = { ...style, quoting: mostUsed(list.items) }
  let at = firstRegion[0]
  let pending: Array<string> = []
  const flush = (): void => {
    if (pending.length > 0) splices.push(insertLines(text, at, pending, style.newline))
    pending = []
  }
  for (const [column, row] of kept.entries()) {
    if (row === undefined) pending.push(...itemLines(after[column], indent, own))
    else {
      flush()
      at = regions[row]?.[1] ?? at
    }
  }
  flush()
  return splices
}

/** Writes a list in brackets anew on its line; items that stay keep their quotes. */
const editFlowList = (source: YamlSource, list: YAMLSeq, before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>, style: Style): Splices | undefined => {
  const range = rangeOf(list)
  if (range === undefined) return undefined
  const written = source.text.slice(range[0], range[1])
  if (/\s#/.test(written)) return undefined
  const own: Style = { ...style, quoting: mostUsed(list.items) }
  const items = keptItems(before, after).map((row, column) => {
    const old = row === undefined ? undefined : rangeOf(list.items[row])
    return old === undefined || old[0] === old[1] ? inlineYaml(after[column], own, true) : source.text.slice(old[0], old[1])
  })
  const padding = /^\[ +\S/.test(written) && items.length > 0 ? " " : ""
  return [{ from: range[0], to: range[1], text: `[${padding}${items.join(", ")}${padding}]` }]
}

const isGroup = (value: unknown): value is Group => typeof value === "object" && value !== null && !Array.isArray(value)
const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

const editPair = (source: YamlSource, pair: Pair, key: string, before: unknown, after: unknown, style: Style): Splices | undefined => {
  if (isSame(before, after)) return []
  const node = pair.value
  if (isSeq(node) && isList(before) && isList(after)) {
    return node.flow === true ? editFlowList(source, node, before, after, style) : editBlockList(source, pair, node, before, after, style)
  }
  if (isMap(node) && isGroup(before) && isGroup(after) && node.flow !== true && Object.keys(after).length > 0) return editGroup(source, node, before, after, style)
  return replaceValue(source, pair, key, after, style)
}

/** Changes, adds and removes keys of a group below a key. */
const editGroup = (source: YamlSource, group: YAMLMap, before: Group, after: Group, style: Style): Splices | undefined => {
  const splices: Array<Splice> = []
  for (const pair of group.items) {
    const name = keyName(pair)
    if (name === undefined) return undefined
    const change = after[name] === undefined ? removePair(source, pair) : editPair(source, pair, name, before[name], after[name], style)
    if (change === undefined) return undefined
    splices.push(...change)
  }
  const added = Object.keys(after).filter((name) => after[name] !== undefined && !Object.hasOwn(before, name))
  const last = group.items.at(-1)
  const lines = last === undefined ? undefined : linesOf(source.text, last)
  if (added.length === 0) return splices
  if (lines === undefined) return undefined
  const indent = indentAt(source.text, lines[0])
  splices.push(insertLines(source.text, lines[1], added.flatMap((name) => pairLines(name, after[name], indent, style)), style.newline))
  return splices
}

const removePair = (source: YamlSource, pair: Pair): Splices | undefined => {
  const lines = linesOf(source.text, pair)
  return lines === undefined ? undefined : [{ from: lines[0], to: lines[1], text: "" }]
}

/** A new key goes after the last one-line field that is there, a list or group of lines to the end. */
const addPair = (source: YamlSource, key: string, value: unknown, style: Style): Splices | undefined => {
  const { map, text } = source
  const pairs = map?.items ?? []
  if (pairs.length === 0) {
    if (map !== undefined) return undefined
    return [insertLines(text, text.length, pairLines(key, value, "", style), style.newline)]
  }
  const flat = flatFields.has(key) ? pairs.findLast((pair) => flatFields.has(keyName(pair) ?? "")) : undefined
  const before = flat ?? pairs.at(-1)
  const lines = before === undefined ? undefined : linesOf(text, before)
  if (lines === undefined) return undefined
  return [insertLines(text, lines[1], pairLines(key, value, indentAt(text, lines[0]), style), style.newline)]
}

/**
 * The text with one key changed, in the order in which to try: the first one whose parsed form is what was asked is right.
 *
 * @param source the parsed text
 * @param key the key at the root
 * @param value the new value; `undefined` takes the key out
 */
export const candidates = (source: YamlSource, key: string, value: unknown): ReadonlyArray<string> => {
  const style = styleOf(source)
  const pair = source.map?.items.find((item) => keyName(item) === key)
  const tries: Array<Splices | undefined> = []
  if (pair === undefined) tries.push(value === undefined ? [] : addPair(source, key, value, style))
  else if (value === undefined) tries.push(removePair(source, pair))
  else {
    tries.push(editPair(source, pair, key, source.fields[key], value, style))
    tries.push(editPair(source, pair, key, source.fields[key], value, { ...style, quoting: "double" }))
    tries.push(replaceInline(pair, value, style))
  }
  const texts = tries.flatMap((splices) => {
    if (splices === undefined) return []
    const changed = apply(source.text, splices)
    return [withFinalNewlineAs(source.text, changed, style.newline), changed]
  })
  return [...new Set(texts)]
}

/** Last resort for a value with a tag or an anchor: everything between the colon and the end of the value goes. */
const replaceInline = (pair: Pair, value: unknown, style: Style): Splices | undefined => {
  const colon = colonOf(pair)
  const end = valueEndOf(pair)
  if (colon === undefined || end === undefined || !isScalar(pair.value) || typeof value === "object") return undefined
  return [{ from: colon + 1, to: end, text: ` ${inlineYaml(value, { ...style, quoting: "double" })}` }]
}

const withFinalNewlineAs = (before: string, after: string, newline: string): string => {
  if (before === "" || before === "\uFEFF" || after === "") return after
  const had = before.endsWith("\n")
  if (had) return after.endsWith("\n") ? after : `${after}${newline}`
  return after.endsWith("\n") ? after.replace(/\r?\n$/, "") : after
}

/**
 * The text with keys of the root called differently; the values stay where they are.
 *
 * @param source the parsed text
 * @param names old name to new name
 */
export const renameKeys = (source: YamlSource, names: ReadonlyMap<string, string>): string =>
  apply(
    source.text,
    (source.map?.items ?? []).flatMap((pair) => {
      const to = names.get(keyName(pair) ?? "")
      const range = rangeOf(pair.key)
      return to === undefined || range === undefined ? [] : [{ from: range[0], to: range[1], text: to }]
    })
  )
