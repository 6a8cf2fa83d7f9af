import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { names, SyncStep } from "@dev-infra/sync/SyncStep"
import { textsOf } from "@dev-infra/sync/SharedFields"
import { fresh } from "@dev-infra/sync/SyncState"
import { RemoteSnapshot } from "@dev-infra/sync/RemoteSnapshot"
import * as Context from "effect/Context"
import { makeMachine, twoMachines } from "./world.js"

const repository = "git@example.org:me/api.git"
const overridden = (machine: Effect.Effect.Success<ReturnType<typeof makeMachine>>) =>
  Effect.map(machine.sync.log, (entries) => entries.flatMap(({ entry, record }) => (record.kind === "overridden" ? [{ ...record, entry }] : [])))

describe.each([{ kind: "ours", tellsDeletions: true }, { kind: "0.3.0", tellsDeletions: false }])("the edges of sync with $kind", (options) => {
  it.scoped("recognised values are no edits", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { description: "v1", tags: ["a", "b"] } })
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.add("api", { repository })
      yield* one.edit("api", { description: "v2", tags: ["a"] })
      yield* one.sync.push()
      yield* two.sync.push()
      const [row] = yield* remote.rows
      assert.deepStrictEqual([row?.fields["description"], row?.fields["tags"]], ["v2", ["a"]])
      yield* two.sync.pull()
      const project = yield* two.get("api")
      assert.deepStrictEqual([project.description, project.tags], ["v2", ["a"]])
    }))

  it.scoped("what could not be sent is not called unchanged", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      for (const name of ["api", "web", "cli"]) yield* one.add(name, { repository: `git@example.org:me/${name}.git` })
      yield* one.sync.push()
      for (const name of ["api", "web"]) yield* one.edit(name, { description: "v2" })
      yield* remote.beforeNextSend(remote.failNext("ReadOnly", 3))
      const { counts, stopped, unsent = [] } = yield* one.sync.push()
      assert.strictEqual(stopped?.reason, "ReadOnly")
      assert.deepStrictEqual([counts.unchanged, counts.updated, unsent.length], [1, 0, 2])
    }))

  it.scoped("clear of a recognised value before first push", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { description: "v1" } })
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.add("api", { repository })
      yield* two.edit("api", { description: null })
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], undefined)
    }))

  it.scoped("a pending edit survives becoming local", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "v1", status: "paused", tags: ["a", "b"] } })
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.sync.editRemote(project.id, { description: null, status: "active", tags: ["a"] })
      yield* two.add("api", { repository })
      yield* two.sync.push()
      const [row] = yield* remote.rows
      assert.deepStrictEqual([row?.fields["description"], row?.fields["status"], row?.fields["tags"]], [undefined, "active", ["a"]])
    }))

  it.scoped("a tag removed after a pull stays removed", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { tags: ["a"] } })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.sync.pull()
      yield* one.sync.fetch()
      yield* two.edit("api", { tags: ["a", "d"] })
      yield* two.sync.push()
      yield* one.edit("api", { tags: ["a", "c"] })
      yield* one.sync.pull()
      yield* one.edit("api", { tags: ["a", "c"] })
      yield* one.sync.push()
      assert.deepStrictEqual(textsOf((yield* remote.rows)[0]?.fields["tags"]).toSorted(), ["a", "c"])
    }))

  it.scoped("tags in a file and there: pulls come to rest", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { tags: ["a"] } })
      yield* one.files.edit(project.id, { tags: ["a"] })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.edit("api", { tags: ["a", "b"] })
      yield* two.sync.push()
      yield* one.files.edit(project.id, { tags: ["a", "c"] })
      yield* one.sync.pull()
      const first = (yield* one.sync.log).length
      yield* one.sync.pull()
      yield* one.sync.pull()
      assert.strictEqual((yield* one.sync.log).length, first)
      yield* one.sync.push()
      yield* one.sync.push()
      assert.deepStrictEqual(textsOf((yield* remote.rows)[0]?.fields["tags"]).toSorted(), ["a", "b", "c"])
    }))

  it.scoped("a deletion whose answer is lost is in the log", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "precious" } })
      yield* one.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* remote.loseNextAnswer
      yield* one.sync.push()
      yield* one.sync.push()
      yield* one.sync.push()
      const deletion = (yield* one.sync.log).filter(({ record }) => record.kind === "deleted")
      assert.isAbove(deletion.length, 0)
      assert.include(JSON.stringify(deletion), "precious")
    }))

  it.scoped("a removal that goes stale while sent is refused visibly", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "x" } })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.sync.fetch()
      yield* two.edit("api", { description: "important" })
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* remote.beforeNextSend(Effect.orDie(two.sync.push()))
      const report = yield* one.sync.push()
      assert.deepStrictEqual(report.items.map(({ action, refusal }) => [action, refusal?.reason]), [["refused", "ChangedThere"]])
    }))

  it.scoped("a branch without the field: stale file value is not pushed", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "old" } })
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.edit("api", { description: "new" })
      yield* two.sync.push()
      yield* one.files.switchTo(project.id, "feature")
      yield* one.files.edit(project.id, { description: undefined })
      yield* one.sync.pull()
      yield* one.files.switchTo(project.id, undefined)
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], "new")
    }))

  it.scoped("a fork and its original on one machine", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const original = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.fetch()
      const fork = yield* two.add("fork", { repository: "git@example.org:you/api.git", id: original.id })
      yield* two.add("api", { repository })
      const report = yield* two.sync.push()
      assert.deepStrictEqual(report.items.filter(({ refusal }) => refusal).map(({ name, refusal }) => [name, refusal?.reason]), [["fork", "OtherRepository"], ["api", "OtherRepository"]])
      yield* two.sync.push({ newId: [fork.id] })
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows).length, 2)
      assert.strictEqual((yield* two.get("api")).id, original.id)
    }))

  it.scoped("the refused fork never takes the row of the original", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const original = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.add("fork", { repository: "git@example.org:you/api.git", id: original.id, fields: { description: "a fork" } })
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.sync.push()
      yield* two.sync.push()
      const rows = yield* remote.rows
      assert.deepStrictEqual(rows.map(({ fields }) => [fields["repository"], fields["description"]]), [[repository, undefined]])
    }))

  it.scoped("a renamed repository and a new one at its old URL", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const owner = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("old", { repository: "git@example.org:me/old.git", fields: { former_repositories: ["example.org/me/api"] } })
      yield* two.add("api", { repository })
      yield* two.sync.push()
      const rows = yield* remote.rows
      assert.strictEqual(rows.length, 2)
      assert.strictEqual(rows.find(({ uid }) => uid === owner.id)?.fields["name"], "api")
      assert.strictEqual(rows.find(({ uid }) => uid === owner.id)?.fields["repository"], repository)
    }))

  it.scoped("edit and take back the place: the second push is empty", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.remove(yield* two.get("api"))
      yield* two.sync.editRemote(project.id, { description: "x" })
      yield* two.sync.push()
      assert.deepStrictEqual((yield* two.sync.push()).items, [])
    }))

  it.scoped("dry run of new-id", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const original = yield* one.add("api", { repository })
      yield* one.sync.push()
      const copy = yield* two.add("copy", { repository: "git@example.org:me/other.git", id: original.id })
      const dry = yield* two.sync.push({ newId: [copy.id], dryRun: true })
      const real = yield* two.sync.push({ newId: [copy.id] })
      assert.deepStrictEqual(dry.counts, real.counts)
    }))

  it.scoped("remove everywhere right after a lost answer", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.add("web")
      yield* remote.loseNextAnswer
      yield* one.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* one.sync.push()
      yield* one.sync.push()
      assert.deepStrictEqual((yield* remote.rows).filter(({ deletedAt }) => deletedAt === null).map(({ fields }) => fields["name"]), ["web"])
    }))

  it.scoped("an undone deletion, added again", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "d" } })
      yield* one.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* one.sync.push()
      const deletion = (yield* one.sync.log).find(({ record }) => record.kind === "deleted")
      yield* one.sync.undo(deletion?.entry ?? "")
      yield* one.add("api", { repository, id: project.id })
      yield* one.sync.push()
      const live = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
      assert.deepStrictEqual(live.map(({ fields, uid }) => [uid, fields["description"]]), [[project.id, "d"]])
    }))

  it.scoped("deleted, dropped, recreated by another, server emptied", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const empty = yield* remote.backup
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* one.sync.push()
      yield* two.sync.pull()
      const third = yield* makeMachine(remote, 3)
      yield* third.add("api", { repository, id: project.id })
      yield* third.sync.push({ recreate: [project.id] })
      yield* two.sync.pull()
      yield* two.sync.push()
      assert.strictEqual(yield* two.word("api"), "in sync")
      if (options.tellsDeletions) {
        yield* remote.restore(empty)
        yield* two.sync.pull()
        assert.strictEqual((yield* two.sync.push()).counts.created, 1)
      } else {
        // deleted once more: it is said once more
        const [row] = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
        yield* remote.remove(row?.key ?? "")
        assert.deepStrictEqual((yield* two.sync.pull()).items.map(({ action }) => action), ["unlinked"])
      }
    }))

  it.scoped("two local projects with one repository, joined by another machine", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.add("web", { repository: "git@example.org:me/web.git", fields: { organization: "acme" } })
      yield* one.sync.push()
      yield* one.edit("web", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.sync.push()
      const { items } = yield* one.sync.push()
      assert.deepStrictEqual(items.map(({ refusal }) => refusal?.reason), ["SameUid"])
      const refused = items[0]?.id ?? ""
      assert.strictEqual((yield* one.sync.push({ newId: [refused] })).counts.created, 1)
      assert.strictEqual((yield* remote.rows).filter(({ deletedAt }) => deletedAt === null).length, 2)
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
    }))

  it.scoped("pending edit of a row that is matched to another local id", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "v1" } })
      yield* one.sync.push()
      yield* two.add("api")
      yield* two.sync.fetch()
      yield* two.sync.editRemote(project.id, { organization: "edited" })
      yield* two.edit("api", { repository })
      yield* two.sync.push()
      yield* two.sync.push()
      const inLog = (yield* overridden(two)).some(({ old }) => old === "edited")
      const there = (yield* remote.rows).some(({ fields }) => fields["organization"] === "edited")
      assert.isTrue(inLog || there)
    }))

  it.scoped("remove everywhere with a lost snapshot", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* one.sync.fetch()
      // what a deleted cache folder looks like: another instance has a snapshot, this one has none
      yield* one.state.modify((document) => ({ ...document, current: document.current === null ? null : { ...document.current, instance: "gone" }, remotes: { ...document.remotes, gone: document.remotes["memory"] ?? fresh(one.id) } }))
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* one.state.modify((document) => ({ ...document, remotes: { memory: document.remotes["gone"] ?? fresh(one.id) }, current: document.current === null ? null : { ...document.current, instance: "memory" } }))
      yield* one.sync.push()
      assert.deepStrictEqual((yield* remote.rows).filter(({ deletedAt }) => deletedAt === null).length, 0)
    }))

  it.scoped("a pending edit outlives a new machine id", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.sync.editRemote(project.id, { description: "edited" })
      yield* two.state.modify((document) => ({ ...document, remotes: Object.fromEntries(Object.entries(document.remotes).map(([k, v]) => [k, { ...v, machine: "00000097-0000-4000-8000-000000000000" }])) }))
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], "edited")
    }))

  it.scoped("a file that clears a field wins if both changed", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "old" } })
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.edit("api", { description: "new" })
      yield* two.sync.push()
      yield* one.files.edit(project.id, { description: null })
      yield* one.sync.push()
      yield* one.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], undefined)
    }))

  it.scoped("undo of a file-owned field on a branch", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "old" } })
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.edit("api", { description: "theirs" })
      yield* two.sync.push()
      yield* one.files.edit(project.id, { description: "mine" })
      yield* one.sync.push()
      const entry = (yield* overridden(one)).find(({ old }) => old === "theirs")
      yield* one.files.switchTo(project.id, "feature")
      const exit = yield* Effect.exit(one.sync.undo(entry?.entry ?? ""))
      yield* one.files.switchTo(project.id, undefined)
      yield* one.sync.push()
      assert.isTrue(exit._tag === "Failure" || (yield* one.get("api")).description === "theirs")
    }))

  it.scoped("no machine-local key goes out by an edit of what is not here", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.sync.editRemote(project.id, { local: { secret: 1 }, path: "/home/2/x", last_sync: "y", organization: "o" })
      yield* two.sync.push()
      const fields = (yield* remote.rows)[0]?.fields ?? {}
      assert.deepStrictEqual(Object.keys(fields).filter((one) => ["local", "path", "last_sync"].includes(one)), [])
    }))

  it.scoped("machine-local keys of a row never get into the registry", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.sync.push()
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { local: { secret: 1 }, last_sync: "2020-01-01T00:00:00Z", work_prod_id: 77 })
      yield* two.sync.fetch()
      yield* two.add("api", { repository })
      const project = yield* two.get("api")
      assert.deepStrictEqual([project["local"], project.last_sync, project.work_prod_id], [undefined, undefined, undefined])
    }))

  it.scoped("removal pending, then an edit of it: the removal is not forgotten silently", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.sync.editRemote(project.id, { description: "edited" })
      yield* two.sync.removeEverywhere([project.id])
      yield* two.add("api", { repository })
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows).filter(({ deletedAt }) => deletedAt === null).length, 1)
    }))
})

describe("a crash", () => {
  const kinds = [true, false].flatMap((tellsDeletions) => [1, 2, 3].flatMap((nth) => names.filter((name) => !name.startsWith("sync-request") && !(name.startsWith("sync-fetch") && nth > 1)).map((name) => ({ tellsDeletions, name, nth }))))
  it.scoped.each(kinds)("push cut at $name $nth, tells $tellsDeletions", ({ name, nth, tellsDeletions }) =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines({ tellsDeletions })
      const dying = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.suspend(() => {
          let left = nth
          return Effect.exit(Effect.provideService(effect, SyncStep, { reach: (at) => (at === name && --left === 0 ? Effect.interrupt : Effect.void) }))
        })
      yield* one.add("api", { repository, fields: { description: "d1", tags: ["a"] } })
      const gone = yield* one.add("gone", { repository: "git@example.org:me/gone.git", fields: { description: "precious" } })
      yield* one.sync.push()
      yield* two.add("api", { repository, fields: { description: "d2", organization: "o2" } })
      yield* dying(two.sync.push())
      yield* two.sync.push()
      yield* two.sync.pull()
      yield* one.sync.pull()
      const log2 = JSON.stringify(yield* two.sync.log)
      assert.include(log2, '"old":"d1"')
      yield* one.edit("api", { description: "d3" })
      yield* two.edit("api", { description: "d4", tags: ["a", "b"] })
      yield* two.sync.push()
      yield* dying(one.sync.pull())
      yield* dying(one.sync.push())
      yield* one.sync.push()
      assert.include(JSON.stringify(yield* one.sync.log), '"old":"d4"')
      yield* one.sync.removeEverywhere([gone.id])
      yield* one.remove(gone)
      yield* dying(one.sync.push())
      yield* one.sync.push()
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
      yield* one.sync.pull()
      yield* two.sync.pull()
      assert.deepStrictEqual([(yield* one.sync.push()).items, (yield* two.sync.push()).items], [[], []])
      const live = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
      assert.deepStrictEqual(live.map(({ fields }) => [fields["description"], fields["organization"], fields["tags"]]), [["d3", "o2", ["a", "b"]]])
      assert.deepStrictEqual([yield* one.word("api"), yield* two.word("api")], ["in sync", "in sync"])
      assert.include(JSON.stringify((yield* one.sync.log).filter(({ record }) => record.kind === "deleted")), "precious")
    }))
})

describe("the edges of sync with 0.3.0", () => {
  it.scoped("an envelope lost, repaired by one machine: the other takes the hand edit", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines({ tellsDeletions: false })
      yield* one.add("api", { repository, fields: { description: "first", tags: ["go"] } })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.sync.pull()
      yield* one.sync.pull()
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { description: "by hand" })
      yield* remote.loseEnvelope(row?.key ?? "")
      yield* two.sync.pull()
      yield* two.sync.push()
      yield* one.sync.pull()
      yield* one.sync.push()
      const [after] = yield* remote.rows
      assert.strictEqual(after?.fields["description"], "by hand")
      assert.strictEqual((yield* one.get("api")).description, "by hand")
    }))
  it.scoped("remove everywhere of a row that lost its envelope", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines({ tellsDeletions: false })
      const project = yield* one.add("api", { repository, fields: { description: "first", tags: ["go"] } })
      yield* one.sync.push()
      const [row] = yield* remote.rows
      yield* remote.loseEnvelope(row?.key ?? "")
      yield* one.sync.fetch()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      const report = yield* one.sync.push()
      const live = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
      assert.isTrue(live.length === 0 || report.counts.refused > 0)
    }))
})
void Context
void RemoteSnapshot
