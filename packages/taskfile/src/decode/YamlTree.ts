/**
 * A YAML text as a tree in which every node knows its place, within limits that keep a hostile file from costing time or memory.
 *
 * @module
 */
import { type Alias, Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser } from "yaml"

/** Deepest nesting that is read. */
const depthLimit = 64

/** So many values may come from aliases before the file counts as a bomb. */
const aliasLimit = 200_000

/** Words, signs, spaces and line ends: a Taskfile of ten thousand tasks has some hundred thousand. */
const partLimit = 2_000_000

/** The first problem of a text, by its offset. */
export interface YamlProblem {
  readonly offset: number
  readonly problem: string
  readonly suggestion: string | undefined
}

/** A text that is YAML, and where everything in it is. */
export interface YamlTree {
  readonly text: string
  readonly root: Node | null
  /** line and column, from 1 */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
  /** what an alias stands for */
  readonly targetOf: (alias: Alias) => Node | undefined
}

const hints: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "indent the lines of one level alike",
  MISSING_CHAR: "close the quote or the bracket, or put the value in quotes",
  UNEXPECTED_TOKEN: "put the value in quotes",
  BAD_PLAIN: "put the value in quotes",
  BLOCK_AS_IMPLICIT_KEY: "put a value that contains `: ` in quotes",
  MULTILINE_IMPLICIT_KEY: "a key stays on one line and ends with `:`"
}

const problems: { readonly [code: string]: string } = {
  TAB_AS_INDENT: "a tab is used to indent",
  MULTILINE_IMPLICIT_KEY: "a key goes over more than one line",
  BLOCK_AS_IMPLICIT_KEY: "there is a second `: ` on one line"
}

const lowerFirst = (sentence: string): string => sentence.slice(0, 1).toLowerCase() + sentence.slice(1)

/** Brackets open at a time, counted before anything is parsed: nesting alone costs the parser time squared. */
const tooManyBrackets = (text: string): number | undefined => {
  if (!/[[{]\s*[[{]\s*[[{]/.test(text)) return undefined
  let run = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) run += 1
    else if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && code !== 0x2d) run = 0
    if (run > depthLimit) return at
  }
  return undefined
}

/** Where nesting goes too deep, found without recursion. */
const tooDeepAt = (tokens: ReadonlyArray<CST.Token>): number | undefined => {
  const stack: Array<readonly [CST.Token | null | undefined, number]> = tokens.map((token) => [token, 0])
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [token, depth] = next
    if (token === null || token === undefined) continue
    if (depth > depthLimit) return token.offset
    if (token.type === "document") stack.push([token.value, depth])
    else if ("items" in token) {
      for (const item of token.items) {
        if (item.value !== undefined) stack.push([item.value, depth + 1])
        if ("key" in item && item.key !== null && item.key !== undefined && "items" in item.key) stack.push([item.key, depth + 1])
      }
    }
  }
  return undefined
}

/** Where a value in quotes begins that has no closing quote; the parser itself only knows where the file ends. */
const openQuote = (tokens: ReadonlyArray<CST.Token>): number | undefined => {
  const stack: Array<CST.Token | null | undefined> = [...tokens]
  while (stack.length > 0) {
    const token = stack.pop()
    if (token === null || token === undefined) continue
    if (token.type === "document") stack.push(token.value)
    else if ("items" in token) {
      for (const item of token.items) stack.push(item.value, "key" in item ? item.key : undefined)
    } else if ((token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar") && (token.source.length < 2 || token.source.at(-1) !== token.source[0])) return token.offset
  }
  return undefined
}

/** A value that starts with `{{` and has no quotes is a map of a map for YAML: the most frequent mistake in Taskfiles. */
const bareTemplate = (text: string, offset: number): number | undefined => {
  const start = text.lastIndexOf("\n", Math.max(0, offset - 1)) + 1
  const end = text.indexOf("\n", offset)
  const line = text.slice(start, end === -1 ? text.length : end)
  const found = /(?:^|[:\-,[]\s+)(\{\{)/.exec(line)
  return found === null ? undefined : start + found.index + found[0].length - 2
}

const templateProblem = (text: string, offset: number): YamlProblem | undefined => {
  const at = bareTemplate(text, offset)
  return at === undefined ? undefined : { offset: at, problem: "a value that begins with {{ is not in quotes, so YAML takes it for a map", suggestion: "put the whole value in quotes" }
}

/** What stands for an anchor, with everything that its own aliases bring. */
interface Extent {
  readonly size: number
  readonly depth: number
}

/** Every anchor and alias, in the order of the text: an alias means the last anchor of its name before it. */
const linkAliases = (root: Node | null): { readonly targets: Map<Alias, Node>; readonly problem: YamlProblem | undefined } => {
  const anchors = new Map<string, Node>()
  const extents = new Map<Node, Extent>()
  const targets = new Map<Alias, Node>()
  let problem: YamlProblem | undefined
  let borrowed = 0
  const refuse = (alias: Alias, text: string, suggestion?: string): Extent => {
    problem ??= { offset: alias.range?.[0] ?? 0, problem: text, suggestion }
    return { size: 1, depth: 0 }
  }
  const visitAlias = (alias: Alias): Extent => {
    const target = anchors.get(alias.source)
    if (target === undefined) return refuse(alias, `there is no anchor &${alias.source} before this alias`, "a text that begins with * needs quotes")
    const extent = extents.get(target)
    if (extent === undefined) return refuse(alias, `the anchor &${alias.source} contains itself`)
    borrowed = Math.min(Number.MAX_SAFE_INTEGER, borrowed + extent.size)
    if (borrowed > aliasLimit) return refuse(alias, `aliases stand for more than ${aliasLimit} values`, "write the values once")
    if (extent.depth > depthLimit) return refuse(alias, `it is nested more than ${depthLimit} levels deep`)
    targets.set(alias, target)
    return extent
  }
  const visit = (node: unknown): Extent => {
    if (isAlias(node)) return visitAlias(node)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return { size: 0, depth: 0 }
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    let size = 1
    let depth = 0
    const add = (inner: Extent) => {
      size = Math.min(aliasLimit + 1, size + inner.size)
      depth = Math.max(depth, inner.depth + 1)
    }
    if (isMap(node)) {
      for (const pair of node.items) {
        add(visit(pair.key))
        add(visit(pair.value))
      }
    } else if (isSeq(node)) for (const item of node.items) add(visit(item))
    const extent = { size, depth }
    if (node.anchor !== undefined) extents.set(node, extent)
    return extent
  }
  visit(root)
  return { targets, problem }
}

/** The parser, stopped where a text has too many parts, or is so wrong that more of it says nothing. */
const tokensOf = (text: string, lines: LineCounter): ReadonlyArray<CST.Token> | YamlProblem => {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const tokens: Array<CST.Token> = []
  let parts = 0
  let offset = 0
  let errors = 0
  for (const part of new Lexer().lex(text)) {
    parts += 1
    if (parts > partLimit) return { offset: Math.min(offset, text.length), problem: `it has more than ${partLimit} parts`, suggestion: undefined }
    offset += part.length
    for (const token of parser.next(part)) {
      tokens.push(token)
      if (token.type === "error") errors += 1
    }
    if (errors > 10) return tokens
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

/** Reads a text; the problem that comes first if it is no YAML. */
export const parseYaml = (text: string): YamlTree | YamlProblem => {
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  const binary = text.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/)
  if (binary !== -1) return { offset: binary, problem: `there is a control character (U+${text.charCodeAt(binary).toString(16).toUpperCase().padStart(4, "0")})`, suggestion: 'write it in double quotes, for example "\\e"' }
  const brackets = tooManyBrackets(text)
  if (brackets !== undefined) return { offset: brackets, problem: `it is nested more than ${depthLimit} levels deep`, suggestion: undefined }
  const lines = new LineCounter()
  const tokens = tokensOf(text, lines)
  if ("offset" in tokens) return tokens
  const deep = tooDeepAt(tokens)
  if (deep !== undefined) return { offset: deep, problem: `it is nested more than ${depthLimit} levels deep`, suggestion: undefined }
  const documents = [...new Composer({ schema: "failsafe", merge: false, uniqueKeys: false, logLevel: "silent", prettyErrors: false, strict: true }).compose(tokens, true, text.length)]
  const [document, second] = documents
  if (document === undefined) return { offset: 0, problem: "it is empty", suggestion: "begin with `version: '3'` and `tasks:`" }
  const error = documents.flatMap((one) => one.errors).sort((left, right) => left.pos[0] - right.pos[0])[0]
  if (error !== undefined) {
    const open = error.code === "MISSING_CHAR" && error.message.includes("quote") ? openQuote(tokens) : undefined
    if (open !== undefined) return { offset: open, problem: "it is not YAML: a quote is opened here and never closed", suggestion: "close it" }
    const offset = Math.min(error.pos[0], text.length)
    const problem = problems[error.code] ?? lowerFirst(error.message.split("\n")[0] ?? "").replace(/\.$/, "")
    return templateProblem(text, offset) ?? { offset, problem: `it is not YAML: ${problem}`, suggestion: hints[error.code] }
  }
  if (second !== undefined) return { offset: second.range[0], problem: "there is a second document in it", suggestion: "remove the line `---` between them" }
  const root = document.contents
  const needsLinks = text.includes("*")
  const { problem, targets } = needsLinks ? linkAliases(root) : { targets: new Map<Alias, Node>(), problem: undefined }
  if (problem !== undefined) return problem
  return {
    text,
    root,
    placeOf: (offset) => {
      const { col, line } = lines.linePos(offset)
      return line === 0 ? { line: 1, column: offset + 1 } : { line, column: col }
    },
    targetOf: (alias) => targets.get(alias)
  }
}
