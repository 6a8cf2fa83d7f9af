/**
 * The lines by which a Taskfile names a library itself, so that plain `task` sees it too.
 *
 * @module
 */
import * as Either from "effect/Either"
import { isMap, isScalar, parseDocument } from "yaml"

/** @category models */
export interface IncludeRequest {
  readonly name: string
  /** of the library, relative to its folder */
  readonly taskfile: string
  readonly directory: "caller" | "library"
  readonly flatten: boolean
  readonly excludes: ReadonlyArray<string>
}

const plain = (text: string): string => (/^[A-Za-z_./][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|\.)$/i.test(text) ? text : JSON.stringify(text))

const folderOf = (name: string): string => `.dev-infra/inherit/${name}`

/** The lines of the entry below `includes:`, indented by `indent` for its name. @category constructors */
export const lines = ({ directory, excludes, flatten, name, taskfile }: IncludeRequest, indent: string): ReadonlyArray<string> => [
  `${indent}${plain(name)}:`,
  `${indent}  taskfile: ${plain(`${folderOf(name)}/${taskfile}`)}`,
  `${indent}  dir: ${directory === "caller" ? "." : plain(folderOf(name))}`,
  ...(flatten ? [`${indent}  flatten: true`] : []),
  ...(excludes.length === 0 ? [] : [`${indent}  excludes: [${excludes.map((one) => JSON.stringify(one)).join(", ")}]`])
]

/** What to add by hand. @category constructors */
export const snippet = (request: IncludeRequest): string => ["includes:", ...lines(request, "  ")].join("\n")

/** A Taskfile with the entry; `at` is the line (from 1) of the first one that is new, and `added` are the new lines. @category models */
export interface Included {
  readonly text: string
  readonly at: number
  readonly added: ReadonlyArray<string>
}

/**
 * The text of a Taskfile with the entry; everything else stays as it is, byte for byte. Undefined if it has the entry. Fails where it is not written as a
 * plain block of lines.
 *
 * @category combinators
 */
export const withInclude = (text: string, request: IncludeRequest): Either.Either<Included | undefined, string> => {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" })
  const root = document.contents
  if (document.errors.length > 0 || !isMap(root) || root.flow === true) return Either.left("it is not a plain list of keys")
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === "includes")
  const newline = text.includes("\r\n") ? "\r\n" : "\n"
  const all = text.split(/\r?\n/)
  const insert = (index: number, added: ReadonlyArray<string>): Either.Either<Included, string> => {
    const result = [...all.slice(0, index), ...added, ...all.slice(index)].join(newline)
    const read: unknown = parseDocument(result, { uniqueKeys: false, logLevel: "silent" }).toJS()
    const includes: unknown = typeof read === "object" && read !== null && "includes" in read ? read.includes : undefined
    const isThere = typeof includes === "object" && includes !== null && Object.hasOwn(includes, request.name)
    return isThere ? Either.right({ text: result, at: index + 1, added: added.filter((line) => line !== "") }) : Either.left("it is written in a way that is not changed here")
  }
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length - 1
  if (pair === undefined) {
    const tasks = root.items.find(({ key }) => isScalar(key) && key.value === "tasks")
    const range = isScalar(tasks?.key) ? tasks.key.range : undefined
    const at = range === undefined || range === null ? all.length - (all.at(-1) === "" ? 1 : 0) : lineAt(range[0])
    return insert(at, ["includes:", ...lines(request, "  "), ""])
  }
  if (!isMap(pair.value)) return Either.left("its includes are not a list of names")
  if (pair.value.items.some(({ key }) => isScalar(key) && String(key.value) === request.name)) return Either.right(undefined)
  const first = pair.value.items[0]
  const range = isScalar(first?.key) ? first.key.range : undefined
  if (pair.value.flow === true || range === undefined || range === null) return Either.left("its includes are written on one line")
  const at = lineAt(range[0])
  const indent = /^ */.exec(all[at] ?? "")?.[0] ?? "  "
  return insert(at, lines(request, indent))
}
