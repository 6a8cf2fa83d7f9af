import * as CallSites from "@dev-infra/taskfile/CallSites"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loading } from "./graphs.js"

const endless = `${'echo "$('.repeat(3000)}task a`

/** The names that a command calls. */
const called = (command: string) =>
  Effect.map(loading(`version: 3\ntasks:\n  caller: ${JSON.stringify(command)}\n`), (graph) =>
    [...CallSites.of(graph)].flatMap(([name, callers]) => callers.map(({ elsewhere }) => (elsewhere === undefined ? name : `${name} in ${elsewhere}`)))
  )

describe("callers", () => {
  it.effect("are found in dependencies, calls and commands, under the task's own name", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": `version: 3
includes: {infra: {taskfile: ./i.yml, aliases: [i]}}
vars: {LIST: {sh: 'task infra:list'}}
tasks:
  a:
    deps: ['i:t', gone]
    cmds: [{task: 'infra:t'}, 'task infra:t && task -d ../other build', {defer: {task: 'i:t'}}, {task: 'x-{{.N}}'}]
    status: ['task infra:t --status']
`,
        "/shop/i.yml": "version: 3\ntasks: {t: {deps: [u]}, u: {cmds: [task a]}, list: x}\n"
      })
      const shown = [...CallSites.of(graph)].map(([name, callers]) => [name, ...callers.map(({ caller, elsewhere, kind, location }) => `${caller} ${kind} ${location.line}${elsewhere === undefined ? "" : ` ${elsewhere}`}`)])
      assert.deepStrictEqual(shown, [
        ["infra:t", "a dependency 6", "a call 7", "a call 7", "a shell 7", "a shell 5"],
        ["gone", "a dependency 6"],
        ["x-{{.N}}", "a call 7"],
        ["build", "a shell 7 ../other"],
        ["infra:u", "infra:t dependency 2"],
        ["a", "infra:u shell 2"],
        ["infra:list", " shell 3"]
      ])
    }))

  it.effect("are found in whatever a shell may say", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["task build", ["build"]],
        ["task build test X=1 -- extra", ["build", "test"]],
        ["task --list", []],
        ["task -s -o prefixed build", ["build"]],
        ["task --taskfile=ci.yml x", ["x in ci.yml"]],
        ["cd a && task b; task c | tee log", ["b", "c"]],
        ["if task check; then task go; else task stop; fi", ["check", "go", "stop"]],
        ["X=1 Y='a b' task t", ["t"]],
        ["x=$(task version) && echo \"at $(task where) done\"", ["version", "where"]],
        ["echo `task t`", ["t"]],
        ["( task a ) & { task b; }", ["a", "b"]],
        ["bash -euc 'task a && task b'", ["a", "b"]],
        ["sudo env A=1 /usr/local/bin/task a", ["a"]],
        ["ls | xargs -n1 task each", ["each"]],
        ["dev-infra task a", ["a"]],
        ["{{.TASK_EXE}} a", ["a"]],
        ["task 'a b' \"c\"", ["a b", "c"]],
        ["task a > log 2>&1", ["a"]],
        ["task \\\n  a", ["a"]],
        ["echo task build", []],
        ["echo 'task build'; # task c", []],
        ["mytask a; task-a b; ./task.sh", []],
        ["cat <<EOF\ntask a\nEOF\ntask b", ["b"]],
        ["cat <<-'END' | wc\n\ttask a\n\tEND\ntask b", ["b"]],
        ["task {{.A | default \"x y\"}}-z", ["{{.A | default \"x y\"}}-z"]],
        ["echo 'open; task a", []],
        [endless, []]
      ]
      for (const [command, names] of cases) {
        const found = yield* called(command)
        assert.deepStrictEqual(command === endless ? [] : found, names, command)
      }
    }))
})
