import type { RemoteChanges, WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Stream from "effect/Stream"
import { memory, memory030, server, server030, type Opened, type World } from "./worlds.js"

const uid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

const machines = [undefined, { uid: uid(901), name: "laptop" }, { uid: uid(902), name: "tower" }]

const few = <A>(...values: ReadonlyArray<A>) => FastCheck.constantFrom(...values)

const fields = FastCheck.record(
  {
    name: few<unknown>("a", "b", "é\u{1f600}", "", null, 5, ["x"]),
    description: few<unknown>("d", "e", "", null, 1.5, true),
    organization: few<unknown>("o", null, 7),
    classification: few<unknown>("primary", "archive", "x", null),
    status: few<unknown>("active", "paused", "x", null),
    project_type: few<unknown>("Work", null),
    remote_url: few<unknown>("https://x/1", "https://x/2", "", null),
    path: few<unknown>("/1", "/2", "/3", "", null),
    metadata: few<unknown>({}, { a: 1, b: [2] }, { b: [2], a: 1 }, null),
    uid: few<unknown>(uid(1), uid(2), uid(3), null, "x"),
    recreate: few<unknown>(true, false)
  },
  { requiredKeys: [] }
)

/** Fields of which most can be stored. */
const named = FastCheck.tuple(fields, few("a", "b", "c")).map(([others, name]) => ({ ...others, name }))

const id = FastCheck.integer({ min: 1, max: 8 })
const known = few(uid(1), uid(2), uid(3), uid(4))
const etag = few("1", "2", "3")

const withCondition = <A extends object>(item: FastCheck.Arbitrary<A>) =>
  FastCheck.tuple(item, FastCheck.option(FastCheck.option(etag), { freq: 1, nil: undefined })).map(([one, condition]) => (condition === undefined ? one : { ...one, if_match: condition }))

const itemFields = named.map((fieldsOfOne) => Object.fromEntries(Object.entries(fieldsOfOne).filter(([field]) => field !== "uid")))

const item = withCondition(
  FastCheck.oneof(
    FastCheck.record({ uid: known, project: itemFields }),
    FastCheck.record({ uid: known, project: itemFields, recreate: FastCheck.constant(true) }),
    FastCheck.record({ uid: known, delete: FastCheck.constant(true) }),
    FastCheck.record({ id, uid: known }),
    FastCheck.record({ merge: known, into: known })
  )
)

type Step = (workProd: WorkProdShape) => Effect.Effect<unknown, unknown>

/** A step as text, so that a failing run can be read. */
interface Named {
  readonly machine: number
  readonly what: string
  readonly run: Step
}

const step = <A>(what: string, arbitrary: FastCheck.Arbitrary<A>, run: (value: A) => Step): FastCheck.Arbitrary<Named> =>
  FastCheck.tuple(FastCheck.nat({ max: machines.length - 1 }), arbitrary).map(([machine, value]) => ({ machine, what: `${what} ${JSON.stringify(value)}`, run: run(value) }))

const options = FastCheck.option(FastCheck.record({ ifMatch: etag }), { nil: undefined })

const single = FastCheck.oneof(
  step("create", named, (value) => (workProd) => workProd.create(value)),
  step("update", FastCheck.tuple(id, fields, options), ([number, value, condition]) => (workProd) => workProd.update(number, value, condition)),
  step("remove", FastCheck.tuple(id, options), ([number, condition]) => (workProd) => workProd.remove(number, condition)),
  step("archive", id, (number) => (workProd) => workProd.archive(number)),
  step("get", id, (number) => (workProd) => workProd.get(number)),
  step("import", FastCheck.array(FastCheck.oneof(fields, named), { maxLength: 4 }), (value) => (workProd) => workProd.import(value)),
  step("list", FastCheck.record({ search: few("", "a", "_"), path: few("", "/1"), uid: few("", uid(1)) }), (value) => (workProd) =>
    Effect.map(Stream.runCollect(workProd.list(value)), Chunk.toReadonlyArray)
  )
)

const many = FastCheck.oneof(
  step("batch", FastCheck.array(item, { maxLength: 4 }), (value) => (workProd) => workProd.batch(value as never)), // items as they are sent
  step("keyed batch", FastCheck.tuple(few("k1", "k2"), FastCheck.array(item, { minLength: 1, maxLength: 2 })), ([key, value]) => (workProd) => workProd.batch(value as never, key)) // as above
)

const steps = FastCheck.oneof(single, many)

/** What a client sees of a failure, without the host. */
const seenFailure = (failure: unknown): unknown => {
  const { _tag, code, project, status, text } = failure as { readonly [field: string]: unknown } // failures of the client are tagged objects
  // The texts of conditions and cursors are for people.
  return { _tag, code, project, status, text: _tag === "PreconditionFailed" || _tag === "CursorGone" ? undefined : text }
}

const withoutTexts = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one: unknown) => (typeof one === "object" && one !== null && "code" in one && one.code === "precondition_failed" ? { ...one, error: undefined } : one)) : value

const told = ({ changes, more }: RemoteChanges) => ({ changes, more })

/** Projects of two machines to begin with, so that more can happen than that nothing is there. */
const beginnings: ReadonlyArray<Named> = [1, 2].map((machine) => ({
  machine,
  what: "begin",
  run: (workProd) =>
    Effect.gen(function* () {
      yield* workProd.create({ name: "plain", path: `/${machine}` })
      if (!(yield* workProd.health).capabilities.has("batch")) return
      yield* workProd.batch([{ uid: uid(machine), project: { name: "a", path: "/3" } }, { uid: uid(machine + 2), project: { name: "b", remote_url: "https://x/1" } }])
    })
}))

const replay = (opened: Opened, all: ReadonlyArray<Named>, hasFeed: boolean) =>
  Effect.gen(function* () {
    const clients = yield* Effect.forEach(machines, (machine) => opened.connect(machine))
    const seen: Array<unknown> = []
    let cursor = ""
    for (const { machine, run, what } of [...beginnings, ...all]) {
      const client = clients[machine]
      if (client === undefined) continue
      yield* opened.passSecond
      seen.push(what, Either.match(yield* Effect.either(run(client)), { onLeft: seenFailure, onRight: withoutTexts }))
      if (!hasFeed) continue
      const page = yield* client.changes(cursor, 3)
      cursor = page.cursor
      seen.push(told(page))
    }
    const [first] = clients
    if (first !== undefined) seen.push(Chunk.toReadonlyArray(yield* Stream.runCollect(first.list())))
    return seen
  })

const agree = (one: World, other: World, runs: number, seed: number) =>
  Effect.forEach(
    FastCheck.sample(FastCheck.array(steps, { minLength: 5, maxLength: 40, size: "max" }), { numRuns: runs, seed }),
    (all) =>
      Effect.scoped(
        Effect.gen(function* () {
          const expected = yield* replay(yield* other.open, all, !one.isOld)
          const seen = yield* replay(yield* one.open, all, !one.isOld)
          expect(seen).toEqual(expected)
        })
      ),
    { discard: true }
  )

const runs = process.env["DEV_INFRA_SOAK"] === "1" ? 50 : 4

describe("whatever is asked for, in whatever order", () => {
  it.scoped("the server in memory and our server say the same", () => agree(memory, server, runs, 1))
  it.scoped("0.3.0 in memory and its double say the same", () => agree(memory030, server030, runs, 2))
})
