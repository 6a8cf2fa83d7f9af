import * as RemoteProject from "@dev-infra/work-prod-client/RemoteProject"
import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
import * as Written from "@dev-infra/work-prod-client/Written"
import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as Option from "effect/Option"
import { newHealth, oldHealth, project } from "./scriptedServer.js"

const read = (row: unknown) => Either.getOrThrow(RemoteProject.read(row))

const fault = (row: unknown) => Either.getOrThrow(Either.flip(RemoteProject.read(row)))

describe("RemoteProject.read", () => {
  it("takes what 0.3.0 does not tell for null", () => {
    expect(read(project(7))).toEqual({ ...project(7), uid: null, etag: null, metadata: null, locations: null })
  })

  it("keeps what ours tells", () => {
    const uid = "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11"
    const row = project(7, { uid, etag: "3", metadata: { tags: ["a"] }, locations: [{ machine: null, name: null, path: "/x" }] })
    expect(read(row)).toEqual(row)
    expect(read(project(7, { uid: uid.toUpperCase() })).uid).toBe(uid)
  })

  it("keeps words that it does not know, and leaves out fields", () => {
    expect(read(project(1, { status: "someday", classification: "tertiary", project_type: "Play", stars: 5 }))).toMatchObject({
      status: "someday",
      classification: "tertiary",
      project_type: "Play"
    })
    expect(read({ id: 1, name: "a", status: "active" })).toMatchObject({ created_at: null, path: null })
    expect(read(project(1, { stars: 5 }))).not.toHaveProperty("stars")
  })

  it("names a row that cannot be read, and why", () => {
    expect(fault(project(7, { name: null }))).toEqual({ id: 7, uid: null, fault: "name is null, not text" })
    expect(fault(project(7, { description: ["a"] }))).toMatchObject({ id: 7, fault: "description is a list, not text" })
    expect(fault(project(7, { uid: "u", metadata: "m" }))).toMatchObject({ id: 7, uid: "u" })
    expect(fault(project(7, { locations: [{}] })).fault).toContain("no path")
    expect(fault({ id: "7", name: "a", status: "active" })).toMatchObject({ id: null })
    expect(fault(null)).toMatchObject({ id: null, fault: "the row is null, not an object" })
  })

  it("never throws", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Either.isEither(RemoteProject.read(value))))
  })
})

describe("RemoteProject.instant", () => {
  const time = (text: string | null) => Option.getOrNull(Option.map(RemoteProject.instant(text), DateTime.formatIso))

  it("takes a time without zone for UTC", () => {
    expect(time("2026-11-21T07:00:00")).toBe("2026-11-21T07:00:00.000Z")
    expect(time("2026-11-21T07:00:00.123456")).toBe("2026-11-21T07:00:00.123Z")
    expect(time("2026-11-21 07:00:00")).toBe("2026-11-21T07:00:00.000Z")
  })

  it("goes by a zone where there is one", () => {
    expect(time("2026-11-21T07:00:00Z")).toBe("2026-11-21T07:00:00.000Z")
    expect(time("2026-11-21T07:00:00+02:00")).toBe("2026-11-21T05:00:00.000Z")
    expect(time("2026-11-21T07:00:00.5-0130")).toBe("2026-11-21T08:30:00.500Z")
  })

  it("makes nothing of what is no time", () => {
    for (const text of [null, "", "yesterday", "2026-13-45T00:00:00", "Z"]) expect(time(text)).toBeNull()
  })
})

describe("ServerFeatures.read", () => {
  it("knows ours and 0.3.0", () => {
    expect(Option.getOrThrow(ServerFeatures.read(oldHealth))).toEqual({ instance: null, version: null, capabilities: new Set() })
    const features = Option.getOrThrow(ServerFeatures.read({ ...newHealth, capabilities: [...newHealth.capabilities, "teleport", 5] }))
    expect(features).toMatchObject({ instance: newHealth.instance, version: "0.1.0" })
    expect(ServerFeatures.can(features, "batch")).toBe(true)
  })

  it.each([null, [], "ok", {}, { status: "ok" }, { status: "UP", message: "x" }, { message: "Flask backend is running" }])("does not know %j", (body) => {
    expect(ServerFeatures.read(body)).toEqual(Option.none())
  })
})

describe("Written.compare", () => {
  const dropped = (sent: { readonly [field: string]: unknown }, stored: object) => Written.compare(sent, read(project(1, stored))).dropped

  it("names what did not stick", () => {
    expect(dropped({ name: "project 1", project_type: "Work", uid: "U", stars: 5 }, {})).toEqual(["project_type", "uid", "stars"])
  })

  it("knows what servers make of values", () => {
    const sent = { name: 5, description: true, path: "", remote_url: "", organization: undefined, recreate: true, uid: "5B2A9C1E-52A7-4A7E-9D4B-6A5F0F0C8A11", metadata: null }
    expect(dropped(sent, { name: "5", description: "1", uid: "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11", metadata: {} })).toEqual([])
    expect(dropped({ metadata: { b: [1, { c: null }], a: 1 } }, { metadata: { a: 1, b: [1, { c: null }] } })).toEqual([])
    expect(dropped({ metadata: { a: 1 } }, { metadata: { a: 2 } })).toEqual(["metadata"])
  })
})
