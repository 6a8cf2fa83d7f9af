import { isShared } from "@dev-infra/sync/SharedFields"
import { type PushOptions, Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import type * as ExitCode from "../../../ExitCode.js"
import * as ProjectArguments from "../../../ProjectArguments.js"
import * as SyncPrint from "../../../SyncPrint.js"
import * as SyncServices from "../../../SyncServices.js"
import { UsageError } from "../../../UsageError.js"
import type { PushInput } from "./command.js"

const idsOf = (references: ReadonlyArray<string>) => Effect.map(ProjectArguments.resolve(references), (projects) => projects.map(({ id }) => id))

type Insisted = NonNullable<PushOptions["mine"]>[number]

/** `PROJECT` or `PROJECT:FIELD`; a name may have a colon itself. */
const insisted = (reference: string) =>
  idsOf([reference]).pipe(
    Effect.map((ids) => ids.map((id): Insisted => ({ id }))),
    Effect.catchTag("ProjectNotFound", (notFound) => (reference.includes(":") ? splitAtColon(reference) : Effect.fail(notFound)))
  )

const splitAtColon = (reference: string) =>
  Effect.gen(function* () {
    const at = reference.lastIndexOf(":")
    const [project, field] = [reference.slice(0, at), reference.slice(at + 1)]
    if (field === "" || !isShared(field)) {
      return yield* new UsageError({ command: ["push"], message: `--mine ${reference} names the field ${JSON.stringify(field)}, which is not sent at all`, hint: "name a field as dev-infra show does, e.g. --mine api:description" })
    }
    const ids = yield* idsOf([project])
    return ids.map((id): Insisted => ({ id, field }))
  })

/** The options as the engine takes them: projects by their ids. */
const optionsOf = (input: PushInput) =>
  Effect.gen(function* () {
    const [same, newId] = [yield* idsOf(input.same), yield* idsOf(input.newId)]
    const both = same.find((id) => newId.includes(id))
    if (both !== undefined) return yield* new UsageError({ command: ["push"], message: "--same and --new-id exclude each other for one project" })
    return {
      dryRun: input.dryRun,
      recreate: yield* idsOf(input.recreate),
      mine: (yield* Effect.forEach(input.mine, insisted)).flat(),
      same,
      newId,
      force: input.force,
      purge: input.purge,
      acceptDeletions: input.acceptDeletions
    }
  })

/** Push with whatever `Sync` there is. @category commands */
export const push = (input: PushInput) =>
  Effect.gen(function* () {
    const sync = yield* Sync
    const given = yield* optionsOf(input)
    const report = yield* SyncPrint.withProgress("pushing", (report) => sync.push({ ...given, report }))
    return yield* SyncPrint.print(report, input)
  })

/** Push. @category commands */
export const run = (input: PushInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> => Effect.provide(push(input), SyncServices.layer)
