/**
 * The memory of a process while it works, as the system sees it.
 */
import { existsSync, readFileSync } from "node:fs"
import { onTestFinished } from "vitest"

export interface MemoryCurve {
  /** What was seen so far, in MiB, or undefined where the system does not tell. */
  readonly seen: () => Curve | undefined
}

export interface Curve {
  /** the median of the second third of the time */
  readonly middle: number
  /** the median of the last third */
  readonly end: number
  readonly highest: number
}

/** The resident memory of a process in MiB; undefined where the system does not tell. */
export const residentMemory = (pid: number): number | undefined => {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) return undefined
  const found = /^VmRSS:\s+(\d+)/m.exec(readFileSync(status, "utf8"))
  return found === null ? undefined : Number(found[1]) / 1024
}

const median = (numbers: ReadonlyArray<number>): number => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0

/** Look at a process once a second from now on. */
export const watchMemory = (pid: number): MemoryCurve => {
  const samples: Array<number> = []
  const timer = setInterval(() => {
    const now = residentMemory(pid)
    if (now !== undefined) samples.push(now)
  }, 1000)
  onTestFinished(() => clearInterval(timer))
  return {
    seen: () => {
      const third = Math.floor(samples.length / 3)
      if (third === 0) return undefined
      return { middle: median(samples.slice(third, 2 * third)), end: median(samples.slice(2 * third)), highest: Math.max(...samples) }
    }
  }
}
