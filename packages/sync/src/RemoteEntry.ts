/**
 * A project as a remote index has it, whatever kind of server that is.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { SharedFields } from "./SharedFields.js"

/** Where one machine has a project. `machine` is null for a path of which nobody knows whose it is. @category models */
export interface RemoteLocation {
  readonly machine: string | null
  readonly name: string | null
  readonly path: string
}

/**
 * One row. `key` is the server's own handle; it may be used again for another project, so only `key` with `createdAt` tells rows
 * apart. `uid` is null as long as no dev-infra has claimed the row; it is also null if the envelope that held it was damaged.
 * `writes` holds, by machine, the highest counter of the writes of that machine that the row has seen. `deletedAt` is set on rows that
 * stand for a deletion. `native` is the row as the adapter knows it, which it gets back with every change.
 *
 * @category models
 */
export interface RemoteEntry {
  readonly key: string
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly uid: string | null
  readonly fields: SharedFields
  readonly writes: { readonly [machine: string]: number }
  readonly locations: ReadonlyArray<RemoteLocation>
  readonly deletedAt: string | null
  readonly native: JsonValue
}

/** A project that is gone. `mergedInto` is the uid of the one that it became part of. @category models */
export interface RemoteDeletion {
  readonly key: string
  readonly uid: string | null
  readonly deletedAt: string
  readonly mergedInto: string | null
}

/** What a row is to hold after a change, whole. `path` is where this machine has it; null takes that back. @category models */
export interface RemoteContent {
  readonly fields: SharedFields
  readonly writes: { readonly [machine: string]: number }
  readonly path: string | null
}

/** The uid and the aliases of a row, in lower case. @category accessors */
export const idsOf = (entry: Pick<RemoteEntry, "uid" | "fields">): ReadonlyArray<string> => {
  const aliases = entry.fields["aliases"]
  const others = Array.isArray(aliases) ? aliases.filter((alias): alias is string => typeof alias === "string") : []
  return entry.uid === null ? others : [entry.uid, ...others]
}

/** Where a machine has the project. @category accessors */
export const pathOn = (entry: RemoteEntry, machine: string): string | undefined => entry.locations.find((location) => location.machine === machine)?.path
