/**
 * A sync from its progress to its report, on the streams.
 *
 * A dry run prints what the real one prints for the same plan, and then that nothing was changed.
 *
 * @module
 */
import type { Registry } from "@dev-infra/registry/Registry"
import type { SyncItem, SyncReport } from "@dev-infra/sync/Sync"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { OutputFailed } from "./CommandError.js"
import * as ExitCode from "./ExitCode.js"
import { type Cell, Output } from "./Output.js"
import { Progress } from "./Progress.js"
import { type SafeText, styled, text } from "./SafeText.js"
import type { Surroundings } from "./Surroundings.js"
import * as SyncForScripts from "./SyncForScripts.js"
import * as SyncHints from "./SyncHints.js"
import * as SyncText from "./SyncText.js"

/** On a terminal, more rows than these are cut down to those that somebody has to look at. */
const mostRows = 60
const shownRows = 20

const columns = [
  { title: "WHAT" },
  { title: "PROJECT", shorten: "text" },
  { title: "FIELD" },
  { title: "HERE", shorten: "text" },
  { title: "THERE", shorten: "text" },
  { title: "NOTE", shorten: "text" }
] as const

interface Row {
  readonly cells: ReadonlyArray<Cell>
  /** it is to be seen, however many others there are */
  readonly matters: boolean
}

/** A row for each field that was sent or taken; one where there is none, or where all fields of the project are new. */
const rowsOf = ({ action, fields, name, refusal }: SyncItem): ReadonlyArray<Row> => {
  const word = SyncText.actionText(action)
  const matters = action === "refused" || action === "unsure" || action === "unlinked"
  const isWhole = action === "created" || action === "deleted" || fields.length === 0
  if (isWhole) return [{ cells: [word, name, "", "", "", refusal === undefined ? SyncText.actionNote(action) : refusal.detail], matters }]
  return fields.map((field) => {
    const isConflict = field.state === "conflict"
    const what = isConflict ? styled("yellow", "conflict") : word
    return { cells: [what, name, field.field, SyncText.valueText(field.local), SyncText.valueText(field.remote), SyncText.fieldNote(field, action)], matters: matters || isConflict }
  })
}

const table = (items: ReadonlyArray<SyncItem>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const rows = items.flatMap(rowsOf)
    if (!output.isTerminal || rows.length <= mostRows) return yield* output.table({ columns, rows: rows.map(({ cells }) => cells) })
    let left = shownRows
    const shown = rows.filter(({ matters }) => matters || left-- > 0)
    yield* output.table({ columns, rows: shown.map(({ cells }) => cells) })
    if (shown.length < rows.length) yield* output.message(text`and ${rows.length - shown.length} more; --json lists them all`)
  })

/** Say which projects' own files could not be read. What that needs is loaded only if there are such. @category printing */
export const warnOfProblems = (problems: SyncReport["problems"]): Effect.Effect<void, never, Output> =>
  problems.length === 0 ? Effect.void : Effect.flatMap(Effect.promise(() => import("./RegistrationReport.js")), (report) => report.warnOfProblems(problems))

/** What somebody has to know, in whole sentences. */
const warnings = (report: SyncReport) =>
  Effect.gen(function* () {
    const output = yield* Output
    const items = SyncText.withDistinctNames(report.items)
    yield* warnOfProblems(report.problems)
    for (const { fault, key, uid } of report.unreadable) {
      yield* output.warning(text`the entry ${key ?? uid ?? "without a key"} there cannot be read, so it is left as it is: ${fault}`)
    }
    for (const entry of report.duplicates) yield* output.warning(SyncText.duplicateText(entry))
    for (const item of items) {
      for (const conflict of SyncText.conflictTexts(item)) yield* output.warning(conflict)
    }
    for (const { name } of report.deletedElsewhere ?? []) yield* output.warning(text`${name} was deleted elsewhere; it stays on this machine, and nothing of it is sent`)
    for (const { action, name, refusal } of items) {
      if (refusal !== undefined) yield* output.warning(text`refused: ${name}: ${refusal.detail}`)
      if (action === "unlinked" && refusal === undefined) yield* output.warning(text`${name} was deleted elsewhere; it stays on this machine`)
      if (action === "unsure") yield* output.warning(text`${name}: the answer was lost, so that it is not known whether it arrived; the next push finds out`)
    }
  })

/** What to type about those that were refused, or deleted elsewhere. */
const hints = ({ deletedElsewhere = [], items }: SyncReport) =>
  SyncHints.lines([
    ...items.flatMap(({ action, id, name, refusal }) => {
      const reason = refusal?.reason ?? (action === "unlinked" ? "DeletedElsewhere" : undefined)
      return reason === undefined ? [] : [{ id, name, reason }]
    }),
    ...deletedElsewhere.map(({ id, name }) => ({ id, name, reason: "DeletedElsewhere" as const }))
  ])

const counted = (report: SyncReport) => text`${SyncText.countsText(report)} (${report.address})`

/** Names enough to see which they are. */
const someNames = (items: ReadonlyArray<SyncItem>): string => {
  const names = items.slice(0, 5).map(({ name }) => name)
  return `${names.join(", ")}${items.length > names.length ? ` and ${items.length - names.length} more` : ""}`
}

/** Why not all was sent, what was, and what was not. */
const stopped = ({ command, items, stopped: failure, unsent = [] }: SyncReport) =>
  Effect.gen(function* () {
    if (failure === undefined) return
    const output = yield* Output
    const sent = items.filter(({ action }) => action !== "refused" && action !== "unsure").length
    const before = sent === 0 ? "Nothing was sent" : `${SyncText.many(sent, "project")} ${sent === 1 ? "was" : "were"} sent`
    const rest = unsent.length === 0 ? text`` : text`, ${SyncText.many(unsent.length, "project")} ${unsent.length === 1 ? "was" : "were"} not (${someNames(unsent)})`
    const { report } = yield* Effect.promise(() => import("./ErrorReport.js"))
    yield* output.error(report(Cause.fail(failure)).message)
    yield* output.message(text`${before}${rest}; dev-infra ${command} goes on from there.`)
  })

/** 1 if anything was refused, or did not arrive for sure. */
const exitCodeOf = ({ counts, items, stopped }: SyncReport): ExitCode.ExitCode | undefined =>
  stopped !== undefined || counts.refused > 0 || items.some(({ action, refusal }) => action === "unsure" || refusal !== undefined) ? ExitCode.failed : undefined

/**
 * Print a report, and end with 1 if anything was refused or not all was sent.
 *
 * @category printing
 */
export const print = (report: SyncReport, options: { readonly json: boolean; readonly next?: ReadonlyArray<SafeText> }): Effect.Effect<ExitCode.ExitCode | undefined, OutputFailed, Output | Registry | Surroundings> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (options.json) yield* output.json(SyncForScripts.report(report))
    else yield* table(SyncText.withDistinctNames(report.items))
    yield* warnings(report)
    yield* output.message(counted(report))
    yield* stopped(report)
    for (const line of [...(yield* hints(report)), ...(options.next ?? [])]) yield* output.message(line)
    if (report.dryRun) yield* output.message(text`Nothing was changed.`)
    return exitCodeOf(report)
  })

/**
 * Print the counts of a report after a word, and what somebody has to know, for commands that sync among other things. Ends as
 * {@link print} does.
 *
 * @category printing
 */
export const brief = (report: SyncReport, word: string): Effect.Effect<ExitCode.ExitCode | undefined, never, Output | Registry | Surroundings> =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* warnings(report)
    yield* output.message(text`${word}: ${SyncText.countsText(report)}`)
    yield* stopped(report)
    for (const line of yield* hints(report)) yield* output.message(line)
    return exitCodeOf(report)
  })

/**
 * Run a sync with a bar that shows how far it is.
 *
 * @category printing
 */
export const withProgress = <A, E, R>(
  label: string,
  sync: (report: (done: number, total: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Progress> =>
  Effect.flatMap(Progress, (progress) => progress.during({ label }, (report) => sync((done, total) => report(done, "", total))))
