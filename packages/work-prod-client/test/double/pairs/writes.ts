/** Changing, archiving and deleting. */
import { ask, changed, create, empty, json, listed, pair, page, refused, row, same, time, wrongType } from "../Pair.js"

const topic = "writes"

const patch = (id: number, body: unknown) => ask("PATCH", `/api/projects/${id}`, body)

const full = { description: "d", organization: "o", classification: "primary", remote_url: "https://x/1", path: "/p" }

export const writes = [
  pair(topic, "only the fields that are sent change", create(1, full), same(patch(1, { description: "e" }), json(200, row(1, { ...full, description: "e" })))),
  pair(
    topic,
    "a refused change changes nothing",
    create(1, full),
    same(patch(1, { description: "e", status: "x" }), refused(400, "Invalid status. Must be one of: active, paused, completed, cancelled")),
    wrongType(patch(1, { description: "e", organization: [] }), refused(500, "Internal server error")),
    listed(row(1, full))
  ),
  pair(
    topic,
    "null clears",
    create(1, full),
    same(patch(1, { path: null, organization: null, classification: null, description: null, remote_url: null }), json(200, row(1)))
  ),
  pair(
    topic,
    "updated_at moves with a change, and only then",
    create(1, { description: "d" }),
    "a second passes",
    same(patch(1, {}), json(200, row(1, { description: "d" }))),
    same(patch(1, { description: "d", name: "p1", status: "active" }), json(200, row(1, { description: "d" }))),
    same(patch(1, { description: "e" }), json(200, row(1, { description: "e", updated_at: time(1) }))),
    "a second passes",
    same(patch(1, { description: "f" }), json(200, row(1, { description: "f", updated_at: time(2) })))
  ),
  pair(topic, "bodies without fields change nothing", create(1), ...[{}, null, [], [1]].map((body) => same(patch(1, body), json(200, row(1))))),
  pair(topic, "bodies that are no object are a fault", create(1), ...["status", 5, ["status"]].map((body) => wrongType(patch(1, body), page(500)))),
  pair(
    topic,
    "one's own path is no conflict",
    create(1, { path: "/p" }),
    create(2),
    same(patch(1, { path: "/p" }), json(200, row(1, { path: "/p" }))),
    same(patch(2, { path: "/p" }), refused(409, "Project with this path already exists"))
  ),
  pair(
    topic,
    "another project's remote_url is no conflict",
    create(1, { remote_url: "https://x/1" }),
    create(2),
    same(patch(2, { remote_url: "https://x/1" }), json(200, row(2, { remote_url: "https://x/1" })))
  ),
  pair(
    topic,
    "numbers become text, and fields that the server keeps are ignored",
    create(1),
    same(patch(1, { description: 5, id: 9, created_at: "1999-01-01T00:00:00", unknown: true }), json(200, row(1, { description: "5" })))
  ),
  pair(
    topic,
    "archiving sets two fields, can be repeated, and hides nothing",
    create(1, full),
    "a second passes",
    same(ask("PUT", "/api/projects/1/archive"), json(200, row(1, { ...full, classification: "archive", status: "completed", updated_at: time(1) }))),
    "a second passes",
    same(ask("PUT", "/api/projects/1/archive"), json(200, row(1, { ...full, classification: "archive", status: "completed", updated_at: time(1) }))),
    listed(row(1, { ...full, classification: "archive", status: "completed", updated_at: time(1) })),
    same(patch(1, { classification: "primary", status: "active" }), json(200, row(1, { ...full, updated_at: time(2) })))
  ),
  pair(
    topic,
    "deleting frees the path",
    create(1, { path: "/p" }),
    create(2),
    same(ask("DELETE", "/api/projects/1"), empty(204)),
    same(patch(2, { path: "/p" }), json(200, row(2, { path: "/p" }))),
    listed(row(2, { path: "/p" }))
  ),
  pair(
    topic,
    "the id of the last project is used again",
    create(1),
    create(2),
    same(ask("DELETE", "/api/projects/2"), empty(204)),
    changed(ask("POST", "/api/projects", { name: "x" }), json(201, row(2, { name: "x" })), "ids are not used again", json(201, row(3, { name: "x" })))
  ),
  pair(
    topic,
    "conditions are not looked at",
    create(1),
    changed(ask("GET", "/api/projects/1", undefined, { "if-none-match": "*" }), json(200, row(1)), "etags are conditions", { status: 304, body: { _tag: "Empty" } }),
    changed(
      ask("PATCH", "/api/projects/1", { name: "x" }, { "if-match": "\"99\"" }),
      json(200, row(1, { name: "x" })),
      "etags are conditions",
      { status: 412, body: { _tag: "Error" } }
    )
  )
]
