/**
 * Circles in a graph, found without recursion, so that a chain may be as long as it likes.
 *
 * @module
 */

/** A way round: the first once more at its end, and the last edge on it. */
export interface Circle<E> {
  readonly way: ReadonlyArray<string>
  readonly edge: E
}

/** The first circle that can be reached from the starts. */
export const findCycle = <E extends { readonly to: string }>(starts: ReadonlyArray<string>, edgesOf: (id: string) => ReadonlyArray<E>): Circle<E> | undefined => {
  const done = new Set<string>()
  for (const start of starts) {
    if (done.has(start)) continue
    const path: Array<{ readonly id: string; readonly edges: ReadonlyArray<E>; at: number }> = [{ id: start, edges: edgesOf(start), at: 0 }]
    const onPath = new Map<string, number>([[start, 0]])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.edges[top.at]
      top.at += 1
      if (edge === undefined) {
        done.add(top.id)
        onPath.delete(top.id)
        path.pop()
        continue
      }
      const before = onPath.get(edge.to)
      if (before !== undefined) return { way: [...path.slice(before).map(({ id }) => id), edge.to], edge }
      if (done.has(edge.to)) continue
      onPath.set(edge.to, path.length)
      path.push({ id: edge.to, edges: edgesOf(edge.to), at: 0 })
    }
  }
  return undefined
}
