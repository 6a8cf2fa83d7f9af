import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { type Answer, failureTag, runTasks } from "./taskRun.js"

const failing = (...scripts: ReadonlyArray<string>): Answer => ({ script }) => (scripts.includes(script) ? { status: 2 } : undefined)

describe("one task", () => {
  it.effect("runs its dependencies, then preconditions, status, commands, and at last what it put off, the last one first", () =>
    Effect.gen(function* () {
      const { commands, outcomes, world } = yield* runTasks(`
tasks:
  default:
    deps: [one]
    dir: made
    if: condition
    preconditions: [pre]
    status: [status]
    sources: [src.txt]
    cmds:
      - defer: echo first
      - defer: { task: last, vars: { X: x } }
      - run
      - cmd: never
        platforms: [windows]
      - cmd: skipped
        if: "false"
  one: [ one ]
  last: [ "last {{.X}}" ]
`, ["default"], { answer: failing("status", "false") })
      assert.deepStrictEqual(commands, ["condition", "one", "pre", "status", "run", "false", "last x", "echo first"])
      assert.deepStrictEqual(world.folders, ["/work/project/made"])
      assert.deepStrictEqual(world.checked, ["check default", "succeed default"])
      assert.deepStrictEqual(outcomes, { default: "ran", one: "ran", last: "ran" })
    }))

  it.effect("says what it runs as task does, and is silent where it is told to be", () =>
    Effect.gen(function* () {
      const { lines } = yield* runTasks(`
tasks:
  default:
    label: "named {{.TASK}}"
    cmds:
      - one
      - { cmd: two, silent: true }
      - { task: quiet }
      - { task: loud, silent: true }
      - { task: loud }
  quiet: { silent: true, cmds: [three] }
  loud: [ four ]
`, ["default"])
      assert.deepStrictEqual(lines, ["task: [named default] one", "task: [loud] four"])
    }))

  it.effect("is not run again when it is up to date, by sources and status, unless it is forced", () =>
    Effect.gen(function* () {
      const taskfile = `
tasks:
  default: { deps: [other], sources: [a], status: [ok], cmds: [run] }
  other: { sources: [a], preconditions: [pre], cmds: [never] }
`
      const calm = yield* runTasks(taskfile, ["default"], { upToDate: () => true })
      assert.deepStrictEqual(calm.commands, ["pre", "ok"])
      assert.deepStrictEqual(calm.lines, ['task: Task "other" is up to date', 'task: Task "default" is up to date'])
      assert.deepStrictEqual(calm.outcomes, { default: "upToDate", other: "upToDate" })
      const forced = yield* runTasks(taskfile, ["default"], { upToDate: () => true, options: { force: true } })
      assert.deepStrictEqual(forced.commands, ["pre", "run"])
      const all = yield* runTasks(taskfile, ["default"], { upToDate: () => true, options: { forceAll: true } })
      assert.deepStrictEqual(all.commands, ["never", "run"])
    }))

  it.effect("stops at the first command that fails, forgets what it noted, and still does what it put off, with EXIT_CODE", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default:
    sources: [a]
    cmds:
      - defer: "echo {{.EXIT_CODE}}"
      - task: inner
      - never
      - defer: never
  inner: [ { cmd: fine, ignore_error: true }, broken ]
`, ["default"], { answer: failing("broken", "fine") })
      assert.deepStrictEqual(ran.commands, ["fine", "broken", "echo 2"])
      assert.deepStrictEqual(ran.world.checked, ["check default", "forget default"])
      assert.isTrue(Either.isLeft(ran.result) && ran.result.left._tag === "TaskCommandFailed")
      if (Either.isLeft(ran.result) && ran.result.left._tag === "TaskCommandFailed") {
        assert.deepStrictEqual({ status: ran.result.left.status, via: ran.result.left.via, line: ran.result.left.location.line }, { status: 2, via: ["default", "inner"], line: 11 })
      }
    }))

  it.effect("goes on after failures that it ignores", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default: { ignore_error: true, cmds: [{ defer: "code {{.EXIT_CODE}}" }, broken, next, { task: inner }, end] }
  inner: [ broken, never ]
`, ["default"], { answer: failing("broken") })
      assert.deepStrictEqual(ran.commands, ["broken", "next", "broken", "end", "code 2"])
      assert.strictEqual(failureTag(ran), undefined)
    }))

  it.effect("is skipped on other computers, and when its condition does not hold", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default: [ { task: windows }, { task: never }, done ]
  windows: { platforms: [windows/amd64, arm64], cmds: [no] }
  never: { if: "false", deps: [windows], cmds: [no] }
`, ["default"], { answer: failing("false"), options: { verbose: true } })
      assert.deepStrictEqual(ran.commands, ["false", "done"])
      assert.deepStrictEqual(ran.outcomes, { default: "ran", windows: "skipped", never: "skipped" })
      assert.include(ran.lines, 'task: if condition not met - skipped: "never"')
    }))

  it.effect("needs the variables that it requires, with values that are allowed, or asks for them", () =>
    Effect.gen(function* () {
      const taskfile = `
vars: { LIST: [one, two] }
tasks:
  default: { requires: { vars: [NAME, { name: KIND, enum: [a, b] }, { name: LISTED, enum: { ref: .LIST } }] }, cmds: ["echo {{.NAME}} {{.KIND}}"] }
`
      const missing = yield* runTasks(taskfile, ["default"], { options: { variables: new Map([["LISTED", "one"]]) } })
      assert.strictEqual(failureTag(missing), "VariablesMissing")
      const wrong = yield* runTasks(taskfile, ["default"], { options: { variables: new Map([["NAME", "n"], ["KIND", "c"], ["LISTED", "one"]]) } })
      assert.strictEqual(failureTag(wrong), "VariableNotAllowed")
      const unlisted = yield* runTasks(taskfile, ["default"], { options: { variables: new Map([["NAME", "n"], ["KIND", "a"], ["LISTED", "three"]]) } })
      assert.strictEqual(failureTag(unlisted), "VariableNotAllowed")
      const asked = yield* runTasks(taskfile, ["default"], { options: { interactive: true }, answers: { variables: { NAME: "me", KIND: "b", LISTED: "two" } } })
      assert.deepStrictEqual(asked.commands, ["echo me b"])
      assert.deepStrictEqual(wrong.commands, [])
    }))

  it.effect("asks before it runs, and is not run if nobody can answer", () =>
    Effect.gen(function* () {
      const taskfile = `
tasks: { default: { prompt: ["Sure, {{.TASK}}?", Really?], cmds: [run] } }
`
      const yes = yield* runTasks(taskfile, ["default"], { answers: { confirm: { "Sure, default?": "yes", "Really?": "yes" } } })
      assert.deepStrictEqual(yes.commands, ["run"])
      const no = yield* runTasks(taskfile, ["default"], { answers: { confirm: { "Sure, default?": "yes", "Really?": "no" } } })
      assert.isTrue(Either.isLeft(no.result) && no.result.left._tag === "RunCancelled" && no.result.left.reason === "Declined")
      const nobody = yield* runTasks(taskfile, ["default"])
      assert.isTrue(Either.isLeft(nobody.result) && nobody.result.left._tag === "RunCancelled" && nobody.result.left.reason === "NoTerminal")
      const assumed = yield* runTasks(taskfile, ["default"], { options: { assumeYes: true } })
      assert.deepStrictEqual(assumed.commands, ["run"])
    }))

  it.effect("ends a command that takes too long", () =>
    Effect.gen(function* () {
      const running = yield* Effect.fork(
        runTasks(`
tasks: { default: [ { cmd: long, timeout: 2s, ignore_error: true }, { cmd: long, timeout: 1m } ] }
`, ["default"], { answer: () => Effect.never })
      )
      yield* TestClock.adjust(Duration.seconds(70))
      const ran = yield* Fiber.join(running)
      assert.isTrue(Either.isLeft(ran.result) && ran.result.left._tag === "CommandTimedOut" && ran.result.left.milliseconds === 60_000)
    }))

  it.effect("does what it put off to the end, each for as long as it may take", () =>
    Effect.gen(function* () {
      const commands: Array<string> = []
      const answer: Answer = ({ script }) => {
        commands.push(script)
        return script === "long" ? Effect.onInterrupt(Effect.never, () => Effect.sync(() => void commands.push("ended"))) : undefined
      }
      const running = yield* Effect.fork(runTasks(`
tasks: { default: [ { defer: last }, { defer: long, timeout: 2s }, run ] }
`, ["default"], { answer }))
      yield* TestClock.adjust(Duration.seconds(3))
      const ran = yield* Fiber.join(running)
      assert.strictEqual(failureTag(ran), undefined)
      assert.deepStrictEqual(commands, ["run", "long", "ended", "last"])
    }))

  it.effect("runs nothing at all when it is only to be shown", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
vars: { V: { sh: version } }
tasks:
  default: { deps: [one], if: no, status: [no], preconditions: [no], prompt: Sure?, cmds: ["echo {{.V}}", { defer: after }] }
  one: [ one ]
`, ["default"], { options: { dry: true } })
      assert.deepStrictEqual(ran.commands, [])
      assert.deepStrictEqual(ran.lines, ["task: [one] one", "task: [default] echo ‹sh:V›", "task: [default] after"])
      assert.deepStrictEqual(ran.world.folders, [])
    }))

  it.effect("is shown as far as can be said without running anything", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
vars: { A: { sh: echo a }, J: { sh: json }, O: { ref: fromJson .J }, L: { ref: .O.list } }
tasks:
  default:
    deps: ["y{{.A}}"]
    requires: { vars: [{ name: A, enum: [a, b] }] }
    cmds: [{ task: "y{{.A}}" }, "echo {{.O.x.y}}", { for: { var: L }, cmd: "item {{.ITEM}}" }, { for: { matrix: { X: { ref: .L } } }, cmd: "x {{.ITEM.X}}" }]
  ya: [ "true" ]
`, ["default"], { options: { dry: true } })
      assert.strictEqual(failureTag(ran), undefined)
      assert.deepStrictEqual(ran.lines, [
        "task: [default] depends on y‹sh:A›, which is known when it runs",
        "task: [default] calls y‹sh:A›, which is known when it runs",
        "task: [default] echo {{.O.x.y}}",
        "task: [default] item ‹sh:L›",
        "task: [default] x ‹sh:.L›"
      ])
      assert.deepStrictEqual(ran.commands, [])
    }))

  it.effect("is ended with what it put off when it is interrupted", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const commands: Array<string> = []
      const answer: Answer = ({ script }) => {
        commands.push(script)
        return script === "long" ? Effect.zipRight(Deferred.succeed(begun, undefined), Effect.onInterrupt(Effect.never, () => Effect.sync(() => void commands.push("ended")))) : undefined
      }
      const running = yield* Effect.fork(runTasks(`
tasks: { default: [ { defer: clean }, long, never ] }
`, ["default"], { answer }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(running)
      assert.deepStrictEqual(commands, ["long", "ended", "clean"])
    }))
})
