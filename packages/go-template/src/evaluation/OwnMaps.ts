/**
 * Maps that a template made itself: `set` and `unset` change them in place, and no others.
 *
 * @module
 */
import type { GoMap, GoValue } from "../GoValue.js"
import * as Limits from "./Limits.js"
import { isList, isMap } from "./Values.js"

/** A map that functions made. Those of the data are never changed. */
export class OwnMap extends Map<string, GoValue> {}

/** The map itself if a template made it, else a copy. @category constructors */
export const own = (map: GoMap): OwnMap => (map instanceof OwnMap ? map : new OwnMap(map))

const copied = (value: GoValue, counted: Limits.Visit, level: number): GoValue => {
  if (!isList(value) && !isMap(value)) return value
  Limits.visit(counted, level)
  if (isList(value)) {
    const entries = value.map((entry) => copied(entry, counted, level + 1))
    return entries.some((entry, index) => entry !== value[index]) ? entries : value
  }
  const entries = [...value].map(([key, entry]): [string, GoValue] => [key, copied(entry, counted, level + 1)])
  return value instanceof OwnMap || entries.some(([key, entry]) => entry !== value.get(key)) ? new Map(entries) : value
}

/** What leaves a template: nothing changes it any more. @category combinators */
export const withoutOwn = (value: GoValue): GoValue => copied(value, Limits.newVisit(), 0)
