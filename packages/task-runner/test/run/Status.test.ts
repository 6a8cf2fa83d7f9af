import * as RunFailure from "@dev-infra/task-runner/RunFailure"
import * as RunFailureText from "@dev-infra/task-runner/RunFailureText"
import type { RunOptions } from "@dev-infra/task-runner/RunOptions"
import * as TaskStatus from "@dev-infra/task-runner/TaskStatus"
import * as TaskSummary from "@dev-infra/task-runner/TaskSummary"
import * as WatchedFiles from "@dev-infra/task-runner/WatchedFiles"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Answer, graphOf, location, optionsFor, worldOf } from "./taskRun.js"
import type { RunServices } from "@dev-infra/task-runner/TaskRunner"

const ask = <A, E>(
  taskfile: string,
  calls: ReadonlyArray<string>,
  use: (graph: TaskGraph, options: RunOptions) => Effect.Effect<A, E, RunServices>,
  more: { readonly answer?: Answer; readonly upToDate?: (name: string) => boolean } = {}
) =>
  Effect.gen(function* () {
    const files = { "/work/project/Taskfile.yml": `version: "3"\n${taskfile}` }
    const world = worldOf(files, more.answer, {}, more.upToDate)
    const answer = yield* Effect.provide(use(yield* graphOf(files), optionsFor(calls)), world.layer)
    return { answer, commands: world.scripts.map(({ script }) => script), checked: world.checked }
  })

describe("the status of tasks", () => {
  const taskfile = `
vars: { V: { sh: version } }
tasks:
  a: { sources: [x], status: ["test {{.V}} {{.CHECKSUM}}"], preconditions: [never], cmds: [never] }
  b: { sources: [x], cmds: [never] }
  c: { sources: ["{{.V}}"], cmds: [never] }
  d: [ never ]
`
  it.effect("is found without running them, by their commands of status alone", () =>
    Effect.gen(function* () {
      const { answer, checked, commands } = yield* ask(taskfile, ["a", "b", "d"], TaskStatus.status, { upToDate: () => true, answer: ({ script }) => (script === "version" ? { stdout: "1\n" } : undefined) })
      assert.deepStrictEqual(answer, [
        { name: "a", isUpToDate: true },
        { name: "b", isUpToDate: true },
        { name: "d", isUpToDate: false }
      ])
      assert.deepStrictEqual(commands, ["version", "test 1 abc123"])
      assert.isTrue(checked.every((line) => line.startsWith("look")))
    }))

  it.effect("is left open where only a command could say", () =>
    Effect.gen(function* () {
      const of = (name: string) =>
        ask(taskfile, [], (graph, options) => TaskStatus.isUpToDate(graph, { task: name }, options, { processes: false }), { upToDate: () => true })
      const answers = yield* Effect.forEach(["a", "b", "c", "d"], of)
      assert.deepStrictEqual(answers.map(({ answer }) => answer), [undefined, true, undefined, false])
      assert.deepStrictEqual(answers.flatMap(({ commands }) => commands), [])
    }))
})

describe("the summary of a task", () => {
  it.effect("shows what it is for, needs and does, and runs nothing", () =>
    Effect.gen(function* () {
      const { answer, commands } = yield* ask(`
vars: { V: { sh: version } }
tasks:
  build:
    summary: |
      Builds {{.TASK}}.

      In two steps.
    aliases: [b]
    deps: [prepare]
    vars: { A: x, B: { sh: printf b }, S: { value: hidden, secret: true }, T: "with-{{.S}}" }
    env: { E: "{{.A}}" }
    requires: { vars: [NAME, { name: KIND, enum: [one, two] }] }
    cmds: ["make {{.V}} {{.B}} {{.S}} {{.T}}", { task: prepare }]
  prepare: { desc: Prepares }
`, ["build", "prepare"], TaskSummary.summary)
      assert.deepStrictEqual(commands, [])
      assert.strictEqual(answer, `task: build

Builds build.

In two steps.

vars:
  A: "x"
  B: sh: printf b
  S: *****
  T: "with-*****"

env:
  E: "x"

requires:
  vars:
    - NAME
    - KIND:
      enum:
        - one
        - two

dependencies:
 - prepare

aliases:
 - b

commands:
 - make ‹sh:V› ‹sh:B› ***** with-*****
 - Task: prepare


task: prepare

Prepares
`)
    }))
})

describe("watched files", () => {
  it.effect("are the sources of all tasks that a run may reach", () =>
    Effect.gen(function* () {
      const { answer } = yield* ask(`
tasks:
  default: { deps: [a], sources: ["*.ts", { exclude: "*.d.ts" }], cmds: [{ task: b, vars: { D: deep } }] }
  a: { dir: sub, sources: [one] }
  b: { sources: ["{{.D}}/**"], cmds: [{ task: default }] }
`, ["default"], WatchedFiles.watched)
      assert.deepStrictEqual(answer.map(({ directory, sources, task }) => [task, directory, ...sources.map(({ excluded, pattern }) => (excluded ? `!${pattern}` : pattern))]).toSorted(), [
        ["a", "/work/project/sub", "one"],
        ["b", "/work/project", "deep/**"],
        ["default", "/work/project", "*.ts", "!*.d.ts"]
      ])
    }))
})

describe("the text of a failure", () => {
  it("names the tasks on the way to it, as task does", () => {
    const failure = new RunFailure.CommandFailed({ task: "c", status: 3, location: location("/Taskfile.yml"), via: ["a", "b", "c"] })
    assert.strictEqual(RunFailureText.describe(failure), 'task: Failed to run task "a": task: Failed to run task "b": task: Failed to run task "c": exit status 3')
  })
})
