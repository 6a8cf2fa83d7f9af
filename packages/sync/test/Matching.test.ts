import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as LocalView from "@dev-infra/sync/LocalView"
import * as Matching from "@dev-infra/sync/Matching"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { Base } from "@dev-infra/sync/SyncState"
import { describe, expect, it } from "vitest"
import { uuid } from "./world.js"

const local = (number: number, fields: { readonly [field: string]: JsonValue } = {}) => {
  const project = {
    id: ProjectId.make(uuid(1, number)),
    name: `p${number}`,
    path: AbsolutePath.make(`/code/p${number}`),
    template: "unknown",
    version: "unknown",
    status: "active",
    ...fields
  } as Project // as the registry gives it
  return LocalView.make(project, undefined, undefined, false)
}

const row = (key: number, entry: Partial<RemoteEntry> = {}): RemoteEntry => ({
  key: String(key),
  createdAt: `2026-01-01T00:00:${String(key).padStart(2, "0")}`,
  updatedAt: null,
  uid: null,
  fields: { name: `row ${key}` },
  writes: {},
  locations: [],
  deletedAt: null,
  native: null,
  ...entry
})

const base = (of: RemoteEntry): Base => ({ key: of.key, createdAt: of.createdAt, uid: of.uid ?? "", fields: {}, confirmed: 0, at: "2026-01-01T00:00:00.000Z" })

const keyOf = (matches: Matching.Matches, number: number) => matches.rows.get(uuid(1, number))?.key

const repository = "git@example.org:me/api.git"
const other = "git@example.org:me/other.git"

describe("which row is which project", () => {
  it("Y7: the uid decides before the repository, and an alias before the path", () => {
    const rows = [
      row(1, { uid: uuid(5, 5), fields: { name: "x", repository } }),
      row(2, { uid: uuid(1, 1), fields: { name: "p1" } }),
      row(3, { uid: uuid(9, 9), fields: { name: "y", aliases: [uuid(1, 2)] } }),
      row(4, { fields: { name: "p2" }, locations: [{ machine: null, name: null, path: "/code/p2" }] })
    ]
    const matches = Matching.match([local(1, { repository }), local(2)], rows, { bases: {} })
    expect([keyOf(matches, 1), keyOf(matches, 2)]).toEqual(["2", "3"])
  })

  it("Y7: a row without uid is found by its repository in any spelling and the place inside it", () => {
    const rows = [row(1, { fields: { name: "x", repository: "https://example.org/me/api" } }), row(2, { fields: { name: "y", repository: "https://example.org/me/api#packages/web" } })]
    const matches = Matching.match([local(1, { repository: `${repository}#packages/web` }), local(2, { repository })], rows, { bases: {} })
    expect([keyOf(matches, 1), keyOf(matches, 2)]).toEqual(["2", "1"])
  })

  it("Y7: path and name together find a row that has neither uid nor repository, and only such a row", () => {
    const places = [{ machine: null, name: null, path: "/code/p1" }]
    expect(keyOf(Matching.match([local(1)], [row(1, { fields: { name: "p1" }, locations: places })], { bases: {} }), 1)).toBe("1")
    expect(keyOf(Matching.match([local(1)], [row(1, { fields: { name: "another" }, locations: places })], { bases: {} }), 1)).toBeUndefined()
    expect(keyOf(Matching.match([local(1)], [row(1, { fields: { name: "p1", repository: other }, locations: places })], { bases: {} }), 1)).toBeUndefined()
    expect(keyOf(Matching.match([local(1)], [row(1, { uid: uuid(7, 7), fields: { name: "p1" }, locations: places })], { bases: {} }), 1)).toBeUndefined()
  })

  it("Y7: a number that is used again proves nothing without the time of creation", () => {
    const lost = row(3, { fields: { name: "renamed" } })
    const reused = { ...lost, createdAt: "2026-05-05T00:00:00" }
    expect(keyOf(Matching.match([local(1)], [lost], { bases: { [uuid(1, 1)]: base(lost) } }), 1)).toBe("3")
    expect(keyOf(Matching.match([local(1)], [reused], { bases: { [uuid(1, 1)]: base(lost) } }), 1)).toBeUndefined()
  })

  it("Y8: one id with two repositories is refused without a base, and a change of URL with one", () => {
    const there = row(1, { uid: uuid(1, 1), fields: { name: "x", repository: other } })
    const refused = Matching.match([local(1, { repository })], [there], { bases: {} })
    expect([keyOf(refused, 1), refused.refusals.get(uuid(1, 1))?.reason]).toEqual([undefined, "OtherRepository"])
    expect(keyOf(Matching.match([local(1, { repository })], [there], { bases: { [uuid(1, 1)]: base(there) } }), 1)).toBe("1")
    const before = { ...base(there), key: "7" }
    expect(keyOf(Matching.match([local(1, { repository })], [there], { bases: { [uuid(1, 1)]: before } }), 1)).toBeUndefined()
    expect(keyOf(Matching.match([local(1, { repository })], [there], { bases: {}, same: new Set([uuid(1, 1)]) }), 1)).toBe("1")
  })

  it("Y9: a former repository counts only while no other row has it now", () => {
    const moved = row(1, { uid: uuid(5, 5), fields: { name: "x", repository: other, former_repositories: ["https://example.org/me/api"] } })
    const current = row(2, { uid: uuid(6, 6), fields: { name: "y", repository } })
    expect(keyOf(Matching.match([local(1, { repository })], [moved], { bases: {} }), 1)).toBe("1")
    expect(keyOf(Matching.match([local(1, { repository })], [moved, current], { bases: {} }), 1)).toBe("2")
  })

  it("Y10: of two rows of one project the smaller uid survives; rows without uid are reported", () => {
    const rows = [row(1, { uid: uuid(5, 5), fields: { name: "a", repository } }), row(2, { uid: uuid(4, 4), fields: { name: "b", repository } }), row(3, { fields: { name: "c", repository } })]
    const matches = Matching.match([local(1, { repository })], rows, { bases: {} })
    expect(keyOf(matches, 1)).toBe("2")
    expect(matches.twins.get(uuid(1, 1))?.map(({ entry, into }) => [entry.key, into.key])).toEqual([["1", "2"]])
    expect(matches.duplicates.map(({ key }) => key)).toEqual(["3"])
    expect(matches.others).toEqual([])
  })

  it("Y10: what is to be kept apart is kept apart", () => {
    const there = row(1, { uid: uuid(5, 5), fields: { name: "a", repository } })
    expect(keyOf(Matching.match([local(1, { repository, distinct_from: [uuid(5, 5)] })], [there], { bases: {} }), 1)).toBeUndefined()
    expect(keyOf(Matching.match([local(1, { repository })], [{ ...there, fields: { ...there.fields, distinct_from: [uuid(1, 1)] } }], { bases: {} }), 1)).toBeUndefined()
  })

  it("Y11: the path of another machine makes nothing local", () => {
    const there = row(1, { uid: uuid(5, 5), fields: { name: "p1" }, locations: [{ machine: uuid(91, 0), name: "desk", path: "/code/p1" }] })
    const matches = Matching.match([local(1)], [there], { bases: {} })
    expect([keyOf(matches, 1), matches.others.map(({ key }) => key)]).toEqual([undefined, ["1"]])
  })

  it("Y16: of two rows with one copied identity the linked one counts, else the one with the repository, else the first", () => {
    const rows = [row(1, { uid: uuid(1, 1), fields: { name: "a" } }), row(2, { uid: uuid(1, 1), fields: { name: "b", repository } }), row(3, { uid: uuid(1, 1), fields: { name: "c" } })]
    const third = rows[2]
    expect(third).toBeDefined()
    if (third === undefined) return
    const linked = Matching.match([local(1, { repository })], rows, { bases: { [uuid(1, 1)]: base(third) } })
    expect([keyOf(linked, 1), linked.duplicates.map(({ key }) => key)]).toEqual(["3", ["1", "2"]])
    expect(keyOf(Matching.match([local(1, { repository })], rows, { bases: {} }), 1)).toBe("2")
    expect(keyOf(Matching.match([local(1)], rows, { bases: {} }), 1)).toBe("1")
  })

  it("gives each row to one project only, ten thousand of the same name among them", () => {
    const locals = Array.from({ length: 10_000 }, (_, index) => local(index, { name: "same" }))
    const rows = locals.map(({ project }, index) => row(index, { uid: project.id, fields: { name: "same" } }))
    const matches = Matching.match(locals, rows, { bases: {} })
    expect(matches.rows.size).toBe(10_000)
    expect(new Set(matches.rows.values()).size).toBe(10_000)
  })
})
