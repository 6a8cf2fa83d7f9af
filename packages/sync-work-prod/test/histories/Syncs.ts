/** Fetch, pull and push as histories do them, with what may befall them, and what has to be so afterwards. */
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { SyncError, SyncReport } from "@dev-infra/sync/Sync"
import { SyncStep } from "@dev-infra/sync/SyncStep"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { checkFetch, checkPull, checkPush } from "./Checks.js"
import * as Hands from "./Hands.js"
import type { Home } from "./Home.js"
import type { Fault, Operation } from "./Operation.js"
import { by, demand, learn, look, type World } from "./World.js"

const plan = (home: Home, fault: Fault | undefined): Effect.Effect<void> => {
  switch (fault?.type) {
    case "fail":
      return home.connection.failAfter(fault.after)
    case "lose":
      return home.connection.loseAfter(fault.after)
    case "break":
      return home.connection.breakAfter(fault.changes)
    default:
      return Effect.void
  }
}

/** What happens at the points that a sync passes: it dies, or somebody edits a row once. */
const pointsOf = (world: World, fault: Fault | undefined) => {
  let isDone = false
  return {
    reach: (name: string) =>
      Effect.suspend(() => {
        if (fault === undefined || !("at" in fault) || name !== fault.at || isDone) return Effect.void
        isDone = true
        if (fault.type === "crash") return Effect.interrupt
        const subject = world.subject(undefined, fault.project)
        world.storm(subject, "it was edited during a sync")
        return Hands.edit(world, subject, "description")
      })
  }
}

/** The report, or nothing if it was cut off or failed as it may. */
const outcomeOf = (world: World, what: string, exit: Exit.Exit<SyncReport, SyncError>, fault: Fault | undefined): SyncReport | undefined => {
  if (Exit.isSuccess(exit)) {
    const { stopped } = exit.value
    demand(stopped === undefined || fault !== undefined, () => `${what} stopped without a reason: ${String(stopped)}`)
    return exit.value
  }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isSome(failure)) {
    const isExpected = (failure.value instanceof RemoteFailed && fault !== undefined) || (failure.value._tag === "TooManyGone" && world.isStormy && !world.index.tellsDeletions)
    demand(isExpected, () => `${what} fails: ${String(failure.value)}`)
    return undefined
  }
  demand(Cause.isInterruptedOnly(exit.cause) && fault?.type === "crash", () => `${what} breaks: ${Cause.pretty(exit.cause)}`)
  return undefined
}

/** Names and the order of fields may differ: only the real one has read the files into the registry before. */
const told = ({ counts, items }: SyncReport) =>
  JSON.stringify({
    items: items.map(({ action, fields, id }) => ({ action, id, fields: fields.toSorted((one, other) => (one.field < other.field ? -1 : 1)) })).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    counts
  })

export type Command = Extract<Operation, { readonly type: "fetch" | "pull" | "push" }>

const run = (home: Home, command: Command, dryRun: boolean) => {
  const options = { dryRun }
  if (command.type === "fetch") return home.sync.fetch(options)
  if (command.type === "pull") return home.sync.pull({ ...options, writeFiles: command.writeFiles })
  return home.sync.push({ ...options, force: command.force })
}

/** Syncs one machine and holds what came of it against what had to come of it. */
export const sync = (world: World, home: Home, command: Command, number: number) =>
  Effect.gen(function* () {
    const { fault } = command
    const what = `${command.type} of machine ${home.number}`
    const before = yield* look(world)
    const logged = (yield* home.log).length
    // A dry run says what the real one does, and does nothing.
    const isForetold = fault === undefined && number % 4 === 0
    const foretold = isForetold ? outcomeOf(world, `dry ${what}`, yield* Effect.exit(by(world, home, run(home, command, true))), undefined) : undefined
    if (isForetold) demand(JSON.stringify([...(yield* look(world)).raw]) === JSON.stringify([...before.raw]), () => `a dry ${what} changes the index`)

    yield* plan(home, fault)
    const exit = yield* Effect.exit(by(world, home, Effect.provideService(run(home, command, false), SyncStep, pointsOf(world, fault))))
    yield* home.connection.renew
    const report = outcomeOf(world, what, exit, fault)
    const after = yield* look(world)
    learn(world, after)
    const records = (yield* home.log).slice(logged).map(({ record }) => record)
    const isWhole = report !== undefined && report.stopped === undefined
    const isMeddled = fault?.type === "meddle"
    const done = { world, home, before, after, records, isWhole, isMeddled, items: report?.items ?? [] }
    if (command.type === "fetch") checkFetch(done)
    else if (command.type === "pull") checkPull(done, command.writeFiles)
    else checkPush(done)
    const isCalm = world.subjects.every(({ stormy }) => stormy === undefined)
    if (foretold !== undefined && report !== undefined && isCalm) demand(told(foretold) === told(report), () => `a dry ${what} foretells ${told(foretold)}, and the real one does ${told(report)}`)
  })
