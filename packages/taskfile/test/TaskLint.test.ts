import * as TaskLint from "@dev-infra/taskfile/TaskLint"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loading } from "./graphs.js"

const codes = (files: Parameters<typeof loading>[0], options?: TaskLint.LintOptions) =>
  Effect.map(loading(files), (graph) => TaskLint.lint(graph, options).map(({ code, location }) => `${code} ${location.line}`))

describe("a warning", () => {
  it.effect("is given for what the environment outside overrides", () =>
    Effect.gen(function* () {
      const text = "version: 3\nenv: {HOME: /x, SAME: y}\ntasks:\n  a: {env: {USER: me, OWN: 1}}\n"
      assert.deepStrictEqual(yield* codes(text, { environment: { HOME: "/home/me", USER: "you", SAME: "y" } }), ["ENV001 2", "ENV001 4"])
      assert.deepStrictEqual(yield* codes(text), [])
    }))

  it.effect("is given for files beside the repository", () =>
    Effect.gen(function* () {
      const files = { "/shop/Taskfile.yml": "version: 3\nincludes:\n  infra: ../.github\n  near: ./lib\n", "/.github/Taskfile.yml": "version: 3\n", "/shop/lib/Taskfile.yml": "version: 3\nincludes: {root: ../other.yml}\n", "/shop/other.yml": "version: 3\n" }
      assert.deepStrictEqual(yield* codes(files), ["INH004 3"])
      assert.deepStrictEqual(yield* codes(files, { repository: "/" }), [])
    }))

  it.effect("is given for references that may move", () =>
    Effect.gen(function* () {
      const urls = ["https://h/o/r.git//a.yml?ref=main", "https://h/o/r.git//a.yml", "git@h:o/r.git//a.yml?ref=v1.2.3", `https://h/o/r.git//a.yml?ref=${"a".repeat(40)}`, "https://h/o/r.git//a.yml?ref=lib-1.4"]
      const files = Object.fromEntries(urls.map((url) => [url, "version: 3\n"]))
      assert.deepStrictEqual(yield* codes({ "/shop/Taskfile.yml": `version: 3\nincludes:\n${urls.map((url, at) => `  i${at}: '${url}'\n`).join("")}`, ...files }), ["INH005 3", "INH005 4"])
    }))

  it.effect("is given for secrets in the text of commands, not for those in the environment", () =>
    Effect.gen(function* () {
      const text = `version: 3
vars: {KEY: {sh: 'pass key', secret: true}, HEADER: 'Bearer {{.KEY}}', OTHER: x}
tasks:
  a:
    cmds:
      - curl -H '{{.HEADER}}' x
      - echo {{.OTHER}}
  b: {env: {KEY: '{{.KEY}}'}, cmds: [curl -H "$KEY"]}
  c: {vars: {OWN: {value: s, secret: true}}, cmds: ['{{.OWN}}']}
`
      assert.deepStrictEqual(yield* codes(text), ["SEC002 6", "SEC002 9"])
    }))

  it.effect("is given for dependencies that run again and again", () =>
    Effect.gen(function* () {
      const diamond = (settings: string, top = "") => `version: 3\n${top}tasks:\n  all: {deps: [a, b]}\n  a: {deps: [base]}\n  b: {deps: [base]}\n  base: {cmds: [x]${settings}}\n`
      assert.deepStrictEqual([yield* codes(diamond("")), yield* codes(diamond(", run: once")), yield* codes(diamond("", "run: once\n"))], [["RUN001 6"], [], []])
    }))

  it.effect("of the files themselves is there too, in order, each once", () =>
    Effect.gen(function* () {
      const files = { "/shop/Taskfile.yml": "version: 3\nincludes: {a: ./a.yml, b: ./a.yml}\nvars: {A: 1}\ntasks: {t: {descr: x}}\n", "/shop/a.yml": "version: 3\nvars: {A: 2}\ntasks: {t: {sumary: x}}\n" }
      assert.deepStrictEqual(yield* codes(files), ["VAR001 3", "KEY001 4", "KEY001 3"])
    }))
})
