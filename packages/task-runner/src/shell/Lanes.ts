/**
 * Lanes: a few small shells that start scripts for this program, each one at a time. A script that finds no lane free does not wait for one that is busy for long.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import type { Duplex } from "node:stream"
import { type LanePlace, oldest, programOf } from "./LaneRequest.js"

/** What a lane tells of one script. @category models */
interface LaneEvents {
  readonly started: (pid: number) => void
  /** undefined if the lane itself is gone */
  readonly ended: (status: number | undefined) => void
}

/** A lane that is free; it is told one request, and is free again when that has ended. @category models */
export interface Lane {
  readonly place: LanePlace
  readonly send: (request: string, events: LaneEvents) => void
  /** it is not needed after all */
  readonly release: () => void
}

/** @category models */
export interface Lanes {
  /** A lane, or undefined if the script is better started without one. Never at once. */
  readonly take: (place: LanePlace, taken: (lane: Lane | undefined) => void) => void
  readonly close: () => void
}

/** So many scripts are started without lanes first: for a few, none is worth it. */
const first = 2
const most = Math.min(16, Math.max(8, 2 * availableParallelism()))
/** If no lane becomes free within this many milliseconds, more and more of those that wait are started without one. */
const stall = 5

/** @category constructors */
export const make = (path: string): Lanes => {
  const idle: Array<Lane> = []
  const waiting: Array<(lane: Lane | undefined) => void> = []
  const closing = new Set<() => void>()
  let isUsable = true
  let asked = 0
  let batch = 1
  let timer: NodeJS.Timeout | undefined

  const giveUp = (): void => {
    isUsable = false
    for (const taken of waiting.splice(0)) taken(undefined)
  }
  const letGo = (): void => {
    timer = undefined
    for (const taken of waiting.splice(0, batch)) taken(undefined)
    batch *= 2
    if (waiting.length > 0) timer = setTimeout(letGo, stall)
  }
  const free = (lane: Lane): void => {
    clearTimeout(timer)
    timer = undefined
    batch = 1
    const next = waiting.shift()
    if (next === undefined) idle.push(lane)
    else next(lane)
    if (waiting.length > 0) timer = setTimeout(letGo, stall)
  }

  const open = (place: LanePlace): void => {
    const { directory, environment } = place
    const child = spawn(path, ["--norc", "-c", programOf(place), path], { cwd: directory, env: { ...environment, PWD: directory }, detached: true, stdio: ["inherit", "inherit", "inherit", "pipe", "pipe"] })
    // the array has as many as were asked for; both pipes are sockets
    const [, , , requests, answers] = child.stdio as unknown as readonly [null, null, null, Duplex & { unref(): void; ref(): void }, Duplex & { unref(): void; ref(): void }]
    let events: LaneEvents | undefined
    let text = ""
    const lane: Lane = {
      place,
      send: (request, told) => {
        events = told
        answers.ref()
        requests.write(request)
      },
      release: () => free(lane)
    }
    const heard = (line: string): void => {
      const number = Number(line.slice(1))
      if (line.startsWith("p")) return events?.started(number)
      if (line.startsWith("v")) return number >= oldest ? free(lane) : giveUp()
      const told = events
      events = undefined
      answers.unref()
      free(lane)
      told?.ended(number)
    }
    answers.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1")
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end)
        text = text.slice(end + 1)
        heard(line)
      }
    })
    const lost = (): void => {
      const at = idle.indexOf(lane)
      if (at >= 0) idle.splice(at, 1)
      closing.delete(close)
      const told = events
      events = undefined
      giveUp()
      told?.ended(undefined)
    }
    const close = (): void => {
      closing.delete(close)
      requests.end()
    }
    closing.add(close)
    child.on("error", lost)
    child.on("exit", lost)
    requests.on("error", lost)
    answers.on("error", lost)
    child.unref()
    requests.unref()
    answers.unref()
  }

  return {
    take: (place, taken) => {
      asked++
      if (!isUsable || asked <= first) return taken(undefined)
      const lane = idle.pop()
      if (lane !== undefined) return taken(lane)
      waiting.push(taken)
      try {
        if (closing.size < most) open(place)
      } catch {
        // an environment that no program can have: starting the script says so
        return giveUp()
      }
      timer ??= setTimeout(letGo, stall)
    },
    close: () => {
      giveUp()
      for (const close of closing) close()
    }
  }
}
