/**
 * A follower of the feed always ends with what the server has, whatever happens between its pages.
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import { ProjectChanges } from "@dev-infra/work-prod-server/ProjectChanges"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { callerOf, changesSince, send, tableOf, uid, world } from "./feedWorld.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

const Number = Schema.Int.pipe(Schema.between(1, 6))
const Who = Schema.Literal("first", "second")

const Step = Schema.Union(
  Schema.Struct({ type: Schema.Literal("write"), who: Who, number: Number, text: Schema.Literal("a", "b", "c"), recreate: Schema.Boolean }),
  Schema.Struct({ type: Schema.Literal("place"), who: Who, number: Number, path: Schema.Literal("/a", "/b") }),
  Schema.Struct({ type: Schema.Literal("delete"), who: Who, number: Number }),
  Schema.Struct({ type: Schema.Literal("join"), who: Who, merge: Number, into: Number }),
  Schema.Struct({ type: Schema.Literal("read"), who: Who, limit: Schema.Literal(1, 2, 3, 1000) }),
  Schema.Struct({ type: Schema.Literal("wait"), days: Schema.Literal(1, 100, 200) })
)

type Step = typeof Step.Type

const steps = FastCheck.array(Arbitrary.make(Step), { minLength: 30, maxLength: 60 })

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
    fastCheck: { numRuns: isSoak ? 1000 : 15 }
  })
})
