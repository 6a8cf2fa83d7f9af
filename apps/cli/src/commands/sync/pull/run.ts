import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import type * as ExitCode from "../../../ExitCode.js"
import * as Next from "../../../Next.js"
import { styled, text } from "../../../SafeText.js"
import * as SyncPrint from "../../../SyncPrint.js"
import * as SyncServices from "../../../SyncServices.js"
import type { PullInput } from "./command.js"

/** Pull with whatever `Sync` there is. @category commands */
export const pull = (input: PullInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const { acceptDeletions, dryRun, writeFiles } = input
    const report = yield* SyncPrint.withProgress("pulling", (report) => sync.pull({ dryRun, writeFiles, acceptDeletions, report }))
    const next = yield* Next.line("list", "--all")
    return yield* SyncPrint.print(report, {
      json: input.json,
      next: report.counts.notLocal === 0 ? [] : [text`${next}   ${styled("dim", "what is on other machines, and how to get it")}`]
    })
  })

/** Pull. @category commands */
export const run = (input: PullInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => Effect.provide(pull(input), SyncServices.layer)
