/** What `dev-infra sync watch` shows, and how it ends. */
import { Registry } from "@dev-infra/registry/Registry"
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import { type RemoteDifference, Sync, type WatchEvent, type WatchOptions } from "@dev-infra/sync/Sync"
import { SyncBusy } from "@dev-infra/sync/SyncTurn"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { twoMachines } from "../../../../packages/sync/test/world.js"
import { watch } from "../../src/commands/sync/watch/run.js"
import { id, item, report, type Setting, shown } from "./Shown.js"

const input = { pull: false, limit: Option.none<number>(), json: false }

const difference = (number: number, name: string, kind: RemoteDifference["kind"], more: Partial<RemoteDifference> = {}): RemoteDifference => ({
  kind,
  key: String(number),
  uid: id(number),
  name,
  fields: [],
  by: [],
  isOwn: false,
  ...more
})

const changed = (...differences: ReadonlyArray<RemoteDifference>): WatchEvent => ({ _tag: "Changed", differences, report: report({ command: "fetch" }) })
const watching: WatchEvent = { _tag: "Watching", report: report({ command: "fetch" }) }
const described = difference(1, "api", "changed", { by: ["laptop"], fields: [{ field: "description", before: null, now: "The \u001b[31minterface" }, { field: "tags", before: ["go"], now: ["go", "http"] }] })

const telling = (...events: ReadonlyArray<WatchEvent>): Setting => ({ sync: { watch: () => Stream.fromIterable(events) } })

describe("dev-infra sync watch", () => {
  it.effect("prints a line for each field, with the machine, and nothing of what this machine sent itself", () =>
    Effect.gen(function* () {
      const all = telling(watching, changed(described, difference(2, "mine", "added", { isOwn: true })), changed(difference(3, "old", "deleted")))
      const { code, stderr, stdout } = yield* shown(all, watch(input))
      expect(stdout).toBe(
        "1970-01-01T00:00:00.000Z\tchanged\tapi\tdescription\tnone\tThe \\x1b[31minterface\tlaptop\n1970-01-01T00:00:00.000Z\tchanged\tapi\ttags\t[\"go\"]\t[\"go\",\"http\"]\tlaptop\n1970-01-01T00:00:00.000Z\tdeleted\told\t\t\t\t\n"
      )
      expect(stderr).toBe("Watching work-prod.example; Ctrl-C ends it.\n")
      expect(code).toBe(0)
    })
  )

  it.effect("prints a line for each project on a terminal", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown({ ...telling(changed(described, difference(3, "old", "deleted"))), terminal: true }, watch(input))
      expect(stdout).toMatch(/^\d\d:\d\d changed api: description none -> "The \\x1b\[31minterface", tags \["go"\] -> \["go","http"\] \(laptop\)\n\d\d:\d\d deleted old\n$/)
    })
  )

  it.effect("prints a JSON document a line", () =>
    Effect.gen(function* () {
      const failure = new RemoteFailed({ reason: "Unreachable", address: "work-prod.example", detail: "nothing answers" })
      const { stdout } = yield* shown(telling(watching, changed(described), { _tag: "Waiting", failure, seconds: 0.6 }), watch({ ...input, json: true }))
      const time = "1970-01-01T00:00:00.000Z"
      expect(stdout.trimEnd().split("\n").map((line): unknown => JSON.parse(line))).toEqual([
        { event: "watching", time, remote: { address: "work-prod.example", instance: "i-1" } },
        { event: "changed", time, kind: "changed", id: id(1), name: "api", fields: described.fields, by: ["laptop"] },
        { event: "waiting", time, seconds: 1, reason: "Unreachable", address: "work-prod.example", detail: "nothing answers" }
      ])
    })
  )

  it.effect("says once when it cannot ask, and goes on", () =>
    Effect.gen(function* () {
      const failure = new RemoteFailed({ reason: "Unreachable", address: "work-prod.example", detail: "nothing answers at work-prod.example: is it running?" })
      const events = telling({ _tag: "Waiting", failure, seconds: 3.2 }, { _tag: "Waiting", failure, seconds: 6 }, { _tag: "Waiting", failure: new SyncBusy({ holder: "process 7" }), seconds: 1 }, watching)
      expect((yield* shown(events, watch(input))).stderr).toBe(
        "warning: nothing answers at work-prod.example: is it running?\nTrying again in 4 seconds, and so on until it works.\nwarning: another sync is running (process 7): wait until it has ended, then try again\nTrying again in 1 second, and so on until it works.\nWatching work-prod.example; Ctrl-C ends it.\n"
      )
    })
  )

  it.effect("says once that the server has to be asked, and how often", () =>
    Effect.gen(function* () {
      const asking: WatchEvent = { _tag: "Watching", report: report({ command: "fetch" }), polling: { shortest: 5, longest: 60 } }
      const failure = new RemoteFailed({ reason: "Unreachable", address: "work-prod.example", detail: "nothing answers" })
      const events = telling(asking, { _tag: "Waiting", failure, seconds: 1 }, asking, changed(difference(3, "old", "deleted")))
      const { stderr, stdout } = yield* shown(events, watch(input))
      expect(stderr).toBe(
        "This server has no events, so it is asked about every 5 seconds, and less and less often while nothing changes, down to every 60 seconds.\nWatching work-prod.example; Ctrl-C ends it.\nwarning: nothing answers\nTrying again in 1 second, and so on until it works.\nWatching work-prod.example; Ctrl-C ends it.\n"
      )
      expect(stdout).toBe("1970-01-01T00:00:00.000Z\tdeleted\told\t\t\t\t\n")
      const [first = ""] = (yield* shown(events, watch({ ...input, json: true }))).stdout.split("\n")
      expect(JSON.parse(first)).toMatchObject({ event: "watching", polling: { shortest: 5, longest: 60 } })
    })
  )

  it.effect("ends after as many changes as were asked for", () =>
    Effect.gen(function* () {
      const endless = Stream.concat(Stream.make(watching, changed(difference(1, "a", "added"), difference(2, "b", "added"), difference(3, "c", "added"))), Stream.never)
      const { stdout } = yield* shown({ sync: { watch: () => endless } }, watch({ ...input, limit: Option.some(2) }))
      expect(stdout.split("\n").map((line) => line.split("\t")[2])).toEqual(["a", "b", undefined])
    })
  )

  it.effect("tells with --pull what was taken, and what has to be looked at", () =>
    Effect.gen(function* () {
      let options: WatchOptions | undefined
      const refusal = { reason: "Server", detail: "the name is empty" } as const
      const pulled = report({ command: "pull", items: [item(1, "api", "taken"), item(2, "web", "refused", { refusal })], counts: { taken: 1, refused: 1 } })
      const event: WatchEvent = { _tag: "Changed", differences: [described], report: pulled }
      const sync: Setting["sync"] = {
        watch: (given) => {
          options = given
          return Stream.make(event)
        }
      }
      const { code, stderr } = yield* shown({ sync }, watch({ ...input, pull: true }))
      expect(options).toEqual({ pull: true })
      expect(stderr).toContain("warning: refused: web: the name is empty\npulled: taken 1")
      expect(code).toBe(0)
    })
  )

  it.effect("fails as the first connection does", () =>
    Effect.gen(function* () {
      const failure = new RemoteFailed({ reason: "Unauthorized", address: "work-prod.example", detail: "the key is refused" })
      expect(yield* Effect.flip(shown({ sync: { watch: () => Stream.fail(failure) } }, watch(input)))).toBe(failure)
    })
  )

  it.scoped("shows over the real engine what the other machine pushes", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      const setting = { machine: Context.pick(Sync, Registry)(two.context) }
      const watched = yield* Effect.fork(shown(setting, watch({ ...input, limit: Option.some(1) })))
      yield* TestClock.adjust("1 second")
      yield* one.add("api")
      yield* one.sync.push()
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(watched)).stdout).toMatch(/\tadded\tapi\t\t\t\tmachine 1\n$/)
    })
  )
})
