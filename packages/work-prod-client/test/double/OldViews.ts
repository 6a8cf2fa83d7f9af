/** The routes of work-prod 0.3.0, and what it writes as answers. */
import type * as http from "node:http"
import type * as OldProjects from "./OldProjects.js"
import { dump, parse, type Value } from "./Python.js"

/** An answer as it is written. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: { readonly [name: string]: string }
}

const reasons: { readonly [status: number]: string } = {
  308: "Permanent Redirect",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  415: "Unsupported Media Type",
  500: "Internal Server Error"
}

/** A request, without its body. */
export type Asked = Pick<http.IncomingMessage, "headers" | "method" | "rawHeaders" | "url">

/** A page of the framework. */
export const page = (status: number, headers: { readonly [name: string]: string } = {}): Reply => {
  const reason = reasons[status] ?? ""
  const body = `<!doctype html>\n<html lang=en>\n<title>${status} ${reason}</title>\n<h1>${reason}</h1>\n<p>This page is for people.</p>\n`
  return { status, type: "text/html; charset=utf-8", body, headers }
}

/** A page of the server before the framework. */
const gunicornPage: Reply = {
  status: 400,
  type: "text/html",
  body: "<html>\n  <head>\n    <title>Bad Request</title>\n  </head>\n  <body>\n    <h1><p>Bad Request</p></h1>\n    Error parsing headers\n  </body>\n</html>\n"
}

const json = (status: number, value: Value, headers: { readonly [name: string]: string } = {}): Reply => ({
  status,
  type: "application/json",
  body: `${dump(value)}\n`,
  headers
})

/** The answer that a view gives. */
export const fromOutcome = (outcome: OldProjects.Outcome): Reply => {
  if (outcome === "raises") return page(500)
  if (!("json" in outcome)) return { status: 204, type: "text/html; charset=utf-8", body: "" }
  return json(outcome.status, outcome.json, outcome.location === undefined ? {} : { location: outcome.location })
}

/** What `request.get_json()` gives, or the page that it ends with. */
const readJson = (type: string, bytes: Uint8Array): { readonly value: Value } | Reply => {
  if (!isJsonType(type)) return page(415)
  const parsed = parse(bytes)
  return parsed._tag === "Value" ? { value: parsed.value } : page(parsed._tag === "TooDeep" ? 500 : 400)
}

const isJsonType = (type: string): boolean => /^application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(type.trim())

const unquote = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return "\uFFFD"
  }
}

type Route =
  | { readonly _tag: "Health" | "List" | "Import" }
  | { readonly _tag: "Item"; readonly id: string }
  | { readonly _tag: "Archive"; readonly id: string }
  | { readonly _tag: "None" }

const routeOf = (path: string): Route => {
  if (path === "/api/health") return { _tag: "Health" }
  if (path === "/api/projects") return { _tag: "List" }
  if (path === "/api/projects/import") return { _tag: "Import" }
  const item = /^\/api\/projects\/([^/]+)$/.exec(path)?.[1]
  if (item !== undefined) return { _tag: "Item", id: item }
  const archive = /^\/api\/projects\/(\d+)\/archive$/.exec(path)?.[1]
  return archive === undefined ? { _tag: "None" } : { _tag: "Archive", id: archive }
}

/** Longest header line and request line that gunicorn takes. */
const headerLimit = 8190
const requestLineLimit = 4094

/** The largest number of SQLite. */
const isNumber = (id: string): boolean => BigInt(id) < 2n ** 63n

/**
 * What is answered to a request; an import is only begun.
 *
 * @param isRacing whether an import runs at the same time as the one before
 */
export const answer = (projects: OldProjects.OldProjects, request: Asked, bytes: Uint8Array, isRacing: boolean): Reply | OldProjects.Importing => {
  const { headers, method = "GET", rawHeaders, url = "/" } = request
  if (`${method} ${url} HTTP/1.1`.length > requestLineLimit) return gunicornPage
  if (rawHeaders.some((text, index) => index % 2 === 1 && text.length + (rawHeaders[index - 1] ?? "").length + 2 > headerLimit)) return gunicornPage
  const [rawPath = "/", rawQuery = ""] = url.split(/\?(.*)/s)
  const path = unquote(rawPath)
  const route = routeOf(path)
  if (route._tag === "None") {
    const merged = path.replace(/\/{2,}/g, "/")
    return merged !== path && routeOf(merged)._tag !== "None" ? page(308, { location: `http://${headers.host ?? "localhost"}${merged}` }) : page(404)
  }
  const type = headers["content-type"] ?? ""
  const wrongMethod = (...allowed: ReadonlyArray<string>) => page(405, { allow: allowed.join(", ") })
  const withRow = (id: string, use: (row: OldProjects.Row) => Reply): Reply => {
    if (!isNumber(id)) return page(500)
    const row = projects.byId(Number(id))
    return row === undefined ? json(404, { error: "Project not found" }) : use(row)
  }
  switch (route._tag) {
    case "Health":
      return method === "GET" || method === "HEAD" ? json(200, { message: "Flask backend is running", status: "ok" }) : wrongMethod("GET", "HEAD", "OPTIONS")
    case "List": {
      if (method === "GET") return fromOutcome(projects.list(new URLSearchParams(rawQuery)))
      // The view has no branch for it and gives nothing.
      if (method === "HEAD") return page(500)
      if (method !== "POST") return wrongMethod("GET", "HEAD", "OPTIONS", "POST")
      const read = readJson(type, bytes)
      return "value" in read ? fromOutcome(projects.create(read.value)) : read
    }
    case "Import": {
      if (method === "GET") return json(400, { error: "Invalid project ID format" })
      if (method !== "POST") return method === "HEAD" ? page(500) : wrongMethod("GET", "HEAD", "OPTIONS", "POST")
      if (!isJsonType(type)) return json(400, { error: "Content-Type must be application/json" })
      const parsed = parse(bytes)
      if (parsed._tag === "TooDeep") return page(500)
      if (parsed._tag === "Malformed") return json(400, { error: "Invalid JSON" })
      const begun = projects.import(parsed.value, isRacing)
      return typeof begun === "object" && "next" in begun ? begun : fromOutcome(begun)
    }
    case "Item": {
      const { id } = route
      const isDigits = /^\d+$/.test(id)
      if (method === "HEAD") return page(500)
      if (method === "GET") {
        if (!isDigits) return json(400, { error: "Invalid project ID format" })
        return isNumber(id) ? fromOutcome(projects.get(Number(id))) : page(500)
      }
      if (!isDigits) return wrongMethod("GET", "HEAD", "OPTIONS")
      if (method === "DELETE") return withRow(id, (row) => fromOutcome(projects.remove(row)))
      if (method !== "PATCH") return wrongMethod("DELETE", "GET", "HEAD", "OPTIONS", "PATCH")
      return withRow(id, (row) => {
        const read = readJson(type, bytes)
        return "value" in read ? fromOutcome(projects.update(row, read.value)) : read
      })
    }
    case "Archive":
      return method === "PUT" ? withRow(route.id, (row) => fromOutcome(projects.archive(row))) : wrongMethod("OPTIONS", "PUT")
  }
}
