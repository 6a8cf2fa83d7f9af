/** Tasks without a circle, of any shape, for what must hold of all of them. */
import * as FastCheck from "effect/FastCheck"

/** Tasks of which each only needs later ones, so that there is no circle. */
export interface Shape {
  readonly dependencies: ReadonlyArray<number>
  readonly calls: ReadonlyArray<number>
  readonly isOnce: boolean
}

/** How often each runs. */
export const timesOf = (shapes: ReadonlyArray<Shape>): ReadonlyMap<string, number> => {
  const times = new Map<string, number>()
  let left = 300
  const visit = (at: number): void => {
    const shape = shapes[at]
    const name = `t${at}`
    const before = times.get(name) ?? 0
    if (shape === undefined || (shape.isOnce && before > 0) || left-- < 0) return
    times.set(name, before + 1)
    for (const next of [...shape.dependencies, ...shape.calls]) visit(next)
  }
  visit(0)
  return times
}

export const graphs = FastCheck.integer({ min: 2, max: 9 }).chain((size) =>
  FastCheck.tuple(
    ...Array.from({ length: size }, (_, at): FastCheck.Arbitrary<Shape> => {
      const later = Array.from({ length: size - at - 1 }, (_ignored, more) => at + more + 1)
      const some = FastCheck.subarray(later, { maxLength: Math.min(2, later.length) })
      return FastCheck.record({ dependencies: some, calls: some, isOnce: FastCheck.boolean() })
    })
  )
).filter((shapes) => [...timesOf(shapes).values()].reduce((sum, count) => sum + count, 0) < 100)

export const taskfileOf = (shapes: ReadonlyArray<Shape>, more: { readonly failFast?: boolean; readonly deferred?: boolean } = {}): string =>
  `tasks:\n${shapes
    .map(({ calls, dependencies, isOnce }, at) => {
      const names = (numbers: ReadonlyArray<number>) => numbers.map((number) => `t${number}`)
      const commands = [...(more.deferred === true ? [`{ defer: clean t${at} }`] : []), `begin t${at}`, ...names(calls).map((name) => `{ task: ${name} }`), `end t${at}`]
      return `  t${at}: { ${more.failFast === true ? "failfast: true, " : ""}run: ${isOnce ? "once" : "always"}, deps: [${names(dependencies).join(", ")}], cmds: [${commands.join(", ")}] }`
    })
    .join("\n")}\n`
