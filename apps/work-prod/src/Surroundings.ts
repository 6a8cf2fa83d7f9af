/**
 * What the process was started with.
 *
 * @module
 */
import * as Context from "effect/Context"

/** @category models */
export interface SurroundingsShape {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly homeFolder: string | undefined
  readonly workingFolder: string
}

/** @category tags */
export class Surroundings extends Context.Tag("work-prod/Surroundings")<Surroundings, SurroundingsShape>() {}
