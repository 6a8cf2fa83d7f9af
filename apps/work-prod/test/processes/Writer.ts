/**
 * Somebody who creates, changes and deletes projects of its own, one change after another, and knows what became of each: a
 * change without an answer, or with "not at the moment", is sent again, to another process, until it is answered.
 */
import { assert } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import type { Answer, Sent } from "../Http.js"
import type { Fleet } from "./Fleet.js"

/** What a project must be like in the end. */
export interface Expected {
  readonly name: string
  readonly description: string | null
}

export interface Writer {
  /** Makes one change, of each kind in turn, and returns when it is acknowledged. */
  readonly step: () => Promise<void>
  /** by uid */
  readonly projects: ReadonlyMap<string, Expected>
  /** how often the answer was that the database cannot be used at the moment */
  readonly refusals: () => number
}

/** Items of a batch. */
const batchSize = 5

export const makeWriter = (fleet: Fleet, writer: number): Writer => {
  const projects = new Map<string, Expected>()
  const ids = new Map<string, number>()
  let round = 0
  let refusals = 0

  const send = async (path: string, sent: Sent): Promise<{ readonly answer: Answer; readonly isRepeated: boolean }> => {
    for (let attempt = 0; ; attempt++) {
      const answer = await fleet.ask(path, sent).catch(() => undefined)
      if (answer !== undefined && answer.status !== 503) return { answer, isRepeated: attempt > 0 }
      if (answer !== undefined) refusals += 1
    }
  }
  const oldest = (): string | undefined => projects.keys().next().value

  const create = async () => {
    const uid = randomUUID()
    const expected = { name: `writer ${writer} round ${round}`, description: null }
    const { answer, isRepeated } = await send("/api/projects", { body: { uid, ...expected } })
    // The first attempt may have done it although its answer was lost.
    const isDone = answer.status === 201 || (isRepeated && answer.json?.code === "uid_taken")
    assert.isTrue(isDone, answer.text)
    ids.set(uid, answer.json.id ?? answer.json.project.id)
    projects.set(uid, expected)
    // What is acknowledged by one process is there in every other.
    const seen = await send(`/api/projects?uid=${uid}`, {})
    assert.deepStrictEqual([seen.answer.status, seen.answer.json[0]?.name], [200, expected.name])
  }
  const change = async () => {
    const uid = oldest()
    const known = uid === undefined ? undefined : projects.get(uid)
    if (uid === undefined || known === undefined) return create()
    const description = `changed in round ${round}`
    const { answer } = await send(`/api/projects/${ids.get(uid)}`, { method: "PATCH", body: { description } })
    assert.strictEqual(answer.status, 200, answer.text)
    projects.set(uid, { ...known, description })
  }
  const remove = async () => {
    const uid = oldest()
    if (uid === undefined) return create()
    const { answer, isRepeated } = await send(`/api/projects/${ids.get(uid)}`, { method: "DELETE" })
    assert.isTrue(answer.status === 204 || (isRepeated && answer.status === 404), answer.text)
    projects.delete(uid)
  }
  const batch = async () => {
    const items = Array.from({ length: batchSize }, (_, item) => ({ uid: randomUUID(), project: { name: `writer ${writer} round ${round} item ${item}` } }))
    const { answer } = await send("/api/projects/batch", { headers: { "idempotency-key": randomUUID() }, body: { items } })
    assert.strictEqual(answer.status, 200, answer.text)
    for (const [place, { project, uid }] of items.entries()) {
      const result = answer.json.results[place]
      assert.strictEqual(result.status, 201, answer.text)
      ids.set(uid, result.project.id)
      projects.set(uid, { name: project.name, description: null })
    }
  }
  const kinds = [create, create, change, batch, create, remove]

  return {
    step: async () => {
      round += 1
      await kinds[round % kinds.length]?.()
    },
    projects,
    refusals: () => refusals
  }
}
