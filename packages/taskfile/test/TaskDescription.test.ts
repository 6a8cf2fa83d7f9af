import * as TaskDescription from "@dev-infra/taskfile/TaskDescription"
import * as TaskDifference from "@dev-infra/taskfile/TaskDifference"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { decoded } from "./graphs.js"

const before = decoded("version: 3\nvars: {A: {sh: date}, S: {value: topsecret, secret: true}}\nenv: {E: 1}\ntasks: {a: {deps: [b], cmds: ['echo \"1\"'], vars: {V: {sh: id}}, env: {T: x}}, b: wget x, __proto__: y}\n")
const after = decoded("version: 3\nvars: {A: {sh: id}}\ntasks: {a: {cmds: [two]}, c: x}\n")

describe("the description of tasks", () => {
  it("is the same after it was kept as a text, and differs from others as the files do", () => {
    const kept = Either.getOrThrow(TaskDescription.decode(TaskDescription.encode(TaskDescription.of(before))))
    assert.deepStrictEqual(kept, TaskDescription.of(before))
    assert.deepStrictEqual(TaskDifference.difference(kept, after), TaskDifference.difference(before, after))
    assert.deepStrictEqual(TaskDifference.difference(kept, before).changes, [])
  })

  it("does not hold values of secrets", () => {
    assert.notInclude(TaskDescription.encode(TaskDescription.of(before)), "topsecret")
  })

  it("is not made up where the text is another", () => {
    for (const text of ["", "{", "{}", "[]", "{\"tasks\":{}}"]) assert.isTrue(Either.isLeft(TaskDescription.decode(text)), text)
  })
})
