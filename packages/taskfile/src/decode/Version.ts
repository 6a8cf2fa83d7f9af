/**
 * Versions of the format.
 *
 * @module
 */

type Version = readonly [number, number, number]

/** The last version of `task` whose Taskfiles are understood. */
export const supported = "3.53.1"

/** Undefined for what is no version. What stands behind `-` or `+` does not count. */
export const versionOf = (text: string): Version | undefined => {
  const parts = /^v?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text.trim())
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)]
}

/** Below 0 if the left one is older. */
export const compare = (left: Version, right: Version): number => left[0] - right[0] || left[1] - right[1] || left[2] - right[2]

/** Whether two texts mean one version: `3` is `3.0.0`, and not `3.41`. */
export const isEqual = (left: string, right: string): boolean => {
  const one = versionOf(left)
  const other = versionOf(right)
  return one !== undefined && other !== undefined && compare(one, other) === 0
}
