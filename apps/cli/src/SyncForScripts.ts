/**
 * What a sync did, and how projects stand, as JSON. The shapes are part of what users rely on: docs/sync.md has them.
 *
 * @module
 */
import type { FieldState, ProjectState, Refusal } from "@dev-infra/sync/Comparison"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { LogEntry } from "@dev-infra/sync/SyncLog"
import type { SyncItem, SyncReport } from "@dev-infra/sync/Sync"

/** `{field, state, here, there, together?, arrives_with_git?, branch?}` @category printing */
export const field = ({ arrivesWithGit, branch, field: name, local, merged, remote, state }: FieldState) => ({
  field: name,
  state,
  here: local,
  there: remote,
  ...(merged === undefined ? {} : { together: merged }),
  ...(arrivesWithGit === true ? { arrives_with_git: true } : {}),
  ...(branch === undefined ? {} : { branch })
})

const refusalOf = (refusal: Refusal | undefined) => (refusal === undefined ? {} : { refusal: { reason: refusal.reason, detail: refusal.detail } })

const item = ({ action, fields, id, name, refusal }: SyncItem) => ({ id, name, action, fields: fields.map(field), ...refusalOf(refusal) })

/** A row of the server, without what only its adapter knows. @category printing */
export const entry = ({ createdAt, deletedAt, fields, key, locations, uid, updatedAt }: RemoteEntry) => ({
  key,
  uid,
  created_at: createdAt,
  updated_at: updatedAt,
  ...(deletedAt === null ? {} : { deleted_at: deletedAt }),
  fields,
  locations
})

/**
 * A report: `{command, dry_run, remote: {address, instance}, items, counts, problems, unreadable, duplicates, stopped, unsent, deleted_elsewhere}`, where
 * `stopped` is null if all was done, and else `unsent` has what was not.
 *
 * @category printing
 */
export const report = (of: SyncReport) => ({
  command: of.command,
  dry_run: of.dryRun,
  remote: { address: of.address, instance: of.instance },
  items: of.items.map(item),
  counts: {
    created: of.counts.created,
    updated: of.counts.updated,
    deleted: of.counts.deleted,
    taken: of.counts.taken,
    unchanged: of.counts.unchanged,
    refused: of.counts.refused,
    conflicts: of.counts.conflicts,
    not_local: of.counts.notLocal
  },
  problems: of.problems,
  unreadable: of.unreadable,
  duplicates: of.duplicates.map(entry),
  stopped: of.stopped === undefined ? null : { reason: of.stopped.reason, address: of.stopped.address, detail: of.stopped.detail },
  unsent: (of.unsent ?? []).map(item),
  deleted_elsewhere: of.deletedElsewhere ?? []
})

/** How a project stands: `{id, name, state, fields, since, location, here, there, refusal?}`. @category printing */
export const projectState = ({ fields, id, local, location, name, refusal, remote, since, state }: ProjectState) => ({
  id,
  name,
  state,
  fields: fields.map(field),
  since,
  location,
  here: local ?? null,
  there: remote === undefined ? null : entry(remote),
  ...refusalOf(refusal)
})

/** An entry of the log: its name, and the record as it stands in the file. @category printing */
export const logEntry = ({ entry: name, record }: LogEntry) => ({ entry: name, ...record })
