/** How a history ends: git comes to rest, everybody syncs until nothing happens any more, and then all must agree. */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import { idsOf, pathOn, type RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { SyncReport } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import { checkAlways } from "./Checks.js"
import type { Home } from "./Home.js"
import { isOf, rowsOf, storedUrl, type Subject } from "./Subject.js"
import { by, demand, learn, look, type Seen, type World } from "./World.js"

const restGit = (world: World): void => {
  for (let round = 0; round < 2; round++) for (const home of world.homes) for (const clone of home.clones.values()) clone.settle()
  for (const home of world.homes) for (const [path, clone] of home.clones) demand(clone.isClean || !world.placesOf(home).has(path), () => `git does not come to rest in ${path}`)
}

/** Whether the row with a project's id is that of this project, at an address where it was before. */
const isMoved = (world: World, home: Home, { projects, rows }: Seen, id: string): boolean => {
  const place = [...(projects.get(home.number) ?? [])].find(([, project]) => project.id === id)?.[0]
  const subject = place === undefined ? undefined : world.placesOf(home).get(place)
  return subject !== undefined && rows.some((row) => row.deletedAt === null && idsOf(row).includes(id) && isOf(subject, row.fields["repository"]))
}

/** What people decide when they are asked: another repository is another project unless this one moved, and what is gone is wanted back. */
const decide = (report: SyncReport, isSame: (id: string) => boolean) => ({
  same: report.items.flatMap(({ id, refusal }) => (refusal?.detail.includes("--same") === true && isSame(id) ? [id] : [])),
  newId: report.items.flatMap(({ id, refusal }) => (refusal?.detail.includes("--new-id") === true && !isSame(id) ? [id] : [])),
  recreate: report.items.flatMap(({ id, refusal }) => (refusal?.reason === "WasSynced" || refusal?.reason === "DeletedElsewhere" ? [id] : []))
})

const summary = (home: Home, { command, items }: SyncReport): string =>
  `machine ${home.number} ${command}: ${items.map(({ action, fields, id, name, refusal }) => `${action} ${name} (${id}; ${fields.map(({ field, local, remote, state }) => `${field} ${state} ${JSON.stringify(local)}/${JSON.stringify(remote)}`).join(", ")}) ${refusal?.detail ?? ""}`).join("; ")}`

/** One round of all machines. Gives what happened. */
const round = (world: World) =>
  Effect.gen(function* () {
    const happened: Array<string> = []
    for (const home of world.homes) {
      const run = <A, E>(effect: Effect.Effect<A, E>) => by(world, home, effect)
      const first = yield* run(home.sync.push({ acceptDeletions: true, force: true }))
      const { projects } = yield* run(home.sync.status)
      const gone = projects.flatMap(({ id, local, state }) => (local !== undefined && state === "deleted elsewhere" ? [id] : []))
      const seen = yield* look(world)
      const { newId, recreate, same } = decide(first, (id) => isMoved(world, home, seen, id))
      const decided = newId.length + recreate.length + same.length + gone.length > 0 ? yield* run(home.sync.push({ newId, same, recreate: [...recreate, ...gone], acceptDeletions: true })) : undefined
      const pulled = yield* run(home.sync.pull({ acceptDeletions: true, writeFiles: true }))
      for (const report of [first, ...(decided === undefined ? [] : [decided]), pulled]) {
        demand(report.stopped === undefined, () => `${report.command} of machine ${home.number} stopped without a reason: ${String(report.stopped)}`)
        if (report.items.length > 0) happened.push(summary(home, report))
      }
      const after = yield* look(world)
      learn(world, after)
      checkAlways(world, after)
      // What a pull wrote into files goes to the others before they look: git and the index would chase each other.
      restGit(world)
    }
    return happened
  })

/** Nobody needs more rounds than this. */
const enough = 10

const settle = (world: World) =>
  Effect.gen(function* () {
    for (let number = 0; number < enough; number++) {
      const happened = yield* round(world)
      if (happened.length === 0) return
      demand(number < enough - 1, () => `there is no end to it:\n${happened.join("\n")}`)
    }
  })

const sets = new Set(["tags", "aliases", "former_repositories", "distinct_from"])
const ownFields = new Set(["id", "path", "checkouts", "work_prod_id", "last_sync", "local"])

const comparable = (field: string, value: JsonValue | undefined): string => {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0) || (value === "unknown" && (field === "version" || field === "template"))) return "nothing"
  if (sets.has(field) && Array.isArray(value)) return JSON.stringify([...value].sort())
  return field === "repository" && typeof value === "string" ? normalise(value) : JSON.stringify(value)
}

/** Who a project is may be told differently: its uid here is an alias there. */
const demandAgreement = (where: string, project: Project, row: RemoteEntry): void => {
  for (const field of new Set([...Object.keys(project), ...Object.keys(row.fields)])) {
    if (ownFields.has(field) || field === "aliases") continue
    // A project is read from JSON.
    const [here, there] = [comparable(field, project[field] as JsonValue | undefined), comparable(field, row.fields[field])]
    demand(here === there, () => `in the end ${field} of ${where} is ${here}, and ${there} in the index`)
  }
}

/** Lets everything come to rest, and checks that everybody agrees and nothing was lost. */
export const rest = (world: World) =>
  Effect.gen(function* () {
    restGit(world)
    // From here on people want back what is gone.
    world.dead.clear()
    yield* settle(world)
    const { projects, rows } = yield* look(world)
    const live = rows.filter(({ deletedAt }) => deletedAt === null)
    const owners = new Map<string, Subject>()
    for (const home of world.homes) {
      const places = world.placesOf(home)
      for (const [path, subject] of places) {
        const project = projects.get(home.number)?.get(path)
        if (project === undefined) continue
        const where = `${subject.label} on machine ${home.number}`
        const named = live.filter(({ uid }) => uid === project.id)
        const row = named.find((one) => pathOn(one, home.machine) === path) ?? named[0]
        demand(row !== undefined, () => `in the end the index does not have ${where} (${project.id})`)
        if (row === undefined) continue
        demand(named.length === 1 || subject.stormy !== undefined, () => `in the end the index has ${named.length} rows of ${where}`)
        const owner = owners.get(project.id) ?? subject
        demand(owner === subject, () => `in the end ${where} and ${owner.label} are one project`)
        owners.set(project.id, subject)
        demandAgreement(where, project, row)
        demand(pathOn(row, home.machine) === path, () => `in the end the index does not know that ${where} is at ${path}: ${JSON.stringify(row.locations)}`)
      }
      for (const row of live) {
        const path = pathOn(row, home.machine)
        const isHere = path === undefined || places.has(path) || row.uid === null || world.subjects.some(({ stormy }) => stormy !== undefined)
        demand(isHere, () => `in the end the index says that machine ${home.number} has row ${row.key} at ${String(path)}, where it has nothing`)
      }
    }
    checkSubjects(world, live)
    const { projects: states } = yield* Effect.map(Effect.all(world.homes.map((home) => by(world, home, home.sync.status))), (all) => ({ projects: all.flatMap((status) => status.projects) }))
    for (const { fields, local, name, state } of states) demand(local === undefined || state === "in sync", () => `in the end ${name} is ${state}: ${JSON.stringify(fields)}`)
    yield* checkQuiet(world)
    const logs = yield* Effect.forEach(world.homes, (home) => home.log)
    const records = logs.flat().map(({ record }) => record)
    const lost = world.ledger.lost([[...projects.values()].map((each) => [...each.values()]), live.map(({ fields }) => fields), world.homes.flatMap((home) => [...home.clones.values()].map(({ work }) => work ?? {}))], records)
    demand(lost.length === 0, () => `lost without a trace: ${lost.map((value) => JSON.stringify(value)).join(", ")}`)
  })

/** What may be said of the projects themselves: one row each, no tag gone that nobody took away, and where their repository is now. */
const checkSubjects = (world: World, live: ReadonlyArray<RemoteEntry>): void => {
  for (const subject of world.subjects) {
    if (subject.stormy !== undefined) continue
    const owners = world.homes.filter((home) => world.placeOf(home, subject) !== undefined)
    if (owners.length === 0) continue
    const rows = rowsOf(subject, live).filter(({ uid }) => uid !== null)
    demand(rows.length === 1, () => `in the end there are ${rows.length} rows of ${subject.label}: ${JSON.stringify(rows)}`)
    const [row] = rows
    const tags = row?.fields["tags"]
    for (const [tag, fate] of world.tags.get(subject) ?? []) {
      const isThere = Array.isArray(tags) && tags.includes(tag)
      demand(fate !== "added" || isThere, () => `in the end ${subject.label} lacks ${tag}, which nobody took away`)
      demand(fate !== "removed" || !isThere, () => `in the end ${subject.label} has ${tag}, which was taken away`)
    }
    const [first, second, ...further] = subject.urls
    if (first === undefined || second === undefined || further.length > 0) continue
    // Whoever moved it may have forgotten it before anybody else heard of that.
    if (owners.length < world.homes.length) continue
    const url = row?.fields["repository"]
    demand(typeof url === "string" && normalise(url) === normalise(storedUrl(subject, second)), () => `in the end the repository of ${subject.label} is ${JSON.stringify(url)}, though it moved to ${second}`)
  }
}

/** A push with nothing to do asks once and changes nothing. */
const checkQuiet = (world: World) =>
  Effect.gen(function* () {
    for (const home of world.homes) {
      for (const [command, run] of [["push", home.sync.push()], ["pull", home.sync.pull()]] as const) {
        const before = yield* home.connection.requests
        const report = yield* by(world, home, run)
        const requests = (yield* home.connection.requests) - before
        demand(report.items.length === 0, () => `a second ${command} is not empty: ${summary(home, report)}`)
        demand(requests === 1, () => `a second ${command} of machine ${home.number} makes ${requests} requests`)
      }
    }
  })
