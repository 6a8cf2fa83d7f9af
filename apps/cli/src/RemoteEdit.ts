/**
 * Changing projects that are not on this machine: the change waits here, and the next push makes it at work-prod.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { ProjectChanges } from "@dev-infra/registry/ProjectUpdate"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { isEqual, isNothing, type SharedFields, textsOf } from "@dev-infra/sync/SharedFields"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import { CommandFailed } from "./CommandError.js"
import { idOf, nameOf } from "./RemoteReference.js"
import * as SyncAccess from "./SyncAccess.js"

/** What changes of a project, and the project as it then is. @category models */
export interface RemoteEdit {
  readonly name: string
  readonly project: { readonly [field: string]: JsonValue }
  readonly changes: ReadonlyArray<{ readonly field: string; readonly before: JsonValue; readonly after: JsonValue }>
}

const plainFields = ["name", "description", "organization", "classification", "project_type", "template", "version", "repository"] as const

/** The values that the changes ask for, null for none. */
const wanted = (fields: SharedFields, changes: ProjectChanges): { readonly [field: string]: JsonValue } => {
  const values: { [field: string]: JsonValue } = {}
  for (const field of changes.clear ?? []) values[field] = null
  for (const field of plainFields) {
    const value = changes[field]
    if (value !== undefined) values[field] = value
  }
  // What the status was before is known only to the machine that archived it.
  if (changes.status === "restored") {
    if (fields["status"] === "archived") values["status"] = "active"
  } else if (changes.status !== undefined) values["status"] = changes.status
  if (changes.addTags !== undefined || changes.removeTags !== undefined) {
    const before = Object.hasOwn(values, "tags") ? [] : textsOf(fields["tags"])
    const tags = [...new Set([...before.filter((tag) => changes.removeTags?.includes(tag) !== true), ...(changes.addTags ?? [])])]
    values["tags"] = tags.length === 0 ? null : tags
  }
  return values
}

const told = (field: string, value: JsonValue | undefined): JsonValue => (value === undefined || isNothing(field, value) ? null : value)

const plan = (entry: RemoteEntry, fields: SharedFields, changes: ProjectChanges): RemoteEdit => {
  const values = wanted(fields, changes)
  const differing = Object.entries(values).filter(([field, value]) => !isEqual(field, value, fields[field]))
  return {
    name: nameOf(entry),
    project: { ...fields, ...Object.fromEntries(differing), id: idOf(entry) },
    changes: differing.map(([field, after]) => ({ field, before: told(field, fields[field]), after }))
  }
}

/** The fields as they will be after the next push, by the key of the row. */
const awaited = Effect.map(
  Effect.flatMap(Sync, (sync) => sync.status),
  ({ projects }) =>
    new Map(
      projects.flatMap(({ fields, remote, state }) =>
        remote !== undefined && state === "edit pending" ? [[remote.key, Object.fromEntries(fields.map(({ field, local }) => [field, local]))] as const] : []
      )
    )
)

/**
 * Have fields of projects changed with the next push.
 *
 * @category editing
 */
export const edit = (entries: ReadonlyArray<RemoteEntry>, changes: ProjectChanges, { dryRun }: { readonly dryRun: boolean }) =>
  SyncAccess.use(
    Effect.gen(function* () {
      const sync = yield* Sync
      const unclaimed = entries.find(({ uid }) => uid === null)
      if (unclaimed !== undefined) return yield* new CommandFailed({ what: `${nameOf(unclaimed)} was made at work-prod by something else, and no machine has it`, hint: "change it there" })
      if (changes.path !== undefined) {
        return yield* new CommandFailed({ what: `${entries.map(nameOf).join(", ")} is not on this machine, so it has no folder here`, hint: "dev-infra add FOLDER registers it here" })
      }
      const pending = yield* awaited
      const edits = entries.map((entry) => ({ id: idOf(entry), edit: plan(entry, { ...entry.fields, ...pending.get(entry.key) }, changes) }))
      if (!dryRun) {
        yield* Effect.forEach(
          edits.filter((one) => one.edit.changes.length > 0),
          (one) => sync.editRemote(one.id, Object.fromEntries(one.edit.changes.map(({ after, field }) => [field, after]))),
          { discard: true }
        )
      }
      return edits.map((one) => one.edit)
    })
  )
