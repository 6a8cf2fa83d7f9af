import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as World from "./indexWorld.js"

const { content, create, desk, done, entryOf, fetched, gist, laptop, open, send, uuid } = World

const everything = {
  name: "api",
  description: "What it is for.\n\nWith *two* paragraphs 🎉",
  organization: "acme",
  classification: "primary",
  project_type: "Work",
  status: "paused",
  repository: "git@git.example.org:acme/api.git",
  template: "standard",
  version: "0.9",
  created: "2025-12-19",
  tags: ["a", "b"],
  aliases: [uuid(7, 7)],
  unknown: { nested: [null, 1, { deep: "é" }] }
}

describe.each(World.worlds)("the index over $name", (world) => {
  it.scoped("gives back what was created, whole", () =>
    Effect.gen(function* () {
      const index = yield* (yield* open(world)).at(desk)
      const made = yield* done(index, create(uuid(1), content(everything, { path: "/home/me/api" })))
      expect(gist(made)).toEqual({
        uid: uuid(1),
        fields: everything,
        writes: { [desk.uid]: 1 },
        locations: [{ machine: desk.uid, name: "desk", path: "/home/me/api" }],
        isDeleted: false
      })
      const { entries } = yield* fetched(index)
      expect(entries).toEqual([made])
    })
  )

  it.scoped("changes, adopts and deletes rows", () =>
    Effect.gen(function* () {
      const { at, client } = yield* open(world)
      const index = yield* at(desk)
      yield* client.create({ name: "by hand", description: "mine", path: "/srv/x", organization: "acme" })
      const [row] = (yield* fetched(index)).entries
      if (row === undefined) throw new Error("no row")
      expect(gist(row)).toEqual({
        uid: null,
        fields: { name: "by hand", description: "mine", organization: "acme", status: "active" },
        writes: {},
        locations: [{ machine: null, name: null, path: "/srv/x" }],
        isDeleted: false
      })
      const adopted = yield* done(index, { _tag: "Adopt", uid: uuid(2), entry: row, content: content({ ...row.fields, tags: ["t"] }, { path: "/srv/y" }) })
      expect(adopted.uid).toBe(uuid(2))
      expect(adopted.fields).toEqual({ name: "by hand", description: "mine", organization: "acme", status: "active", tags: ["t"] })
      const updated = yield* done(index, { _tag: "Update", uid: uuid(2), entry: adopted, content: content({ name: "new", status: "archived", classification: "primary" }, { writes: { [desk.uid]: 2 } }) })
      expect(updated.fields).toEqual({ name: "new", status: "archived", classification: "primary" })
      const [raw] = yield* client.list().pipe((stream) => Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray))
      expect(raw).toMatchObject({ name: "new", status: "completed", classification: "archive" })
      const { results } = yield* send(index, { _tag: "Delete", uid: uuid(2), entry: updated, purge: false })
      expect(results[0]?._tag).toBe("Done")
      const after = yield* fetched(index)
      expect(after.entries.filter(({ deletedAt }) => deletedAt === null)).toEqual([])
      if (world.isOld) expect(after.entries.map(({ deletedAt, uid }) => [uid, deletedAt !== null])).toEqual([[uuid(2), true]])
    })
  )

  it.scoped("lets two machines have the same path", () =>
    Effect.gen(function* () {
      const { at } = yield* open(world)
      const [one, two] = [yield* at(desk), yield* at(laptop)]
      yield* done(one, create(uuid(1), content({}, { path: "/p" })))
      const other = yield* done(two, create(uuid(2), content({}, { path: "/p" })))
      expect(other.locations).toEqual([{ machine: laptop.uid, name: "laptop", path: "/p" }])
      const { results } = yield* send(two, create(uuid(2), content({})))
      expect(results[0]?._tag).toBe("Taken")
      expect(entryOf({ _tag: "Done", isConfirmed: true, entry: other }).uid).toBe(uuid(2))
    })
  )
})
