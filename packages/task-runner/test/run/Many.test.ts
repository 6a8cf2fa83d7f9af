import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failureTag, runTasks } from "./taskRun.js"

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

describe("many tasks", () => {
  it.effect("may depend on each other a thousand deep, or call each other", () =>
    Effect.gen(function* () {
      const deep = yield* runTasks(`tasks:\n${numbers(1000).map((at) => `  t${at}: { deps: [${at === 999 ? "" : `t${at + 1}`}], cmds: ["run ${at}"] }`).join("\n")}\n`, ["t0"])
      assert.strictEqual(failureTag(deep), undefined)
      assert.deepStrictEqual(deep.commands, numbers(1000).map((at) => `run ${at}`).toReversed())
      const calls = yield* runTasks(`tasks:\n${numbers(1000).map((at) => `  t${at}: { cmds: ["run ${at}"${at === 999 ? "" : `, { task: t${at + 1} }`}] }`).join("\n")}\n`, ["t0"])
      assert.deepStrictEqual(calls.commands, numbers(1000).map((at) => `run ${at}`))
    }))

  it.effect("may depend on one that runs once, ten thousand of them", () =>
    Effect.gen(function* () {
      const names = numbers(10_000).map((at) => `t${at}`)
      const ran = yield* runTasks(`
silent: true
tasks:
  default: { deps: [${names.join(", ")}] }
  base: { run: once, cmds: [base] }
${names.map((name) => `  ${name}: { deps: [base] }`).join("\n")}
`, ["default"])
      assert.strictEqual(failureTag(ran), undefined)
      assert.deepStrictEqual(ran.commands, ["base"])
    }))

  it.effect("may share variables in a long chain", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
vars:
  V0: start
${numbers(5000).map((at) => `  V${at + 1}: "{{.V${at}}}"`).join("\n")}
tasks: { default: [ "echo {{.V5000}}" ] }
`, ["default"])
      assert.deepStrictEqual(ran.commands, ["echo start"])
    }))

  it.effect("may have names and variables that mean something to JavaScript", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
vars: { __proto__: polluted, constructor: built, toString: text }
env: { __proto__: environment }
tasks:
  __proto__: [ "echo {{.__proto__}} {{.constructor}} {{.toString}}{{.hasOwnProperty}}" ]
  constructor: { deps: [__proto__] }
`, ["constructor"], { options: { variables: new Map([["__proto__", "given"]]) } })
      assert.deepStrictEqual(ran.commands, ["echo given built text"])
      assert.strictEqual(Object.getOwnPropertyDescriptor(ran.world.scripts[0]?.environment ?? {}, "__proto__")?.value, "environment")
      assert.notProperty({}, "polluted")
    }))

  it.effect("may have labels and commands with escape sequences, which the screen never sees", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default: { label: "a\\nb\\e[2J", cmds: ["run \\e[31m"] }
`, ["default"])
      assert.deepStrictEqual(ran.lines, ["task: [a\\nb\\x1b[2J] run \\x1b[31m"])
    }))
})
