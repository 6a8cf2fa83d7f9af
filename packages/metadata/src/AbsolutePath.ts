/**
 * Where a project lies on this machine.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { allowed, isAbsolutePath, normalisePath } from "./ProjectRules.js"

/**
 * A path that starts at the root of the file system (`/home/me/api`), without a NUL character and without `.` or `..`
 * segments, doubled or trailing slashes.
 *
 * @category schemas
 */
export const AbsolutePath = Schema.String.pipe(
  Schema.filter(isAbsolutePath, {
    message: () => `a project path must be ${allowed.path}`,
    arbitrary: () => (fc) => fc.array(fc.string({ unit: "grapheme" })).map((names) => normalisePath(names.join("/").replaceAll("\0", "")))
  }),
  Schema.brand("@dev-infra/metadata/AbsolutePath"),
  Schema.annotations({ identifier: "AbsolutePath" })
)

/** @category models */
export type AbsolutePath = typeof AbsolutePath.Type

export { normalisePath }
