/**
 * Giving: what this machine changed goes to the remote.
 *
 * The order is such that every step may be the last one: what is overridden is logged before anything is sent, what is sent is noted with its
 * counter before that, and the base moves last.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as PullPlan from "../PullPlan.js"
import * as PushPlan from "../PushPlan.js"
import type { Fetched } from "../RemoteIndex.js"
import type { PushOptions } from "../Sync.js"
import type { Base, Intent, Pending } from "../SyncState.js"
import { around } from "../SyncStep.js"
import * as Fetch from "./Fetch.js"
import { asRefreshed, type Home, look, now, refreshed, remember, type Services } from "./Home.js"
import * as Linking from "./Linking.js"
import * as NewIds from "./NewIds.js"
import type { Outcome } from "./Outcome.js"
import { quietly, type Ran } from "./Quiet.js"
import * as Records from "./Records.js"
import { sendAll } from "./Sending.js"

const choicesOf = (options: PushOptions): PushPlan.PushChoices => {
  const mine = new Map<string, Set<string> | "all">()
  for (const { field, id } of options.mine ?? []) {
    const before = mine.get(id)
    if (field === undefined) mine.set(id, "all")
    else if (before === undefined) mine.set(id, new Set([field]))
    else if (before !== "all") before.add(field)
  }
  return { recreate: new Set(options.recreate), mine, force: options.force === true, purge: options.purge === true }
}

/** Pushes, while no other sync of this home runs. @category commands */
const runPush = (services: Services, options: PushOptions, asked: Fetched | undefined) =>
  Effect.gen(function* () {
    const isDry = options.dryRun === true
    const choices = choicesOf(options)
    const looked = yield* look(services, { isLasting: !isDry })
    const newIds = options.newId ?? []
    const named = newIds.length === 0 ? looked : yield* isDry ? NewIds.foreseen(services, looked, newIds) : NewIds.withNewIds(services, looked, newIds)
    const home = isDry ? asRefreshed(named) : yield* refreshed(services, named, "push")
    const remote = yield* Fetch.fetch(services, home, { isDry, acceptDeletions: options.acceptDeletions === true, asked })
    const same = new Set(options.same)
    const first = Fetch.surveyOf(home, remote, same)
    // What this home remembers may be lost or older than what the rows have seen of it: no counter is used twice.
    const used = remote.snapshot.entries.reduce((highest, { writes }) => Math.max(highest, writes[home.machine] ?? 0), remote.state.counter)
    const plan = PushPlan.make(first, { ...remote.state, counter: used }, home.machine, choices)
    const occasion = { time: yield* now, command: "push", source: remote.snapshot.address }
    if (isDry) return { report: Records.reportOf("push", home, remote, first, Records.foreseen(plan), { isDry }), fetched: remote.fetched, isOtherQuiet: () => false } satisfies Ran

    const sent = yield* sendAll(services, home, remote, plan, { choices, occasion, same, report: options.report })
    const { cursor, outcome, snapshot, stopped } = sent
    const items = [...outcome.items, ...plan.refused]
    const at = yield* now
    yield* services.log.append(Records.lostRecords({ ...occasion, time: at }, [...plan.lost, ...outcome.lost]))
    yield* services.log.append(items.flatMap((item) => (item.action === "deleted" ? [] : Records.happened({ ...occasion, time: at }, item))))
    yield* conclude(services, home, { ...remote, snapshot: { ...snapshot, cursor } }, outcome, [...plan.settled, ...outcome.settled], first, at)
    return { report: Records.reportOf("push", home, remote, first, items, { isDry, stopped, unsent: outcome.unsent }), fetched: remote.fetched, isOtherQuiet: () => PullPlan.isEmpty(PullPlan.make(first, { writeFiles: false })) } satisfies Ran
  })

/** What is remembered of a push: first the copy of the remote, then the registry, last the base. */
const conclude = (
  services: Services,
  home: Home,
  remote: Fetch.Remote,
  outcome: Outcome,
  settled: ReadonlyArray<Pending>,
  survey: ReturnType<typeof Fetch.surveyOf>,
  at: string
) =>
  Effect.gen(function* () {
    const { instance } = remote.known
    const deletions = [...outcome.deleted].map((uid) => ({ key: "", uid, deletedAt: at, mergedInto: null }))
    const isChanged = outcome.rows.size > 0 || deletions.length > 0
    if (isChanged) yield* around("sync-snapshot", services.snapshot.write({ ...remote.snapshot, deletions: [...remote.snapshot.deletions, ...deletions] }))

    const bases = new Map<string, Base>()
    const marks = new Map<string, string>()
    const finished = new Set<string>()
    const answers = new Map<string, { readonly key: string; readonly createdAt: string | null }>()
    const decided = new Set<Pending>(settled)
    for (const { entry, isConfirmed, step } of outcome.done) {
      if (step.pending !== undefined) decided.add(step.pending)
      if (!step.isLocal || step.intent === undefined || entry === null) continue
      marks.set(step.intent.uid, entry.key)
      if (!isConfirmed) {
        answers.set(step.intent.uid, { key: entry.key, createdAt: entry.createdAt })
        continue
      }
      bases.set(step.intent.uid, Linking.linkTo(entry, step.intent.uid, step.intent.fields, home.machine, at))
      finished.add(step.intent.uid)
    }
    const touched = new Set([...outcome.done.map(({ step }) => step.id), ...outcome.voided])
    const quiet = survey.pairs.filter(({ uid, view }) => !touched.has(view.project.id) && !touched.has(uid))
    for (const pair of quiet) {
      const base = remote.state.intents[pair.uid] === undefined && !outcome.items.some(({ id }) => id === pair.view.project.id) ? Linking.settledBase(pair, home.machine, at) : undefined
      if (base === undefined) continue
      bases.set(pair.uid, base)
      if (pair.link === undefined) marks.set(pair.uid, pair.entry.key)
    }
    const linked = survey.pairs.filter((pair) => pair.uid !== pair.view.project.id && (bases.has(pair.uid) || marks.has(pair.uid)))
    yield* around(
      "sync-registry",
      Effect.zipRight(
        Linking.identify(services, linked),
        Linking.update(services, [...marks].map(([id, key]) => Linking.mark(id, key, instance, at)))
      )
    )
    const isVoid = (intent: Intent) => finished.has(intent.uid) || outcome.voided.has(intent.uid)
    const nothing = bases.size === 0 && decided.size === 0 && finished.size === 0 && answers.size === 0 && outcome.voided.size === 0
    if (nothing) return
    const removed = outcome.done.flatMap(({ step }) => (step.operation._tag === "Delete" ? [step.id] : []))
    yield* around(
      "sync-base",
      services.state.modify((document) =>
        remember(document, instance, home.machine, (stored) => {
          const next = Linking.withBases(stored, bases, [...removed, ...linked.map(({ view }) => view.project.id)])
          return {
            ...next,
            intents: Object.fromEntries(
              Object.entries(next.intents).flatMap(([id, intent]) => (isVoid(intent) ? [] : [[id, { ...intent, ...answers.get(intent.uid) }] as const]))
            ),
            pending: next.pending.filter((one) => ![...decided].some(({ _tag, at: when, uid }) => one._tag === _tag && one.uid === uid && one.at === when))
          }
        })
      )
    )
  })

const isEmpty = (list: ReadonlyArray<unknown> | undefined): boolean => list === undefined || list.length === 0

/** Pushes, while no other sync of this home runs. @category commands */
export const push = (services: Services, options: PushOptions) => {
  const { acceptDeletions, dryRun, force, mine, newId, purge, recreate, same } = options
  const isPlain = force !== true && purge !== true && acceptDeletions !== true && isEmpty(recreate) && isEmpty(mine) && isEmpty(same) && isEmpty(newId)
  return quietly(services, "push", { isDry: dryRun === true, isPlain }, (asked) => runPush(services, options, asked))
}
