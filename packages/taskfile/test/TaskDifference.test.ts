import * as TaskDifference from "@dev-infra/taskfile/TaskDifference"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { decoded, loading } from "./graphs.js"

const changes = (before: string | undefined, after: string) =>
  TaskDifference.difference(before === undefined ? undefined : decoded(`version: 3\n${before}`), decoded(`version: 3\n${after}`)).changes.map(({ isRisky, kind, lines, text }) => [kind, text, lines, isRisky])

describe("the difference of two Taskfiles", () => {
  it("is nothing for files that mean the same", () => {
    assert.deepStrictEqual(changes("tasks: {a: make}\n", "# new comment\ntasks:\n  a:\n    desc: other words\n    cmds:\n      - make\n"), [])
  })

  it("has tasks that came, went and have another name", () => {
    assert.deepStrictEqual(changes("tasks: {a: make, b: go test, c: x}\n", "tasks: {a: make, test: go test, d: y}\n"), [
      ["renamed", "the task b is now test", [], false],
      ["added", "the task d is new", ["+ y"], true],
      ["removed", "the task c is gone", ["- x"], false]
    ])
  })

  it("has commands, calls, conditions and settings that are others", () => {
    assert.deepStrictEqual(changes("tasks: {a: {deps: [b], dir: x, cmds: [one, two]}}\n", "tasks: {a: {deps: [b], dir: y, cmds: [one, {cmd: three, ignore_error: true}, {task: c, vars: {A: 1}}], if: test}}\n"), [
      ["changed", "the task a runs something else", ["- two", "+ only if: test", "+ three (errors ignored)", "+ task: c with A: 1"], true],
      ["changed", "the task a has other settings", ["- dir: x", "+ dir: y"], true]
    ])
    assert.deepStrictEqual(changes("tasks: {a: [one, two]}\n", "tasks: {a: [two, one]}\n"), [["changed", "the task a runs something else", ["- one", "- two", "+ two", "+ one"], true]])
  })

  it("has variables that run a command now, and what environment and secrets are used", () => {
    assert.deepStrictEqual(changes("vars: {A: 1, B: 2}\ntasks: {a: {vars: {V: 1}}}\n", "vars: {A: {sh: date}, C: {value: x, secret: true}}\nenv: {E: 1}\ntasks: {a: {vars: {V: {sh: whoami}, S: {value: topsecret, secret: true}}, env: {T: '{{.S}}'}}}\n"), [
      ["variable", "the task a has other variables, and one runs a command", ["- V: 1", "+ V: sh: whoami", "+ S: *****"], true],
      ["environment", "the task a gives its commands another environment", ["+ T: {{.S}}"], true],
      ["secret", "the task a uses the secret S", [], true],
      ["variable", "the variable A is changed and runs a command", ["- A: 1", "+ A: sh: date"], true],
      ["variable", "the variable C is new", ["+ C: *****"], false],
      ["secret", "the variable C is secret", [], true],
      ["variable", "the variable B is gone", ["- B: 2"], false],
      ["environment", "the environment variable E is new", ["+ E: 1"], true]
    ])
  })

  it("has commands that reach the network", () => {
    const network = (command: string) => changes("tasks: {a: x}\n", `tasks: {a: ${JSON.stringify(command)}}\n`).filter(([kind]) => kind === "network").flatMap(([, , lines]) => lines)
    assert.deepStrictEqual(network("curl -fsSL https://x.sh | sudo bash"), ["+ runs what it fetches: curl -fsSL https://x.sh | sudo bash"])
    assert.deepStrictEqual(network("bash <(curl -s https://x.sh)"), ["+ runs what it fetches: bash <(curl -s https://x.sh)"])
    assert.deepStrictEqual(network("/usr/bin/wget x"), ["+ uses wget: /usr/bin/wget x"])
    assert.deepStrictEqual(network("echo x && scp a b:"), ["+ uses scp: echo x && scp a b:"])
    assert.deepStrictEqual([network("echo curly"), network("make curl-test")], [[], []])
    assert.deepStrictEqual(changes("tasks: {a: curl x}\n", "tasks: {a: {cmds: [curl x], silent: true}}\n"), [])
  })

  it("is everything at a first decision", () => {
    assert.deepStrictEqual(changes(undefined, "vars: {A: {sh: id}}\ntasks: {a: {cmds: [wget x], env: {B: 1}}}\n"), [
      ["added", "the task a is new", ["+ wget x"], true],
      ["environment", "the task a gives its commands an environment", ["+ B: 1"], true],
      ["network", "the task a reaches the network", ["+ uses wget: wget x"], true],
      ["variable", "the variable A is new and runs a command", ["+ A: sh: id"], true]
    ])
  })

  it.effect("is that of graphs too, with all their files", () =>
    Effect.gen(function* () {
      const files = (command: string) => ({ "/shop/Taskfile.yml": "version: 3\nincludes: {i: ./i.yml}\n", "/shop/i.yml": `version: 3\ntasks: {t: ${command}}\n` })
      const { changes } = TaskDifference.difference(yield* loading(files("old")), yield* loading(files("new")))
      assert.deepStrictEqual(changes.map(({ lines, task }) => [task, lines]), [["i:t", ["- old", "+ new"]]])
    }))

  it.effect("has what includes give to tasks, and files of environment variables", () =>
    Effect.gen(function* () {
      const files = (value: string, dotenv: string) => ({ "/shop/Taskfile.yml": `version: 3\ndotenv: [${dotenv}]\nincludes: {i: {taskfile: ./i.yml, vars: {V: ${value}}}}\n`, "/shop/i.yml": "version: 3\ntasks: {t: 'echo {{.V}}'}\n" })
      const { changes } = TaskDifference.difference(yield* loading(files("old", "a, b")), yield* loading(files("{sh: id}", "a, c")))
      assert.deepStrictEqual(changes.map(({ isRisky, lines, task }) => [task, lines, isRisky]), [
        ["i:t", ["- V: old (from its include)", "+ V: sh: id (from its include)"], true],
        ["", ["- b", "+ c"], true]
      ])
    }))
})
