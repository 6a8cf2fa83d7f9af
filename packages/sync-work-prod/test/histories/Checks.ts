/** What has to be so after each step of a history, and after each sync. */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { SyncItem } from "@dev-infra/sync/Sync"
import type { SyncRecord } from "@dev-infra/sync/SyncLog"
import { afterPull, afterPush, type Bases, compare, type Expected, localValue, remoteValue, unknown, type Value, valueOf } from "./Expectation.js"
import type { WorkingTree } from "./GitWorld.js"
import type { Home } from "./Home.js"
import { secret } from "./Home.js"
import { type ScalarField, scalarFields } from "./Operation.js"
import { isOf, rowsOf, type Subject } from "./Subject.js"
import { demand, type Seen, type World } from "./World.js"

/** A sync of one machine. `isWhole`: nothing cut it off. `isMeddled`: somebody edited a row meanwhile. */
export interface Done {
  readonly world: World
  readonly home: Home
  readonly before: Seen
  readonly after: Seen
  readonly records: ReadonlyArray<SyncRecord>
  readonly isWhole: boolean
  readonly isMeddled: boolean
  readonly items: ReadonlyArray<SyncItem>
}

/** What is hidden in comments of a text, too. */
const uncovered = (text: string): string =>
  text + [...text.matchAll(/[A-Za-z0-9_-]{40,}/g)].map(([hidden]) => Buffer.from(hidden, "base64url").toString("utf8")).join("\n")

/** After every step, whatever it was. */
export const checkAlways = (world: World, { projects, raw, rows }: Seen): void => {
  for (const [key, text] of raw) {
    const all = uncovered(text)
    for (const leak of [secret, "last_sync", "work_prod_id"]) demand(!all.includes(leak), () => `row ${key} has ${leak}, which is no matter of the index`)
    for (const draft of world.drafts) demand(!all.includes(JSON.stringify(draft).slice(1, -1)), () => `row ${key} has ${draft}, which is only on another branch`)
  }
  for (const { fields, key } of rows) demand(!JSON.stringify(fields).includes("/home/"), () => `row ${key} has a path among the shared fields: ${JSON.stringify(fields)}`)
  for (const [key, text] of world.strangers) demand(raw.get(key) === text, () => `row ${key} of somebody else was changed from ${text} to ${String(raw.get(key))}`)
  for (const home of world.homes) {
    const here = projects.get(home.number) ?? new Map<string, Project>()
    const expected = [...world.placesOf(home).keys()].sort()
    demand(JSON.stringify([...here.keys()].sort()) === JSON.stringify(expected), () => `machine ${home.number} has ${[...here.keys()].sort().join(", ")} instead of ${expected.join(", ")}`)
    const ids = [...here.values()].map(({ id }) => id)
    demand(new Set(ids).size === ids.length, () => `two projects of machine ${home.number} have one id`)
  }
  const uids = rows.flatMap(({ deletedAt, uid }) => (uid === null || deletedAt !== null ? [] : [uid]))
  if (!world.hasCopies) demand(new Set(uids).size === uids.length, () => `two rows have one uid: ${uids.sort().join(", ")}`)
}

const treeOf = ({ trees }: Seen, { number }: Home, path: string): WorkingTree | undefined => trees.get(number)?.get(path)

const machineOnly = ({ local, path, checkouts }: Project) => {
  const rest = typeof local === "object" && local !== null && !Array.isArray(local) ? Object.fromEntries(Object.entries(local).filter(([key]) => key !== "work_prod")) : local
  return JSON.stringify([path, checkouts, rest])
}

/** The others are left alone, and what is this machine's own stays. */
const checkOthers = ({ after, before, home, world }: Done): void => {
  for (const other of world.homes) {
    for (const [path, project] of before.projects.get(other.number) ?? []) {
      const now = after.projects.get(other.number)?.get(path)
      if (now === undefined) continue
      if (other === home) demand(machineOnly(now) === machineOnly(project), () => `what is machine ${home.number}'s own of ${path} changed from ${machineOnly(project)} to ${machineOnly(now)}`)
      else demand(JSON.stringify(now) === JSON.stringify(project), () => `a sync of machine ${home.number} changed ${path} on machine ${other.number}`)
    }
  }
}

const checkIndexUntouched = ({ after, before, home, isMeddled }: Done): void => {
  demand(isMeddled || JSON.stringify([...after.raw]) === JSON.stringify([...before.raw]), () => `a fetch or pull of machine ${home.number} changed the index`)
}

const showValue = (value: Value): string => value ?? "nothing"
const showValues = (values: ReadonlySet<Value>): string => [...values].map(showValue).join(" or ")

/** A value that was replaced is in the log. */
const demandLogged = (done: Done, subject: Subject, field: string, old: Value): void => {
  if (old === undefined) return
  const isLogged = done.records.some((record) => record.kind === "overridden" && record.field === field && valueOf(field, record.old) === old)
  demand(isLogged, () => `machine ${done.home.number} overrode ${field} ${old} of ${subject.label} and did not log it`)
}

/** A project with its only row, if it can be foretold what becomes of it. */
interface Foreseen {
  readonly subject: Subject
  readonly path: string
  readonly project: Project
  readonly row: RemoteEntry | undefined
  readonly expected: ReadonlyArray<Expected>
}

const foreseen = ({ before, home, world }: Done): ReadonlyArray<Foreseen> =>
  [...world.placesOf(home)].flatMap(([path, subject]): ReadonlyArray<Foreseen> => {
    const project = before.projects.get(home.number)?.get(path)
    const rows = rowsOf(subject, before.rows)
    if (project === undefined || subject.stormy !== undefined || rows.length > 1) return []
    const [row] = rows
    if (row !== undefined && row.uid === null && !isOf(subject, project.repository)) return []
    return [{ subject, path, project, row, expected: row === undefined ? [] : compare(project, treeOf(before, home, path), row, world.links.get(home.number, subject.label)) }]
  })

/** Of projects with several rows nobody can tell which row a machine stood alike with: any of them, or none. */
const blurTwins = ({ after, before, home, world }: Done): void => {
  for (const [path, subject] of world.placesOf(home)) {
    const rows = rowsOf(subject, before.rows)
    if (rows.length <= 1) continue
    const known = world.links.get(home.number, subject.label)
    const locals = [before, after].flatMap((seen): ReadonlyArray<readonly [Seen, Project | undefined]> => [[seen, seen.projects.get(home.number)?.get(path)]])
    const there = [...rows, ...rowsOf(subject, after.rows)]
    const possible = (field: ScalarField): Bases => {
      const here = locals.flatMap(([seen, project]) => (project === undefined ? [] : [localValue(project, treeOf(seen, home, path), field).value]))
      return new Set([unknown, ...(known?.get(field) ?? []), ...here, ...there.map((row) => remoteValue(row, field))])
    }
    world.links.set(home.number, subject.label, new Map(scalarFields.map((field) => [field, possible(field)])))
  }
}

const only = (value: Value): Bases => new Set([value])
const either = (...sets: ReadonlyArray<Bases>): Bases => new Set(sets.flatMap((set) => [...set]))

export const checkFetch = (done: Done): void => {
  checkOthers(done)
  checkIndexUntouched(done)
  const { after, before, home } = done
  demand(JSON.stringify([...(after.projects.get(home.number) ?? [])]) === JSON.stringify([...(before.projects.get(home.number) ?? [])]), () => `a fetch changed the registry of machine ${home.number}`)
}

/** What a file states came into the registry: what it replaced there is logged. */
const checkRefreshed = (done: Done, { path, project, subject }: Foreseen, now: Project): void => {
  for (const field of scalarFields) {
    // Projects are read from JSON.
    const [old, value] = [valueOf(field, project[field] as JsonValue | undefined), valueOf(field, now[field] as JsonValue | undefined)]
    const { source } = localValue(project, treeOf(done.before, done.home, path), field)
    if (old !== value && source === "file") demandLogged(done, subject, field, old)
  }
}

export const checkPull = (done: Done, writeFiles: boolean): void => {
  checkOthers(done)
  checkIndexUntouched(done)
  const { after, home, isWhole, world } = done
  blurTwins(done)
  for (const seen of foreseen(done)) {
    const { expected, path, row, subject } = seen
    const now = after.projects.get(home.number)?.get(path)
    if (now === undefined) continue
    checkRefreshed(done, seen, now)
    if (row === undefined || row.uid === null) continue
    const bases = new Map<ScalarField, Bases>()
    for (const one of expected) {
      const { field, local, remote, source } = one
      if (source === "branch") continue
      const allowed = afterPull(one, writeFiles)
      const { value } = localValue(now, treeOf(after, home, path), field)
      const isAllowed = allowed.has(value) || (!isWhole && value === local)
      demand(isAllowed, () => `after a pull of machine ${home.number}, ${field} of ${subject.label} is ${showValue(value)} instead of ${showValues(allowed)}: ${explain(one)}`)
      if (value !== local) demandLogged(done, subject, field, local)
      else if (isWhole && one.standings.size === 1 && one.standings.has("conflict")) demandLogged(done, subject, field, remote)
      // What waits for git is still to come: both sides were last equal at the local value.
      const next = value === local && [...one.standings].every((standing) => standing === "behind") ? only(local) : only(remote)
      bases.set(field, isWhole ? next : either(one.bases, next))
    }
    world.links.set(home.number, subject.label, bases)
    if (isWhole) world.links.meet(home.number, subject.label)
  }
}

const explain = ({ bases, local, remote, source }: Expected): string =>
  `${showValue(local)} here (${source}), ${showValue(remote)} there, before that ${[...bases].map((base) => (typeof base === "symbol" ? "unknown" : showValue(base))).join(" or ")}`

export const checkPush = (done: Done): void => {
  const { after, before, home, isWhole, world } = done
  checkOthers(done)
  checkWishes(done)
  for (const [uid, subject] of world.dead) {
    // Who cannot be told of deletions has to know from before that it was there.
    if (!world.index.tellsDeletions && !world.links.hasMet(home.number, subject.label)) continue
    if (before.rows.some((row) => row.uid === uid && row.deletedAt === null)) continue
    demand(!after.rows.some((row) => row.uid === uid && row.deletedAt === null), () => `a push of machine ${home.number} created ${uid} again, which had been deleted`)
  }
  blurTwins(done)
  for (const seen of foreseen(done)) {
    const { expected, path, project, row, subject } = seen
    const now = after.projects.get(home.number)?.get(path)
    if (now === undefined) continue
    checkRefreshed(done, seen, now)
    const rows = rowsOf(subject, after.rows)
    // Who clones it from where it moved to cannot know that, as long as the index does not.
    demand(rows.length <= 1 || subject.urls.length > 1, () => `after a push of machine ${home.number} there are ${rows.length} rows of ${subject.label}: ${JSON.stringify(rows)}`)
    const [there] = rows
    demand(there !== undefined || !isWhole, () => `after a push of machine ${home.number} there is no row of ${subject.label}`)
    for (const field of scalarFields) {
      const [old, value] = [localValue(project, treeOf(before, home, path), field), localValue(now, treeOf(after, home, path), field)]
      demand(old.value === value.value, () => `a push changed ${field} of ${subject.label} on machine ${home.number} from ${showValue(old.value)} to ${showValue(value.value)}`)
    }
    if (there === undefined) continue
    const bases = row === undefined ? createdBases(done, seen, there) : pushedBases(done, seen, row, there, expected)
    world.links.set(home.number, subject.label, bases)
    if (isWhole) world.links.meet(home.number, subject.label)
  }
  checkRows(done, before)
  if (!isWhole) return
  const wishes = world.wishesOf(home)
  wishes.edits.clear()
  wishes.removals.clear()
}

const createdBases = ({ before, home }: Done, { path, project, subject }: Foreseen, there: RemoteEntry): ReadonlyMap<ScalarField, Bases> =>
  new Map(
    scalarFields.flatMap((field) => {
      const { source, value } = localValue(project, treeOf(before, home, path), field)
      if (source === "branch") return []
      demand(remoteValue(there, field) === value, () => `machine ${home.number} created ${subject.label} with ${field} ${showValue(remoteValue(there, field))} instead of ${showValue(value)}`)
      return [[field, only(value)] as const]
    })
  )

/** What a person is told of a field. */
const checkTold = ({ home, items }: Done, { project, subject }: Foreseen, { field, standings }: Expected): void => {
  const [standing, ...others] = standings
  const told = items.find(({ id }) => id === project.id)?.fields.find((state) => state.field === field)?.state
  if (others.length > 0 || told === undefined) return
  demand(told === standing, () => `a push of machine ${home.number} says that ${field} of ${subject.label} is ${told}, and it is ${String(standing)}`)
}

const pushedBases = (done: Done, seen: Foreseen, row: RemoteEntry, there: RemoteEntry, expected: ReadonlyArray<Expected>): ReadonlyMap<ScalarField, Bases> => {
  const { home, isWhole } = done
  const { subject } = seen
  const bases = new Map<ScalarField, Bases>()
  const hasArrived = JSON.stringify(row.writes) !== JSON.stringify(there.writes)
  for (const one of expected) {
    const { field, local, remote, source } = one
    if (source === "branch") continue
    const allowed = afterPush(one)
    const value = remoteValue(there, field)
    demand(allowed.has(value) || (!isWhole && value === remote), () => `after a push of machine ${home.number}, ${field} of ${subject.label} is ${showValue(value)} there instead of ${showValues(allowed)}: ${explain(one)}`)
    if (value !== remote) demandLogged(done, subject, field, remote)
    checkTold(done, seen, one)
    bases.set(field, isWhole || hasArrived || value !== remote ? only(local) : either(one.bases, only(local === remote ? local : remote), one.bases))
    if (!isWhole && !hasArrived && value === remote && local !== remote) bases.set(field, one.bases)
  }
  return bases
}

/** What is to become of projects that are not here. */
const checkWishes = ({ after, before, home, isWhole, world }: Done): void => {
  if (!isWhole) return
  const wishes = world.wishesOf(home)
  for (const [subject, edits] of wishes.edits) {
    const [row, ...others] = rowsOf(subject, before.rows)
    const now = rowsOf(subject, after.rows)
    if (subject.stormy !== undefined || row === undefined || others.length > 0 || world.placeOf(home, subject) !== undefined) continue
    for (const [field, value] of edits) {
      const there = now[0] === undefined ? undefined : remoteValue(now[0], field)
      demand(there === JSON.stringify(value), () => `machine ${home.number} wanted ${field} of ${subject.label} to be ${value}, and after its push it is ${showValue(there)}`)
    }
  }
}

/** Rows of projects that this machine has nothing to do with stay; no row goes unless somebody wants that. */
const checkRows = ({ after, home, world }: Done, before: Seen): void => {
  for (const subject of world.subjects) {
    if (subject.stormy !== undefined) continue
    const [rows, now] = [rowsOf(subject, before.rows), rowsOf(subject, after.rows)]
    demand(rows.length === 0 || now.length > 0, () => `a push of machine ${home.number} removed the row of ${subject.label}`)
    const [row] = rows
    const [there] = now
    const isOurs = world.placeOf(home, subject) !== undefined
    if (isOurs || rows.length !== 1 || row === undefined || there === undefined || world.wishesOf(home).edits.has(subject)) continue
    for (const field of scalarFields) {
      demand(remoteValue(row, field) === remoteValue(there, field), () => `a push of machine ${home.number}, which does not have ${subject.label}, changed its ${field} from ${showValue(remoteValue(row, field))} to ${showValue(remoteValue(there, field))}`)
    }
  }
}
