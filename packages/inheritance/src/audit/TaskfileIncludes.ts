/**
 * The includes of a Taskfile, without reading the rest of it: of a thousand files only these few lines are parsed.
 *
 * @module
 */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml"

/** An include as written. */
export interface WrittenInclude {
  readonly namespace: string
  /** path or URL, maybe a template */
  readonly target: string
  /** from 1 */
  readonly line: number
}

/** The names that are looked for, in their order. */
export const taskfileNames: ReadonlyArray<string> = ["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml"]

/** From the key `includes` to the next key of the same level; the lines before are left empty, so that places stay. */
const part = (text: string): string | undefined => {
  const begin = /^includes[ \t]*:/m.exec(text)
  if (begin === null) return undefined
  const before = text.slice(0, begin.index)
  const rest = text.slice(begin.index)
  const next = /\n(?=[^\s#\-}\]])/.exec(rest)
  return "\n".repeat(before.split("\n").length - 1) + (next === null ? rest : rest.slice(0, next.index))
}

const inText = (text: string): ReadonlyArray<WrittenInclude> | undefined => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" })
  if (document.errors.length > 0) return undefined
  const includes = document.get("includes", true)
  if (!isMap(includes)) return []
  return includes.items.flatMap(({ key, value }) => {
    const target = isMap(value) ? value.get("taskfile", true) : value
    if (!isScalar(target) || typeof target.value !== "string") return []
    return [{ namespace: isScalar(key) ? String(key.value) : String(key), target: target.value, line: lines.linePos(target.range?.[0] ?? 0).line }]
  })
}

/** The includes of a text; undefined if it cannot be read. */
export const includesOf = (text: string): ReadonlyArray<WrittenInclude> | undefined => {
  if (!text.includes("includes")) return []
  const short = part(text)
  // Anchors and the like may stand elsewhere: then all of it is read.
  return (short === undefined ? undefined : inText(short)) ?? inText(text)
}

/** A file in a git repository, as remote includes name it. */
export interface RemoteFile {
  readonly url: string
  readonly path: string
  readonly ref: string | undefined
}

/** What a remote include names; undefined for a path of this computer, or a single file that is no part of a repository. */
export const remoteFileOf = (target: string): RemoteFile | undefined => {
  const match = /^((?:https?|ssh|git|file):\/\/[^?#]*?\.git|git@[^?#]*?\.git|(?:https?|ssh):\/\/[^?#]*?\/_git\/[^/?#]+)\/\/([^?#]*)(?:\?([^#]*))?$/.exec(target)
  if (match === null) return undefined
  const [, url = "", path = "", query = ""] = match
  const ref = query.split("&").flatMap((pair) => (pair.startsWith("ref=") ? [pair.slice("ref=".length)] : []))[0]
  return { url, path, ref }
}

/** Whether it is a URL, or what a template makes one of. */
export const isRemote = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target) || target.startsWith("git@")
