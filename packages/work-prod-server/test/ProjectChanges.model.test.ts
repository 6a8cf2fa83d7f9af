/**
 * A follower of the feed always ends with what the server has, whatever happens between its pages.
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import { ProjectChanges } from "@dev-infra/work-prod-server/ProjectChanges"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import { callerOf, changesSince, send, tableOf, uid, world } from "./feedWorld.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

type Who = "first" | "second"

type Step =
  | { readonly type: "write"; readonly who: Who; readonly number: number; readonly text: string; readonly recreate: boolean }
  | { readonly type: "place"; readonly who: Who; readonly number: number; readonly path: string }
  | { readonly type: "delete"; readonly who: Who; readonly number: number }
  | { readonly type: "join"; readonly who: Who; readonly merge: number; readonly into: number }
  | { readonly type: "read"; readonly who: Who; readonly limit: number }
  | { readonly type: "wait"; readonly days: number }

const number = FastCheck.integer({ min: 1, max: 4 })
const who = FastCheck.constantFrom<Who>("first", "first", "first", "second")
const step = <T extends Step["type"]>(type: T) => ({ type: FastCheck.constant(type), who })

const steps = FastCheck.array(
  FastCheck.oneof<Array<FastCheck.WeightedArbitrary<Step>>>(
    {
      weight: 6,
      arbitrary: FastCheck.record({ ...step("write"), number, text: FastCheck.constantFrom("a", "b", "c"), recreate: FastCheck.constantFrom(true, true, false) })
    },
    { weight: 2, arbitrary: FastCheck.record({ ...step("place"), number, path: FastCheck.constantFrom("/a", "/b") }) },
    { weight: 4, arbitrary: FastCheck.record({ ...step("delete"), number }) },
    { weight: 2, arbitrary: FastCheck.record({ ...step("join"), merge: number, into: number }) },
    { weight: 4, arbitrary: FastCheck.record({ ...step("read"), limit: FastCheck.constantFrom(1, 2, 3, 1000) }) },
    { weight: 1, arbitrary: FastCheck.record({ type: FastCheck.constant("wait" as const), days: FastCheck.constantFrom(1, 1, 100, 200) }) }
  ),
  { minLength: 40, maxLength: 80 }
)

/** Somebody who knows of the server only what the feed tells. */
const makeFollower = (caller: CallerShape) => {
  let known = new Map<unknown, unknown>()
  let cursor = ""
  const read = (limit: number) =>
    Effect.suspend(() => changesSince(caller, cursor, limit)).pipe(
      Effect.map((page) => {
        for (const { type, id, project } of page.changes) {
          if (type === "deleted") known.delete(id)
          else known.set(id, project)
        }
        cursor = page.cursor
        return page.more
      }),
      Effect.catchAll((failure) => {
        assert.deepInclude(failure, { _tag: "CursorGone", reason: "Expired" })
        known = new Map()
        cursor = ""
        return Effect.succeed(true)
      })
    )
  return { read, readAll: Effect.repeat(read(3), { while: (more) => more }), known: () => [...known.values()] }
}

const itemOf = (step: Step): unknown => {
  switch (step.type) {
    case "write":
      return { uid: uid(step.number), recreate: step.recreate, project: { name: step.text } }
    case "place":
      return { uid: uid(step.number), project: { path: step.path } }
    case "delete":
      return { uid: uid(step.number), delete: true }
    case "join":
      return { merge: uid(step.merge), into: uid(step.into) }
    default:
      return undefined
  }
}

const byId = (projects: ReadonlyArray<unknown>) =>
  (projects as ReadonlyArray<{ readonly id: number; readonly uid: string; readonly etag: string; readonly name: string; readonly path: string | null }>)
    .map(({ id, uid: of, etag, name, path }) => ({ id, uid: of, etag, name, path }))
    .sort((one, other) => one.id - other.id)

const play = (history: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const feed = yield* ProjectChanges
    const callers = { first: yield* callerOf("first"), second: yield* callerOf("second") }
    const followers = { first: makeFollower(callers.first), second: makeFollower(callers.second) }
    for (const step of history) {
      if (step.type === "wait") {
        yield* TestClock.adjust(`${step.days} days`)
        yield* feed.prune
      } else if (step.type === "read") yield* followers[step.who].read(step.limit)
      else yield* send(callers[step.who], itemOf(step))
    }
    for (const who of ["first", "second"] as const) {
      yield* followers[who].readAll
      assert.deepStrictEqual(byId(followers[who].known()), yield* tableOf(callers[who]))
    }
  })

describe("ProjectChanges", () => {
  it.effect.prop("leaves out nothing that a follower must know", [steps], ([history]) => Effect.scoped(Effect.provide(play(history), world)), {
    fastCheck: { numRuns: isSoak ? 150 : 12 }
  })
})
