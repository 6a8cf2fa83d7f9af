import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Envelope from "@dev-infra/sync-work-prod/Envelope"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as MappingOurs from "../../src/ours/MappingOurs.js"
import * as RowExtras from "../../src/row/RowExtras.js"
import * as Mapping030 from "../../src/v030/Mapping030.js"
import { desk, laptop, uuid } from "../indexWorld.js"

const runs = process.env["DEV_INFRA_SOAK"] === "1" ? 1500 : 400

const sealed = Envelope.seal("inner text", { ...RowExtras.none, uid: uuid(9), fields: { tags: ["copied"] } })

/** Texts as people and programs write them, and some that look like what this program writes. */
const text = FastCheck.oneof(
  FastCheck.string({ unit: "binary" }),
  FastCheck.string({ unit: "grapheme", maxLength: 40 }),
  FastCheck.constantFrom(
    "",
    " ",
    "\n\n",
    "a\r\n\r\n",
    "a\n\n",
    "🎉",
    "x".repeat(5000),
    sealed,
    `${sealed}\n\n`,
    `before\n\n${sealed} after`,
    "<!-- dev-infra:1 00000000 AAAA -->",
    "text\n\n<!-- dev-infra:1 broken",
    "<!-- dev-infra:2 anything -->",
    "<!-- a comment -->",
    "null"
  )
)

const json: FastCheck.Arbitrary<JsonValue> = FastCheck.letrec<{ value: JsonValue }>((tie) => ({
  value: FastCheck.oneof(
    { depthSize: "small" },
    FastCheck.constant(null),
    FastCheck.boolean(),
    FastCheck.integer(),
    text,
    FastCheck.array(tie("value"), { maxLength: 3 }),
    FastCheck.dictionary(FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom("__proto__", "fields", "v")), tie("value"), { maxKeys: 3 }).map(
      // with a prototype, as JSON.parse gives it
      (entries) => Object.fromEntries(Object.entries(entries))
    )
  )
})).value

const fieldOf = (...words: ReadonlyArray<string>) => FastCheck.oneof(FastCheck.constantFrom(...words), text, json)

const ordinary = FastCheck.record(
  {
    name: fieldOf("api"),
    description: fieldOf("what it is"),
    organization: fieldOf("acme"),
    classification: fieldOf("primary", "archive", "maintenance"),
    status: fieldOf("active", "archived", "completed", "cancelled"),
    project_type: fieldOf("Work", "Inactive"),
    repository: fieldOf("https://git.example.org/a.git", "git@git.example.org:a/b.git#inner/path", "/srv/c#", "file:///srv/c%23#x"),
    template: fieldOf("standard"),
    tags: FastCheck.array(text, { maxLength: 3 }),
    aliases: FastCheck.constant([uuid(5)])
  },
  { requiredKeys: [] }
)

const fields = FastCheck.tuple(ordinary, FastCheck.dictionary(FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom("__proto__", "uid", "writes")), json, { maxKeys: 4 })).map(
  ([known, others]): { readonly [field: string]: JsonValue } => Object.fromEntries([...Object.entries(others), ...Object.entries(known)].filter(([, value]) => value !== undefined))
)

const path = FastCheck.option(FastCheck.constantFrom("/home/me/api", "/", "/srv/é"))
const writes = FastCheck.dictionary(FastCheck.constantFrom(desk.uid, laptop.uid), FastCheck.nat(), { maxKeys: 2 })

const content = FastCheck.record({ fields, path, writes }, { noNullPrototype: true })

const empty: RemoteProject = {
  id: 1,
  name: "",
  description: null,
  organization: null,
  classification: null,
  status: "active",
  project_type: null,
  remote_url: null,
  path: null,
  created_at: "2026-01-01T00:00:00",
  updated_at: "2026-01-01T00:00:00",
  uid: null,
  etag: null,
  metadata: null,
  locations: null
}

type Columns = { readonly [column: string]: unknown }

/** How each kind of server stores, tells and is asked. `typeColumn`: it keeps `project_type`. */
interface Kind {
  readonly name: string
  readonly store: (before: RemoteProject, body: Columns) => RemoteProject
  readonly bodyOf: (target: Mapping030.Target, before?: RemoteProject) => Columns
  readonly entryOf: (row: RemoteProject) => RemoteEntry
  /** the column as somebody edits it, with what the server adds to it */
  readonly edited: (row: RemoteProject, column: string, value: string | null) => RemoteProject
}

const old: Kind = {
  name: "0.3.0",
  store: (before, body) => ({ ...before, ...body, project_type: before.project_type }),
  bodyOf: (target, before) => Mapping030.bodyOf(target, before === undefined ? undefined : Mapping030.open(before), desk, () => false),
  entryOf: (row) => Mapping030.entryOf(Mapping030.open(row)),
  edited: (row, column, value) => {
    if (column !== "description") return { ...row, [column]: value }
    const comment = (row.description ?? "").slice((row.description ?? "").lastIndexOf("<!-- dev-infra:"))
    return { ...row, description: value === null ? comment : `${value}\n\n${comment}` }
  }
}

const ours: Kind = {
  name: "our server",
  store: (before, body) => {
    const { path: given, ...others } = body
    const locations = typeof given === "string" ? [{ machine: desk.uid, name: desk.name, path: given }] : given === null ? [] : (before.locations ?? [])
    return { ...before, ...others, uid: uuid(1), etag: "1", locations, path: null }
  },
  bodyOf: ({ content }, before) => MappingOurs.bodyOf(content, before === undefined ? undefined : MappingOurs.entryOf(before), desk.uid),
  entryOf: MappingOurs.entryOf,
  edited: (row, column, value) => ({ ...row, [column]: value })
}

/** As a server gives it back. */
const throughJson = (row: RemoteProject): RemoteProject => JSON.parse(JSON.stringify(row)) as RemoteProject // what was written comes back

const check = <Values extends [unknown, ...Array<unknown>]>(property: FastCheck.IPropertyWithHooks<Values>) => FastCheck.assert(property, { numRuns: runs })

const columnValues: ReadonlyArray<readonly [string, string, FastCheck.Arbitrary<string | null>]> = [
  ["name", "name", text],
  ["description", "description", FastCheck.option(text)],
  ["organization", "organization", FastCheck.option(text)],
  ["classification", "classification", FastCheck.constantFrom(null, "primary", "secondary", "archive", "maintenance")],
  ["status", "status", FastCheck.constantFrom("active", "paused", "completed", "cancelled")],
  ["remote_url", "repository", FastCheck.constantFrom(null, "https://git.example.org/other.git", "git@x.example:y/z.git")]
]

describe.each([old, ours])("what $name holds of a project", (kind) => {
  it("Y17: is the project, whatever it is", () => {
    check(
      FastCheck.property(content, (made) => {
        const row = throughJson(kind.store(empty, kind.bodyOf({ uid: uuid(1), content: made })))
        const entry = kind.entryOf(row)
        expect(entry.uid).toBe(uuid(1))
        expect(entry.fields).toEqual(made.fields)
        expect(entry.writes).toEqual(made.writes)
        expect(entry.locations).toEqual(made.path === null ? [] : [{ machine: desk.uid, name: desk.name, path: made.path }])
      })
    )
  })

  it("Y17: is the project after any change, whatever the row was before", () => {
    check(
      FastCheck.property(content, content, (before, after) => {
        const first = throughJson(kind.store(empty, kind.bodyOf({ uid: uuid(1), content: before })))
        const second = throughJson(kind.store(first, kind.bodyOf({ uid: uuid(1), content: after }, first)))
        const entry = kind.entryOf(second)
        expect(entry.fields).toEqual(after.fields)
        expect(entry.locations).toEqual(after.path === null ? [] : [{ machine: desk.uid, name: desk.name, path: after.path }])
      })
    )
  })

  it.each(columnValues)("Y16: an edit of %s by hand counts, and nothing else changes", (column, field, values) => {
    check(
      FastCheck.property(content, values, (made, value) => {
        const row = throughJson(kind.store(empty, kind.bodyOf({ uid: uuid(1), content: made })))
        const edited = kind.edited(row, column, value)
        if (JSON.stringify(edited) === JSON.stringify(row)) return // the same value is no edit
        const before = kind.entryOf(row)
        const after = kind.entryOf(edited)
        expect(after.fields[field] ?? null).toEqual(value)
        const others = (entry: RemoteEntry) => Object.fromEntries(Object.entries(entry.fields).filter(([name]) => name !== "status" && name !== "classification" && name !== field))
        expect(others(after)).toEqual(others(before))
        expect([after.uid, after.writes, after.locations]).toEqual([before.uid, before.writes, before.locations])
      })
    )
  })

  it("keeps what is there of columns whose fields stay", () => {
    const strange: RemoteProject = { ...empty, name: "", status: "on hold", classification: "weird", organization: "" }
    const row = kind.store(strange, kind.bodyOf({ uid: uuid(1), content: { fields: kind.entryOf(strange).fields, path: null, writes: {} } }, strange))
    expect(row).toMatchObject({ name: "", status: "on hold", classification: "weird", organization: "" })
    expect(kind.entryOf(throughJson(row)).fields).toEqual({ name: "", status: "on hold", classification: "weird", organization: "" })
  })

  it("tells an archived project from one that was filed away by hand", () => {
    const archived = { name: "api", status: "archived", classification: "primary" }
    const row = kind.store(empty, kind.bodyOf({ uid: uuid(1), content: { fields: archived, path: null, writes: {} } }))
    expect(row).toMatchObject({ status: "completed", classification: "archive" })
    expect(kind.entryOf(row).fields).toEqual(archived)
    const byHand = { ...empty, name: "api", status: "completed", classification: "archive" }
    expect(kind.entryOf(byHand).fields).toEqual({ name: "api", status: "completed", classification: "archive" })
    expect(kind.entryOf({ ...row, status: "active" }).fields).toEqual({ name: "api", status: "active", classification: "archive" })
  })
})
