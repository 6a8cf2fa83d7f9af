import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import * as Project from "@dev-infra/metadata/Project"
import * as ProjectId from "@dev-infra/metadata/ProjectId"
import { classifications, isCalendarDate, projectStatuses, projectTypes } from "@dev-infra/metadata/ProjectRules"

const machine = { machineId: "7d0e0f5a-9a55-4c56-8f1f-2f0c7c9b1a10" }
const id = "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11"
const complete = {
  id,
  name: "api",
  path: "/home/me/api",
  template: "standard",
  version: "0.8.0",
  created: "2025-12-19",
  repository: "git@github.com:me/api.git",
  status: "active",
  description: "The API",
  organization: "me",
  classification: "primary",
  project_type: "Work",
  tags: ["go", "web"],
  work_prod_id: 42,
  last_sync: "2025-12-19T10:00:00Z",
  checkouts: ["/home/me/api-2"]
}

const decode = (json: unknown): Project.Project => Either.getOrThrowWith(Project.decode(json, machine), (error) => new Error(error.message))
const problemOf = (json: unknown): string =>
  Either.match(Project.decode(json, machine), { onLeft: (error) => error.message, onRight: () => "no problem" })

const segment = FastCheck.string({ unit: "grapheme", minLength: 1, maxLength: 10 }).filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..")
const path = FastCheck.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join("/")}`)
const day = FastCheck.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
const optional = <A>(arbitrary: FastCheck.Arbitrary<A>) => arbitrary
const valid = FastCheck.record(
  {
    id: FastCheck.uuid(),
    name: FastCheck.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== ""),
    path,
    template: FastCheck.string(),
    version: FastCheck.string(),
    status: FastCheck.constantFrom(...projectStatuses),
    created: optional(day),
    repository: FastCheck.constantFrom("git@github.com:a/b.git", "ssh://git@host/x", "https://github.com/a/b", "/srv/a@b", "x"),
    description: FastCheck.string({ unit: "binary" }),
    organization: FastCheck.string(),
    classification: FastCheck.constantFrom(...classifications),
    project_type: FastCheck.constantFrom(...projectTypes),
    tags: FastCheck.array(FastCheck.string()),
    work_prod_id: FastCheck.oneof(FastCheck.integer(), FastCheck.string()),
    last_sync: FastCheck.string(),
    checkouts: FastCheck.array(path),
    local: FastCheck.jsonValue(),
    note: FastCheck.jsonValue()
  },
  { requiredKeys: ["id", "name", "path", "template", "version", "status"] }
)
/** A valid entry, in most cases with one field replaced by something that may or may not be allowed. */
const almost = FastCheck.tuple(
  valid,
  FastCheck.constantFrom(...Object.keys(complete), "extra"),
  FastCheck.oneof(
    { weight: 3, arbitrary: FastCheck.jsonValue() },
    FastCheck.constantFrom<unknown>(null, undefined, "", " ", "/", "/a/", "/a//b", "/a/../b", "/a/./b", "/.a", "/a/..b", "a", "~", "~/x", "2025-02-29", "2024-02-29", "0000-01-01", "Active", id.toUpperCase(), "https://u:p@h/x", ["a", 1], [null], ["/a", "b"])
  )
).map(([entry, key, value]) => ({ ...entry, [key]: value }))

describe("Project", () => {
  it("reads a complete entry as it is, without copying it", () => {
    const entry = { ...complete, local: { pinned: true }, "x-note": [1, null] }
    expect(decode(entry)).toBe(entry)
  })

  it("completes an entry that has only a path, the same way every time", () => {
    expect(decode({ path: "/home/me/my api" })).toEqual({
      id: ProjectId.derive(machine.machineId, "/home/me/my api"),
      name: "my api",
      path: "/home/me/my api",
      template: "unknown",
      version: "unknown",
      status: "active"
    })
    expect(decode({ path: "/home/me/my api/" }).id).toBe(decode({ path: "/home/me/x/../my api" }).id)
    expect(decode({ path: "/" }).name).toBe("/")
    expect(decode({ path: "/a/ " }).name).toBe("/a/ ")
    expect(decode({ path: `/${"x".repeat(3000)}` }).name).toHaveLength(1000)
  })

  it("puts right what has one meaning only", () => {
    const project = decode({
      ...complete,
      id: ` ${id.toUpperCase()}`,
      path: "/home/me/./api//",
      repository: "https://me:ghp_secret@github.com/me/api.git",
      description: null,
      tags: null,
      checkouts: ["/home/me/api-2/"]
    })
    expect(project).toMatchObject({ id, path: "/home/me/api", repository: "https://github.com/me/api.git", checkouts: ["/home/me/api-2"] })
    expect("description" in project || "tags" in project).toBe(false)
  })

  it("keeps unknown keys, also one called __proto__, and changes no prototype", () => {
    const entry: unknown = JSON.parse(`{"path": "/a", "__proto__": {"polluted": true}, "x": null, "local": {"y": 1}}`)
    const project = decode(entry)
    expect(JSON.parse(JSON.stringify(project))).toMatchObject({ x: null, local: { y: 1 } })
    expect(JSON.stringify(project)).toContain(`"__proto__":{"polluted":true}`)
    expect(Object.getPrototypeOf(project)).toBe(Object.prototype)
    expect("polluted" in project).toBe(false)
    const canonical: unknown = JSON.parse(JSON.stringify(complete).replace("{", `{"__proto__":1,`))
    expect(JSON.stringify(decode(canonical))).toContain(`"__proto__":1`)
  })

  it("names the field that is wrong and says what is allowed", () => {
    expect(problemOf("x")).toBe(`an entry must be an object with at least a path, not "x"`)
    expect(problemOf([])).toContain("must be an object")
    expect(problemOf({})).toBe("path is missing: it must be the whole path of a folder from the root, such as /home/me/api")
    expect(problemOf({ path: "~/api" })).toContain("path must be written out")
    expect(problemOf({ path: "api" })).toBe(`path must be the whole path of a folder from the root, such as /home/me/api, not "api"`)
    expect(problemOf({ ...complete, status: "Active" })).toBe(`status must be one of active, archived, paused, completed, cancelled, not "Active"`)
    expect(problemOf({ ...complete, created: "2025-02-29" })).toContain("created must be a day that exists")
    expect(problemOf({ ...complete, version: 1.1 })).toBe("version must be a text in quotes, not 1.1")
    expect(problemOf({ ...complete, tags: "web" })).toContain("tags must be a list of texts")
    expect(problemOf({ ...complete, project_type: "work" })).toContain("Work, Personal, Learning, Inactive (with a capital letter)")
    expect(problemOf({ ...complete, id: "x", name: " " })).toMatch(/^id must be a UUID.*; name must be a text/)
    expect(problemOf({ ...complete, name: "n".repeat(5000) }).length).toBeLessThan(200)
  })

  it("accepts on the fast path only what the schema reads as the same value", () => {
    FastCheck.assert(
      FastCheck.property(almost, (entry) => {
        const bySchema = Schema.decodeUnknownEither(Project.Project)(entry)
        expect(Project.isCanonical(entry)).toBe(Either.isRight(bySchema))
        if (Either.isRight(bySchema)) expect(bySchema.right).toEqual(entry)
      }),
      { numRuns: 2000 }
    )
  })

  it("accepts on the fast path whatever the schema writes", () => {
    FastCheck.assert(
      FastCheck.property(valid, (entry) => {
        const encoded = Schema.encodeSync(Project.Project)(Schema.decodeUnknownSync(Project.Project)(entry))
        expect(Project.isCanonical(JSON.parse(JSON.stringify(encoded)))).toBe(true)
      })
    )
  })

  it("gives a valid project or says what is wrong, whatever the entry", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(almost, FastCheck.jsonValue()), (entry) => {
        const result = Project.decode(entry, machine)
        if (Either.isLeft(result)) {
          expect(result.left.problems.length).toBeGreaterThan(0)
          return
        }
        expect(Schema.is(Project.Project)(result.right)).toBe(true)
        expect(Project.decode(result.right, machine)).toEqual(result)
      }),
      { numRuns: 2000 }
    )
  })

  it("knows which days exist", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.integer({ min: 0, max: 9999 }), FastCheck.integer({ min: 0, max: 13 }), FastCheck.integer({ min: 0, max: 32 }), (year, month, dayOfMonth) => {
        const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`
        const parsed = new Date(`${text}T00:00:00Z`)
        expect(isCalendarDate(text)).toBe(!Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text))
      })
    )
  })

  it("makes arbitrary projects for other tests", () => {
    const ids = Arbitrary.make(ProjectId.ProjectId)
    FastCheck.assert(FastCheck.property(ids, (generated) => /^[0-9a-f-]{36}$/.test(generated)), { numRuns: 5 })
  })
})
