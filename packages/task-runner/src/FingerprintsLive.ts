/**
 * Up-to-date checks on the files of this computer. Files are read one after another into the same memory, without waiting: thousands of small ones take less time so.
 *
 * @module
 */
import * as Layer from "effect/Layer"
import * as process from "node:process"
import { Fingerprints } from "./Fingerprints.js"
import { make } from "./fingerprints/Checks.js"
import * as LocalView from "./fingerprints/LocalView.js"

/**
 * The files of this computer.
 *
 * @example
 * ```ts
 * import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
 * import * as FingerprintsLive from "@dev-infra/task-runner/FingerprintsLive"
 * import * as Effect from "effect/Effect"
 *
 * export const sources = Effect.flatMap(Fingerprints.Fingerprints, ({ expand }) =>
 *   expand("/home/me/api", [{ pattern: "src/**\/*.ts", excluded: false }], { useGitignore: true })
 * ).pipe(Effect.provide(FingerprintsLive.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<Fingerprints> = Layer.sync(Fingerprints, () => make(LocalView.make(), (name) => process.env[name]))
