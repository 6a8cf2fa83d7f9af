import { type PollingTimes, type RemoteDifference, Sync, type WatchEvent } from "@dev-infra/sync/Sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { type Cell, Output } from "../../../Output.js"
import { type SafeText, join, styled, text } from "../../../SafeText.js"
import { Surroundings } from "../../../Surroundings.js"
import * as SyncForScripts from "../../../SyncForScripts.js"
import * as SyncPrint from "../../../SyncPrint.js"
import * as SyncServices from "../../../SyncServices.js"
import * as SyncText from "../../../SyncText.js"
import type { WatchInput } from "./command.js"

const columns = [{ title: "TIME" }, { title: "WHAT" }, { title: "PROJECT" }, { title: "FIELD" }, { title: "WAS" }, { title: "IS" }, { title: "MACHINE" }] as const

const kindText = (kind: RemoteDifference["kind"]): SafeText => styled(kind === "deleted" ? "yellow" : "green", kind)

/** One line for each field, for programs. */
const rowsOf = (time: string, { by, fields, kind, name }: RemoteDifference): ReadonlyArray<ReadonlyArray<Cell>> => {
  const machines = by.join(", ")
  if (fields.length === 0) return [[time, kindText(kind), name, "", "", "", machines]]
  return fields.map(({ before, field, now }) => [time, kindText(kind), name, field, SyncText.valueText(before), SyncText.valueText(now), machines])
}

/** One line for each project, for people. */
const lineOf = (time: string, { by, fields, kind, name }: RemoteDifference): SafeText => {
  const changes = fields.map(({ before, field, now }) => text`${field} ${SyncText.quotedText(before)} -> ${SyncText.quotedText(now)}`)
  const what = changes.length === 0 ? text`` : text`: ${join(changes, ", ")}`
  return text`${styled("dim", time.slice(-5))} ${kindText(kind)} ${styled("bold", name)}${what}${by.length === 0 ? text`` : styled("dim", text` (${by.join(", ")})`)}`
}

const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

const forScripts = (time: string, { by, fields, kind, name, uid }: RemoteDifference) => ({ event: "changed", time, kind, id: uid, name, fields, by })

const showDifferences = (input: WatchInput, differences: ReadonlyArray<RemoteDifference>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const time = yield* now
    if (input.json) return yield* Effect.forEach(differences, (difference) => output.jsonLine(forScripts(time, difference)), { discard: true })
    if (!output.isTerminal) return yield* output.table({ columns, rows: differences.flatMap((difference) => rowsOf(time, difference)) })
    return yield* Effect.forEach(differences, (difference) => output.line(lineOf(SyncText.timeText(time), difference)), { discard: true })
  })

/** What is being waited for is told to people once, and not with every new attempt; `said` is what was told since it last worked. */
const showWaiting = (detail: string, seconds: number, said: Ref.Ref<ReadonlySet<string>>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const before = yield* Ref.getAndUpdate(said, (all) => new Set([...all, detail]))
    if (before.has(detail)) return
    yield* output.warning(text`${detail}`)
    yield* output.message(text`Trying again in ${SyncText.many(seconds, "second")}, and so on until it works.`)
  })

/** Told once, however often the server was away. */
const showPolling = ({ longest, shortest }: PollingTimes, isPolling: Ref.Ref<boolean>) =>
  Effect.gen(function* () {
    if (yield* Ref.getAndSet(isPolling, true)) return
    const output = yield* Output
    yield* output.message(
      text`This server has no events, so it is asked about every ${SyncText.many(shortest, "second")}, and less and less often while nothing changes, down to every ${SyncText.many(longest, "second")}.`
    )
  })

/** What was said already, to people. */
interface Said {
  /** what is waited for, since it last worked */
  readonly waiting: Ref.Ref<ReadonlySet<string>>
  readonly polling: Ref.Ref<boolean>
}

const show = (input: WatchInput, event: WatchEvent, differences: ReadonlyArray<RemoteDifference>, said: Said) =>
  Effect.gen(function* () {
    const output = yield* Output
    const time = yield* now
    switch (event._tag) {
      case "Changed": {
        yield* showDifferences(input, differences)
        if (!input.pull || event.report.items.length === 0) return
        if (input.json) yield* output.jsonLine({ event: "pulled", time, report: SyncForScripts.report(event.report) })
        // What was refused is told now; the exit code is that of watching.
        yield* SyncPrint.brief(event.report, "pulled")
        return
      }
      case "Watching": {
        const { polling, report } = event
        const { address, instance } = report
        yield* Ref.set(said.waiting, new Set())
        if (input.json) yield* output.jsonLine({ event: "watching", time, remote: { address, instance }, ...(polling === undefined ? {} : { polling }) })
        if (polling !== undefined) yield* showPolling(polling, said.polling)
        return yield* output.message(text`Watching ${address}; Ctrl-C ends it.`)
      }
      case "Waiting": {
        const { failure } = event
        const seconds = Math.ceil(event.seconds)
        const { address, detail, reason } = failure._tag === "SyncBusy" ? { address: "", detail: failure.message, reason: "Busy" } : failure
        if (input.json) yield* output.jsonLine({ event: "waiting", time, seconds, reason, address, detail })
        return yield* showWaiting(detail, seconds, said.waiting)
      }
    }
  })

/** Watch with whatever `Sync` there is. @category commands */
export const watch = (input: WatchInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const { stopRequested } = yield* Surroundings
    const said: Said = { waiting: yield* Ref.make<ReadonlySet<string>>(new Set()), polling: yield* Ref.make(false) }
    const left = yield* Ref.make(Option.getOrElse(input.limit, () => Number.MAX_SAFE_INTEGER))
    const shown = Stream.mapEffect(sync.watch({ pull: input.pull }), (event) =>
      Effect.gen(function* () {
        const others = event._tag === "Changed" ? event.differences.filter(({ isOwn }) => !isOwn) : []
        const differences = others.slice(0, yield* Ref.get(left))
        yield* show(input, event, differences, said)
        return yield* Ref.updateAndGet(left, (before) => before - differences.length)
      })
    )
    const watching = Stream.runDrain(Stream.takeUntil(shown, (more) => more <= 0))
    yield* Effect.raceFirst(watching, stopRequested)
  })

/** Watch. @category commands */
export const run = (input: WatchInput): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(watch(input), SyncServices.layer)
