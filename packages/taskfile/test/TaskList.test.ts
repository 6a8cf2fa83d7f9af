import * as TaskList from "@dev-infra/taskfile/TaskList"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loading } from "./graphs.js"

const library = { _tag: "Inherited", name: "lib", url: "https://example.org/lib.git", ref: "v1", commit: "abc", folder: "/shop/lib" } as const

const setup = loading(
  {
    "/shop/Taskfile.yml": `version: 3
vars: {WHAT: things, S: {sh: date}}
includes: {lib: ./lib}
tasks:
  zebra: {desc: 'Do {{.WHAT}}{{.S}} in {{.TASK}}', aliases: [z], label: 'Zebra {{.WHAT}}'}
  apple: {desc: A, summary: Long}
  plain: echo
  hidden: {desc: H, internal: true}
`,
    "/shop/lib/Taskfile.yml": "version: 3\ntasks:\n  a: {desc: L}\n"
  },
  { remote: { "/shop/lib": library } }
)

describe("a list of tasks", () => {
  it.effect("shows tasks with a description: the root's by name, then those of includes", () =>
    Effect.gen(function* () {
      const graph = yield* setup
      assert.deepStrictEqual(
        TaskList.list(graph, { all: false }).map(({ description, name, task }) => [task, name, description]),
        [
          ["apple", "apple", "A"],
          ["zebra", "Zebra things", "Do things in zebra"],
          ["lib:a", "lib:a", "L"]
        ]
      )
    }))

  it.effect("shows all tasks but internal ones, in the order that is asked for", () =>
    Effect.gen(function* () {
      const graph = yield* setup
      const names = (sort: TaskList.SortOrder) => TaskList.list(graph, { all: true, sort }).map(({ task }) => task)
      assert.deepStrictEqual([names("default"), names("alphanumeric"), names("none")], [
        ["apple", "plain", "zebra", "lib:a"],
        ["apple", "lib:a", "plain", "zebra"],
        ["zebra", "apple", "plain", "lib:a"]
      ])
    }))

  it.effect("is JSON as `task` writes it, with where each comes from", () =>
    Effect.gen(function* () {
      const graph = yield* setup
      const json = TaskList.toJson(graph, TaskList.list(graph, { all: false }), new Map([["apple", true]]))
      assert.deepStrictEqual(JSON.parse(JSON.stringify(json)), {
        tasks: [
          { name: "apple", task: "apple", desc: "A", summary: "Long", aliases: [], up_to_date: true, location: { line: 6, column: 3, taskfile: "/shop/Taskfile.yml" }, origin: { kind: "local" } },
          { name: "Zebra things", task: "zebra", desc: "Do things in zebra", summary: "", aliases: ["z"], location: { line: 5, column: 3, taskfile: "/shop/Taskfile.yml" }, origin: { kind: "local" } },
          { name: "lib:a", task: "lib:a", desc: "L", summary: "", aliases: [], location: { line: 3, column: 3, taskfile: "/shop/lib/Taskfile.yml" }, origin: { kind: "inherited", name: "lib", url: "https://example.org/lib.git", ref: "v1", commit: "abc" } }
        ],
        location: "/shop/Taskfile.yml"
      })
    }))
})
