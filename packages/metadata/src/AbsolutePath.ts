/**
 * Where a project lies on this machine.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * A path that starts at the root of the file system (`/home/me/api`), without a NUL character and without `.` or `..`
 * segments, doubled or trailing slashes.
 *
 * @category schemas
 */
export const AbsolutePath = Schema.String.pipe(
  Schema.filter((path) => path.startsWith("/") && !path.includes("\0") && !/\/(\.{0,2})(\/|$)/.test(path.slice(0, path === "/" ? 0 : undefined)), {
    message: () => "a project path is absolute and normalised, such as /home/me/api"
  }),
  Schema.brand("@dev-infra/metadata/AbsolutePath"),
  Schema.annotations({ identifier: "AbsolutePath" })
)

/** @category models */
export type AbsolutePath = typeof AbsolutePath.Type
