import type { LogEntry, SyncRecord } from "@dev-infra/sync/SyncLog"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { type Cell, Output } from "../../../Output.js"
import * as ProjectArguments from "../../../ProjectArguments.js"
import { styled, text } from "../../../SafeText.js"
import * as SyncForScripts from "../../../SyncForScripts.js"
import * as SyncServices from "../../../SyncServices.js"
import * as SyncText from "../../../SyncText.js"
import type { LogInput } from "./command.js"

/** A terminal has room for so many, if nobody says how many there shall be. */
const shownOnTerminal = 50

const columns = [
  { title: "ENTRY" },
  { title: "TIME" },
  { title: "COMMAND" },
  { title: "WHAT" },
  { title: "PROJECT", shorten: "text" },
  { title: "FIELD" },
  { title: "WAS", shorten: "text" },
  { title: "IS", shorten: "text" },
  { title: "NOTE", shorten: "text" }
] as const

const whatOf = (record: SyncRecord): Cell => {
  if (record.kind !== "overridden") return SyncText.actionText(record.kind)
  if (record.conflict === true) return styled("yellow", "conflict")
  return record.side === "remote" ? "replaced there" : "replaced here"
}

const cellsOf = (record: SyncRecord): ReadonlyArray<Cell> => {
  if (record.kind === "overridden") return [record.field, SyncText.valueText(record.old), SyncText.valueText(record.new), record.source]
  return [(record.fields ?? []).join(", "), "", "", record.reason ?? record.source]
}

const rowOf =
  (isTerminal: boolean) =>
  ({ entry, record }: LogEntry): ReadonlyArray<Cell> => [
    isTerminal ? styled("dim", entry) : entry,
    isTerminal ? SyncText.timeText(record.time) : record.time,
    record.command,
    whatOf(record),
    record.name,
    ...cellsOf(record)
  ]

/** The projects that are meant, as ids and names: the log also tells of projects that are no longer here. */
const chosen = (words: ReadonlyArray<string>, entries: ReadonlyArray<LogEntry>) =>
  Effect.forEach(words, (word) =>
    ProjectArguments.resolve([word]).pipe(
      Effect.map((projects) => projects.map(({ id }): string => id)),
      Effect.catchTag("ProjectNotFound", (notFound) => {
        const fits = ({ record: { id, name } }: LogEntry) => name === word || (word.length >= 4 && id.startsWith(word.toLowerCase()))
        const ids = [...new Set(entries.filter(fits).map(({ record }) => record.id))]
        return ids.length === 0 ? Effect.fail(notFound) : Effect.succeed(ids)
      })
    )
  )

/** Show the log of whatever `Sync` there is. @category commands */
export const log = (input: LogInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const output = yield* Output
    const entries = yield* sync.log
    const ids = new Set((yield* chosen(input.projects, entries)).flat())
    const fitting = input.projects.length === 0 ? entries : entries.filter(({ record }) => ids.has(record.id))
    const byDefault = output.isTerminal && !input.json ? shownOnTerminal : Number.MAX_SAFE_INTEGER
    const shown = fitting.slice(-Option.getOrElse(input.limit, () => byDefault)).toReversed()
    if (input.json) return yield* output.json({ entries: shown.map(SyncForScripts.logEntry) })
    yield* output.table({ columns, rows: shown.map(rowOf(output.isTerminal)) })
    if (shown.length < fitting.length && Option.isNone(input.limit)) yield* output.message(text`and ${fitting.length - shown.length} older; -n N shows more`)
    if (shown.length === 0) yield* output.message(entries.length === 0 ? text`Nothing was synced yet.` : text`The log has nothing of that.`)
  })

/** Show the log. @category commands */
export const run = (input: LogInput): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(log(input), SyncServices.layer)
