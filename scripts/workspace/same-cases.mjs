/**
 * Property tests play the same cases each time, so that what fails is what was changed. `DEV_INFRA_SEED` chooses other ones, `any` others each time.
 */
import * as FastCheck from "effect/FastCheck"

const seed = process.env["DEV_INFRA_SEED"] ?? "20261121"
if (seed !== "any") FastCheck.configureGlobal({ ...FastCheck.readConfigureGlobal(), seed: Number(seed) })
