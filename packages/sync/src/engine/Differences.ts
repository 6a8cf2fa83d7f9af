/**
 * What is other in one copy of a remote than in an earlier one.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "../RemoteEntry.js"
import { isEqual, isNothing, isShared } from "../SharedFields.js"
import type { RemoteDifference } from "../Sync.js"

/** Live rows by their keys. A key can be given again, so a row is known by both. */
const liveOf = (entries: ReadonlyArray<RemoteEntry>): ReadonlyMap<string, RemoteEntry> =>
  new Map(entries.filter(({ deletedAt }) => deletedAt === null).map((entry) => [`${entry.key} ${entry.createdAt ?? ""}`, entry]))

const nameOf = ({ fields, key }: RemoteEntry): string => {
  const name = fields["name"]
  return typeof name === "string" && name !== "" ? name : `project ${key}`
}

const valueOf = ({ fields }: RemoteEntry, field: string): JsonValue => (Object.hasOwn(fields, field) ? (fields[field] ?? null) : null)

const shown = (field: string, value: JsonValue): JsonValue => (isNothing(field, value) ? null : value)

/** Where machines have it, as text, for comparing and for people. */
const placesOf = ({ locations }: RemoteEntry): ReadonlyArray<string> => locations.map(({ machine, name, path }) => `${name ?? machine ?? ""}:${path}`).toSorted()

const fieldsOf = (before: RemoteEntry, now: RemoteEntry): RemoteDifference["fields"] => {
  const names = [...new Set([...Object.keys(before.fields), ...Object.keys(now.fields)])].filter(isShared).toSorted()
  const fields = names
    .filter((field) => !isEqual(field, valueOf(before, field), valueOf(now, field)))
    .map((field) => ({ field, before: shown(field, valueOf(before, field)), now: shown(field, valueOf(now, field)) }))
  const [left, right] = [placesOf(before), placesOf(now)]
  return left.join("\n") === right.join("\n") ? fields : [...fields, { field: "locations", before: left, now: right }]
}

/** The machines that wrote it between the two. */
const writersOf = (before: RemoteEntry | undefined, now: RemoteEntry): ReadonlyArray<string> =>
  Object.entries(now.writes).flatMap(([machine, count]) => (count > (before?.writes[machine] ?? 0) ? [machine] : []))

/**
 * The differences, first what is gone, then the rest as the remote has it.
 *
 * @param before the earlier copy
 * @param now the later one
 * @param machine this one
 */
export const between = (before: ReadonlyArray<RemoteEntry>, now: ReadonlyArray<RemoteEntry>, machine: string): ReadonlyArray<RemoteDifference> => {
  const [earlier, later] = [liveOf(before), liveOf(now)]
  const names = new Map(now.flatMap(({ locations }) => locations.flatMap((location) => (location.machine === null || location.name === null ? [] : [[location.machine, location.name] as const]))))
  const of = (kind: RemoteDifference["kind"], entry: RemoteEntry, fields: RemoteDifference["fields"], writers: ReadonlyArray<string>): RemoteDifference => ({
    kind,
    key: entry.key,
    uid: entry.uid,
    name: nameOf(entry),
    fields,
    by: writers.map((writer) => names.get(writer) ?? writer),
    isOwn: writers.length > 0 && writers.every((writer) => writer === machine)
  })
  const gone = [...earlier].flatMap(([place, entry]) => (later.has(place) ? [] : [of("deleted", entry, [], [])]))
  const others = [...later].flatMap(([place, entry]) => {
    const known = earlier.get(place)
    if (known === undefined) return [of("added", entry, [], writersOf(undefined, entry))]
    const fields = fieldsOf(known, entry)
    return fields.length === 0 ? [] : [of("changed", entry, fields, writersOf(known, entry))]
  })
  return [...gone, ...others]
}
