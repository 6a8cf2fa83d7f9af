/** What values fields take, and what becomes of them. */
import { ask, asJson, changed, create, json, listed, page, pair, Raw, refused, row, same, someError, wrongType } from "../Pair.js"

const topic = "values"

const post = (body: unknown, headers?: { readonly [name: string]: string }) => ask("POST", "/api/projects", body, headers)

const nameRequired = refused(400, "Name is required")
const invalidStatus = refused(400, "Invalid status. Must be one of: active, paused, completed, cancelled")
const invalidClassification = refused(400, "Invalid classification. Must be one of: primary, secondary, archive, maintenance")
const internal = refused(500, "Internal server error")

const textFields = ["organization", "description", "remote_url"]

export const values = [
  pair(topic, "no name, null, an empty one, 0 and false are none", ...[{}, { name: null }, { name: "" }, { name: 0 }, { name: false }].map((body) => same(post(body), nameRequired))),
  pair(topic, "blanks of a name are kept", same(post({ name: "   " }), json(201, row(1, { name: "   " }))), same(post({ name: " a " }), json(201, row(2, { name: " a " })))),
  pair(
    topic,
    "a number or true becomes a name",
    same(post({ name: 5 }), json(201, row(1, { name: "5" }))),
    same(post({ name: 5.5 }), json(201, row(2, { name: "5.5" }))),
    same(post({ name: true }), json(201, row(3, { name: "1" })))
  ),
  pair(topic, "a list or an object as a name is a fault", wrongType(post({ name: ["a"] }), internal), wrongType(post({ name: { a: 1 } }), internal)),
  pair(topic, "a body without fields has no name", ...[{}, null, [], [1]].map((body) => same(post(body), nameRequired))),
  pair(topic, "a body that is no object is a fault", ...["name", 5, true, ["name"]].map((body) => wrongType(post(body), page(500)))),
  pair(
    topic,
    "a status is active unless one of the four is sent",
    create(1),
    ...["", "Active", 1, ["active"]].map((status) => same(post({ name: "a", status }), invalidStatus)),
    same(post({ name: "a", status: null }), refused(400, "Status cannot be null"))
  ),
  pair(topic, "a classification may be null, but nothing else", same(post({ name: "p1", classification: null }), json(201, row(1))), ...["", "Primary", "x", 1].map((classification) => same(post({ name: "a", classification }), invalidClassification))),
  pair(
    topic,
    "paths are compared byte for byte",
    create(1, { path: "/a" }),
    create(2, { path: "/a/" }),
    create(3, { path: "/A" }),
    same(post({ name: "x", path: "/a" }), refused(409, "Project with this path already exists"))
  ),
  pair(topic, "any number of projects have no path", create(1), create(2), same(post({ name: "p3", path: null }), json(201, row(3)))),
  pair(
    topic,
    "an empty path is stored, and only one",
    changed(post({ name: "p1", path: "" }), json(201, row(1, { path: "" })), "an empty path means none", json(201, row(1))),
    changed(post({ name: "p2", path: "" }), refused(409, "Database integrity error"), "an empty path means none", json(201, row(2)))
  ),
  pair(topic, "a list as a path is a fault", wrongType(post({ name: "a", path: ["/a"] }), page(500))),
  pair(topic, "two projects may have one remote_url", create(1, { remote_url: "https://x/a" }), create(2, { remote_url: "https://x/a" })),
  pair(
    topic,
    "an empty remote_url is stored",
    changed(post({ name: "p1", remote_url: "" }), json(201, row(1, { remote_url: "" })), "an empty remote_url means none", json(201, row(1)))
  ),
  pair(topic, "empty texts of other fields are stored", create(1, { organization: "", description: "" })),
  pair(
    topic,
    "numbers become text",
    same(post({ name: "p1", organization: 5, description: 1.5, remote_url: 7, path: 9 }), json(201, row(1, { organization: "5", description: "1.5", remote_url: "7", path: "9" })))
  ),
  pair(topic, "lists and objects are a fault", ...textFields.flatMap((field) => [wrongType(post({ name: "a", [field]: [] }), internal), wrongType(post({ name: "a", [field]: { a: 1 } }), internal)])),
  pair(
    topic,
    "unknown fields and those that the server keeps itself are ignored",
    same(post({ name: "p1", id: 77, created_at: "1999-01-01T00:00:00", updated_at: "1999-01-01T00:00:00", languages: ["ts"] }), json(201, row(1)))
  ),
  pair(topic, "of a field that is sent twice the last counts", same(post(new Raw(`{"name":"a","name":"p1"}`)), json(201, row(1)))),
  pair(topic, "NaN is taken and is null", same(post(new Raw(`{"name":"p1","description":NaN}`)), json(201, row(1)))),
  pair(
    topic,
    "NUL is kept in text",
    changed(post({ name: "a\u0000b" }), json(201, row(1, { name: "a\u0000b" })), "NUL is refused", someError(400))
  ),
  pair(topic, "half of a surrogate pair is a fault", wrongType(post(new Raw(`{"name":"\\ud800"}`)), internal)),
  pair(topic, "an integer of 20 digits is a fault, one of 5,000 no JSON", wrongType(post(new Raw(`{"name":12345678901234567890}`)), internal), asJson(post(new Raw(`{"name":${"1".repeat(5000)}}`)), 400)),
  pair(topic, "100,000 brackets are a fault", changed(post(new Raw("[".repeat(100_000))), page(500), "too deep JSON is refused", someError(400))),
  pair(topic, "a mark of UTF-8 in front is taken", same(post(new Raw(`\uFEFF{"name":"p1"}`)), json(201, row(1)))),
  pair(topic, "what is no UTF-8 is refused", asJson(post(new Raw(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))), 400)),
  pair(
    topic,
    "a compressed body is not unpacked",
    asJson(post(new Raw(new Uint8Array([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0])), { "content-encoding": "gzip" }), 400)
  ),
  pair(topic, "a body in pieces is taken", same(post({ name: "p1" }, { "transfer-encoding": "chunked" }), json(201, row(1)))),
  pair(topic, "a client may ask whether to go on", same(post({ name: "p1" }, { expect: "100-continue" }), json(201, row(1)))),
  pair(
    topic,
    "JSON has several names",
    ...["application/json", "application/json; charset=utf-8", "application/json;charset=latin1", "application/vnd.api+json", "application/merge-patch+json"].map((type, index) =>
      same(post({ name: `p${index + 1}` }, { "content-type": type }), json(201, row(index + 1)))
    ),
    asJson(post({ name: "a" }, { "content-type": "text/json" }), 415)
  ),
  pair(
    topic,
    "headers of 9 kB are refused",
    changed(ask("GET", "/api/projects", undefined, { "x-long": "x".repeat(9000) }), page(400), "16 KiB of headers are taken", json(200, []))
  ),
  pair(topic, "a megabyte is taken", create(1, { description: "d".repeat(1_000_000) })),
  pair(
    topic,
    "there is no limit to a body",
    changed(
      post({ name: "p1", description: "d".repeat(11 * 1024 * 1024) }),
      { status: 201, body: { _tag: "Unread" }, headers: { location: "/api/projects/1" } },
      "10 MiB are the limit",
      someError(413)
    )
  ),
  pair(topic, "nothing is stored of what is refused", same(post({ name: "a", status: "x" }), invalidStatus), wrongType(post({ name: ["a"] }), internal), listed())
]
