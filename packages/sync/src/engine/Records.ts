/**
 * What a sync writes into the log, and what it says when it is done.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { PushPlan, Step } from "../PushPlan.js"
import type { RemoteEntry } from "../RemoteEntry.js"
import type { RemoteFailed } from "../RemoteIndex.js"
import type { SyncItem, SyncReport } from "../Sync.js"
import type { Survey } from "../Survey.js"
import type { SyncRecord } from "../SyncLog.js"
import type { Home } from "./Home.js"
import type { Remote } from "./Fetch.js"

/** What every record has. @category models */
export interface Occasion {
  readonly time: string
  readonly command: string
  readonly source: string
}

/** The values that a change replaces there. @category constructors */
export const replacedRecords = ({ command, source, time }: Occasion, { id, name, replaced }: Step): ReadonlyArray<SyncRecord> =>
  replaced.map(({ conflict, field, new: value, old }) => ({
    time, command, kind: "overridden" as const, id, name, field, old, new: value, source, side: "remote" as const, ...(conflict ? { conflict } : {})
  }))

/** Values that were to be set on projects that are gone. @category constructors */
export const lostRecords = ({ command, source, time }: Occasion, lost: PushPlan["lost"]): ReadonlyArray<SyncRecord> =>
  lost.flatMap(({ name, patch, uid }) =>
    Object.entries(patch).map(([field, old]) => ({ time, command, kind: "overridden" as const, id: uid, name, field, old, new: null, source, side: "remote" as const }))
  )

/** A deletion is logged before it is sent, with all that the row has. @category constructors */
export const deletedRecords = ({ command, source, time }: Occasion, { id, name, operation }: Step): ReadonlyArray<SyncRecord> =>
  operation._tag === "Delete" ? [{ time, command, kind: "deleted", id, name, source, row: rowOf(operation.entry) }] : []

/** A row, as far as somebody may want it back. */
const rowOf = (entry: RemoteEntry): JsonValue => ({
  uid: entry.uid,
  fields: entry.fields,
  locations: entry.locations.map(({ machine, name, path }) => ({ machine, name, path }))
})

const kinds = { created: "created", updated: "updated", adopted: "adopted", joined: "joined", deleted: "deleted", taken: "taken", unlinked: "unlinked", refused: "refused" } as const

/** Whether all that there is to say of a project is that the local values stand. */
const passesOver = ({ fields }: SyncItem): boolean => fields.length > 0 && fields.every(({ state }) => state === "conflict")

/** What was done to a whole project; none for what only concerns this machine. @category constructors */
export const happened = ({ command, source, time }: Occasion, item: SyncItem): ReadonlyArray<SyncRecord> => {
  const { action, fields, id, name, refusal } = item
  if (action === "location" || action === "unsure" || (action === "taken" && passesOver(item))) return []
  return [
    {
      time, command, kind: kinds[action], id, name, source,
      ...(fields.length === 0 ? {} : { fields: fields.map(({ field }) => field) }),
      ...(refusal === undefined ? {} : { reason: refusal.detail })
    }
  ]
}

const count = (items: ReadonlyArray<SyncItem>, ...actions: ReadonlyArray<SyncItem["action"]>): number => items.filter(({ action }) => actions.includes(action)).length

/** What a sync came to. @category constructors */
export const reportOf = (
  command: SyncReport["command"],
  home: Home,
  { fetched, snapshot }: Remote,
  survey: Survey,
  items: ReadonlyArray<SyncItem>,
  options: { readonly isDry: boolean; readonly stopped?: RemoteFailed | undefined; readonly unsent?: ReadonlyArray<SyncItem> }
): SyncReport => {
  const touched = new Set([...items, ...(options.unsent ?? [])].map(({ id }) => id))
  const left = survey.alone.flatMap(({ state, view: { project } }) => (state === "deleted elsewhere" && !touched.has(project.id) ? [{ id: project.id, name: project.name }] : []))
  return {
    command,
    dryRun: options.isDry,
    address: snapshot.address,
    instance: snapshot.instance,
    items,
    counts: {
      created: count(items, "created"),
      updated: count(items, "updated", "adopted", "joined", "location"),
      deleted: count(items, "deleted"),
      taken: items.filter((item) => item.action === "taken" && !passesOver(item)).length,
      unchanged: survey.pairs.filter(({ view }) => !touched.has(view.project.id)).length,
      refused: count(items, "refused"),
      conflicts: items.reduce((sum, { fields }) => sum + fields.filter(({ state }) => state === "conflict").length, 0),
      notLocal: survey.others.length - count(items, "deleted")
    },
    problems: home.problems,
    unreadable: fetched.unreadable,
    duplicates: survey.duplicates,
    ...(options.stopped === undefined ? {} : { stopped: options.stopped }),
    ...(command !== "push" || left.length === 0 ? {} : { deletedElsewhere: left }),
    ...(options.unsent === undefined || options.unsent.length === 0 ? {} : { unsent: options.unsent })
  }
}

/** What a planned change is called in a report. @category constructors */
export const itemOf = ({ action, fields, id, name }: Step): SyncItem => ({ id, name, action, fields })

/** The report of a push that was not made. @category constructors */
export const foreseen = (plan: PushPlan): ReadonlyArray<SyncItem> => [...plan.steps.map(itemOf), ...plan.refused]
