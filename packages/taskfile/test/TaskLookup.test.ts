import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { loading } from "./graphs.js"

const setup = loading(`version: 3
tasks:
  build: {aliases: [b, shared]}
  test: {aliases: [shared, build]}
  'deploy:*': x
  'deploy:prod': x
  'start:*:*': x
  '*': {internal: true}
  secret: {internal: true, aliases: [s]}
`)

const shown = (graph: Effect.Effect.Success<typeof setup>, name: string, fromCommandLine = true) =>
  Either.match(TaskLookup.find(graph, name, { fromCommandLine }), { onLeft: ({ _tag }) => [_tag], onRight: ({ alias, matches, task }) => [task.name, ...matches, ...(alias === undefined ? [] : [`alias ${alias}`])] })

describe("a name", () => {
  it.effect("means the task of that name, else of that alias, else the first pattern that fits", () =>
    Effect.gen(function* () {
      const graph = yield* setup
      assert.deepStrictEqual(
        ["build", "b", "shared", "deploy:prod", "deploy:a:b", "deploy:", "start:a:b:c", "secret", "s", "other"].map((name) => shown(graph, name)),
        [["build"], ["build", "alias b"], ["NameConflict"], ["deploy:prod"], ["deploy:*", "a:b"], ["deploy:*", ""], ["start:*:*", "a:b", "c"], ["TaskInternal"], ["TaskInternal"], ["TaskInternal"]]
      )
      assert.deepStrictEqual([shown(graph, "s", false), shown(graph, "other", false)], [["secret", "alias s"], ["*", "other"]])
    }))

  it.effect("that means nothing comes with what was probably meant", () =>
    Effect.gen(function* () {
      const graph = yield* loading({ "/shop/Taskfile.yml": "version: 3\nincludes: {infra: ./i.yml}\ntasks: {build: x, __proto__: x, hidden: {internal: true}}\n", "/shop/i.yml": "version: 3\ntasks: {deploy: x}\n" })
      const suggestions = (name: string) => {
        const found = TaskLookup.find(graph, name, { fromCommandLine: true })
        return Either.isLeft(found) && found.left._tag === "TaskNotFound" ? found.left.suggestions : undefined
      }
      assert.deepStrictEqual(["biuld", "Build", "deploy", "infra:depoly", "constructor", "hiden"].map(suggestions), [["build"], ["build"], ["infra:deploy"], ["infra:deploy"], [], []])
      assert.isTrue(Either.isRight(TaskLookup.find(graph, "__proto__", { fromCommandLine: true })))
    }))

  it.effect("fits a pattern as a regular expression with (.*) would say, also where that would take for ever", () =>
    Effect.gen(function* () {
      const pieces = FastCheck.array(FastCheck.constantFrom("a", "b", "*", ":"), { minLength: 1, maxLength: 7 }).map((all) => all.join(""))
      const text = FastCheck.array(FastCheck.constantFrom("a", "b", ":"), { maxLength: 9 }).map((all) => all.join(""))
      const cases = FastCheck.sample(FastCheck.tuple(pieces, text), { numRuns: 300, seed: 3 })
      for (const [pattern, name] of cases) {
        const graph = yield* loading(`version: 3\ntasks: {'${pattern}': x}\n`)
        const found = Either.getOrUndefined(TaskLookup.find(graph, name, { fromCommandLine: true }))
        const expected = new RegExp(`^${pattern.replaceAll("*", "(.*)")}$`).exec(name)
        assert.deepStrictEqual(found?.matches, expected === null ? undefined : pattern === name ? [] : expected.slice(1), `${pattern} ${name}`)
      }
      const slow = yield* loading(`version: 3\ntasks: {'${"*a".repeat(30)}': x}\n`)
      assert.isTrue(Either.isLeft(TaskLookup.find(slow, `${"a".repeat(3000)}b`, { fromCommandLine: true })))
    }))
})
