/**
 * Goes through the tree of one file: what is where, what is wrong, what is odd.
 *
 * A problem does not end the reading, it is noted, and something harmless is read instead; the one that comes first in the text is told.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml"
import type { SourceLocation } from "../SourceLocation.js"
import type { TaskfileWarning } from "../Taskfile.js"
import { nearest } from "./Nearest.js"
import { booleanOf, durationOf, isNull, plainValue } from "./Scalars.js"
import type { YamlTree } from "./YamlTree.js"

/** A key with its value, aliases followed and merges done. */
export interface Field {
  readonly key: string
  readonly at: Node | null
  readonly value: Node | null
}

/** What is wrong, first. `isUnsupported`: it is right, but not for this program. */
interface Noted {
  readonly offset: number
  readonly problem: string
  readonly suggestion: string | undefined
  readonly isUnsupported: boolean
}

/** Names that people write for others. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["alias", "aliases"],
  ["command", "cmd"],
  ["commands", "cmds"],
  ["depends", "deps"],
  ["depends_on", "deps"],
  ["dependencies", "deps"],
  ["description", "desc"],
  ["directory", "dir"],
  ["environment", "env"],
  ["hidden", "internal"],
  ["include", "includes"],
  ["interval", "interval"],
  ["platform", "platforms"],
  ["precondition", "preconditions"],
  ["private", "internal"],
  ["prompts", "prompt"],
  ["script", "cmds"],
  ["source", "sources"],
  ["variables", "vars"],
  ["workdir", "dir"],
  ["working_directory", "dir"]
])

// oxlint-disable-next-line no-control-regex -- these characters are what is looked for
const unprintable = /[\0-\x1f\x7f-\x9f\u2028\u2029]/

const isPlain = (node: Scalar): boolean => node.type === undefined || node.type === "PLAIN"

/** The text of a scalar as it is written, quotes and folds undone. */
export const textOf = (node: Scalar): string => (typeof node.value === "string" ? node.value : (node.source ?? String(node.value ?? "")))

const isNothing = (node: Node | null): boolean => node === null || (isScalar(node) && isPlain(node) && node.tag === undefined && isNull(textOf(node)))

const kindOf = (node: Node | null): string =>
  isNothing(node) ? "nothing" : isMap(node) ? "a map" : isSeq(node) ? "a list" : isScalar(node) && isPlain(node) ? describe(plainValue(textOf(node))) : "a text"

const describe = (value: GoValue): string => (typeof value === "boolean" ? "true or false" : typeof value === "bigint" || typeof value === "number" ? "a number" : "a text")

/** What readers of fields use: each takes a node or a field, and notes what is wrong with it. */
export interface Reading {
  readonly file: string
  readonly noted: () => Noted | undefined
  readonly warnings: Array<TaskfileWarning>
  readonly fail: (node: Node | null, problem: string, suggestion?: string) => void
  readonly unsupported: (node: Node | null, feature: string, suggestion?: string) => void
  readonly warn: (code: string, node: Node | null, message: string, suggestion?: string) => void
  readonly locate: (node: Node | null) => SourceLocation
  /** undefined for an alias followed by nothing */
  readonly follow: (node: unknown) => Node | null
  /** keys that stand twice are a problem, or the last one counts and there is a warning */
  readonly fields: (map: YAMLMap, twice: "refuse" | { readonly code: string; readonly what: string }) => ReadonlyArray<Field>
  readonly unknown: (field: Field, what: string, known: ReadonlyArray<string>) => void
  readonly map: (field: Field) => YAMLMap | undefined
  readonly list: (field: Field) => ReadonlyArray<Node | null>
  readonly text: (field: Field) => string | undefined
  readonly texts: (field: Field) => ReadonlyArray<string>
  readonly boolean: (field: Field) => boolean | undefined
  readonly choice: <A extends string>(field: Field, choices: ReadonlyArray<A>) => A | undefined
  /** milliseconds */
  readonly duration: (field: Field) => number | undefined
  /** a name that can be shown on one line */
  readonly name: (node: Node | null, name: string, what: string) => boolean
  readonly value: (node: Node | null) => GoValue
  readonly isNothing: (node: Node | null) => boolean
  readonly kindOf: (node: Node | null) => string
}

/** A reading of one tree. */
export const makeReading = (tree: YamlTree, file: string): Reading => {
  let first: Noted | undefined
  const warnings: Array<TaskfileWarning> = []
  const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0

  const note = (node: Node | null, problem: string, suggestion: string | undefined, isUnsupported: boolean): void => {
    const offset = offsetOf(node)
    if (first === undefined || offset < first.offset) first = { offset, problem, suggestion, isUnsupported }
  }
  const fail: Reading["fail"] = (node, problem, suggestion) => note(node, problem, suggestion, false)
  const locate: Reading["locate"] = (node) => ({ file, ...tree.placeOf(offsetOf(node)) })
  const warn: Reading["warn"] = (code, node, message, suggestion) => {
    warnings.push({ code, location: locate(node), message, suggestion })
  }
  // yaml types the content of nodes as unknown; everything that a parser makes is a node or null.
  const follow: Reading["follow"] = (node) =>
    isAlias(node) ? (tree.targetOf(node) ?? null) : isScalar(node) || isMap(node) || isSeq(node) ? node : null

  const keyOf = (node: Node | null, owner: Node): string => {
    if (isScalar(node)) return textOf(node)
    if (node !== null) fail(node, isMap(node) ? "a text that begins with {{ is not in quotes, so YAML takes it for a map" : "a key is a list", "put the whole text in quotes")
    else fail(owner, "there is an entry without a key")
    return ""
  }

  const merged = (value: Node | null, into: Map<string, Field>): void => {
    const node = follow(value)
    if (isMap(node)) for (const field of fields(node, "refuse")) if (!into.has(field.key)) into.set(field.key, field)
    if (isSeq(node)) for (const item of node.items) merged(follow(item), into)
    if (!isMap(node) && !isSeq(node)) fail(value, "only a map can be merged with <<")
  }

  const fields: Reading["fields"] = (map, twice) => {
    const found = new Map<string, Field>()
    const merges: Array<Node | null> = []
    for (const pair of map.items) {
      const at = follow(pair.key)
      const key = keyOf(at, map)
      const value = follow(pair.value)
      if (key === "<<" && isScalar(at) && isPlain(at)) {
        merges.push(value)
        continue
      }
      const before = found.get(key)
      if (before !== undefined) {
        const line = tree.placeOf(offsetOf(before.at)).line
        if (twice === "refuse") fail(at, `the key ${key} stands twice, first in line ${line}`, "keep one of the two")
        else warn(twice.code, at, `the ${twice.what} ${key} stands twice, first in line ${line}; this one counts`, "keep one of the two")
      }
      found.set(key, { key, at, value })
    }
    for (const merge of merges) merged(merge, found)
    return [...found.values()]
  }

  const expected = (field: Field, what: string, suggestion?: string): void => {
    fail(field.value ?? field.at, `${field.key} must be ${what}, here is ${kindOf(field.value)}`, suggestion)
  }

  const value: Reading["value"] = (node) => {
    const here = follow(node)
    if (isSeq(here)) return here.items.map((item) => value(follow(item)))
    if (isMap(here)) return new Map(fields(here, "refuse").map((field) => [field.key, value(field.value)] as const))
    if (!isScalar(here)) return null
    const tag = here.tag
    const text = textOf(here)
    if (tag === undefined) return isPlain(here) ? plainValue(text) : text
    return /:(?:int|float|bool|null)$/.test(tag) ? plainValue(here.source ?? text) : text
  }

  const text: Reading["text"] = (field) => {
    if (isNothing(field.value)) return undefined
    if (isScalar(field.value)) return textOf(field.value)
    const isTemplate = isMap(field.value) && field.value.flow === true
    expected(field, "a text", isTemplate ? "a text that begins with {{ needs quotes" : undefined)
    return undefined
  }

  const list: Reading["list"] = (field) => {
    if (isNothing(field.value)) return []
    if (isSeq(field.value)) return field.value.items.map(follow)
    expected(field, "a list", isScalar(field.value) ? `write it as a list: \`${field.key}: [${textOf(field.value).slice(0, 40).split("\n")[0] ?? ""}]\`` : undefined)
    return []
  }

  return {
    file,
    noted: () => first,
    warnings,
    fail,
    unsupported: (node, feature, suggestion) => note(node, feature, suggestion, true),
    warn,
    locate,
    follow,
    fields,
    unknown: (field, what, known) => {
      // Keys of no meaning are where people keep anchors.
      if (field.key.startsWith("x-") || field.key.startsWith(".") || field.value?.anchor !== undefined) return
      const synonym = synonyms.get(field.key)
      const lower = field.key.toLowerCase().replace(/-/g, "_")
      const meant = synonym !== undefined && known.includes(synonym) ? synonym : (known.find((one) => one.replace(/_/g, "") === lower.replace(/_/g, "")) ?? nearest(lower, known, 1)[0])
      warn("KEY001", field.at, `${field.key} means nothing in ${what}`, meant)
    },
    map: (field) => {
      if (isNothing(field.value)) return undefined
      if (isMap(field.value)) return field.value
      expected(field, "a map")
      return undefined
    },
    list,
    text,
    texts: (field) =>
      list(field).flatMap((item) => {
        if (isNothing(item)) return []
        if (isScalar(item)) return [textOf(item)]
        fail(item, `an entry of ${field.key} must be a text, here is ${kindOf(item)}`, isMap(item) ? "a text with `: ` in it needs quotes" : undefined)
        return []
      }),
    boolean: (field) => {
      if (isNothing(field.value)) return undefined
      const found = isScalar(field.value) ? booleanOf(textOf(field.value), isPlain(field.value)) : undefined
      if (found === undefined) expected(field, "true or false", isScalar(field.value) && /^(?:true|false)$/i.test(textOf(field.value)) ? "remove the quotes" : undefined)
      return found
    },
    choice: (field, choices) => {
      const written = text(field)
      if (written === undefined || written === "") return undefined
      const found = choices.find((choice) => choice === written)
      if (found === undefined && written.includes("{{")) note(field.value, `a template in ${field.key}`, `write one of ${choices.join(", ")}`, true)
      else if (found === undefined) fail(field.value, `${field.key} must be one of ${choices.join(", ")}, here is ${JSON.stringify(written)}`, nearest(written, choices, 1)[0])
      return found
    },
    duration: (field) => {
      const written = text(field)
      if (written === undefined || written === "") return undefined
      const found = durationOf(written)
      if (found === undefined || found < 0) fail(field.value, `${field.key} must be a duration such as 30s, 1m30s or 500ms, here is ${JSON.stringify(written)}`, /^[0-9]+$/.test(written) ? `${written}s` : undefined)
      return found
    },
    name: (node, name, what) => {
      if (name === "") fail(node, `a ${what} has no name`)
      else if (unprintable.test(name)) fail(node, `the name of a ${what} has a line break or a control character in it: ${JSON.stringify(name).slice(0, 80)}`, "use letters, digits, - _ . and :")
      else return true
      return false
    },
    value,
    isNothing,
    kindOf
  }
}
