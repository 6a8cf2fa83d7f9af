import * as TaskCheck from "@dev-infra/taskfile/TaskCheck"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { loading } from "./graphs.js"

const problem = (tasks: string, ...called: ReadonlyArray<string>) =>
  Effect.map(loading(`version: 3\n${tasks.startsWith("vars") ? tasks : `tasks:\n${tasks}`}`), (graph) => {
    const checked = TaskCheck.check(graph, (called.length === 0 ? ["a"] : called).map((task) => ({ task })))
    return Either.isRight(checked) ? undefined : checked.left
  })

describe("before anything runs", () => {
  it.effect("a task that is not there is found, however deep, with its call and what was meant", () =>
    Effect.gen(function* () {
      const missing = yield* problem("  a: {deps: [b]}\n  b:\n    cmds:\n      - echo\n      - task: biuld\n  build: x\n")
      assert.deepStrictEqual(missing?._tag === "TaskNotFound" ? [missing.name, missing.suggestions, missing.location?.line, missing.exitCode] : missing, ["biuld", ["build"], 7, 200])
      const called = yield* problem("  build: x\n", "biuld")
      assert.deepStrictEqual(called?._tag === "TaskNotFound" ? [called.suggestions, called.location] : called, [["build"], undefined])
      assert.strictEqual((yield* problem("  a: {internal: true}\n"))?._tag, "TaskInternal")
      assert.isUndefined(yield* problem("  a: {deps: [b]}\n  b: {internal: true}\n"))
    }))

  it.effect("calls that may not happen, and names that are not known yet, are left to the run", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* problem("  a: {cmds: [{task: gone, if: 'false'}, {task: '{{.NAME}}'}, {task: gone, platforms: [windows]}]}\n"))
      assert.isUndefined(yield* problem("  a: {deps: [b]}\n  b: {if: 'false', cmds: [task: gone]}\n"))
      assert.strictEqual((yield* problem("  a: {deps: [c], cmds: [{task: b, if: x}]}\n  b: {deps: [d]}\n  c: {deps: [b]}\n"))?._tag, "TaskNotFound")
    }))

  it.effect("a function that is not there is found in every text that a run may need, with its place", () =>
    Effect.gen(function* () {
      for (const text of [
        "cmds: ['{{nosuch .X}}']",
        "deps: [{task: b, vars: {A: '{{nosuch}}'}}]",
        "vars: {A: {sh: 'echo {{nosuch}}'}}",
        "vars: {A: {ref: 'nosuch .X'}}",
        "vars: {A: {map: {k: ['{{nosuch}}']}}}",
        "env: {A: '{{nosuch}}'}",
        "dir: '{{nosuch}}'",
        "status: ['{{nosuch}}']",
        "preconditions: [{sh: x, msg: '{{nosuch}}'}]",
        "sources: ['{{nosuch}}']",
        "cmds: [{for: {matrix: {A: {ref: nosuch}}}, cmd: x}]",
        "cmds: [{defer: '{{nosuch}}'}]",
        "requires: {vars: [{name: A, enum: {ref: nosuch .X}}]}",
        "if: '{{nosuch}}'",
        "prompt: '{{nosuch}}'",
        "label: '{{nosuch}}'"
      ]) {
        const found = yield* problem(`  a: {deps: [b]}\n  b:\n    ${text}\n`)
        assert.deepStrictEqual(found?._tag === "Unsupported" ? [found.feature, found.location.line] : found, ["the template function nosuch", text.startsWith("cmds") || text.startsWith("deps") || text.startsWith("pre") || text.startsWith("vars") || text.startsWith("env") || text.startsWith("requires") ? 5 : 4], text)
      }
      assert.strictEqual((yield* problem("vars: {A: '{{nosuch}}'}\ntasks: {a: x}\n"))?._tag, "Unsupported")
      assert.isUndefined(yield* problem("  a: x\n  b: '{{nosuch}}'\n"))
      assert.isUndefined(yield* problem("  a: echo '{{.X | upper | default \"y\"}}' {{OS}} {{if eq .A .B}}{{end}}\n"))
    }))

  it.effect("a text that is no template is shown with its line", () =>
    Effect.gen(function* () {
      const found = yield* problem("  a: '{{.X'\n")
      assert.deepStrictEqual(found?._tag === "TaskfileInvalid" ? [found.location.line, found.location.column, found.snippet.split("\n").at(-1)?.trim()] : found, [3, 6, "|      ^"])
    }))

  it.effect("a circle is found, and the way round is said", () =>
    Effect.gen(function* () {
      const circle = (tasks: string) => Effect.map(problem(tasks), (found) => (found?._tag === "TaskCycle" ? [...found.tasks] : found))
      assert.deepStrictEqual(yield* circle("  a: {deps: [b]}\n  b: {deps: [c]}\n  c: {deps: [b]}\n"), ["b", "c", "b"])
      assert.deepStrictEqual(yield* circle("  a: {cmds: [task: a]}\n"), ["a", "a"])
      assert.deepStrictEqual(yield* circle("  a: {deps: [x]}\n  b: {aliases: [x], cmds: [{task: a}]}\n"), ["a", "b", "a"])
      // With something on the way that can end it, only the run can tell.
      for (const end of ["if: x", "status: [x]", "preconditions: [x]", "prompt: x"]) assert.isUndefined(yield* circle(`  a:\n    ${end}\n    cmds: [task: a]\n`), end)
      assert.isUndefined(yield* circle("  a: {cmds: [{task: a, vars: {N: x}}]}\n"))
      assert.isUndefined(yield* circle("  a: {cmds: [{task: a, if: x}]}\n"))
    }))

  it.effect("ten thousand tasks, each behind the other, are no matter", () =>
    Effect.gen(function* () {
      const chain = (last: string) => `${Array.from({ length: 10_000 }, (_, at) => `  t${at}: {deps: [t${at + 1}]}\n`).join("")}  t10000: {deps: [${last}]}\n`
      assert.isUndefined(yield* problem(chain(""), "t0"))
      const round = yield* problem(chain("t0"), "t0")
      assert.strictEqual(round?._tag === "TaskCycle" ? round.tasks.length : 0, 10_002)
    }))
})
