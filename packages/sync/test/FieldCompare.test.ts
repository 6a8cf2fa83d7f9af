import type { JsonValue } from "@dev-infra/metadata/Project"
import * as FieldCompare from "@dev-infra/sync/FieldCompare"
import { areEqual, patched, type SharedFields } from "@dev-infra/sync/SharedFields"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const state = (base: SharedFields | undefined, local: SharedFields, remote: SharedFields) =>
  FieldCompare.compareFields(local, remote, base).map(({ field, state }) => `${field} ${state}`)

describe("how a field stands", () => {
  it("is told by the base, in each row of the table of states", () => {
    const base = { name: "x", description: "old" }
    expect(state(base, base, base)).toEqual([])
    expect(state(base, { ...base, description: "mine" }, base)).toEqual(["description ahead"])
    expect(state(base, base, { ...base, description: "theirs" })).toEqual(["description behind"])
    expect(state(base, { ...base, description: "mine" }, { ...base, description: "theirs" })).toEqual(["description conflict"])
    expect(state(base, { ...base, description: "same" }, { ...base, description: "same" })).toEqual([])
    expect(state(base, { ...base, description: "mine" }, { ...base, name: "y" })).toEqual(["name behind", "description ahead"])
    expect(state(undefined, { description: "mine" }, { description: "theirs" })).toEqual(["description conflict"])
  })

  it("is no conflict where one side has nothing, and a clearing counts where the other side did nothing", () => {
    expect(state(undefined, { description: "mine" }, {})).toEqual(["description ahead"])
    expect(state(undefined, {}, { description: "theirs" })).toEqual(["description behind"])
    expect(state({ description: "old" }, {}, { description: "old" })).toEqual(["description ahead"])
    expect(state({ description: "old" }, {}, { description: "new" })).toEqual(["description behind"])
    expect(state({ description: "old" }, { description: "new" }, {})).toEqual(["description ahead"])
    expect(state({}, { template: "unknown", tags: [] }, {})).toEqual([])
  })

  it("is the same for one repository in two spellings, tags in another order, keys in another order", () => {
    expect(state({}, { repository: "git@github.com:Me/x.git", tags: ["a", "b"], own: { a: 1, b: [2] } }, { repository: "https://github.com/me/x", tags: ["b", "a"], own: { b: [2], a: 1 } })).toEqual([])
  })
})

const item = FastCheck.constantFrom("a", "b", "c", "d")
const set = FastCheck.uniqueArray(item, { maxLength: 4 })
const value: FastCheck.Arbitrary<JsonValue> = FastCheck.oneof(FastCheck.constantFrom("x", "y", "z", "unknown", null), set)
const fields: FastCheck.Arbitrary<SharedFields> = FastCheck.record(
  { name: FastCheck.constantFrom("x", "y"), description: value, template: value, tags: set, aliases: set, own: value },
  { requiredKeys: [] }
)

/** What a push makes of the row, and what is the base then. */
const push = (base: SharedFields | undefined, local: SharedFields, remote: SharedFields) => {
  const states = FieldCompare.compareFields(local, remote, base)
  const sent: { [field: string]: JsonValue } = {}
  const settled: { [field: string]: JsonValue } = {}
  for (const one of states) {
    const next = FieldCompare.sentValue(one)
    if (next === undefined) continue
    sent[one.field] = next
    settled[one.field] = one.merged === undefined ? next : one.local
  }
  return { remote: patched(remote, sent), base: FieldCompare.nextBase(base, local, states, settled) }
}

const pull = (base: SharedFields | undefined, local: SharedFields, remote: SharedFields) => {
  const states = FieldCompare.compareFields(local, remote, base)
  const taken: { [field: string]: JsonValue } = {}
  const settled: { [field: string]: JsonValue } = {}
  for (const one of states) {
    const next = FieldCompare.takenValue(one)
    if (next !== undefined) taken[one.field] = next
    if (one.state === "behind" && next !== undefined) settled[one.field] = next
    if (one.state === "conflict") settled[one.field] = one.remote
  }
  return { local: patched(local, taken), base: FieldCompare.nextBase(base, local, states, settled) }
}

const runs = process.env["DEV_INFRA_SOAK"] === "1" ? 20_000 : 1000

describe("any three values", () => {
  it("Y2: agree after a push and a pull, in either order, and then nothing is left to do", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.option(fields, { nil: undefined }), fields, fields, FastCheck.boolean(), (base, local, remote, pushFirst) => {
        const first = pushFirst ? { local, ...push(base, local, remote) } : { remote, ...pull(base, local, remote) }
        const second = pushFirst ? { remote: first.remote, ...pull(first.base, first.local, first.remote) } : { local: first.local, ...push(first.base, first.local, first.remote) }
        expect(areEqual(second.local, second.remote)).toBe(true)
        expect(FieldCompare.compareFields(second.local, second.remote, second.base)).toEqual([])
      }),
      { numRuns: runs }
    )
  })

  it("Y5: lose no value of this machine that it changed, and no tag that anybody added", () => {
    FastCheck.assert(
      FastCheck.property(fields, fields, fields, (base, local, remote) => {
        const after = push(base, local, remote).remote
        const changed = new Set(FieldCompare.compareFields(local, base, undefined).map(({ field }) => field))
        const changedThere = new Set(FieldCompare.compareFields(remote, base, undefined).map(({ field }) => field))
        for (const field of ["name", "description", "own"]) {
          if (changed.has(field) && local[field] !== undefined && local[field] !== null && !(Array.isArray(local[field]) && local[field].length === 0)) expect(after[field]).toEqual(local[field])
          if (!changed.has(field) && changedThere.has(field)) expect(after[field] ?? null).toEqual(remote[field] ?? null)
        }
        const texts = (of: SharedFields) => (Array.isArray(of["tags"]) ? of["tags"] : [])
        for (const tag of [...texts(local), ...texts(remote)]) if (!texts(base).includes(tag)) expect(texts(after)).toContain(tag)
      }),
      { numRuns: runs }
    )
  })
})
