/**
 * `repos.csv` of gita: `path,name,type,flags` without a header (0.16), `path,name` before that.
 *
 * @module
 */
import * as Either from "effect/Either"
import { parseRows } from "./CsvRows.js"
import {
  type ListedProject,
  type ListPlace,
  type ProjectList,
  ProjectListUnreadable,
  resolveListed,
  type SkippedLine
} from "./ProjectList.js"

/** Read gita's list. */
export const decodeGita = (text: string, place: ListPlace): Either.Either<ProjectList, ProjectListUnreadable> =>
  Either.mapBoth(parseRows(text), {
    onLeft: ({ detail, line }) => new ProjectListUnreadable({ path: place.path, format: "gita", detail, position: { line, column: 1 } }),
    onRight: (rows): ProjectList => {
      const projects: Array<ListedProject> = []
      const skipped: Array<SkippedLine> = []
      for (const { cells, line } of rows) {
        const [written = "", name = ""] = cells
        const path = /^[/~]/.test(written) ? resolveListed(written, place) : undefined
        if (path === undefined) skipped.push({ line, label: name === "" ? written : name, detail: "does not begin with the path of a folder" })
        else projects.push({ line, entry: { ...(name === "" ? {} : { name }), path } })
      }
      return { format: "gita", projects, skipped }
    }
  })
