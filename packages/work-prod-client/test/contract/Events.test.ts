/** The feed as it happens, from the servers that tell it. */
import type { ProjectEvent, WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { memory, memory030, server, server030 } from "./worlds.js"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

const laptop = { uid: uid(901), name: "laptop" }
const tower = { uid: uid(902), name: "tower" }

/** What of an event does not depend on the server. */
const shown = (event: ProjectEvent): string => {
  if (event.type !== "change") return event.type
  const { change } = event
  return change.type === "project" ? `${change.project.name} ${change.project.status}` : change.type === "deleted" ? `deleted ${change.id}` : "unreadable"
}

/** Follows as the test asks for more; a failure is the test's. */
const follow = (workProd: WorkProdShape, since?: string) =>
  Effect.map(Stream.toPull(Stream.rechunk(workProd.events(since === undefined ? {} : { since }), 1)), (pull) => {
    const next = (count: number) => Effect.map(Effect.replicateEffect(pull, count), (chunks) => chunks.flatMap((chunk) => [...chunk]))
    return { next, names: (count: number) => Effect.map(next(count), (events) => events.map(shown)) }
  })

const take = (events: Stream.Stream<ProjectEvent, WorkProdError>, count: number) => Effect.map(Stream.runCollect(Stream.take(events, count)), (chunk) => [...chunk])

describe.each([memory, server])("events of $name", ({ open }) => {
  it.scoped("tell what happens from now on, by whomever, as the feed does", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const [mine, theirs] = [yield* connect(laptop), yield* connect(tower)]
      yield* theirs.create({ name: "before" })
      const { names } = yield* follow(mine)
      expect(yield* names(1)).toEqual(["ready"])
      const { project } = yield* theirs.create({ name: "web" })
      expect(yield* names(1)).toEqual(["web active"])
      yield* mine.update(project.id, { status: "paused" })
      expect(yield* names(1)).toEqual(["web paused"])
      yield* theirs.remove(project.id)
      expect(yield* names(1)).toEqual([`deleted ${project.id}`])
    })
  )

  it.scoped("tell everything that is there first, if that is asked for", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const client = yield* connect()
      yield* client.batch(Array.from({ length: 1100 }, (_, index) => ({ uid: uid(index), project: { name: `p${index}` } })))
      const { names } = yield* follow(client, "")
      expect(yield* names(1101)).toEqual([...Array.from({ length: 1100 }, (_, index) => `p${index} active`), "ready"])
      yield* client.create({ name: "later" })
      expect(yield* names(1)).toEqual(["later active"])
    })
  )

  it.scoped("go on after any event, and after any page of the feed, with nothing left out", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const client = yield* connect()
      yield* Effect.forEach(["a", "b", "c"], (name) => client.create({ name }))
      const all = yield* take(client.events({ since: "" }), 4)
      const after = (index: number) => client.events({ since: all[index]?.type === "disconnected" ? "" : (all[index]?.cursor ?? "") })
      expect((yield* take(after(0), 3)).map(shown)).toEqual(["b active", "c active", "ready"])
      expect((yield* take(after(2), 1)).map(shown)).toEqual(["ready"])
      expect((yield* take(after(3), 1)).map(shown)).toEqual(["ready"])
      const { cursor } = yield* client.changes("", 1)
      expect((yield* take(client.events({ since: cursor }), 3)).map(shown)).toEqual(["b active", "c active", "ready"])
      const last = all[3]
      if (last?.type !== "ready") return expect.unreachable()
      yield* client.create({ name: "d" })
      expect((yield* client.changes(last.cursor)).changes).toHaveLength(1)
    })
  )

  it.scoped("hold the whole project, as the asking machine sees it", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const [mine, theirs] = [yield* connect(laptop), yield* connect(tower)]
      const { next } = yield* follow(mine)
      yield* next(1)
      const { project } = yield* theirs.create({ name: "schön ✓\u2028", path: "/there", metadata: { tags: ["a"] }, uid: uid(7) })
      const [event] = yield* next(1)
      expect(event).toMatchObject({ type: "change", change: { type: "project", id: project.id, uid: uid(7), project: yield* mine.get(project.id) } })
    })
  )

  it.scoped("tell many changes at once in their order, to everybody who listens", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const client = yield* connect()
      const listeners = yield* Effect.replicateEffect(follow(client), 5)
      yield* Effect.forEach(listeners, ({ names }) => names(1))
      yield* client.batch(Array.from({ length: 200 }, (_, index) => ({ uid: uid(index), project: { name: `p${index}` } })))
      for (const { names } of listeners) expect(yield* names(200)).toEqual(Array.from({ length: 200 }, (_, index) => `p${index} active`))
    })
  )

  it.scoped("end where a cursor means nothing: everything is to be read again", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const failure = yield* Effect.flip(Stream.runDrain((yield* connect()).events({ since: "nonsense ✓\n" })))
      expect(failure).toMatchObject({ _tag: "CursorGone", path: "/api/events" })
      expect(failure.message).toContain("read everything again from the beginning")
    })
  )
})

describe.each([memory030, server030])("events of $name", ({ open }) => {
  it.scoped("are refused as what this server cannot do", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const failure = yield* Effect.flip(Stream.runDrain((yield* connect()).events()))
      expect(failure).toMatchObject({ _tag: "Unsupported", capability: "events" })
    })
  )
})
