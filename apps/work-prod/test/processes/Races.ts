/**
 * What only one of several askers can have, and what each of them has: the same is asked of all processes at the same time.
 */
import { assert } from "@effect/vitest"
import { randomUUID } from "node:crypto"
import type { Answer, Sent } from "../Http.js"
import type { Fleet } from "./Fleet.js"

/** The same request to every process, several times each, all at once. */
const race = (fleet: Fleet, path: string, sent: (index: number) => Sent): Promise<ReadonlyArray<Answer>> =>
  Promise.all(Array.from({ length: 3 * fleet.size }, (_, index) => fleet.askOne(index, path, sent(index))))

const statuses = (answers: ReadonlyArray<Answer>): ReadonlyArray<number> => answers.map(({ status }) => status).toSorted((one, other) => one - other)

/** One of them is first, and the others are told so. */
const onlyOne = (answers: ReadonlyArray<Answer>, first: number, others: number): void =>
  assert.deepStrictEqual(statuses(answers), [first, ...answers.slice(1).map(() => others)].toSorted((one, other) => one - other), answers.map(({ text }) => text).join("\n"))

const races: { readonly [what: string]: (fleet: Fleet) => Promise<void> } = {
  "a uid is given to one project": async (fleet) => {
    const uid = randomUUID()
    onlyOne(await race(fleet, "/api/projects", () => ({ body: { name: "same uid", uid } })), 201, 409)
  },
  "a path is given to one project": async (fleet) => {
    const path = `/home/me/${randomUUID()}`
    onlyOne(await race(fleet, "/api/projects", () => ({ body: { name: "same path", path } })), 201, 409)
  },
  "a machine is made once": async (fleet) => {
    const machine = randomUUID()
    const answers = await race(fleet, "/api/projects", (index) => ({ headers: { "x-dev-infra-machine": machine }, body: { name: "new machine", path: `/${index}` } }))
    assert.deepStrictEqual(new Set(statuses(answers)), new Set([201]), answers.map(({ text }) => text).join("\n"))
  },
  "an import makes each project once": async (fleet) => {
    const projects = [1, 2, 3].map((project) => ({ name: "imported", remote_url: `https://git.example.org/${randomUUID()}/${project}.git` }))
    const answers = await race(fleet, "/api/projects/import", () => ({ body: { projects } }))
    assert.strictEqual(answers.reduce((sum, { json }) => sum + json.imported, 0), projects.length, answers.map(({ text }) => text).join("\n"))
    const found = await fleet.ask(`/api/projects?remote_url=${encodeURIComponent(projects[0]?.remote_url ?? "")}`)
    assert.lengthOf(found.json, 1)
  },
  "an etag is good for one change": async (fleet) => {
    const { json } = await fleet.ask("/api/projects", { body: { name: "guarded" } })
    const answers = await race(fleet, `/api/projects/${json.id}`, (index) => ({ method: "PATCH", headers: { "if-match": `"${json.etag}"` }, body: { description: `by ${index}` } }))
    onlyOne(answers, 200, 412)
  },
  "changes of different fields are all kept": async (fleet) => {
    const { json } = await fleet.ask("/api/projects", { body: { name: "shared" } })
    const fields = [{ description: "changed" }, { organization: "changed" }, { project_type: "Work" }, { status: "paused" }, { classification: "archive" }, { path: `/${randomUUID()}` }]
    const answers = await race(fleet, `/api/projects/${json.id}`, (index) => ({ method: "PATCH", body: fields[index % fields.length] }))
    assert.deepStrictEqual(new Set(statuses(answers)), new Set([200]), answers.map(({ text }) => text).join("\n"))
    assert.deepInclude((await fleet.ask(`/api/projects/${json.id}`)).json, Object.assign({}, ...fields))
  },
  "a project is deleted once": async (fleet) => {
    const { json } = await fleet.ask("/api/projects", { body: { name: "short-lived" } })
    onlyOne(await race(fleet, `/api/projects/${json.id}`, () => ({ method: "DELETE" })), 204, 404)
  },
  "a batch with a key is run once, and everybody is told the same": async (fleet) => {
    const key = randomUUID()
    const items = [1, 2, 3].map((item) => ({ uid: randomUUID(), project: { name: `item ${item}` } }))
    const answers = await race(fleet, "/api/projects/batch", () => ({ headers: { "idempotency-key": key }, body: { items } }))
    const [first] = answers
    assert.deepStrictEqual(first?.json.results.map((result: { readonly status: number }) => result.status), [201, 201, 201])
    for (const { json } of answers) assert.deepStrictEqual(json, first?.json)
  },
  "an account's number of changes is counted once for each": async (fleet) => {
    const { json: before } = await fleet.ask("/api/projects/changes?since=")
    let { cursor, more } = before
    while (more) ({ cursor, more } = (await fleet.ask(`/api/projects/changes?since=${cursor}&limit=1000`)).json)
    const made = await race(fleet, "/api/projects", (index) => ({ body: { name: `one of many ${index}` } }))
    const { json } = await fleet.ask(`/api/projects/changes?since=${cursor}`)
    const ids = (from: ReadonlyArray<{ readonly id: number }>) => from.map(({ id }) => id).toSorted((one, other) => one - other)
    assert.deepStrictEqual(ids(json.changes), ids(made.map((answer) => answer.json)))
  }
}

/** Run every race, so many times. */
export const runRaces = async (fleet: Fleet, rounds: number): Promise<void> => {
  for (const [what, run] of Object.entries(races)) {
    for (let round = 0; round < rounds; round++) {
      await run(fleet).catch((error: unknown) => {
        throw new Error(`${what} (round ${round}): ${String(error)}`, { cause: error })
      })
    }
  }
}
