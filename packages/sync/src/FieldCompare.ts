/**
 * One field, or all fields of one project, by three values: local, remote, and the base at which both were last equal.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { FieldState } from "./Comparison.js"
import { growingFields, isEqual, isShared, patched, setFields, type SharedFields, textsOf, valueOf } from "./SharedFields.js"

/** A value as it stands in a report: null where there is none. */
const told = (value: JsonValue | undefined): JsonValue => value ?? null

/**
 * What two sides make of a set: what both kept of the base, and what either added. Sets that only grow lose nothing.
 *
 * @category combinators
 */
export const mergeSets = (field: string, base: JsonValue | undefined, local: JsonValue | undefined, remote: JsonValue | undefined): ReadonlyArray<string> => {
  const [before, here, there] = [new Set(textsOf(base)), new Set(textsOf(local)), new Set(textsOf(remote))]
  const keeps = (item: string) => growingFields.has(field) || !before.has(item) || (here.has(item) && there.has(item))
  return [...new Set([...here, ...there])].filter(keeps)
}

const compareSets = (field: string, base: JsonValue | undefined, local: JsonValue | undefined, remote: JsonValue | undefined): FieldState => {
  const merged = mergeSets(field, base, local, remote)
  const value = merged.length === 0 ? null : merged
  const shared = { field, local: told(local), remote: told(remote), merged: value }
  if (isEqual(field, merged, remote)) return { ...shared, state: "behind" }
  return { ...shared, state: isEqual(field, merged, local) ? "ahead" : "merged" }
}

/**
 * How one field stands; none if both sides are equal.
 *
 * A value against none is no conflict, the value stands; unless only one side changed: then it was cleared on purpose.
 *
 * @param base what both sides were, undefined for none
 * @param isBaseKnown false if it is not known what both sides were
 * @category constructors
 */
export const compareField = (
  field: string,
  base: JsonValue | undefined,
  local: JsonValue | undefined,
  remote: JsonValue | undefined,
  isBaseKnown: boolean
): FieldState | undefined => {
  if (isEqual(field, local, remote)) return undefined
  if (setFields.has(field)) return compareSets(field, isBaseKnown ? base : undefined, local, remote)
  const values = { field, local: told(local), remote: told(remote) }
  if (isBaseKnown && isEqual(field, local, base)) return { ...values, state: "behind" }
  if (isBaseKnown && isEqual(field, remote, base)) return { ...values, state: "ahead" }
  if (local === undefined) return { ...values, state: "behind" }
  return { ...values, state: remote === undefined ? "ahead" : "conflict" }
}

/**
 * The fields that differ, in the order of the local ones.
 *
 * @param base the values at which both were last equal, undefined if that is not known
 * @category constructors
 * @example
 * ```ts
 * import * as FieldCompare from "@dev-infra/sync/FieldCompare"
 *
 * const states = FieldCompare.compareFields({ name: "api", status: "paused" }, { name: "api", status: "active" }, { name: "api", status: "active" })
 * export const first = states[0] // status is ahead
 * ```
 */
export const compareFields = (local: SharedFields, remote: SharedFields, base: SharedFields | undefined): ReadonlyArray<FieldState> => {
  let states: Array<FieldState> | undefined
  for (const field in local) {
    const mine = local[field]
    const theirs = Object.hasOwn(remote, field) ? remote[field] : undefined
    if (mine === theirs || !isShared(field) || isAlike(mine, theirs)) continue
    const state = stateOf(field, local, remote, base)
    if (state !== undefined) (states ??= []).push(state)
  }
  for (const field in remote) {
    if (Object.hasOwn(local, field) || !isShared(field)) continue
    const state = stateOf(field, local, remote, base)
    if (state !== undefined) (states ??= []).push(state)
  }
  return states ?? none
}

/** Whether two lists hold the same texts in the same order, which nearly all lists of tags do. */
const isAlike = (left: JsonValue | undefined, right: JsonValue | undefined): boolean => {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false
  return true
}

const stateOf = (field: string, local: SharedFields, remote: SharedFields, base: SharedFields | undefined): FieldState | undefined =>
  compareField(field, base === undefined ? undefined : valueOf(base, field), valueOf(local, field), valueOf(remote, field), base !== undefined)

const none: ReadonlyArray<FieldState> = []

/** What a field is to become there, null for none; undefined if it stays as it is. @category accessors */
export const sentValue = (state: FieldState): JsonValue | undefined => {
  if (state.state === "ahead" || state.state === "merged") return state.merged === undefined ? state.local : state.merged
  return state.state === "conflict" ? state.local : undefined
}

/** What a field is to become here, null for none; undefined if it stays as it is. @category accessors */
export const takenValue = (state: FieldState): JsonValue | undefined => {
  if (state.state === "behind" || state.state === "merged") return state.merged === undefined ? state.remote : state.merged
  return undefined
}

/** Fields with some values set, or taken away where null. */
type Patch = { readonly [field: string]: JsonValue }

/**
 * The values at which both sides are equal after `settled` fields came to stand at a value on both. Fields that differ and are not
 * among them keep the base that they had.
 *
 * @category combinators
 */
export const nextBase = (base: SharedFields | undefined, local: SharedFields, states: ReadonlyArray<FieldState>, settled: Patch): SharedFields => {
  const open: { [field: string]: JsonValue } = {}
  for (const { field } of states) {
    if (!Object.hasOwn(settled, field)) open[field] = base === undefined ? null : told(valueOf(base, field))
  }
  return patched(local, { ...open, ...settled })
}
