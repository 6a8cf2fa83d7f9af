/** What people and other tools do in the pages of the server. */
import * as Effect from "effect/Effect"
import type { Columns } from "./Index.js"
import * as Subject from "./Subject.js"
import { demand, type World } from "./World.js"

/** The row of a project that machines know. */
const rowOf = (world: World, subject: Subject.Subject) =>
  Effect.map(world.index.rows, (rows) => Subject.rowsOf(subject, rows).toSorted((one, other) => Number(one.uid === null) - Number(other.uid === null))[0])

export const edit = (world: World, subject: Subject.Subject, field: "name" | "description" | "organization" | "status") =>
  Effect.gen(function* () {
    const row = yield* rowOf(world, subject)
    if (row === undefined) return
    world.ledger.replace(row.fields[field], "edited there")
    const value = field === "status" ? world.ledger.pick(["active", "paused"]) : world.ledger.next(field)
    yield* world.index.edit(row.key, { [field]: value })
    const now = (yield* world.index.rows).find(({ key }) => key === row.key)?.fields[field]
    demand(now === value, () => `somebody set ${field} of ${subject.label} to ${JSON.stringify(value)} there, and it is read as ${JSON.stringify(now)}`)
  })

/** A row of another repository, or one for a project that no dev-infra has put there yet. */
export const add = (world: World, subject: Subject.Subject, stranger: boolean) =>
  Effect.gen(function* () {
    // Nobody types that fast: a row that gets the id of one that was removed is not as old as that.
    world.clock.pass(2000)
    if (stranger) {
      // Some have a repository, others a path that a machine also has: neither makes them a project of ours.
      const number = world.strangers.size
      const path = `/home/${number % 4}/folder${number % 4}`
      const isFree = [...(yield* world.index.raw).values()].every((text) => !text.includes(JSON.stringify(path)))
      const place = number % 2 === 1 && isFree ? { path } : { remote_url: `https://elsewhere.example.org/${number}.git` }
      const key = yield* world.index.add({ name: `somebody else's ${number}`, description: "made by hand <!-- keep -->", ...place })
      world.strangers.set(key, (yield* world.index.raw).get(key) ?? "")
      return
    }
    const url = subject.urls.at(-1)
    if (url === undefined || (yield* rowOf(world, subject)) !== undefined) return
    // Somebody wants it there again; and where it moved to, nobody can tell that it is the same as where it was.
    for (const [uid, dead] of world.dead) if (dead === subject) world.dead.delete(uid)
    if (subject.urls.length > 1) world.storm(subject, "somebody made a row for where it moved to")
    const columns: Columns & { readonly name: string } = { name: world.ledger.next("name"), description: world.ledger.next("description"), remote_url: Subject.storedUrl(subject, url) }
    yield* world.index.add(columns)
  })

export const remove = (world: World, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const row = yield* rowOf(world, subject)
    if (row === undefined) return
    world.ledger.replaceWithin(row.fields, "removed there")
    world.storm(subject, "removed there")
    yield* world.index.remove(row.key)
    if (row.uid !== null) world.dead.set(row.uid, subject)
  })

export const damage = (world: World, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const row = yield* rowOf(world, subject)
    // Without its place inside the repository a row of our server looks like that of the repository itself.
    if (row === undefined || row.uid === null || (subject.inner !== undefined && world.index.tellsDeletions)) return
    const { description: _, name: __, organization: ___, ...hidden } = row.fields
    world.ledger.replaceWithin(hidden, "damaged there")
    world.storm(subject, "its row was damaged")
    yield* world.index.damage(row.key)
  })

/** Somebody copies a row with all that it says. */
export const copy = (world: World, subject: Subject.Subject) =>
  Effect.gen(function* () {
    const row = yield* rowOf(world, subject)
    if (row === undefined || row.uid === null) return
    world.storm(subject, "its row was copied")
    world.hasCopies = true
    yield* world.index.copy(row.key)
  })

const forgetStrangers = (world: World) =>
  Effect.map(world.index.raw, (raw) => {
    for (const [key, text] of world.strangers) if (raw.get(key) !== text) world.strangers.delete(key)
  })

const loseAll = (world: World, why: string) =>
  Effect.map(world.index.rows, (rows) => {
    for (const row of rows) world.ledger.replaceWithin(row.fields, why)
    world.stormAll(why)
    world.dead.clear()
  })

/** Who had an id first is known to nobody any more when the rows are gone and a copy has it, too. */
const hasCopiedFolders = ({ subjects }: World): boolean => subjects.some(({ label }) => label.startsWith("copy"))

export const restore = (world: World) =>
  Effect.gen(function* () {
    const backup = world.backups.at(-1)
    if (backup === undefined || hasCopiedFolders(world)) return
    yield* loseAll(world, "a backup was put back")
    yield* backup
    yield* forgetStrangers(world)
  })

export const empty = (world: World) =>
  Effect.gen(function* () {
    if (world.index.empty === undefined || hasCopiedFolders(world)) return
    yield* loseAll(world, "the server was emptied")
    yield* world.index.empty
    yield* forgetStrangers(world)
  })
