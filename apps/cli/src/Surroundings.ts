/**
 * What the process was started with.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * The service: the environment variables, the working folder, the home directory as `HOME` says it, and what to type in the
 * working folder to start this program (`dev-infra`, `npx dev-infra`, or the whole path).
 *
 * @category tags
 */
export class Surroundings extends Context.Tag("dev-infra/Surroundings")<
  Surroundings,
  {
    readonly environment: { readonly [name: string]: string | undefined }
    readonly workingFolder: string
    readonly homeFolder: string | undefined
    readonly invocation: Effect.Effect<string>
  }
>() {}
