import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeMachine, twoMachines } from "./world.js"

const repository = "git@example.org:me/api.git"
const overridden = (machine: Effect.Effect.Success<ReturnType<typeof makeMachine>>) =>
  Effect.map(machine.sync.log, (entries) => entries.flatMap(({ entry, record }) => (record.kind === "overridden" ? [{ ...record, entry }] : [])))

describe.each([{ kind: "a server that tells deletions", tellsDeletions: true }, { kind: "a server that does not, as 0.3.0", tellsDeletions: false }])("sync with $kind", (options) => {
  it.scoped("a project of one machine is not local on the other, and the same project once it is cloned there", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "An API", tags: ["go"], custom: { a: [1, null] } } })
      assert.strictEqual((yield* one.sync.push()).counts.created, 1)
      assert.strictEqual((yield* two.sync.pull()).counts.notLocal, 1)
      assert.strictEqual(yield* two.word("api"), "not local")
      const [row] = yield* two.sync.notLocal
      assert.deepStrictEqual(row?.locations.map(({ path }) => path), ["/home/1/api"])
      const cloned = yield* two.add("api", { repository: "https://example.org/me/api" })
      assert.strictEqual(cloned.id, project.id)
      assert.strictEqual(cloned.description, "An API")
      assert.deepStrictEqual(cloned["custom"], { a: [1, null] })
      yield* two.sync.push()
      assert.strictEqual(yield* two.word("api"), "in sync")
      yield* one.sync.fetch()
      assert.strictEqual(yield* one.word("api"), "in sync")
    }))

  it.scoped("Y2: an edit travels, and a second push is empty", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.edit("api", { description: "better" })
      assert.strictEqual(yield* one.word("api"), "ahead")
      const report = yield* one.sync.push()
      assert.deepStrictEqual(report.items.map(({ action, fields }) => [action, fields.map(({ field }) => field)]), [["updated", ["description"]]])
      const before = yield* remote.requests
      const again = yield* one.sync.push()
      assert.deepStrictEqual(again.items, [])
      assert.strictEqual((yield* remote.requests).sends, before.sends)
      yield* two.sync.fetch()
      assert.strictEqual(yield* two.word("api"), "behind")
      assert.strictEqual((yield* two.sync.pull()).counts.taken, 1)
      assert.strictEqual((yield* two.get("api")).description, "better")
      assert.strictEqual(yield* two.word("api"), "in sync")
      assert.deepStrictEqual((yield* two.sync.pull()).items, [])
    }))

  it.scoped("Y1: what registering made up gives way to what the remote knows", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { status: "paused", created: "2020-01-01", name: "The API" } })
      yield* two.add("api", { repository, fields: { created: "2026-01-01" } })
      yield* one.sync.push()
      yield* two.sync.push()
      yield* two.sync.pull()
      const project = yield* two.get("The API")
      assert.deepStrictEqual([project.status, project.created], ["paused", "2020-01-01"])
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("The API")).status, "paused")
    }))

  it.scoped("Y1: what a new project took over from the remote is no edit", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { version: "1", description: "first" } })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.add("api", { repository })
      yield* one.edit("api", { version: "2" })
      yield* one.sync.push()
      assert.strictEqual((yield* two.sync.pull()).counts.conflicts, 0)
      assert.strictEqual((yield* two.get("api")).version, "2")
    }))

  it.scoped("Y5: on a conflict the local value stands, and the other one is logged and can be put back", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { description: "first" } })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.edit("api", { description: "from one" })
      yield* two.edit("api", { description: "from two" })
      yield* one.sync.push()
      yield* two.sync.fetch()
      assert.strictEqual(yield* two.word("api"), "conflict")
      assert.strictEqual((yield* two.sync.pull()).counts.conflicts, 1)
      assert.strictEqual((yield* two.get("api")).description, "from two")
      assert.strictEqual(yield* two.word("api"), "ahead")
      yield* two.sync.push()
      const [entry] = yield* overridden(two)
      assert.deepStrictEqual([entry?.old, entry?.new], ["from one", "from two"])
      yield* two.sync.undo(entry?.entry ?? "")
      assert.strictEqual((yield* two.get("api")).description, "from one")
      assert.strictEqual(yield* two.word("api"), "ahead")
      yield* two.sync.push()
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("api")).description, "from one")
    }))

  it.scoped("tags of both sides come together, and removals too", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { tags: ["a", "b"] } })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.edit("api", { tags: ["a", "c"] })
      yield* two.edit("api", { tags: ["a", "b", "d"] })
      yield* one.sync.push()
      yield* two.sync.push()
      yield* two.sync.pull()
      yield* one.sync.pull()
      for (const machine of [one, two]) {
        assert.deepStrictEqual([...((yield* machine.get("api")).tags ?? [])].sort(), ["a", "c", "d"])
        assert.strictEqual(yield* machine.word("api"), "in sync")
      }
    }))

  it.scoped("Y6: two machines that both made a project of one repository have one project, and the other id is an alias", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const first = yield* one.add("api", { repository })
      const second = yield* two.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.push()
      const rows = yield* remote.rows
      assert.deepStrictEqual(rows.map(({ uid }) => uid), [first.id])
      assert.deepStrictEqual(rows[0]?.fields["aliases"], [second.id])
      assert.strictEqual((yield* two.get("api")).id, first.id)
      assert.strictEqual((yield* two.registry.find(second.id, { folder: "/" })).id, first.id)
      yield* two.sync.pull()
      yield* one.sync.pull()
      assert.deepStrictEqual([(yield* one.sync.push()).items, (yield* two.sync.push()).items], [[], []])
    }))

  it.scoped("Y8: the same id with another repository is refused until the user decides", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const original = yield* one.add("api", { repository })
      yield* one.sync.push()
      const copy = yield* two.add("copy", { repository: "git@example.org:me/other.git", id: original.id })
      const report = yield* two.sync.push()
      assert.deepStrictEqual(report.items.map(({ refusal }) => refusal?.reason), ["OtherRepository"])
      assert.strictEqual((yield* remote.rows).length, 1)
      const foreseen = yield* two.sync.push({ newId: [copy.id], dryRun: true })
      assert.strictEqual((yield* two.get("copy")).id, original.id)
      const sent = yield* two.sync.push({ newId: [copy.id] })
      assert.strictEqual(sent.counts.created, 1)
      // But for the id, which is made then.
      const told = ({ counts, items }: typeof sent) => ({ counts, items: items.map(({ action, fields, name }) => ({ action, fields, name })) })
      assert.deepStrictEqual(told(foreseen), told(sent))
      assert.notStrictEqual((yield* two.get("copy")).id, original.id)
      assert.strictEqual((yield* remote.rows).length, 2)
      assert.deepStrictEqual((yield* two.sync.push()).items, [])
    }))

  it.scoped("Y9: a changed repository is the same project", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.edit("api", { repository: "git@new.example.org:me/api.git", former_repositories: ["example.org/me/api"] })
      yield* one.sync.push()
      yield* two.sync.pull()
      assert.strictEqual((yield* two.get("api")).repository, "git@new.example.org:me/api.git")
      assert.strictEqual((yield* remote.rows).length, 1)
    }))

  it.scoped("Y12: a pull never writes into a working tree, and a push does not send the stale value", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "old" } })
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.edit("api", { description: "new" })
      yield* two.sync.push()
      yield* one.sync.pull()
      assert.strictEqual((yield* one.files.get(project.id))?.stated["description"], "old")
      const state = yield* one.stateOf("api")
      assert.deepStrictEqual([state?.state, state?.fields[0]?.arrivesWithGit], ["behind", true])
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
      yield* one.files.edit(project.id, { description: "new" })
      yield* one.sync.pull()
      assert.strictEqual(yield* one.word("api"), "in sync")
    }))

  it.scoped("Y12: with --write-files a pull writes; --mine insists", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "old" } })
      yield* one.files.edit(project.id, { description: "old" })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.edit("api", { description: "new" })
      yield* two.sync.push()
      yield* one.sync.pull({ writeFiles: true })
      assert.strictEqual((yield* one.files.get(project.id))?.stated["description"], "new")
      assert.strictEqual(yield* one.word("api"), "in sync")
      yield* two.edit("api", { description: "newer" })
      yield* two.sync.push()
      yield* one.sync.push({ mine: [{ id: project.id, field: "description" }] })
      yield* two.sync.pull()
      assert.strictEqual((yield* two.get("api")).description, "new")
    }))

  it.scoped("Y13: on another branch what the file says is pending", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "main" } })
      yield* one.files.edit(project.id, { description: "main" })
      yield* one.sync.push()
      yield* one.files.switchTo(project.id, "feature")
      yield* one.files.edit(project.id, { description: "draft" })
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], "main")
      const state = yield* one.stateOf("api")
      assert.deepStrictEqual([state?.state, state?.fields[0]?.branch], ["pending", "feature"])
      yield* one.files.switchTo(project.id, undefined)
      yield* one.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], "draft")
    }))

  it.scoped("Y14: what was deleted elsewhere stays here and is created again only on demand", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository, fields: { description: "kept" } })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      assert.strictEqual(yield* one.word("api"), "removal pending")
      assert.strictEqual((yield* one.sync.push()).counts.deleted, 1)
      yield* two.edit("api", { description: "edited" })
      const report = yield* two.sync.push()
      assert.strictEqual(report.counts.created, 0)
      assert.strictEqual(yield* two.word("api"), "deleted elsewhere")
      assert.deepStrictEqual((yield* two.sync.pull()).items.map(({ action }) => action), ["unlinked"])
      assert.strictEqual((yield* two.get("api")).description, "edited")
      assert.deepStrictEqual([(yield* two.sync.pull()).items, (yield* two.sync.push()).items], [[], []])
      assert.strictEqual((yield* remote.rows).filter(({ deletedAt }) => deletedAt === null).length, 0)
      const { id } = yield* two.get("api")
      assert.strictEqual((yield* two.sync.push({ recreate: [id] })).counts.created, 1)
      assert.strictEqual(yield* two.word("api"), "in sync")
    }))

  it.scoped("a removal is refused if the project changed there, and forced on demand; undo brings it back", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* two.edit("api", { description: "important" })
      yield* two.sync.push()
      const refused = yield* one.sync.push()
      assert.deepStrictEqual(refused.items.map(({ refusal }) => refusal?.reason), ["ChangedThere"])
      assert.strictEqual(yield* one.word("api"), "removal refused")
      assert.strictEqual((yield* one.sync.push({ force: true })).counts.deleted, 1)
      const entries = yield* one.sync.log
      const deletion = entries.find(({ record }) => record.kind === "deleted")
      yield* one.sync.undo(deletion?.entry ?? "")
      assert.strictEqual((yield* one.sync.push()).counts.created, 1)
      assert.strictEqual((yield* remote.rows).find(({ deletedAt }) => deletedAt === null)?.fields["description"], "important")
    }))

  it.scoped("a project that is removed here takes back only its place", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* two.remove(yield* two.get("api"))
      yield* two.sync.push()
      const [row] = yield* remote.rows
      assert.deepStrictEqual(row?.locations.map(({ path }) => path), ["/home/1/api"])
      assert.strictEqual(yield* two.word("api"), "not local")
      assert.deepStrictEqual((yield* two.sync.push()).items, [])
    }))

  it.scoped("Y3: a lost answer is found out by the next push, and nothing is doubled", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.add("web", { repository: "git@example.org:me/web.git" })
      yield* remote.loseNextAnswer
      const first = yield* one.sync.push()
      assert.isDefined(first.stopped)
      yield* one.sync.push()
      assert.strictEqual((yield* remote.rows).length, 2)
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
      assert.strictEqual(yield* one.word("api"), "in sync")
    }))

  it.scoped("Y10: two rows of one project become one", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      const other = yield* two.add("api", { repository: "git@example.org:me/elsewhere.git", fields: { organization: "acme" } })
      yield* one.sync.push()
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows).length, 2)
      yield* two.edit("api", { repository })
      yield* two.sync.push()
      yield* two.sync.push()
      const live = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
      assert.strictEqual(live.length, 1)
      assert.include(live[0]?.fields["aliases"], other.id)
      assert.strictEqual(live[0]?.fields["organization"], "acme")
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("api")).organization, "acme")
    }))

  it.scoped("Y16: a lost envelope is unknown, not changed: what a person edited is taken, the rest is written again", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { tags: ["go"], template: "t", version: "1.0" } })
      yield* one.sync.push()
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { organization: "by hand" })
      yield* remote.loseEnvelope(row?.key ?? "")
      yield* one.sync.pull()
      const project = yield* one.get("api")
      assert.deepStrictEqual([project.organization, project.template, project.tags], ["by hand", "t", ["go"]])
      yield* one.sync.push()
      const [after] = yield* remote.rows
      assert.deepStrictEqual([after?.uid, after?.fields["template"], after?.fields["organization"]], [project.id, "t", "by hand"])
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
    }))

  it.scoped("rows that somebody made by hand are adopted, never doubled, and keep what dev-infra does not set", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      yield* remote.add({ name: "My API", repository: "https://example.org/me/api.git", description: "by hand", status: "active" }, "/somewhere")
      yield* one.add("api", { repository })
      yield* one.sync.push()
      const rows = yield* remote.rows
      assert.strictEqual(rows.length, 1)
      assert.deepStrictEqual([rows[0]?.fields["name"], rows[0]?.fields["description"]], ["My API", "by hand"])
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("My API")).description, "by hand")
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
    }))

  it.scoped("Y15: a server that went back in time is told again, and nothing is taken from it", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines(options)
      yield* one.add("api", { repository, fields: { description: "first" } })
      yield* one.sync.push()
      yield* one.sync.fetch()
      const backup = yield* remote.backup
      yield* one.edit("api", { description: "second" })
      yield* one.sync.push()
      yield* one.sync.fetch()
      yield* remote.restore(backup)
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("api")).description, "second")
      yield* one.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["description"], "second")
    }))

  it.scoped("an edit of a project that is not here is sent with the next push", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.sync.editRemote(project.id, { status: "paused" })
      assert.strictEqual(yield* two.word("api"), "edit pending")
      yield* two.sync.push()
      assert.strictEqual(yield* two.word("api"), "not local")
      yield* one.sync.pull()
      assert.strictEqual((yield* one.get("api")).status, "paused")
    }))

  it.scoped("Y9: a checkout from before the repository moved does not move it back", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* two.add("api", { repository: "https://example.org/me/api" })
      yield* one.edit("api", { repository: "git@example.org:me/moved.git", former_repositories: ["https://example.org/me/api"] })
      yield* one.sync.push()
      yield* two.sync.push()
      assert.strictEqual((yield* remote.rows)[0]?.fields["repository"], "git@example.org:me/moved.git")
      yield* two.sync.pull()
      assert.strictEqual((yield* two.get("api")).repository, "git@example.org:me/moved.git")
      assert.strictEqual((yield* remote.rows).length, 1)
    }))

  it.scoped("an edit of a project that was deleted meanwhile is refused once, and kept in the log", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines(options)
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.pull()
      yield* two.sync.editRemote(project.id, { description: "precious" })
      yield* one.sync.removeEverywhere([project.id])
      yield* one.remove(project)
      yield* one.sync.push()
      assert.deepStrictEqual((yield* two.sync.push()).items.map(({ refusal }) => refusal?.reason), ["DeletedElsewhere"])
      assert.deepStrictEqual((yield* overridden(two)).map(({ old }) => old), ["precious"])
      assert.deepStrictEqual((yield* two.sync.push()).items, [])
    }))

  it.scoped("Y4: a row that changes while a push is on its way is merged again", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines(options)
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.add("api", { repository })
      yield* two.sync.push()
      yield* one.edit("api", { description: "one" })
      yield* two.edit("api", { organization: "two" })
      yield* remote.beforeNextSend(Effect.orDie(two.sync.push()))
      const report = yield* one.sync.push()
      assert.strictEqual(report.counts.refused, 0)
      const [row] = yield* remote.rows
      assert.deepStrictEqual([row?.fields["description"], row?.fields["organization"]], ["one", "two"])
    }))
})

describe("sync with 0.3.0", () => {
  it.scoped("Y16: a copy of a row that nobody has fetched yet is reported, and the first one is the project", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines({ tellsDeletions: false })
      yield* one.add("api", { repository })
      yield* one.sync.push()
      const [row] = yield* remote.rows
      const copy = yield* remote.copy(row?.key ?? "")
      yield* remote.edit(copy, { repository: "git@example.org:me/other.git" })
      yield* one.edit("api", { description: "edited" })
      const report = yield* one.sync.push()
      assert.deepStrictEqual(report.duplicates.map(({ key }) => key), [copy])
      const after = yield* remote.rows
      assert.deepStrictEqual(after.map(({ fields }) => fields["description"]), ["edited", undefined])
    }))

  it.scoped("Y16: what a person wrote stays also if the envelope is lost before the first fetch", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines({ tellsDeletions: false })
      yield* one.add("api", { repository, fields: { description: "first", tags: ["go"] } })
      yield* one.sync.push()
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { description: "by hand" })
      yield* remote.loseEnvelope(row?.key ?? "")
      yield* one.sync.pull()
      yield* one.sync.push()
      yield* one.sync.fetch()
      const [after] = yield* remote.rows
      assert.deepStrictEqual([after?.fields["description"], after?.fields["tags"]], ["by hand", ["go"]])
      assert.strictEqual((yield* one.get("api")).description, "by hand")
      assert.strictEqual(yield* one.word("api"), "in sync")
    }))

  it.scoped("Y16: an archived project that lost its envelope is still archived", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines({ tellsDeletions: false })
      yield* one.add("api", { repository, fields: { status: "archived", classification: "primary" } })
      yield* one.sync.push()
      yield* one.sync.fetch()
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { status: "completed", classification: "archive" })
      yield* remote.loseEnvelope(row?.key ?? "")
      yield* one.sync.pull()
      const project = yield* one.get("api")
      assert.deepStrictEqual([project.status, project.classification], ["archived", "primary"])
    }))

  it.scoped("Y15: when many projects are gone at once, everything stops", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines({ tellsDeletions: false })
      for (let index = 0; index < 8; index++) yield* one.add(`p${index}`, { repository: `git@example.org:me/p${index}.git` })
      yield* one.sync.push()
      yield* one.sync.fetch()
      yield* remote.empty()
      const failure = yield* Effect.flip(one.sync.pull())
      assert.strictEqual(failure._tag, "TooManyGone")
      assert.strictEqual(yield* one.word("p0"), "in sync")
      assert.strictEqual((yield* Effect.flip(one.sync.push()))._tag, "TooManyGone")
      yield* one.sync.pull({ acceptDeletions: true })
      assert.strictEqual((yield* one.projects).length, 8)
    }))
})

describe("sync with ours", () => {
  it.scoped("Y15: an emptied or restored server gets everything again, for absence is no deletion", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines()
      const empty = yield* remote.backup
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* one.sync.fetch()
      yield* remote.restore(empty)
      yield* one.sync.pull()
      assert.strictEqual((yield* one.sync.push()).counts.created, 1)
      assert.deepStrictEqual((yield* one.sync.push()).items, [])
    }))

  it.scoped("Y14: what was synced and is remembered by nobody is asked about", () =>
    Effect.gen(function* () {
      const { one, remote } = yield* twoMachines()
      const empty = yield* remote.backup
      const project = yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* one.state.modify((document) => ({ ...document, remotes: {} }))
      yield* remote.restore(empty)
      const report = yield* one.sync.push()
      assert.deepStrictEqual(report.items.map(({ refusal }) => refusal?.reason), ["WasSynced"])
      assert.strictEqual((yield* one.sync.push({ recreate: [project.id] })).counts.created, 1)
    }))
})
