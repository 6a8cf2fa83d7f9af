/**
 * Somebody who listens to events, at one process after another, and keeps a copy of the table from them alone: it says the last
 * id that it heard, whichever process that came from.
 */
import { assert } from "@effect/vitest"
import { type ClientRequest, get } from "node:http"
import type { Row } from "./FeedReader.js"
import type { Fleet } from "./Fleet.js"

export interface EventReader {
  /** Listens to one process until that is gone, or the signal comes. */
  readonly listen: (over: AbortSignal) => Promise<void>
  /** Listens until all that there was is told; whether that came to pass. */
  readonly catchUp: () => Promise<boolean>
  /** by id */
  readonly table: ReadonlyMap<number, Row>
}

/** Events that one connection carries at most: then another process is asked, although this one is well. */
const atOnce = 150

export const makeEventReader = (fleet: Fleet): EventReader => {
  const table = new Map<number, Row>()
  let last: string | undefined
  let turn = 0

  const take = (event: string): string | undefined => {
    const fields = new Map(event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const))
    const kind = fields.get("event")
    if (kind === undefined) return undefined
    assert.include(["change", "ready"], kind, event)
    last = fields.get("id")
    if (kind === "change") {
      const change = JSON.parse(fields.get("data") ?? "")
      if (change.type === "project") table.set(change.id, change.project)
      else table.delete(change.id)
    }
    return kind
  }
  /** Returns when the connection has ended, by whoever. `isEnough` is asked after each event. */
  const follow = (isEnough: (kind: string, count: number) => boolean, over?: AbortSignal): Promise<void> =>
    new Promise((done, failed) => {
      const headers = last === undefined ? {} : { "last-event-id": last }
      let rest = ""
      let count = 0
      const asked: ClientRequest = get(`${fleet.server(turn++).url}/api/events?since=`, { headers, agent: false, ...(over === undefined ? {} : { signal: over }) }, (answer) => {
        answer.setEncoding("utf8").on("data", (text: string) => {
          const events = (rest + text).split("\n\n")
          rest = events.pop() ?? ""
          try {
            for (const event of answer.statusCode === 200 ? events : []) {
              const kind = take(event)
              if (kind === undefined || !isEnough(kind, ++count)) continue
              asked.destroy()
              return
            }
          } catch (error) {
            failed(error)
            asked.destroy()
          }
        })
        answer.on("error", () => undefined)
        answer.on("close", done)
      })
      asked.on("error", () => done())
    })

  return {
    listen: (over) => follow((_, count) => count >= atOnce, over),
    catchUp: async () => {
      let isReady = false
      await follow((kind) => (isReady = kind === "ready"))
      return isReady
    },
    table
  }
}
