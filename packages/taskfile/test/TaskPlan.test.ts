import * as TaskPlan from "@dev-infra/taskfile/TaskPlan"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { loading } from "./graphs.js"

const planning = (files: Parameters<typeof loading>[0], calls: ReadonlyArray<TaskPlan.PlannedCall>, options?: TaskPlan.PlanOptions) =>
  Effect.flatMap(loading(files), (graph) => Either.mapLeft(TaskPlan.plan(graph, calls, options), (failure) => failure))

const commandsOf = ({ nodes }: TaskPlan.TaskPlan) => Object.fromEntries(nodes.map(({ commands, id }) => [id, commands.map(({ text }) => text)]))

describe("a plan", () => {
  it.effect("has each task once for each set of variables, what needs what, and waves", () =>
    Effect.gen(function* () {
      const { edges, nodes, waves } = yield* planning(
        `version: 3
env: {GLOBAL: 1}
tasks:
  deploy:
    deps: [build, {task: push, vars: {WHAT: 'x{{.N}}'}}]
    dir: sub
    env: {TOKEN: {value: t, secret: true}}
    cmds: [echo, {task: push, vars: {WHAT: y}}, {task: clean, if: 'false'}]
  build: make
  push: {deps: [build], cmds: ['push {{.WHAT}}']}
  clean: rm
`,
        [{ task: "deploy", variables: new Map([["N", "1"]]) }]
      )
      assert.deepStrictEqual(
        nodes.map(({ commands, directory, environment, id }) => [id, directory, environment, commands.map(({ text }) => text)]),
        [
          ["deploy(N=1)", "/shop/sub", ["GLOBAL", "TOKEN"], ["echo"]],
          ["build", "/shop", ["GLOBAL"], ["make"]],
          ["push(WHAT=x1)", "/shop", ["GLOBAL"], ["push x1"]],
          ["push(WHAT=y)", "/shop", ["GLOBAL"], ["push y"]],
          ["clean", "/shop", ["GLOBAL"], ["rm"]]
        ]
      )
      assert.deepStrictEqual(
        edges.map(({ from, isConditional, location, reason, to }) => [from, to, reason, isConditional, location.line]),
        [
          ["deploy(N=1)", "build", "dependency", false, 5],
          ["deploy(N=1)", "push(WHAT=x1)", "dependency", false, 5],
          ["deploy(N=1)", "push(WHAT=y)", "call", false, 8],
          ["deploy(N=1)", "clean", "call", true, 8],
          ["push(WHAT=x1)", "build", "dependency", false, 10],
          ["push(WHAT=y)", "build", "dependency", false, 10]
        ]
      )
      assert.deepStrictEqual(waves, [["build", "clean"], ["push(WHAT=x1)", "push(WHAT=y)"], ["deploy(N=1)"]])
    }))

  it.effect("renders commands; what would have to run shows as its name, secrets not at all", () =>
    Effect.gen(function* () {
      const plan = yield* planning(
        `version: 3
vars: {WHEN: {sh: date}, TAG: 'v-{{.WHEN}}', KEY: {value: hunter2, secret: true}, TEXT: 'a,b', LIST: {ref: 'splitList "," .TEXT'}, M: {map: {b: 2, a: 1}}, UNKNOWN: {ref: 'index .WHEN 99999'}}
tasks:
  all:
    vars: {OWN: '{{.TEXT}}!'}
    cmds:
      - tag {{.TAG}} {{.KEY}} {{.OWN}} {{.TASK}} {{.ROOT_DIR}} {{.CLI_ARGS}}
      - {for: {var: LIST}, cmd: 'l {{.ITEM}}'}
      - {for: {var: M}, cmd: 'm {{.KEY}}={{.ITEM}}'}
      - {for: {var: WHEN}, cmd: 'w {{.ITEM}}'}
      - {for: sources, cmd: 's {{.ITEM}}'}
      - {for: [1, x], cmd: 'i {{.ITEM}}'}
      - {for: {matrix: {A: [1, 2], B: [x, y]}}, cmd: '{{.ITEM.A}}{{.ITEM.B}}'}
      - {for: {var: TEXT, split: ',', as: ONE}, task: 'one-{{.ONE}}'}
      - '{{fail "no"}} {{.TEXT}}'
      - defer: bye
  one-*: 'one {{index .MATCH 0}}'
`,
        [{ task: "all" }],
        { arguments: ["x y", "z"], variables: new Map([["TEXT", "a,b,c"]]) }
      )
      assert.deepStrictEqual(commandsOf(plan), {
        all: [
          "tag v-‹sh:WHEN› ***** a,b,c! all /shop 'x y' z",
          "l a",
          "l b",
          "l c",
          "m b=2",
          "m a=1",
          "w ‹sh:WHEN›",
          "s ‹file of sources›",
          "i 1",
          "i x",
          "1x",
          "1y",
          "2x",
          "2y",
          '{{fail "no"}} {{.TEXT}}',
          "bye"
        ],
        "one-a": ["one a"],
        "one-b": ["one b"],
        "one-c": ["one c"]
      })
      assert.isTrue(plan.nodes[0]?.commands.at(-1)?.deferred)
    }))

  it.effect("gives variables their precedence", () =>
    Effect.gen(function* () {
      const plan = yield* planning(
        {
          "/shop/Taskfile.yml": "version: 3\nvars: {A: root, B: root, C: root, D: root}\nincludes: {i: {taskfile: ./i.yml, vars: {A: include, E: include, F: include}}}\ntasks: {r: 'echo {{.A}} {{.OS_NAME}}', c: {cmds: [{task: 'i:t', vars: {C: call, D: call, F: call}}]}}\n",
          "/shop/i.yml": "version: 3\nvars: {B: included, E: '{{.E}}-own'}\ntasks: {t: {vars: {D: task}, cmds: ['{{.A}} {{.B}} {{.C}} {{.D}} {{.E}} {{.F}}']}}\n"
        },
        [{ task: "c" }, { task: "r" }],
        { environment: { OS_NAME: "{{.B}} outside", A: "outside" }, variables: new Map([["G", "line"]]) }
      )
      assert.deepStrictEqual(commandsOf(plan), { c: [], "i:t(C=call, D=call, F=call)": ["root included call task include-own call"], r: ["echo root {{.B}} outside"] })
    }))

  it.effect("names calls that only a run can know", () =>
    Effect.gen(function* () {
      const plan = yield* planning("version: 3\nvars: {A: {sh: echo a}}\ntasks:\n  x: {deps: ['z{{.A}}'], cmds: ['echo 1', {task: 'y{{.A}}', if: test}]}\n  ya: echo\n", [{ task: "x" }])
      assert.deepStrictEqual(commandsOf(plan), { x: ["calls z‹sh:A› (known when it runs)", "echo 1", "calls y‹sh:A› (known when it runs)"] })
      assert.deepStrictEqual(
        plan.nodes[0]?.unknownCalls.map(({ isConditional, reason, task }) => [task, reason, isConditional]),
        [
          ["z‹sh:A›", "dependency", false],
          ["y‹sh:A›", "call", true]
        ]
      )
    }))

  it.effect("fails as the run would: with what is missing and with circles", () =>
    Effect.gen(function* () {
      const tag = (tasks: string) => Effect.map(Effect.flip(planning(`version: 3\ntasks: ${tasks}\n`, [{ task: "a" }])), ({ _tag }) => _tag)
      assert.deepStrictEqual([yield* tag("{a: {deps: [b]}}"), yield* tag("{a: {deps: [a]}}"), yield* tag("{b: x}"), yield* tag("{a: '{{nosuch}}'}"), yield* tag("{a: {vars: {N: gone}, cmds: [{task: '{{.N}}'}]}}")], ["TaskNotFound", "TaskCycle", "TaskNotFound", "Unsupported", "TaskNotFound"])
    }))

  it.effect("of a task that calls itself with other variables for ever has an end", () =>
    Effect.gen(function* () {
      const { nodes } = yield* planning("version: 3\ntasks: {a: {vars: {N: '{{.N | default \"x\"}}'}, cmds: [{task: a, vars: {N: '{{.N}}x'}, if: 'test {{.N}} != xxx'}]}}\n", [{ task: "a" }])
      assert.isBelow(nodes.length, 30)
    }))

  it.effect("of a chain of a thousand tasks has a thousand waves, of ten thousand beside each other two", () =>
    Effect.gen(function* () {
      const chain = yield* planning(`version: 3\ntasks:\n${Array.from({ length: 1000 }, (_, at) => `  t${at}: {deps: [t${at + 1}]}\n`).join("")}  t1000: x\n`, [{ task: "t0" }])
      assert.strictEqual(chain.waves.length, 1001)
      const wide = yield* planning(`version: 3\ntasks:\n  all: {deps: [${Array.from({ length: 10_000 }, (_, at) => `t${at}`).join(", ")}]}\n${Array.from({ length: 10_000 }, (_, at) => `  t${at}: x\n`).join("")}`, [{ task: "all" }])
      assert.deepStrictEqual(wide.waves.map((wave) => wave.length), [10_000, 1])
    }))

  it.effect("keeps, whatever the tasks: every edge leads to an earlier wave, every task that can be reached is in it once, no other is", () =>
    Effect.gen(function* () {
      const numRuns = process.env["DEV_INFRA_SOAK"] === "1" ? 3000 : 100
      // Task n only needs tasks with larger numbers, so there is no circle.
      const graphs = FastCheck.array(FastCheck.record({ deps: FastCheck.uniqueArray(FastCheck.nat(11), { maxLength: 4 }), calls: FastCheck.uniqueArray(FastCheck.nat(11), { maxLength: 3 }) }), { minLength: 12, maxLength: 12 })
      for (const tasks of FastCheck.sample(graphs, { numRuns, seed: 13 })) {
        const needs = tasks.map(({ calls, deps }, at) => ({ deps: deps.filter((to) => to > at), calls: calls.filter((to) => to > at) }))
        const text = needs.map(({ calls, deps }, at) => `  t${at}: {deps: [${deps.map((to) => `t${to}`).join(", ")}], cmds: [${calls.map((to) => `task: t${to}`).join(", ")}]}\n`).join("")
        const { edges, nodes, waves } = yield* planning(`version: 3\ntasks:\n${text}`, [{ task: "t0" }, { task: "t1" }])
        const reachable = new Set([0, 1])
        for (const [at, { calls, deps }] of needs.entries()) if (reachable.has(at)) for (const to of [...deps, ...calls]) reachable.add(to)
        assert.deepStrictEqual(nodes.map(({ id }) => id).sort(), [...reachable].map((at) => `t${at}`).sort())
        assert.deepStrictEqual(waves.flat().sort(), nodes.map(({ id }) => id).sort())
        const waveOf = new Map(waves.flatMap((wave, at) => wave.map((id) => [id, at] as const)))
        for (const { from, to } of edges) assert.isBelow(waveOf.get(to) ?? Infinity, waveOf.get(from) ?? -1)
        assert.deepStrictEqual(
          edges.map(({ from, reason, to }) => `${from} ${reason} ${to}`).sort(),
          needs.flatMap(({ calls, deps }, at) => (reachable.has(at) ? [...deps.map((to) => `t${at} dependency t${to}`), ...calls.map((to) => `t${at} call t${to}`)] : [])).sort()
        )
      }
    }))
})
