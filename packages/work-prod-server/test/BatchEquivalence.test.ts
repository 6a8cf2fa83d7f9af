/**
 * What a batch does at once is what its items would have done one by one, to the byte.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { callerOf, changesSince, plainRow, sendRaw, uid, world } from "./feedWorld.js"
import { rounds } from "./testDatabases.js"

const histories = rounds(process.env["DEV_INFRA_SOAK"] === "1" ? 300 : 15)

const number = FastCheck.integer({ min: 1, max: 8 })
const fields = FastCheck.record(
  {
    name: FastCheck.constantFrom("a", "é", "", 5),
    path: FastCheck.constantFrom("/1", "/2", "/3", "1", 1, true, "", null, ["/1"]),
    description: FastCheck.constantFrom("text", null, "NULL", '{"\\,}'),
    status: FastCheck.constantFrom("active", "paused", "lost")
  },
  { requiredKeys: [] }
)
const ifMatch = FastCheck.constantFrom({}, {}, {}, { if_match: null }, { if_match: "1" }, { if_match: "2" })

const item = FastCheck.oneof(
  { weight: 6, arbitrary: FastCheck.tuple(number, fields, ifMatch, FastCheck.boolean()).map(([of, project, condition, recreate]) => ({ uid: uid(of), project: { name: "n", ...project }, recreate, ...condition })) },
  { weight: 1, arbitrary: FastCheck.tuple(number, fields).map(([of, project]) => ({ uid: uid(of), project })) },
  { weight: 1, arbitrary: FastCheck.tuple(number, ifMatch).map(([of, condition]) => ({ uid: uid(of), delete: true, ...condition })) },
  { weight: 1, arbitrary: FastCheck.tuple(number, number, fields).map(([id, of, project]) => ({ id, uid: uid(of), project })) },
  { weight: 2, arbitrary: FastCheck.tuple(number, number, fields).map(([merge, into, project]) => ({ merge: uid(merge), into: uid(into), project })) }
)

const subject = (one: object): unknown => ("merge" in one ? one.merge : "uid" in one ? one.uid : undefined)
const batch = FastCheck.uniqueArray(item, { selector: subject, minLength: 1, maxLength: 8 })
const batches = FastCheck.array(batch, { minLength: 2, maxLength: 5 })

const play = (history: ReadonlyArray<ReadonlyArray<unknown>>, send: typeof sendRaw) =>
  Effect.gen(function* () {
    const me = yield* callerOf("default")
    yield* plainRow(me, { name: "old", path: "/3" })
    const results = yield* Effect.forEach(history, (items) => send(me, items))
    const { changes } = yield* changesSince(me, "")
    return { results, changes }
  }).pipe(Effect.provide(world), Effect.scoped)

const oneByOne: typeof sendRaw = (caller, items) => Effect.map(Effect.forEach(items, (one) => sendRaw(caller, [one])), (results) => results.flat())

describe("ProjectBatch", () => {
  it.effect.prop(
    "does at once what its items would do one by one",
    [batches],
    ([history]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* play(history, sendRaw), yield* play(history, oneByOne))
      }),
    { fastCheck: { numRuns: histories } }
  )
})
