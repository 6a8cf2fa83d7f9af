/**
 * Somebody who follows the feed and knows nothing else: from the changes alone it keeps a copy of the table.
 */
import { assert } from "@effect/vitest"
import type { Fleet } from "./Fleet.js"

/** A project as the feed tells it, or the list. */
export interface Row {
  readonly id: number
  readonly uid: string | null
  readonly name: string
  readonly description: string | null
}

export interface FeedReader {
  /** Reads one page, from any process; whether there is more. */
  readonly step: () => Promise<boolean>
  /** by id */
  readonly table: ReadonlyMap<number, Row>
}

/** Changes of a page: few, so that a page ends in the middle of what others are writing. */
const pageSize = 20

export const makeFeedReader = (fleet: Fleet): FeedReader => {
  const table = new Map<number, Row>()
  let cursor = ""
  return {
    step: async () => {
      const answer = await fleet.ask(`/api/projects/changes?since=${cursor}&limit=${pageSize}`).catch(() => undefined)
      if (answer === undefined || answer.status === 503) return true
      assert.strictEqual(answer.status, 200, answer.text)
      for (const change of answer.json.changes) {
        if (change.type === "project") table.set(change.id, change.project)
        else table.delete(change.id)
      }
      cursor = answer.json.cursor
      return answer.json.more
    },
    table
  }
}
