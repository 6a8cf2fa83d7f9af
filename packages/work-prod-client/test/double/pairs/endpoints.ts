/** Endpoints, their successes, and the texts of their errors. */
import { ask, asJson, changed, create, empty, json, listed, page, pair, Raw, refused, row, same, someError, time } from "../Pair.js"

const topic = "endpoints"

const post = (body: unknown) => ask("POST", "/api/projects", body)

export const endpoints = [
  pair(
    topic,
    "health says that the server runs",
    changed(
      ask("GET", "/api/health"),
      json(200, { message: "Flask backend is running", status: "ok" }, { "content-type": "application/json" }),
      "health also tells the version, the instance and what the server can do",
      { status: 200, body: { _tag: "Unread" } }
    )
  ),
  pair(topic, "a list is a bare array in the order of ids", listed(), create(1), create(2, { name: "a" }), listed(row(1), row(2, { name: "a" }))),
  pair(
    topic,
    "creating answers 201 with the object and a relative Location",
    same(post({ name: "api" }), json(201, row(1, { name: "api" }), { location: "/api/projects/1", "content-type": "application/json" }))
  ),
  pair(
    topic,
    "all fields are stored and told",
    create(1, {
      name: "api",
      description: "d",
      organization: "o",
      classification: "primary",
      status: "paused",
      remote_url: "https://git.example.org/api.git",
      path: "/p"
    }),
    same(
      ask("GET", "/api/projects/1"),
      json(200, row(1, { name: "api", description: "d", organization: "o", classification: "primary", status: "paused", remote_url: "https://git.example.org/api.git", path: "/p" }))
    )
  ),
  pair(topic, "a project that is not there is 404", same(ask("GET", "/api/projects/7"), refused(404, "Project not found"))),
  pair(
    topic,
    "changing answers 200 with the object",
    create(1),
    same(ask("PATCH", "/api/projects/1", { description: "new" }), json(200, row(1, { description: "new" })))
  ),
  pair(
    topic,
    "changing looks for the project before it looks at the body",
    same(ask("PATCH", "/api/projects/7", { status: "nope" }), refused(404, "Project not found")),
    same(ask("PATCH", "/api/projects/7", new Raw("{")), refused(404, "Project not found")),
    same(ask("PATCH", "/api/projects/7"), refused(404, "Project not found"))
  ),
  pair(
    topic,
    "deleting answers 204 without a body, then 404",
    create(1),
    changed(
      ask("DELETE", "/api/projects/1"),
      empty(204, { "content-type": "text/html; charset=utf-8" }),
      "an answer without a body has no type",
      empty(204)
    ),
    same(ask("DELETE", "/api/projects/1"), refused(404, "Project not found"))
  ),
  pair(
    topic,
    "archiving does not look at the body",
    create(1, { classification: "primary" }),
    same(
      ask("PUT", "/api/projects/1/archive", new Raw("garbage {"), { "content-type": "text/x-garbage" }),
      json(200, row(1, { classification: "archive", status: "completed" }))
    ),
    same(ask("PUT", "/api/projects/1/archive"), json(200, row(1, { classification: "archive", status: "completed" }))),
    same(ask("PUT", "/api/projects/9/archive"), refused(404, "Project not found"))
  ),
  pair(
    topic,
    "import answers 201 with counts even if nothing was imported",
    same(ask("POST", "/api/projects/import", { projects: [] }), json(201, { errors: [], imported: 0, skipped: 0 })),
    same(ask("POST", "/api/projects/import", { projects: [{ name: "" }] }), json(201, { errors: [{ error: "Name is required", project: "" }], imported: 0, skipped: 1 }))
  ),
  pair(
    topic,
    "text beyond ASCII is sent as escapes",
    same(post({ name: "é 日本 😀 \u007f \" \\ \n" }), json(201, row(1, { name: "é 日本 😀 \u007f \" \\ \n" }))),
    listed(row(1, { name: "é 日本 😀 \u007f \" \\ \n" }))
  ),
  pair(
    topic,
    "the error texts of creating",
    same(post({}), refused(400, "Name is required")),
    same(post({ name: "a", classification: "x" }), refused(400, "Invalid classification. Must be one of: primary, secondary, archive, maintenance")),
    same(post({ name: "a", status: "x" }), refused(400, "Invalid status. Must be one of: active, paused, completed, cancelled")),
    same(post({ name: "a", status: null }), refused(400, "Status cannot be null")),
    create(1, { path: "/p" }),
    same(post({ name: "b", path: "/p" }), refused(409, "Project with this path already exists")),
    listed(row(1, { path: "/p" }))
  ),
  pair(
    topic,
    "the error texts of changing",
    create(1, { path: "/p" }),
    create(2),
    same(ask("PATCH", "/api/projects/2", { classification: "x" }), refused(400, "Invalid classification. Must be one of: primary, secondary, archive, maintenance")),
    same(ask("PATCH", "/api/projects/2", { status: "x" }), refused(400, "Invalid status. Must be one of: active, paused, completed, cancelled")),
    same(ask("PATCH", "/api/projects/2", { status: null }), refused(400, "Status cannot be null")),
    same(ask("PATCH", "/api/projects/2", { path: "/p" }), refused(409, "Project with this path already exists"))
  ),
  pair(
    topic,
    "an unknown project_type in a filter is refused with a list of Python",
    same(ask("GET", "/api/projects?project_type=Nope"), refused(400, "Invalid project_type. Must be one of: ['Work', 'Personal', 'Learning', 'Inactive']"))
  ),
  pair(
    topic,
    "the error texts of an import that is none",
    same(ask("POST", "/api/projects/import", new Raw("{}"), { "content-type": "text/plain" }), refused(400, "Content-Type must be application/json")),
    same(ask("POST", "/api/projects/import"), refused(400, "Content-Type must be application/json")),
    same(ask("POST", "/api/projects/import", new Raw("{")), refused(400, "Invalid JSON")),
    same(ask("POST", "/api/projects/import", new Raw("")), refused(400, "Invalid JSON")),
    same(ask("POST", "/api/projects/import", []), refused(400, "Request body must be a JSON object")),
    same(ask("POST", "/api/projects/import", "x"), refused(400, "Request body must be a JSON object")),
    same(ask("POST", "/api/projects/import", {}), refused(400, "Missing 'projects' field")),
    same(ask("POST", "/api/projects/import", { projects: {} }), refused(400, "'projects' field must be a list")),
    same(ask("POST", "/api/projects/import", { projects: null }), refused(400, "'projects' field must be a list"))
  ),
  pair(
    topic,
    "project_type is dropped on all three ways in",
    changed(post({ name: "a", project_type: "Work" }), json(201, row(1, { name: "a" })), "project_type can be written", json(201, row(1, { name: "a", project_type: "Work" }))),
    changed(
      ask("PATCH", "/api/projects/1", { project_type: "Personal" }),
      json(200, row(1, { name: "a" })),
      "project_type can be written",
      json(200, row(1, { name: "a", project_type: "Personal" }))
    ),
    changed(post({ name: "b", project_type: "Nope" }), json(201, row(2, { name: "b" })), "project_type is checked", someError(400)),
    changed(
      ask("GET", "/api/projects?project_type=Personal"),
      json(200, []),
      "project_type can be written",
      json(200, [row(1, { name: "a", project_type: "Personal" })])
    )
  ),
  pair(
    topic,
    "no length is too long",
    create(1, { name: "n".repeat(1000), path: `/${"p".repeat(2000)}`, organization: "o".repeat(500), remote_url: `https://x/${"u".repeat(3000)}`, description: "d".repeat(100_000) })
  ),
  pair(topic, "a name may become empty by a change", create(1), same(ask("PATCH", "/api/projects/1", { name: "" }), json(200, row(1, { name: "" }))), same(ask("PATCH", "/api/projects/1", { name: "   " }), json(200, row(1, { name: "   " })))),
  pair(
    topic,
    "a name that becomes null is a conflict",
    create(1),
    changed(ask("PATCH", "/api/projects/1", { name: null }), refused(409, "Database integrity error"), "wrong types are refused with 400", refused(400, "Name is required"))
  ),
  pair(
    topic,
    "a change without a body is refused with a page",
    create(1),
    changed(ask("PATCH", "/api/projects/1"), page(415), "PATCH without a body changes nothing", json(200, row(1))),
    changed(ask("PATCH", "/api/projects/1", new Raw("")), page(400), "PATCH without a body changes nothing", json(200, row(1)))
  ),
  pair(
    topic,
    "what is no JSON is refused with a page",
    create(1),
    asJson(post(new Raw("{")), 400),
    asJson(ask("PATCH", "/api/projects/1", new Raw("{")), 400),
    asJson(ask("POST", "/api/projects", new Raw("{}"), { "content-type": "text/plain" }), 415)
  ),
  pair(
    topic,
    "unknown addresses and wrong methods are refused with a page",
    create(1),
    asJson(ask("GET", "/"), 404),
    asJson(ask("GET", "/api"), 404),
    asJson(ask("GET", "/api/nothing"), 404),
    changed(ask("PUT", "/api/projects"), page(405, { allow: "GET, HEAD, OPTIONS, POST" }), "every error is JSON", someError(405)),
    changed(ask("DELETE", "/api/health"), page(405), "every error is JSON", someError(405)),
    changed(ask("POST", "/api/projects/1", {}), page(405), "every error is JSON", someError(405)),
    changed(ask("PUT", "/api/projects/1", {}), page(405), "every error is JSON", someError(405)),
    changed(ask("GET", "/api/projects/1/archive"), page(405), "every error is JSON", someError(405))
  ),
  pair(
    topic,
    "an id that is no number is 400 to GET, a page to others",
    ...["abc", "-1", "+1", "1.0", "1%20", "import"].map((id) => same(ask("GET", `/api/projects/${id}`), refused(400, "Invalid project ID format"))),
    changed(ask("PATCH", "/api/projects/abc", {}), page(405), "an id that is no number is 400 to every method", refused(400, "Invalid project ID format")),
    changed(ask("DELETE", "/api/projects/-1"), page(405), "an id that is no number is 400 to every method", refused(400, "Invalid project ID format")),
    changed(ask("PUT", "/api/projects/abc/archive"), page(404), "an id that is no number is 400 to every method", refused(400, "Invalid project ID format"))
  ),
  pair(
    topic,
    "an id may have zeros in front and escapes; zero is nobody's",
    create(1),
    same(ask("GET", "/api/projects/01"), json(200, row(1))),
    same(ask("GET", "/api/projects/%31"), json(200, row(1))),
    same(ask("GET", "/api/projects/0"), refused(404, "Project not found")),
    same(ask("GET", "/api/projects/9223372036854775807"), refused(404, "Project not found"))
  ),
  pair(
    topic,
    "an id beyond the numbers of the database is a fault",
    changed(ask("GET", "/api/projects/9223372036854775808"), page(500), "a number that no project can have is refused", refused(404, "Project not found"))
  ),
  pair(
    topic,
    "HEAD is a fault except on health",
    create(1),
    same(ask("HEAD", "/api/health"), empty(200)),
    changed(ask("HEAD", "/api/projects"), empty(500), "HEAD works", empty(200)),
    changed(ask("HEAD", "/api/projects/1"), empty(500), "HEAD works", empty(200))
  ),
  pair(
    topic,
    "times are in UTC, in whole seconds, without a zone",
    "a second passes",
    same(post({ name: "late" }), json(201, row(1, { name: "late", created_at: time(1), updated_at: time(1) })))
  ),
  pair(
    topic,
    "a key that nobody asked for, and what a client would rather have, are ignored",
    create(1),
    ...[{ authorization: "Bearer nonsense" }, { authorization: "Basic bWU6bWU=" }, { accept: "text/html" }, { "accept-language": "de" }].map((headers) =>
      same(ask("GET", "/api/projects/1", undefined, headers), json(200, row(1)))
    )
  )
]
