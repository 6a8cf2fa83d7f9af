/** What holds for every tree of Taskfiles: shown with random ones. */
import * as TaskLookup from "@dev-infra/taskfile/TaskLookup"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { loading } from "./graphs.js"

const numRuns = process.env["DEV_INFRA_SOAK"] === "1" ? 3000 : 100

interface Tree {
  readonly tasks: ReadonlyArray<string>
  readonly variables: ReadonlyArray<string>
  readonly includes: ReadonlyArray<readonly [namespace: string, isMap: boolean, tree: Tree]>
}

const names = FastCheck.uniqueArray(FastCheck.constantFrom("build", "test", "deploy", "default", "__proto__"), { maxLength: 4 })
const variables = FastCheck.uniqueArray(FastCheck.constantFrom("A", "B", "C"), { maxLength: 3 })

const tree: FastCheck.Arbitrary<Tree> = FastCheck.letrec<{ tree: Tree }>((tie) => ({
  tree: FastCheck.record({
    tasks: names,
    variables,
    includes: FastCheck.oneof(
      { depthSize: "small", withCrossShrink: true },
      FastCheck.constant([]),
      FastCheck.uniqueArray(FastCheck.tuple(FastCheck.constantFrom("infra", "docs", "ci"), FastCheck.boolean(), tie("tree")), { selector: ([namespace]) => namespace, maxLength: 3 })
    )
  })
})).tree

/** The files of a tree; the value of a variable is the file that it stands in. */
const filesOf = (one: Tree, file: string): ReadonlyArray<readonly [string, string]> => {
  const place = (namespace: string) => `${file.replace(/\.yml$/, "")}-${namespace}.yml`
  const text = [
    "version: 3",
    `vars: {${one.variables.map((name) => `${name}: '${file}'`).join(", ")}}`,
    "includes:",
    ...one.includes.map(([namespace, isMap]) => (isMap ? `  ${namespace}: {taskfile: ${place(namespace)}}` : `  ${namespace}: ${place(namespace)}`)),
    "tasks:",
    ...one.tasks.map((name) => `  ${name}: {cmds: [echo], deps: [${one.tasks.join(", ")}]}`)
  ].join("\n")
  return [[file, text], ...one.includes.flatMap(([namespace, , inner]) => filesOf(inner, place(namespace)))]
}

const expectedNames = (one: Tree): ReadonlyArray<string> => [...one.tasks, ...one.includes.flatMap(([namespace, , inner]) => expectedNames(inner).map((name) => `${namespace}:${name}`))]

/** The last file, from the outside in and in order, that has the variable. */
const expectedValue = (one: Tree, file: string, name: string): string | undefined => {
  let value = one.variables.includes(name) ? file : undefined
  for (const [namespace, , inner] of one.includes) value = expectedValue(inner, `${file.replace(/\.yml$/, "")}-${namespace}.yml`, name) ?? value
  return value
}

describe("every graph", () => {
  it.effect("has each task of each file once, in order, and finds it by its name; every dependency leads to a task of its own file", () =>
    Effect.gen(function* () {
      for (const one of FastCheck.sample(tree, { numRuns, seed: 11 })) {
        const graph = yield* loading(Object.fromEntries(filesOf(one, "/shop/Taskfile.yml")))
        assert.deepStrictEqual([...graph.tasks.keys()], expectedNames(one))
        for (const merged of graph.tasks.values()) {
          assert.strictEqual(Either.getOrThrow(TaskLookup.find(graph, merged.name, { fromCommandLine: true })).task, merged)
          for (const { task } of merged.task.dependencies) assert.strictEqual(graph.tasks.get(merged.resolve(task))?.node, merged.node)
        }
        for (const name of ["A", "B", "C"]) {
          const value = graph.variables.get(name)?.value
          assert.strictEqual(value?._tag === "Literal" ? value.value : undefined, expectedValue(one, "/shop/Taskfile.yml", name))
        }
      }
    }))
})
