import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Answer, failureTag, runTasks } from "./taskRun.js"

describe("dependencies", () => {
  it.effect("run all at once, each with its own variables", () =>
    Effect.gen(function* () {
      const all = yield* Deferred.make<void>()
      let running = 0
      const answer: Answer = ({ script }) => {
        if (!script.startsWith("wait")) return undefined
        running += 1
        return Effect.as(Effect.zipRight(running === 3 ? Deferred.succeed(all, undefined) : Effect.void, Deferred.await(all)), {})
      }
      const ran = yield* runTasks(`
tasks:
  default: { deps: [ { task: wait, vars: { N: 1 } }, { for: [2, 3], task: wait, vars: { N: "{{.ITEM}}" } } ], cmds: [end] }
  wait: [ "wait {{.N}}" ]
`, ["default"], { answer })
      assert.deepStrictEqual(ran.commands.toSorted(), ["end", "wait 1", "wait 2", "wait 3"])
      assert.strictEqual(ran.commands.at(-1), "end")
    }))

  it.effect("that fail let the others end, but not the task begin", () =>
    Effect.gen(function* () {
      const failed = yield* Deferred.make<void>()
      const answer: Answer = ({ script }) =>
        script === "broken" ? Effect.as(Deferred.succeed(failed, undefined), { status: 7 }) : script === "slow" ? Effect.as(Deferred.await(failed), {}) : undefined
      const ran = yield* runTasks(`
tasks:
  default: { deps: [slow, broken], cmds: [never] }
  slow: [ slow, after ]
  broken: [ broken ]
`, ["default"], { answer })
      assert.deepStrictEqual(ran.commands, ["slow", "broken", "after"])
      assert.isTrue(Either.isLeft(ran.result) && ran.result.left._tag === "TaskCommandFailed" && ran.result.left.status === 7)
    }))

  it.effect("that fail end the others if that is wanted", () =>
    Effect.gen(function* () {
      const ended: Array<string> = []
      const begun = yield* Deferred.make<void>()
      const answer: Answer = ({ script }) =>
        script === "broken"
          ? Effect.as(Deferred.await(begun), { status: 7 })
          : script === "slow"
            ? Effect.zipRight(Deferred.succeed(begun, undefined), Effect.onInterrupt(Effect.never, () => Effect.sync(() => void ended.push(script))))
            : undefined
      const ran = yield* runTasks(`
tasks:
  default: { failfast: true, deps: [slow, broken], cmds: [never] }
  slow: [ { defer: clean }, slow, after ]
  broken: [ broken ]
`, ["default"], { answer })
      assert.deepStrictEqual(ended, ["slow"])
      assert.deepStrictEqual(ran.commands.toSorted(), ["broken", "clean", "slow"])
      assert.strictEqual(failureTag(ran), "TaskCommandFailed")
    }))

  it.effect("run as many at a time as there are places, and who waits takes none", () =>
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const answer: Answer = () =>
        Effect.acquireUseRelease(
          Effect.sync(() => void (most = Math.max(most, ++running))),
          () => Effect.as(Effect.yieldNow(), {}),
          () => Effect.sync(() => void running--)
        )
      const ran = yield* runTasks(`
tasks:
  default: { deps: [a, b, c], cmds: [{ task: a }, end] }
  a: { deps: [d], cmds: [a] }
  b: { deps: [d], cmds: [b] }
  c: { deps: [d, a], cmds: [c] }
  d: [ d ]
`, ["default"], { answer, options: { concurrency: 1 } })
      assert.strictEqual(failureTag(ran), undefined)
      assert.strictEqual(ran.commands.length, 11)
      assert.strictEqual(most, 1)
    }))

  it.effect("that run once run once, also by two ways, and all who wait share the failure", () =>
    Effect.gen(function* () {
      const good = yield* runTasks(`
tasks:
  default: { deps: [a, b], cmds: [{ task: shared }] }
  a: { deps: [shared], cmds: [a] }
  b: { deps: [shared], cmds: [b] }
  shared: { run: once, cmds: [shared] }
`, ["default"])
      assert.deepStrictEqual(good.commands, ["shared", "a", "b"])
      const bad = yield* runTasks(`
tasks:
  default: [ { task: a, ignore_error: true }, { task: b, ignore_error: true }, end ]
  a: { deps: [shared], cmds: [never] }
  b: { deps: [shared], cmds: [never] }
  shared: { run: once, cmds: [shared] }
`, ["default"], { answer: ({ script }) => (script === "shared" ? { status: 4 } : undefined) })
      assert.deepStrictEqual(bad.commands, ["shared", "end"])
    }))

  it.effect("that run when something changed run once for each set of variables", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default: [ { task: build, vars: { X: 1 } }, { task: build, vars: { X: 2 } }, { task: build, vars: { X: 1 } } ]
  build: { run: when_changed, cmds: ["build {{.X}}"] }
`, ["default"])
      assert.deepStrictEqual(ran.commands, ["build 1", "build 2"])
    }))

  it.effect("that go round in a circle are refused before anything runs", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
tasks:
  default: { deps: [a], cmds: [run] }
  a: { deps: [b] }
  b: { cmds: [first, { task: a }] }
`, ["default"])
      assert.strictEqual(failureTag(ran), "TaskCycle")
      assert.deepStrictEqual(ran.commands, [])
    }))

  it.effect("whose circle only shows when they run end, too", () =>
    Effect.gen(function* () {
      const calling = yield* runTasks(`
tasks:
  default: [ { task: "{{.NEXT}}", vars: { NEXT: default } } ]
vars: { NEXT: default }
`, ["default"])
      assert.strictEqual(failureTag(calling), "TooManyCalls")
      const waiting = yield* runTasks(`
tasks:
  default: { deps: [a, b] }
  a: { run: once, cmds: [ { task: "{{.B}}" } ] }
  b: { run: once, cmds: [ { task: "{{.A}}" } ] }
vars: { A: a, B: b }
`, ["default"])
      assert.strictEqual(failureTag(waiting), "TaskCycle")
    }))
})

describe("loops", () => {
  it.effect("go over lists, variables, files, maps and every combination", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
vars: { WORDS: "a b  c", COMMAS: "x,y", LIST: [1, 2], MAP: { map: { k: v, l: w } } }
tasks:
  default:
    sources: [one.txt, two.txt]
    generates: [out.bin]
    cmds:
      - { for: [p, "{{.COMMAS}}"], cmd: "list {{.ITEM}}" }
      - { for: { var: WORDS }, cmd: "words {{.ITEM}}" }
      - { for: { var: COMMAS, split: ",", as: IT }, cmd: "commas {{.IT}}" }
      - { for: { var: LIST }, task: called, vars: { X: "{{.ITEM}}" } }
      - { for: { var: MAP }, cmd: "map {{.KEY}}={{.ITEM}}" }
      - { for: sources, cmd: "source {{.ITEM}}" }
      - { for: generates, cmd: "made {{.ITEM}}" }
      - { for: { matrix: { OS: [linux, darwin], N: { ref: .LIST } } }, cmd: "matrix {{.ITEM.OS}}/{{.ITEM.N}}" }
      - { for: { var: MISSING }, cmd: never }
  called: [ "called {{.X}}" ]
`, ["default"])
      assert.deepStrictEqual(commands, [
        "list p", "list x,y", "words a", "words b", "words c", "commas x", "commas y", "called 1", "called 2", "map k=v", "map l=w",
        "source one.txt", "source two.txt", "made out.bin", "matrix linux/1", "matrix linux/2", "matrix darwin/1", "matrix darwin/2"
      ])
    }))
})
