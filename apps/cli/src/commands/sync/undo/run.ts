import type { SyncRecord } from "@dev-infra/sync/SyncLog"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as Next from "../../../Next.js"
import { Output } from "../../../Output.js"
import { type SafeText, styled, text } from "../../../SafeText.js"
import * as SyncForScripts from "../../../SyncForScripts.js"
import * as SyncServices from "../../../SyncServices.js"
import * as SyncText from "../../../SyncText.js"
import type { UndoInput } from "./command.js"

const sentence = (record: SyncRecord, file: string | undefined): SafeText =>
  record.kind === "overridden"
    ? text`${record.name}: ${record.field} is ${SyncText.quotedText(record.old)} again${file === undefined ? "" : text` (also in ${file})`}`
    : text`${record.name}: to be created there again with the next push`

/** Undo with whatever `Sync` there is. @category commands */
export const undo = (input: UndoInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const output = yield* Output
    const { entry, file, project } = yield* sync.undo(input.entry, { force: input.force, dryRun: input.dryRun })
    if (input.json) yield* output.json({ dry_run: input.dryRun, entry: SyncForScripts.logEntry(entry), project, file: file ?? null })
    yield* output.message(sentence(entry.record, file))
    yield* output.message(text`${yield* Next.line("push")}   ${styled("dim", "sends it")}`)
    if (input.dryRun) yield* output.message(text`Nothing was changed.`)
  })

/** Undo. @category commands */
export const run = (input: UndoInput): Effect.Effect<void, CommandError, CommandServices> => Effect.provide(undo(input), SyncServices.layer)
