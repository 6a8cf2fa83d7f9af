/** The table of work-prod 0.3.0 and what its views do with it. */
import * as PythonText from "@dev-infra/work-prod-api/PythonText"
import { asText, contains, isDictionary, isLike, isList, isTrue, type Value } from "./Python.js"

/** A row as the database has it; columns take anything. */
export interface Row {
  id: number
  name: string
  description: string | null
  organization: string | null
  classification: string | null
  status: string
  project_type: string | null
  remote_url: string | null
  path: string | null
  created_at: string
  updated_at: string
}

/** What a view gives: an answer, or an exception that nobody caught. */
export type Outcome = { readonly status: number; readonly json: Value; readonly location?: string } | { readonly status: 204 } | "raises"

/** An import under way. `next` does one element, and gives the answer after the last one. */
export interface Importing {
  readonly next: () => Outcome | undefined
}

const classifications = ["primary", "secondary", "archive", "maintenance"]
const statuses = ["active", "paused", "completed", "cancelled"]
const projectTypes = ["Work", "Personal", "Learning", "Inactive"]

const error = (status: number, text: string): Outcome => ({ status, json: { error: text } })

const notFound = error(404, "Project not found")
const nameRequired = error(400, "Name is required")
const integrity = error(409, "Database integrity error")
const pathTaken = error(409, "Project with this path already exists")
const internal = error(500, "Internal server error")

const toJson = (row: Row): Value => ({ ...row })

const columns = ["name", "path", "organization", "classification", "status", "description", "remote_url"] as const

type Column = (typeof columns)[number]

/** Values of columns; undefined where one cannot be bound. */
const bind = (fields: { readonly [column: string]: Value }, names: ReadonlyArray<Column>): Partial<Record<Column, string | null>> | undefined => {
  const bound: Partial<Record<Column, string | null>> = {}
  for (const name of names) {
    const text = asText(fields[name])
    if (text === undefined) return undefined
    bound[name] = text
  }
  return bound
}

const isOneOf = (values: ReadonlyArray<string>, value: Value | undefined): boolean => values.some((one) => one === value)

/** What is wrong with fields whose values are from a list. */
const enumFault = (fields: { readonly [column: string]: Value }): Outcome | undefined => {
  const { classification = null, status } = fields
  if (classification !== null && !isOneOf(classifications, classification)) return error(400, `Invalid classification. Must be one of: ${classifications.join(", ")}`)
  if (status === null) return error(400, "Status cannot be null")
  return status !== undefined && !isOneOf(statuses, status) ? error(400, `Invalid status. Must be one of: ${statuses.join(", ")}`) : undefined
}

/** Makes an empty table. @param now the time as it is stored */
export const make = (now: () => string) => {
  const rows: Array<Row> = []
  /** The remote_urls that there were when the last import began. */
  let before: ReadonlySet<string | null> = new Set()

  const byId = (id: number) => rows.find((row) => row.id === id)

  const isTaken = (path: string | null, self?: Row): boolean => path !== null && rows.some((row) => row !== self && row.path === path)

  /** The highest number and one: that of a deleted row comes again. */
  const insert = (fields: { readonly [column: string]: Value }): Row | "unbound" | "integrity" => {
    const bound = bind(fields, columns)
    if (bound === undefined) return "unbound"
    const { classification = null, description = null, name = null, organization = null, path = null, remote_url = null, status = null } = bound
    if (name === null || status === null || isTaken(path)) return "integrity"
    const time = now()
    const id = rows.reduce((highest, row) => Math.max(highest, row.id), 0) + 1
    const row = { id, name, description, organization, classification, status, project_type: null, remote_url, path, created_at: time, updated_at: time }
    rows.push(row)
    return row
  }

  const write = (row: Row, bound: Partial<Record<Column, string | null>>): void => {
    const { name, status, ...others } = bound
    const next: Row = { ...row, ...others, name: name ?? row.name, status: status ?? row.status }
    if (columns.every((column) => next[column] === row[column])) return
    Object.assign(row, next, { updated_at: now() })
  }

  /** Whether the row's values are ones that the program knows; it raises if not. */
  const isReadable = (row: Row): boolean =>
    isOneOf(statuses, row.status) &&
    (row.classification === null || isOneOf(classifications, row.classification)) &&
    (row.project_type === null || isOneOf(projectTypes, row.project_type))

  return {
    /** The table, for what only SQL can do. */
    rows,

    list: (query: URLSearchParams): Outcome => {
      const status = query.get("status")
      const classification = query.get("classification")
      const organization = query.get("organization")
      const projectType = query.get("project_type")
      const search = query.get("search")
      if (isTrue(projectType) && !isOneOf(projectTypes, projectType)) {
        return error(400, `Invalid project_type. Must be one of: [${projectTypes.map((type) => `'${type}'`).join(", ")}]`)
      }
      const found = rows.filter(
        (row) =>
          (!isOneOf(statuses, status) || row.status === status) &&
          (!isOneOf(classifications, classification) || row.classification === classification) &&
          (!isTrue(organization) || row.organization === organization) &&
          (!isTrue(projectType) || row.project_type === projectType) &&
          (search === null || search === "" || isLike(row.name, search) || isLike(row.description, search))
      )
      return found.every(isReadable) ? { status: 200, json: found.toSorted((one, other) => one.id - other.id).map(toJson) } : "raises"
    },

    get: (id: number): Outcome => {
      const row = byId(id)
      return row === undefined ? notFound : isReadable(row) ? { status: 200, json: toJson(row) } : error(500, "Internal server error")
    },

    create: (body: Value): Outcome => {
      if (!isTrue(body)) return nameRequired
      const hasName = contains(body, "name")
      if (hasName === undefined || (hasName && !isDictionary(body))) return "raises"
      if (!isDictionary(body) || !isTrue(body["name"])) return nameRequired
      const fault = enumFault(body)
      if (fault !== undefined) return fault
      const path = body["path"]
      if (isTrue(path)) {
        const text = asText(path)
        if (text === undefined) return "raises"
        if (isTaken(text)) return pathTaken
      }
      const row = insert({ status: "active", ...body })
      if (row === "unbound") return internal
      return row === "integrity" ? integrity : { status: 201, json: toJson(row), location: `/api/projects/${row.id}` }
    },

    update: (row: Row, body: Value): Outcome => {
      const given = isTrue(body) ? body : {}
      const sent = columns.filter((column) => contains(given, column) === true)
      if (contains(given, "name") === undefined || (sent.length > 0 && !isDictionary(given))) return "raises"
      if (!isDictionary(given)) return { status: 200, json: toJson(row) }
      const fault = enumFault(given)
      if (fault !== undefined) return fault
      if (isTrue(given["path"])) {
        const text = asText(given["path"])
        if (text === undefined) return "raises"
        if (isTaken(text, row)) return pathTaken
      }
      const bound = bind(given, sent)
      if (bound === undefined) return internal
      if (bound.name === null || (bound.path !== undefined && isTaken(bound.path, row))) return integrity
      write(row, bound)
      return { status: 200, json: toJson(row) }
    },

    remove: (row: Row): Outcome => {
      rows.splice(rows.indexOf(row), 1)
      return { status: 204 }
    },

    archive: (row: Row): Outcome => {
      write(row, { classification: "archive", status: "completed" })
      return { status: 200, json: toJson(row) }
    },

    byId,

    /**
     * Begins an import, or refuses it.
     *
     * @param isRacing it runs at the same time as the one before, so it does not see what that made
     */
    import: (body: Value, isRacing = false): Outcome | Importing => {
      if (!isDictionary(body)) return error(400, "Request body must be a JSON object")
      const elements = body["projects"]
      if (elements === undefined) return error(400, "Missing 'projects' field")
      if (!isList(elements)) return error(400, "'projects' field must be a list")
      const errors: Array<Value> = []
      let imported = 0
      let skipped = 0
      let index = 0
      const refuse = (element: { readonly [key: string]: Value }, text: string) => {
        errors.push({ error: text, project: element["name"] ?? null })
        skipped += 1
      }
      const known: Set<string | null> = new Set(isRacing ? before : rows.map((row) => row.remote_url))
      before = new Set(known)
      const isKnown = (remoteUrl: Value): boolean => known.has(asText(remoteUrl) ?? null)
      const doElement = (element: { readonly [key: string]: Value }): void => {
        const { classification = null, name, remote_url, status = "active" } = element
        if (remote_url !== undefined && isTrue(remote_url) && isKnown(remote_url)) {
          skipped += 1
        } else if (!isTrue(name)) {
          refuse(element, "Name is required")
        } else if (classification !== null && !isOneOf(classifications, classification)) {
          refuse(element, `Invalid classification '${PythonText.write(classification)}'. Must be one of: ${classifications.join(", ")}`)
        } else if (!isOneOf(statuses, status)) {
          refuse(element, `Invalid status '${PythonText.write(status)}'. Must be one of: ${statuses.join(", ")}`)
        } else {
          const row = insert({ ...element, status })
          if (row === "unbound") refuse(element, "Failed to import project")
          else if (row === "integrity") refuse(element, "Project with this path already exists")
          else {
            imported += 1
            known.add(row.remote_url)
          }
        }
      }
      return {
        next: () => {
          const element = elements[index]
          if (element === undefined) return { status: 201, json: { errors, imported, skipped } }
          index += 1
          if (!isDictionary(element)) return "raises"
          doElement(element)
          return undefined
        }
      }
    }
  }
}

export type OldProjects = ReturnType<typeof make>
