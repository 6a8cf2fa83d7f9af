/**
 * Lists of projects that other tools keep, read as entries that the registry can import: our own JSON and CSV, myrepos, gita,
 * Project Manager for Visual Studio Code, and the folders of ghq. Pure functions from text; no command in a list is run.
 *
 * @module
 */
import * as Either from "effect/Either"
import { decodeCsv } from "./project-lists/CsvList.js"
import { decodeGita } from "./project-lists/GitaList.js"
import { decodeJson } from "./project-lists/JsonList.js"
import { parseJson } from "./project-lists/JsonText.js"
import { decodeMyrepos } from "./project-lists/MyreposList.js"
import { type ListPlace, type ProjectList, type ProjectListFormat, ProjectListUnreadable } from "./project-lists/ProjectList.js"
import { decodeProjectManager } from "./project-lists/ProjectManagerList.js"
import { isObject } from "./RegistryEdit.js"

export { entryBelowGhqRoot } from "./project-lists/GhqRoot.js"
export {
  type ListedProject,
  type ListPlace,
  type ProjectList,
  ProjectListFormat,
  ProjectListUnreadable,
  type SkippedLine
} from "./project-lists/ProjectList.js"

const decoders: {
  readonly [F in ProjectListFormat]: (text: string, place: ListPlace) => Either.Either<ProjectList, ProjectListUnreadable>
} = { json: decodeJson, csv: decodeCsv, myrepos: decodeMyrepos, gita: decodeGita, "project-manager": decodeProjectManager }

/**
 * Which format a text has, by its content and, where that is not enough, by the name of its file.
 *
 * @param path the path or name of the file
 * @param text what is in it
 * @category constructors
 */
export const detectFormat = (path: string, text: string): ProjectListFormat | undefined => {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase()
  if (name.endsWith(".mrconfig") || name === "mrconfig") return "myrepos"
  const start = text.replace(/^\uFEFF/, "").trimStart()
  const parsed = Either.getOrUndefined(parseJson(text))
  if (parsed !== undefined || /^(\{|\[\s*[{"\]])/.test(start) || name.endsWith(".json")) {
    const isProjectManager = Array.isArray(parsed) ? parsed.some((item) => isObject(item) && "rootPath" in item) : /"rootPath"\s*:/.test(start)
    return isProjectManager && !isObject(parsed) ? "project-manager" : "json"
  }
  if (/^\[[^\]\n]+\]\s*$/m.test(text)) return "myrepos"
  const first = (start.split("\n", 1)[0] ?? "").trim()
  if (/(^|[,;\t])"?path"?([,;\t]|$)/.test(first)) return "csv"
  if (/^"?[/~]/.test(first) || name === "repos.csv") return "gita"
  return name.endsWith(".csv") ? "csv" : undefined
}

/**
 * Read a list. Without a format it is told from the text.
 *
 * @example
 * ```ts
 * import * as ProjectLists from "@dev-infra/registry/ProjectLists"
 * import * as Either from "effect/Either"
 *
 * const text = "[src/api]\ncheckout = git clone 'https://example.org/api.git' 'api'\n"
 * const list = ProjectLists.decode(text, { path: "/home/me/.mrconfig", homeDirectory: "/home/me" })
 * const entries = Either.map(list, ({ projects }) => projects.map(({ entry }) => entry))
 * // [{ path: "/home/me/src/api", repository: "https://example.org/api.git" }]
 * ```
 *
 * @category constructors
 */
export const decode = (
  text: string,
  place: ListPlace & { readonly format?: ProjectListFormat }
): Either.Either<ProjectList, ProjectListUnreadable> => {
  const format = place.format ?? detectFormat(place.path, text)
  return format === undefined
    ? Either.left(
        new ProjectListUnreadable({ path: place.path, detail: "this is no list of a known format" })
      )
    : decoders[format](text, place)
}
