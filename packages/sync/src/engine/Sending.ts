/**
 * Sending the changes of a push, and making those again whose rows somebody else changed meanwhile.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as PushPlan from "../PushPlan.js"
import type { RemoteFailed } from "../RemoteIndex.js"
import type { PushOptions } from "../Sync.js"
import type { Intent, RemoteState } from "../SyncState.js"
import { around } from "../SyncStep.js"
import * as Fetch from "./Fetch.js"
import { type Home, remember, type Services } from "./Home.js"
import { Outcome } from "./Outcome.js"
import * as Records from "./Records.js"

/** How often a change is made again. */
const rounds = 4

/** How to go about it. `same` are projects that the user says are the same in spite of another repository. */
interface SendOptions {
  readonly choices: PushPlan.PushChoices
  readonly occasion: Records.Occasion
  readonly same: ReadonlySet<string>
  readonly report: PushOptions["report"]
}

const intentsOf = (steps: ReadonlyArray<PushPlan.Step>): { readonly [id: string]: Intent } =>
  Object.fromEntries(steps.flatMap(({ intent }) => (intent === undefined ? [] : [[intent.uid, intent] as const])))

const withIntents = (state: RemoteState, counter: number, intents: { readonly [id: string]: Intent }): RemoteState => ({
  ...state,
  counter: Math.max(state.counter, counter),
  intents: { ...state.intents, ...intents }
})

/**
 * Sends everything that a plan has. What is overridden is logged, and what is sent is noted, before anything goes out.
 *
 * @returns what became of it, and the rows as they then are
 * @category commands
 */
export const sendAll = (services: Services, home: Home, remote: Fetch.Remote, plan: PushPlan.PushPlan, { choices, occasion, report, same }: SendOptions) =>
  Effect.gen(function* () {
    const outcome = new Outcome()
    let { snapshot } = remote
    let { cursor } = remote.known
    let steps = plan.steps
    let counter = plan.counter
    let stopped: RemoteFailed | undefined
    let before = 0
    for (let round = 1; steps.length > 0 && stopped === undefined; round++) {
      const sending = steps
      yield* around("sync-log", services.log.append(sending.flatMap((step) => [...Records.replacedRecords(occasion, step), ...Records.deletedRecords(occasion, step)])))
      const intents = intentsOf(sending)
      const last = counter
      yield* around(
        "sync-intent",
        services.state.modify((document) =>
          remember(document, remote.known.instance, home.machine, (stored) => withIntents(stored, last, intents))
        )
      )
      const total = plan.steps.length
      const offset = before
      const sent = yield* services.remote.send(
        sending.map(({ operation }) => operation),
        { known: { ...remote.known, cursor }, ...(report === undefined ? {} : { report: (done: number) => report(Math.min(offset + done, total), total) }) }
      )
      for (const [index, step] of sending.entries()) outcome.take(step, sent.results[index] ?? { _tag: "Skipped" }, round === rounds)
      stopped = sent.stopped
      cursor = sent.cursor ?? cursor
      before += sending.length - outcome.again.size
      snapshot = Fetch.replaced(remote.snapshot, outcome.rows)
      const { again } = outcome
      if (again.size === 0) break
      outcome.again = new Set()
      const state = { ...remote.state, counter }
      const next = PushPlan.make(Fetch.surveyOf(home, { snapshot, state }, same), state, home.machine, choices)
      counter = next.counter
      steps = next.steps.filter(({ id }) => again.has(id))
      outcome.items.push(...next.refused.filter(({ id }) => again.has(id)))
      outcome.settled.push(...next.settled.filter(({ uid }) => again.has(uid)))
      outcome.lost.push(...next.lost.filter(({ uid }) => again.has(uid)))
    }
    return { outcome, snapshot, cursor, stopped }
  })
