/**
 * An order in which everything comes after what it needs.
 *
 * @module
 */

/** Ids in waves: each needs only what is in those before it. What goes round in a circle comes last, together. */
export const wavesOf = (ids: ReadonlyArray<string>, edges: ReadonlyArray<{ readonly from: string; readonly to: string }>): ReadonlyArray<ReadonlyArray<string>> => {
  const open = new Map(ids.map((id) => [id, 0]))
  const needing = new Map<string, Array<string>>()
  for (const { from, to } of new Map(edges.map((edge) => [`${edge.from}\u0000${edge.to}`, edge] as const)).values()) {
    open.set(from, (open.get(from) ?? 0) + 1)
    const others = needing.get(to)
    if (others === undefined) needing.set(to, [from])
    else others.push(from)
  }
  const waves: Array<ReadonlyArray<string>> = []
  let wave = ids.filter((id) => open.get(id) === 0)
  let placed = 0
  while (wave.length > 0) {
    waves.push(wave)
    placed += wave.length
    const next: Array<string> = []
    for (const id of wave) {
      open.delete(id)
      for (const from of needing.get(id) ?? []) {
        const left = (open.get(from) ?? 0) - 1
        open.set(from, left)
        if (left === 0) next.push(from)
      }
    }
    wave = next
  }
  if (placed < ids.length) waves.push(ids.filter((id) => open.has(id)))
  return waves
}
