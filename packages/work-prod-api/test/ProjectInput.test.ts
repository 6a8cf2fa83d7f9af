import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "@effect/vitest"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"

const said = (read: Either.Either<unknown, { readonly text: string }>): unknown =>
  Either.match(read, { onLeft: ({ text }) => text, onRight: (value) => value })

const created = (fields: object) => said(ProjectInput.readNew({ name: "api", ...fields }))
const imported = (element: ProjectInput.JsonObject) => said(ProjectInput.readImported(element))

describe("a new project", () => {
  it("needs only a name; the rest is none, an empty object, or active", () => {
    expect(said(ProjectInput.readNew({ name: "api" }))).toEqual({
      name: "api",
      description: null,
      organization: null,
      classification: null,
      status: "active",
      project_type: null,
      remote_url: null,
      path: null,
      metadata: {},
      uid: null,
      recreate: false
    })
  })

  it.each([[{}], [null], [[]], [[1]], [{ name: null }], [{ name: "" }], [{ name: 0 }], [{ name: false }]])("has no name in %j", (body) => {
    expect(said(ProjectInput.readNew(body))).toBe("Name is required")
  })

  it.each([["name"], [5], [true]])("is no object when the body is %j", (body) => {
    expect(said(ProjectInput.readNew(body))).toBe("Request body must be a JSON object")
  })

  it.each([
    [5, "5"],
    [5.5, "5.5"],
    [true, "1"],
    ["   ", "   "]
  ])("takes %j as the name %j", (name, text) => {
    expect(created({ name })).toMatchObject({ name: text })
  })

  it.each([
    ["description", false, "0"],
    ["organization", 0, "0"],
    ["remote_url", 7, "7"],
    ["path", 1.25, "1.25"],
    ["description", "", ""],
    ["organization", "", ""],
    ["remote_url", "", null],
    ["path", "", null]
  ])("takes %s %j as %j", (field, value, stored) => {
    expect(created({ [field]: value })).toMatchObject({ [field]: stored })
  })

  it.each(["name", "description", "organization", "remote_url", "path"])("refuses lists, objects, NUL and halves of characters as %s", (field) => {
    expect(created({ [field]: ["x"] })).toBe(`Invalid ${field}. Must be text`)
    expect(created({ [field]: { x: 1 } })).toBe(`Invalid ${field}. Must be text`)
    expect(created({ [field]: "a\0b" })).toBe(`Invalid ${field}. It must not contain the character NUL`)
    expect(created({ [field]: "a\ud800" })).toContain("surrogate")
    expect(created({ [field]: JSON.parse("1e999") })).toBe(`Invalid ${field}. The number is too large; send it as text`)
    expect(created({ [field]: 2 ** 64 })).toBe(`Invalid ${field}. The number is too large; send it as text`)
  })

  it.each([
    [{ status: null }, "Status cannot be null"],
    [{ status: "" }, "Invalid status. Must be one of: active, paused, completed, cancelled"],
    [{ status: "Active" }, "Invalid status. Must be one of: active, paused, completed, cancelled"],
    [{ status: ["active"] }, "Invalid status. Must be one of: active, paused, completed, cancelled"],
    [{ classification: "" }, "Invalid classification. Must be one of: primary, secondary, archive, maintenance"],
    [{ classification: 1, status: 1 }, "Invalid classification. Must be one of: primary, secondary, archive, maintenance"],
    [{ project_type: "Nope" }, "Invalid project_type. Must be one of: ['Work', 'Personal', 'Learning', 'Inactive']"],
    [{ uid: "nope" }, "Invalid uid. Must be a UUID"],
    [{ uid: 5 }, "Invalid uid. Must be a UUID"],
    [{ metadata: [] }, "Invalid metadata. Must be a JSON object"],
    [{ metadata: "{}" }, "Invalid metadata. Must be a JSON object"],
    [{ metadata: { "a\0": 1 } }, "Invalid metadata. Text in it must not contain the character NUL"],
    [{ metadata: { a: [{ b: "\udfff" }] } }, "Invalid metadata. Text in it must be well-formed Unicode: it contains half of a surrogate pair"],
    [{ recreate: 1 }, "Invalid recreate. Must be true or false"]
  ])("refuses %j", (fields, text) => {
    expect(created(fields)).toBe(text)
  })

  it("may have 64 KiB of metadata, counted in UTF-8, and no byte more", () => {
    const metadata = (length: number) => ({ metadata: { a: "é".repeat(length) } })
    expect(created(metadata(32_764))).toMatchObject(metadata(32_764))
    expect(created({ metadata: { a: `${"é".repeat(32_764)}x` } })).toBe("Invalid metadata. Must be at most 65536 bytes as JSON")
  })

  it("has its uid in lower case", () => {
    expect(created({ uid: "3F2B6C1E-0D7A-4A59-9C1E-6A2F0B9D4E11" })).toMatchObject({ uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11" })
  })

  it("ignores what it does not know", () => {
    expect(created({ id: 7, created_at: "x", updated_at: 1, local_path: "/x", languages: ["go"] })).toEqual(created({}))
  })
})

describe("a change", () => {
  it.each([[undefined], [null], [{}], [[]], [[1]]])("of nothing is %j", (body) => {
    expect(said(ProjectInput.readPatch(body))).toEqual({ recreate: false })
  })

  it.each([["status"], [5], [true], [["status"]]])("is no object when the body is %j", (body) => {
    expect(said(ProjectInput.readPatch(body))).toBe("Request body must be a JSON object")
  })

  it("holds the fields that were sent, and null where they are to be cleared", () => {
    const body = { name: "", path: null, description: null, classification: null, organization: null, remote_url: null, project_type: null, metadata: null }
    expect(said(ProjectInput.readPatch(body))).toEqual({ ...body, metadata: {}, recreate: false })
  })

  it.each([
    [{ name: null }, "Name is required"],
    [{ status: null }, "Status cannot be null"],
    [{ project_type: "work" }, "Invalid project_type. Must be one of: ['Work', 'Personal', 'Learning', 'Inactive']"],
    [{ name: {} }, "Invalid name. Must be text"]
  ])("refuses %j", (body, text) => {
    expect(said(ProjectInput.readPatch(body))).toBe(text)
  })

  it("says of each field exactly what a new project would say", () => {
    const value = FastCheck.oneof(FastCheck.jsonValue(), FastCheck.constantFrom("active", "primary", "Work", "", null))
    const field = FastCheck.constantFrom("description", "organization", "classification", "status", "project_type", "remote_url", "path", "metadata", "uid")
    FastCheck.assert(
      FastCheck.property(field, value, (name, content) => {
        const fresh = created({ [name]: content })
        const changed = said(ProjectInput.readPatch({ [name]: content }))
        expect(changed).toEqual(typeof fresh === "string" ? fresh : { [name]: Reflect.get(new Object(fresh), name), recreate: false })
      })
    )
  })
})

describe("an import", () => {
  it.each([
    [[], "Request body must be a JSON object"],
    ["x", "Request body must be a JSON object"],
    [{}, "Missing 'projects' field"],
    [{ projects: {} }, "'projects' field must be a list"],
    [{ projects: null }, "'projects' field must be a list"]
  ])("is refused for %j", (body, text) => {
    expect(said(ProjectInput.readImport(body))).toBe(text)
  })

  it("may be empty", () => {
    expect(said(ProjectInput.readImport({ projects: [] }))).toEqual([])
  })

  it.each<[ProjectInput.JsonObject, string]>([
    [{ name: 0 }, "Name is required"],
    [{ name: "a", classification: "zzz" }, "Invalid classification 'zzz'. Must be one of: primary, secondary, archive, maintenance"],
    [{ name: "a", status: null }, "Invalid status 'None'. Must be one of: active, paused, completed, cancelled"],
    [{ name: "a", status: ["x", 1, true, "it's"] }, "Invalid status '['x', 1, True, \"it's\"]'. Must be one of: active, paused, completed, cancelled"],
    [{ name: "a", status: { a: null } }, "Invalid status '{'a': None}'. Must be one of: active, paused, completed, cancelled"],
    [{ name: "a", classification: "x", status: "y" }, "Invalid classification 'x'. Must be one of: primary, secondary, archive, maintenance"],
    [{ name: "a", project_type: "x" }, "Invalid project_type 'x'. Must be one of: Work, Personal, Learning, Inactive"]
  ])("says of %j what is wrong, with the value", (element, text) => {
    expect(imported(element)).toBe(text)
  })
})
