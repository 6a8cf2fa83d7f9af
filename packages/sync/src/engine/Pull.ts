/**
 * Taking: what the remote has goes into the registry. The registry is changed in one write, and only where it is still as it was when this was
 * decided.
 *
 * @module
 */
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Effect from "effect/Effect"
import * as PullPlan from "../PullPlan.js"
import * as PushPlan from "../PushPlan.js"
import { isEqual, ofProject } from "../SharedFields.js"
import type { Fetched } from "../RemoteIndex.js"
import type { PullOptions, SyncItem } from "../Sync.js"
import type { SyncRecord } from "../SyncLog.js"
import type { Survey } from "../Survey.js"
import type { Base, Dropped, RemoteState } from "../SyncState.js"
import { around } from "../SyncStep.js"
import * as Fetch from "./Fetch.js"
import { asRefreshed, look, now, refreshed, remember, type Services } from "./Home.js"
import * as Linking from "./Linking.js"
import { quietly, type Ran } from "./Quiet.js"
import * as Records from "./Records.js"

const itemOf = ({ fields, pair, refusal }: PullPlan.Take): SyncItem => ({
  id: pair.view.project.id,
  name: pair.view.project.name,
  action: refusal === undefined ? "taken" : "refused",
  fields,
  ...(refusal === undefined ? {} : { refusal })
})

/** Whether a push would find nothing to do or to say. */
const isPushQuiet = (survey: Survey, state: RemoteState, machine: string): boolean =>
  survey.alone.every((one) => one.state === "local only") &&
  PushPlan.isEmpty(PushPlan.make(survey, state, machine, { recreate: new Set(), mine: new Map(), force: false, purge: false }))

const patchWhereUnchanged =
  ({ pair, patch }: PullPlan.Take) =>
  (project: Parameters<typeof ofProject>[0]) => {
    const fields = ofProject(project)
    return Object.fromEntries(Object.entries(patch).filter(([field]) => field === "aliases" || isEqual(field, fields[field], pair.view.fields[field])))
  }

const runPull = (services: Services, options: PullOptions, asked: Fetched | undefined) =>
  Effect.gen(function* () {
    const isDry = options.dryRun === true
    const looked = yield* look(services, { isLasting: !isDry })
    const home = isDry ? asRefreshed(looked) : yield* refreshed(services, looked, "pull")
    const remote = yield* Fetch.fetch(services, home, { isDry, acceptDeletions: options.acceptDeletions === true, asked })
    const survey = Fetch.surveyOf(home, remote)
    const plan = PullPlan.make(survey, { writeFiles: options.writeFiles === true })
    const takes = plan.takes.filter(PullPlan.isDone)
    const unlinked = plan.unlinked.filter(({ view }) => remote.state.dropped[view.project.id] === undefined)
    const refused = survey.alone.filter(({ state }) => state === "refused")
    const items: ReadonlyArray<SyncItem> = [
      ...takes.map(itemOf),
      ...unlinked.map(({ view }): SyncItem => ({ id: view.project.id, name: view.project.name, action: "unlinked", fields: [] })),
      ...refused.map(({ refusal, view }): SyncItem => ({ id: view.project.id, name: view.project.name, action: "refused", fields: [], ...(refusal === undefined ? {} : { refusal }) }))
    ]
    if (isDry) return { report: Records.reportOf("pull", home, remote, survey, items, { isDry }), fetched: remote.fetched, isOtherQuiet: () => false } satisfies Ran

    const at = yield* now
    const occasion = { time: at, command: "pull", source: remote.snapshot.address }
    const { instance } = remote.known
    const overridden = takes.flatMap(({ pair: { view }, passed }) =>
      passed.map(
        ({ conflict, field, new: value, old, side }): SyncRecord => ({
          time: at, command: "pull", kind: "overridden", id: view.project.id, name: view.project.name, field, old, new: value, source: remote.snapshot.address, side, ...(conflict ? { conflict } : {})
        })
      )
    )
    yield* around("sync-log", services.log.append([...overridden, ...items.flatMap((item) => Records.happened(occasion, item))]))

    const bases = new Map<string, Base>()
    const marks = new Map<string, string>()
    for (const take of plan.takes) {
      const { pair } = take
      if (pair.entry.uid === null || pair.twins.length > 0) continue
      const link = Linking.linkTo(pair.entry, pair.uid, take.base, home.machine, at)
      if (PullPlan.isDone(take) || pair.link === undefined) {
        bases.set(pair.uid, link)
        marks.set(pair.uid, pair.entry.key)
      } else {
        const settled = Linking.settledBase(pair, home.machine, at)
        if (settled !== undefined) bases.set(pair.uid, settled)
      }
    }
    const taken = new Set(plan.takes.map(({ pair }) => pair))
    for (const pair of survey.pairs) {
      const settled = taken.has(pair) ? undefined : Linking.settledBase(pair, home.machine, at)
      if (settled !== undefined) bases.set(pair.uid, settled)
    }
    for (const { pair, written } of takes) {
      // The file of one project must not keep the others from being pulled; what was not written stays behind.
      if (Object.keys(written).length > 0) yield* services.files.write(pair.view.project, written)
    }
    const renamed = takes.filter(({ identity }) => identity !== undefined).map(({ pair }) => pair)
    const patched = takes.filter(({ patch }) => Object.keys(patch).length > 0)
    yield* around(
      "sync-registry",
      Effect.gen(function* () {
        // A uid is the id that the project has in the end.
        const marked = [...marks].map(([id, key]) => Linking.mark(id as ProjectId, key, instance, at))
        const changed = [
          ...patched.map((take) => ({ id: take.pair.view.project.id, patch: patchWhereUnchanged(take) })),
          ...unlinked.map(({ view }) => ({ id: view.project.id, patch: { work_prod_id: null } }))
        ]
        if (renamed.length === 0) {
          yield* Linking.update(services, Linking.combined([...changed, ...marked]))
          return
        }
        yield* Linking.update(services, changed)
        yield* Linking.identify(services, renamed)
        yield* Linking.update(services, marked)
      })
    )
    if (bases.size > 0 || unlinked.length > 0) {
      const dropped: { readonly [id: string]: Dropped } = Object.fromEntries(
        unlinked.map(({ view }) => [view.project.id, { uid: remote.state.bases[view.project.id]?.uid ?? view.project.id, name: view.project.name, at }])
      )
      const gone = [...unlinked.map(({ view }) => view.project.id), ...renamed.map(({ view }) => view.project.id)]
      yield* around(
        "sync-base",
        services.state.modify((document) =>
          remember(document, instance, home.machine, (stored) => {
            const next = Linking.withBases(stored, bases, gone)
            return unlinked.length === 0 ? next : { ...next, dropped: { ...next.dropped, ...dropped } }
          })
        )
      )
    }
    return { report: Records.reportOf("pull", home, remote, survey, items, { isDry }), fetched: remote.fetched, isOtherQuiet: () => isPushQuiet(survey, remote.state, home.machine) } satisfies Ran
  })

/** Pulls, while no other sync of this home runs. @category commands */
export const pull = (services: Services, options: PullOptions) =>
  quietly(services, "pull", { isDry: options.dryRun === true, isPlain: options.writeFiles !== true && options.acceptDeletions !== true }, (asked) =>
    runPull(services, options, asked)
  )
