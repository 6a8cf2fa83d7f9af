/**
 * The values that templates work with: those of Go that YAML, JSON and the functions of templates can make.
 *
 * An integer of Go is a `bigint` here, a float a `number`, so that `printf "%d"` and `printf "%v"` say what they say in Go. A map keeps the order of its
 * keys; where Go goes through a map it goes by sorted keys, and so does the engine.
 *
 * @module
 */

/** Any value. `undefined` within a map is what is not there. @category models */
export type GoValue = null | boolean | bigint | number | string | GoTime | ReadonlyArray<GoValue> | GoMap

/** @category models */
export type GoMap = ReadonlyMap<string, GoValue>

/** A moment, and the zone in which it is shown. @category models */
export interface GoTime {
  readonly _tag: "Time"
  /** milliseconds since 1970 */
  readonly epoch: number
  /** a name of the IANA database, such as `Europe/Berlin` or `UTC`, or a distance such as `+02:00` */
  readonly zone: string
}
