/**
 * Names of tasks with `*`.
 *
 * @module
 */

/**
 * What stands for each `*` of a pattern in a name, each as long as can be from the left; undefined if it does not fit. Time grows with the product of the lengths,
 * whatever the pattern.
 */
export const wildcards = (pattern: string, name: string): ReadonlyArray<string> | undefined => {
  const [first = "", ...parts] = pattern.split("*")
  if (!name.startsWith(first) || name.includes("\n")) return undefined
  // fits[k][at]: parts from k on fit the rest of the name from `at` on, each after a `*`
  const fits: Array<ReadonlyArray<boolean>> = parts.map(() => [])
  for (let k = parts.length - 1; k >= 0; k -= 1) {
    const part = parts[k] ?? ""
    const row: Array<boolean> = Array.from({ length: name.length + 1 }, () => false)
    for (let at = name.length; at >= 0; at -= 1) {
      const here = name.startsWith(part, at) && (k === parts.length - 1 ? at + part.length === name.length : fits[k + 1]?.[at + part.length] === true)
      row[at] = here || (row[at + 1] ?? false)
    }
    fits[k] = row
  }
  if (parts.length === 0) return name === first ? [] : undefined
  if (fits[0]?.[first.length] !== true) return undefined
  const captured: Array<string> = []
  let at = first.length
  for (const [k, part] of parts.entries()) {
    const isLast = k === parts.length - 1
    let end = isLast ? name.length - part.length : name.length
    while (end > at && !(name.startsWith(part, end) && (isLast || fits[k + 1]?.[end + part.length] === true))) end -= 1
    captured.push(name.slice(at, end))
    at = end + part.length
  }
  return captured
}
