import * as Either from "effect/Either"
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@dev-infra/work-prod-api/Batch"

const one = "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11"
const two = "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e12"
const said = (read: Either.Either<unknown, { readonly text: string }>): unknown =>
  Either.match(read, { onLeft: ({ text }) => text, onRight: (value) => value })
const item = (value: unknown) => said(Batch.readItem(value))

describe("an item of a batch", () => {
  it("creates or changes by uid", () => {
    expect(item({ uid: one.toUpperCase(), project: { name: "a" }, recreate: true })).toEqual({
      _tag: "Upsert",
      uid: one,
      fields: { name: "a", recreate: true, uid: one },
      condition: { _tag: "Any" }
    })
  })

  it("deletes, adopts and joins", () => {
    expect(item({ uid: one, delete: true, if_match: "3" })).toEqual({ _tag: "Delete", uid: one, condition: { _tag: "Etag", etag: "3" } })
    expect(item({ id: 7, uid: one, if_match: "1" })).toEqual({ _tag: "Adopt", id: 7, uid: one, fields: { uid: one }, condition: { _tag: "Etag", etag: "1" } })
    expect(item({ merge: one, into: two, if_match: null, into_if_match: "2" })).toEqual({
      _tag: "Join",
      merge: one,
      into: two,
      fields: {},
      condition: { _tag: "None" },
      intoCondition: { _tag: "Etag", etag: "2" }
    })
  })

  it.each([
    [5, "An item must be a JSON object"],
    [null, "An item must be a JSON object"],
    [{}, "Invalid uid. Must be a UUID"],
    [{ uid: one }, "An item needs one of project, delete, id or merge beside its uid"],
    [{ uid: one, project: [] }, "Invalid project. Must be a JSON object"],
    [{ uid: one, project: { uid: two } }, "The uid of project must be the uid of the item"],
    [{ uid: one, delete: 1 }, "Invalid delete. Must be true"],
    [{ uid: one, id: "7" }, "Invalid project ID format"],
    [{ uid: one, id: 0 }, "Invalid project ID format"],
    [{ uid: one, project: {}, if_match: 3 }, "Invalid if_match. Must be the etag of the project, as text, or null"],
    [{ merge: one }, "Invalid into. Must be a UUID"],
    [{ merge: one, into: one }, "A project cannot be merged into itself"]
  ])("refuses %j", (value, text) => {
    expect(item(value)).toBe(text)
  })
})

describe("a batch", () => {
  const batch = (value: unknown) => said(Batch.readBatch(value))

  it.each([
    [[], "Request body must be a JSON object"],
    [{}, "Missing 'items' field"],
    [{ items: {} }, "'items' field must be a list"],
    [{ items: Array.from({ length: 1001 }) }, "A batch has at most 1000 items; this one has 1001"]
  ])("is refused as a whole when it cannot be read", (value, text) => {
    expect(batch(value)).toBe(text)
  })

  it("is refused as a whole when two items are about one uid", () => {
    expect(batch({ items: [{ uid: one, project: {} }, 5, { uid: one, delete: true }] })).toBe(
      `The items 0 and 2 are both about uid ${one}; send one item for each project`
    )
  })

  it("may join several projects into one, and leaves a bad item to itself", () => {
    const read = Batch.readBatch({ items: [{ merge: one, into: two }, { uid: two, project: {} }, "bad"] })
    expect(Either.map(read, (items) => items.map(Either.isRight))).toEqual(Either.right([true, true, false]))
  })
})
