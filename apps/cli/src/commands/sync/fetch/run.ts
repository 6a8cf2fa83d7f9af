import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import type * as ExitCode from "../../../ExitCode.js"
import * as Next from "../../../Next.js"
import { styled, text } from "../../../SafeText.js"
import * as SyncPrint from "../../../SyncPrint.js"
import * as SyncServices from "../../../SyncServices.js"
import type { FetchInput } from "./command.js"

/** Fetch with whatever `Sync` there is. @category commands */
export const fetch = (input: FetchInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const report = yield* sync.fetch({ dryRun: input.dryRun })
    return yield* SyncPrint.print(report, { json: input.json, next: [text`${yield* Next.line("status")}   ${styled("dim", "what differs")}`] })
  })

/** Fetch. @category commands */
export const run = (input: FetchInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => Effect.provide(fetch(input), SyncServices.layer)
