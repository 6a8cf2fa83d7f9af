/**
 * Reading the projects' own files, where what that needs (a reader of YAML) is loaded only if there is such a file.
 *
 * @module
 */
import type { ReadStatements } from "@dev-infra/registry/Registration"
import * as Effect from "effect/Effect"

/** For `Registration.prepare`. @category reading */
export const read: ReadStatements<never> = (folders) =>
  Effect.flatMap(Effect.promise(() => import("./ProjectStatements.js")), ({ readAll }) => readAll(folders))
