/** Imports. */
import { ask, changed, create, json, listed, page, pair, row, same } from "../Pair.js"

const topic = "imports"

const load = (...projects: ReadonlyArray<unknown>) => ask("POST", "/api/projects/import", { projects })

const counts = (imported: number, skipped: number, errors: ReadonlyArray<{ readonly error: string; readonly project: unknown }> = []) =>
  json(201, { errors, imported, skipped })

const taken = "Project with this path already exists"
const url = "https://git.example.org/a.git"

export const imports = [
  pair(
    topic,
    "projects are made in order, active unless they say otherwise",
    same(load({ name: "p1", path: "/1", classification: null }, { name: "p2", status: "paused", classification: "primary", description: "d", organization: "o", remote_url: url }), counts(2, 0)),
    listed(row(1, { path: "/1" }), row(2, { status: "paused", classification: "primary", description: "d", organization: "o", remote_url: url }))
  ),
  pair(
    topic,
    "a known remote_url is skipped without a word, whatever else is wrong, and changes nothing",
    create(1, { remote_url: url }),
    same(load({ name: "other", remote_url: url }, { remote_url: url }, { name: "x", status: "nope", remote_url: url }), counts(0, 3)),
    listed(row(1, { remote_url: url }))
  ),
  pair(
    topic,
    "a remote_url is known letter by letter, also inside one import",
    same(load({ name: "p1", remote_url: url }, { name: "x", remote_url: url }, { name: "p2", remote_url: "https://git.example.org/a" }, { name: "p3", remote_url: "https://git.example.org/A.git" }), counts(3, 1))
  ),
  pair(topic, "without a remote_url nothing is known", same(load({ name: "p1" }), counts(1, 0)), same(load({ name: "p1" }), counts(1, 0)), listed(row(1), row(2, { name: "p1" }))),
  pair(
    topic,
    "the name is checked before the classification, that before the status",
    same(
      load({ classification: "x", status: "y" }, { name: "a", classification: "x", status: "y" }, { name: "a", status: "y" }),
      counts(0, 3, [
        { error: "Name is required", project: null },
        { error: "Invalid classification 'x'. Must be one of: primary, secondary, archive, maintenance", project: "a" },
        { error: "Invalid status 'y'. Must be one of: active, paused, completed, cancelled", project: "a" }
      ])
    ),
    listed()
  ),
  pair(
    topic,
    "texts quote values as Python writes them",
    same(
      load({ name: "a", status: null }, { name: "a", status: true }, { name: "a", status: ["x", 1, null] }, { name: "a", classification: { a: "b" } }, { name: "a", classification: 5 }),
      counts(0, 5, [
        { error: "Invalid status 'None'. Must be one of: active, paused, completed, cancelled", project: "a" },
        { error: "Invalid status 'True'. Must be one of: active, paused, completed, cancelled", project: "a" },
        { error: "Invalid status '['x', 1, None]'. Must be one of: active, paused, completed, cancelled", project: "a" },
        { error: "Invalid classification '{'a': 'b'}'. Must be one of: primary, secondary, archive, maintenance", project: "a" },
        { error: "Invalid classification '5'. Must be one of: primary, secondary, archive, maintenance", project: "a" }
      ])
    )
  ),
  pair(
    topic,
    "errors echo the name, whatever it was",
    same(
      load({ name: null }, { name: 0 }, { name: "" }, { name: false }, {}),
      counts(0, 5, [null, 0, "", false, null].map((project) => ({ error: "Name is required", project })))
    )
  ),
  pair(
    topic,
    "a name that is no text fails by itself",
    changed(
      load({ name: ["l"] }, { name: "p1" }, { name: { a: 1 } }),
      counts(1, 2, [
        { error: "Failed to import project", project: ["l"] },
        { error: "Failed to import project", project: { a: 1 } }
      ]),
      "wrong types are named",
      counts(1, 2, [
        { error: "Invalid name. Must be text", project: ["l"] },
        { error: "Invalid name. Must be text", project: { a: 1 } }
      ])
    )
  ),
  pair(
    topic,
    "a path that is taken is an error and the rest goes on",
    create(1, { path: "/p" }),
    same(load({ name: "x", path: "/p" }, { name: "p2", path: "/q" }, { name: "y", path: "/q" }), counts(1, 2, [{ error: taken, project: "x" }, { error: taken, project: "y" }])),
    listed(row(1, { path: "/p" }), row(2, { path: "/q" }))
  ),
  pair(
    topic,
    "an empty path is taken by the first",
    changed(load({ name: "p1", path: "" }, { name: "p2", path: "" }), counts(1, 1, [{ error: taken, project: "p2" }]), "an empty path means none", counts(2, 0))
  ),
  pair(topic, "an empty remote_url is never known", same(load({ name: "a", remote_url: "" }, { name: "b", remote_url: "" }), counts(2, 0)), same(load({ name: "a", remote_url: "" }), counts(1, 0))),
  pair(
    topic,
    "half of a surrogate pair fails by itself",
    changed(
      load({ name: "\ud800" }, { name: "p1" }),
      counts(1, 1, [{ error: "Failed to import project", project: "\ud800" }]),
      "half of a surrogate pair is named",
      { status: 201, body: { _tag: "Unread" } }
    ),
    listed(row(1))
  ),
  pair(
    topic,
    "an element that is no object ends the request; those before it stay",
    changed(load({ name: "p1" }, "x", { name: "p2" }), page(500), "an element that is no object is an error of its own", { status: 201, body: { _tag: "Unread" } }),
    changed(ask("GET", "/api/projects"), json(200, [row(1)]), "an element that is no object is an error of its own", json(200, [row(1), row(2)]))
  ),
  pair(
    topic,
    "fields that nobody knows are ignored, project_type too",
    same(load({ name: "p1", local_path: "/x", languages: ["ts"], id: 9 }), counts(1, 0)),
    changed(load({ name: "p2", project_type: "Nope" }), counts(1, 0), "project_type is checked", { status: 201, body: { _tag: "Unread" } })
  )
]
