/**
 * A push with several chunks of which much can go wrong, and what has to hold after it was repeated: no duplicates, nothing lost, every overridden
 * value in the log. And `kill -9` of the real program in the middle of it.
 */
import { names } from "@dev-infra/sync/SyncStep"
import { assert } from "vitest"
import { type Machine, makeMachine, type Remote, type Row } from "./Machines.js"

export const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

export interface Sizes {
  /** projects that the server has before, all of them edited here, ten of them edited there too */
  readonly old: number
  /** projects that only this machine has */
  readonly fresh: number
}

const uidOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`
export const nameOf = (index: number): string => `project-${index}`

export const projectOf = (index: number, description: string): Row => ({
  id: uidOf(index),
  name: nameOf(index),
  path: `/srv/code/${nameOf(index)}`,
  template: "none",
  version: "unknown",
  status: "active",
  description,
  // Every seventh has no repository, so that it cannot be found again by that.
  ...(index % 7 === 0 ? {} : { repository: `https://git.example.invalid/acme/${nameOf(index)}.git` })
})

export const range = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index)

export const store = (machine: Machine, projects: ReadonlyArray<Row>): void =>
  machine.write({ ".dev-infra/registry.json": `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n` })

const fieldsOf = ({ last_sync: _at, local: _local, work_prod_id: _key, ...fields }: Row): Row => fields

/** The text of a description, without what dev-infra adds to it on old servers. */
const textOf = (row: Row): string => String(row.description).split("<!--")[0]?.trim() ?? ""

/** A machine that has to push: edits of old projects, ten of them in conflict, and new projects. */
export const prepare = async (remote: Remote, { fresh, old }: Sizes): Promise<Machine> => {
  const machine = makeMachine("laptop")
  await machine.login(remote)
  store(machine, range(old).map((index) => projectOf(index, "as it was")))
  await machine.do("push")
  const edited = new Map<string, Row>(machine.projects().map((project) => [project.id, project]))
  store(machine, range(old + fresh).map((index) => ({ ...edited.get(uidOf(index)), ...projectOf(index, "edited here") })))
  const rows = await remote.rows()
  const chosenThere = new Set(range(10).map(nameOf))
  for (const { description, id, name } of rows.filter((row) => chosenThere.has(row.name))) await remote.call("PATCH", `/${id}`, { description: String(description).replace("as it was", `edited there: ${name}`) })
  return machine
}

/** Everything arrived once, nothing changed here, and what was overridden there is in the log. */
export const verify = async (machine: Machine, remote: Remote, { fresh, old }: Sizes, what: string): Promise<void> => {
  const rows = await remote.rows()
  assert.strictEqual(new Set(rows.map(({ name }) => name)).size, rows.length, `${what}: no duplicates`)
  assert.strictEqual(rows.length, old + fresh, `${what}: nothing lost`)
  assert.deepStrictEqual(rows.filter((row) => textOf(row) !== "edited here").map(({ name }) => name), [], `${what}: every edit arrived`)
  assert.deepStrictEqual(machine.projects().map(fieldsOf), range(old + fresh).map((index) => projectOf(index, "edited here")), `${what}: nothing changed here`)
  const { entries } = await machine.json("sync", "log")
  const overridden = new Set(entries.filter(({ field, kind }: Row) => kind === "overridden" && field === "description").map(({ old: value }: Row) => value))
  for (const index of range(10)) assert.isTrue(overridden.has(`edited there: ${nameOf(index)}`), `${what}: the overridden value of ${nameOf(index)} is in the log`)
  const again = await machine.json("push")
  assert.deepInclude(again.counts, { created: 0, updated: 0, deleted: 0, refused: 0 }, `${what}: a further push is empty`)
  const { projects } = await machine.json("status")
  assert.deepStrictEqual(projects.filter(({ state }: Row) => state !== "in sync").map(({ name, state }: Row) => `${name}: ${state}`), [], what)
}

/** The steps of a push itself; the quick form tries those after which most is half done. */
export const steps: ReadonlyArray<string> = isSoak ? names : ["sync-log:after", "sync-request:after", "sync-base:before"]

/** The steps of each file that it writes: flushed, put in place, made durable. What else happens to a file is tested where files are changed. */
export const writes: ReadonlyArray<string> = isSoak ? ["temporary-flush", "target-replace", "folder-flush"].flatMap((step) => [`${step}:before`, `${step}:after`]) : ["target-replace:after"]

/** The steps of a push are the same whatever the server is, so the old kind is a sample. */
const kills = (kind: Remote["kind"]): number => (!isSoak ? 1 : kind === "ours" ? 5 : 2)

/** How often a push was killed, by point. */
const counts = new Map<string, number>()

/** Kill it at the first, second, … time that it comes to the point; as often as asked, whether it comes there that often or not. */
export const killAndRepeat = async (kind: Remote["kind"], point: string, sizes: Sizes, newRemote: () => Promise<Remote>) => {
  // A push comes to some points once and to others for each chunk.
  let passes = 5
  let killed = 0
  while (killed < kills(kind)) {
    const arrival = (killed % passes) + 1
    const what = `${kind} ${point}:${arrival}`
    const remote = await newRemote()
    const machine = await prepare(remote, sizes)
    const { exitCode, stderr } = await machine.try(["push"], { environment: { DEV_INFRA_FAULT_POINT: `${point}:${arrival}` } })
    if (exitCode !== 137) {
      assert.strictEqual(exitCode, 0, `${what}\n${stderr}`)
      assert.isAbove(arrival, 1, `a push never comes to ${point}`)
      passes = arrival - 1
      continue
    }
    killed += 1
    counts.set(`${kind} ${point}`, killed)
    const next = await machine.try(["push"])
    assert.strictEqual(next.exitCode, 0, `${what}: the next push completes\n${next.stdout.slice(0, 2000)}${next.stderr}`)
    await verify(machine, remote, sizes, what)
  }
}

/** The counts for one kind of server, as lines for a person. */
export const report = (kind: Remote["kind"]): string =>
  `kill -9 of dev-infra push, server ${kind}, by point:\n${[...counts].filter(([point]) => point.startsWith(kind)).map(([point, count]) => `  ${point.slice(kind.length + 1).padEnd(24)} ${count}\n`).join("")}`
