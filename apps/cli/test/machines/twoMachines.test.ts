/**
 * Two machines that share their projects, each a home of its own, with real processes, real repositories and a real server: ours, and
 * one that does what work-prod 0.3.0 does.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { assert, beforeAll, describe, it } from "vitest"
import { ensureBuilt, type GitHost, type Machine, makeGitHost, makeMachine, type Remote, type Row, startOld, startOurs } from "./Machines.js"
import { thorough } from "../Rounds.js"

interface World {
  readonly host: GitHost
  readonly remote: Remote
  readonly laptop: Machine
  readonly desktop: Machine
}

const api = "https://git.example.org/acme/api.git"

const describeOf = (machine: Machine, name: string): unknown => machine.projects().find((project) => project.name === name)?.description

const named = (rows: ReadonlyArray<Row>, name: string): Row => rows.find((row) => row.name === name)

/** How a machine says that a project stands. */
const stateOn = async (machine: Machine, name: string): Promise<string> => {
  const { projects } = await machine.json("status")
  return named(projects, name)?.state
}


describe.each([
  ["our server", startOurs],
  ["work-prod 0.3.0", startOld]
] as const)("two machines and %s", (_name, start) => {
  beforeAll(ensureBuilt)


  /** The laptop has pushed `api` and `web`; the desktop is logged in and has nothing. */
  const begin = async (): Promise<World> => {
    const host = makeGitHost()
    host.make("acme/api")
    host.make("acme/web", { "README.md": "# web\n", ".dev-infra.yml": "description: The front\n" })
    const [laptop, desktop] = [makeMachine("laptop", host), makeMachine("desktop", host)]
    await laptop.clone(api, "code/api")
    await laptop.clone("https://git.example.org/acme/web.git", "code/web")
    await laptop.do("scan", "code", "--register", "--yes")
    const remote = await start()
    await laptop.login(remote)
    await laptop.do("update", "api", "--description", "The API", "--tag", "backend")
    await laptop.do("push")
    await desktop.login(remote)
    return { host, remote, laptop, desktop }
  }

  /** The same, and the desktop has cloned and registered `api`. */
  const beginWithBoth = async (): Promise<World> => {
    const world = await begin()
    await world.desktop.do("pull")
    await world.desktop.clone(api, "src/api")
    await world.desktop.do("scan", "src", "--register", "--yes")
    await world.desktop.do("push")
    await world.laptop.do("pull")
    return world
  }

  it("list --all shows what the other one has: not local, where it is, and the git clone that brings it", async () => {
    const { desktop, laptop } = await begin()
    assert.strictEqual(await desktop.do("list", "--all"), "")
    await desktop.do("sync", "pull")
    const shown = await desktop.do("list", "--all")
    assert.include(shown, "not local")
    assert.include(shown, laptop.path("code/api"))
    assert.include(shown, `git clone ${api}`)
    assert.strictEqual(await desktop.do("list"), "", "a pull makes nothing local")
    assert.deepStrictEqual(desktop.projects(), [])
  })

  it("Y7: after the clone and scan --register it is the same project, with what the laptop knows of it", async () => {
    const { desktop, laptop, remote } = await begin()
    await desktop.do("pull")
    await desktop.clone(api, "src/api")
    await desktop.do("scan", "src", "--register", "--yes")
    const [there] = laptop.projects().filter(({ name }) => name === "api")
    assert.include(desktop.projects()[0], { id: there.id, name: "api", description: "The API" })
    assert.deepStrictEqual(desktop.projects()[0].tags, ["backend"])
    assert.strictEqual(desktop.projects()[0].path, desktop.path("src/api"))
    await desktop.do("push")
    await laptop.do("pull")
    const { projects } = await laptop.json("status")
    assert.include(named(projects, "api").there.locations.map(({ path }: Row) => path), desktop.path("src/api"), "the laptop knows where the desktop has it")
    assert.strictEqual((await remote.rows()).length, 2)
    assert.strictEqual(await stateOn(desktop, "api"), "in sync")
    assert.strictEqual(await stateOn(laptop, "api"), "in sync")
  })

  thorough("Y7: one repository that two machines scanned before either synced is one project", async () => {
    const { desktop, laptop, remote } = await begin()
    await desktop.clone("git@git.example.org:acme/api.git".replace("git@git.example.org:", "https://git.example.org/"), "api")
    await desktop.do("scan", ".", "--register", "--yes")
    const before = desktop.projects()[0].id
    assert.notStrictEqual(before, laptop.projects().find(({ name }) => name === "api")?.id)
    await desktop.do("push")
    await laptop.do("pull")
    assert.strictEqual((await remote.rows()).length, 2)
    assert.strictEqual(describeOf(desktop, "api"), undefined, "a push changes nothing here")
    await desktop.do("pull")
    assert.strictEqual(describeOf(desktop, "api"), "The API")
    assert.strictEqual(await stateOn(desktop, "api"), "in sync")
  })

  thorough("edits travel both ways, and different fields do not get in each other's way", async () => {
    const { desktop, laptop } = await beginWithBoth()
    await laptop.do("update", "api", "--organization", "acme", "--tag", "go")
    await desktop.do("update", "api", "--status", "paused", "--tag", "rest")
    await laptop.do("push")
    assert.strictEqual((await desktop.try(["push"])).exitCode, 0)
    await desktop.do("pull")
    await laptop.do("pull")
    for (const machine of [laptop, desktop]) {
      const [project] = machine.projects().filter(({ name }) => name === "api")
      assert.include(project, { organization: "acme", status: "paused", description: "The API" })
      assert.sameMembers(project.tags, ["backend", "go", "rest"], machine.name)
    }
    for (const machine of [laptop, desktop]) {
      const { counts } = await machine.json("push")
      assert.deepInclude(counts, { created: 0, updated: 0, deleted: 0, refused: 0, conflicts: 0 }, `a second push from the ${machine.name} is empty`)
    }
  })

  it("Y5: a conflict shows both values and which one stands, and sync undo brings the other one back", async () => {
    const { desktop, laptop, remote } = await beginWithBoth()
    await laptop.do("update", "api", "--description", "From the laptop")
    await laptop.do("push")
    await desktop.do("update", "api", "--description", "From the desktop")
    await desktop.do("sync", "fetch")
    assert.strictEqual(await stateOn(desktop, "api"), "conflict")
    assert.include(await desktop.do("status"), "description")
    const { stderr, stdout } = await desktop.try(["push"])
    assert.include(stdout + stderr, "From the laptop")
    assert.include(stdout + stderr, "From the desktop")
    assert.match(stderr, /the one here stands/)
    assert.include(named(await remote.rows(), "api").description, "From the desktop")
    await laptop.do("pull")
    assert.strictEqual(describeOf(laptop, "api"), "From the desktop")

    const log = await desktop.json("sync", "log")
    const lost = log.entries.findLast((entry: Row) => entry.field === "description" && entry.old === "From the laptop")
    assert.isDefined(lost, JSON.stringify(log))
    await desktop.do("sync", "undo", lost.entry)
    assert.strictEqual(describeOf(desktop, "api"), "From the laptop")
    await desktop.do("push")
    await laptop.do("pull")
    assert.strictEqual(describeOf(laptop, "api"), "From the laptop")
  })

  thorough("Y5: a pull that meets a conflict keeps the local value, logs the other, and is then ahead", async () => {
    const { desktop, laptop } = await beginWithBoth()
    await laptop.do("update", "api", "--description", "From the laptop")
    await laptop.do("push")
    await desktop.do("update", "api", "--description", "From the desktop")
    await desktop.do("pull")
    assert.strictEqual(describeOf(desktop, "api"), "From the desktop")
    assert.include(await desktop.do("sync", "log", "--json"), "From the laptop")
    assert.strictEqual(await stateOn(desktop, "api"), "ahead")
  })

  thorough("the value that a pull replaces is in the log, and undo puts it back", async () => {
    const { desktop, laptop } = await beginWithBoth()
    await laptop.do("update", "api", "--description", "Newer")
    await laptop.do("push")
    await desktop.do("pull")
    assert.strictEqual(describeOf(desktop, "api"), "Newer")
    const { entries } = await desktop.json("sync", "log")
    const entry = entries.findLast((each: Row) => each.field === "description" && each.old === "The API")
    await desktop.do("sync", "undo", entry.entry)
    assert.strictEqual(describeOf(desktop, "api"), "The API")
    const again = await desktop.try(["sync", "undo", entry.entry])
    assert.strictEqual(again.exitCode, 1, "the value is no longer the one that the entry set")
  })

  thorough("Y12: a pull never writes into a working tree; the field arrives with git pull", async () => {
    const { desktop, laptop } = await begin()
    await desktop.do("pull")
    await desktop.clone("https://git.example.org/acme/web.git", "web")
    await desktop.do("scan", ".", "--register", "--yes")
    await desktop.do("push")
    writeFileSync(laptop.path("code/web/.dev-infra.yml"), "description: Our front\n")
    await laptop.git("code/web", "commit", "-q", "-a", "-m", "Describe")
    await laptop.git("code/web", "push", "-q")
    await laptop.do("push")
    await desktop.do("pull")
    assert.strictEqual(readFileSync(desktop.path("web/.dev-infra.yml"), "utf8"), "description: The front\n")
    assert.strictEqual(await desktop.git("web", "status", "--porcelain"), "")
    assert.include(await desktop.do("status"), "arrives with git pull")
    const dull = await desktop.json("push")
    assert.strictEqual(dull.counts.updated, 0, "the stale value is not sent")
    await desktop.git("web", "pull", "-q")
    await desktop.do("pull")
    assert.strictEqual(await stateOn(desktop, "web"), "in sync")
  })

  thorough("Y13: what another branch says is neither sent nor lost", async () => {
    const { laptop, remote } = await begin()
    await laptop.git("code/web", "checkout", "-q", "-b", "redesign")
    writeFileSync(laptop.path("code/web/.dev-infra.yml"), "description: A proposal\n")
    const { counts } = await laptop.json("push")
    assert.strictEqual(counts.updated, 0)
    assert.include(named(await remote.rows(), "web").description, "The front")
    assert.include(await laptop.do("status"), "redesign")
    await laptop.git("code/web", "commit", "-q", "-a", "-m", "Propose")
    await laptop.git("code/web", "checkout", "-q", "main")
    await laptop.git("code/web", "merge", "-q", "redesign")
    await laptop.do("push")
    assert.include(named(await remote.rows(), "web").description, "A proposal")
  })

  thorough("remove --everywhere deletes it there, and on the other machine it stays and is not made again", async () => {
    const { desktop, laptop, remote } = await beginWithBoth()
    await desktop.do("update", "api", "--description", "Still in use here")
    await laptop.do("remove", "api", "--everywhere", "--yes")
    assert.isDefined(named(await remote.rows(), "api"), "nothing happens before the push")
    await laptop.do("push")
    const left = named(await remote.rows(), "api")
    assert.isTrue(left === undefined || left.status === "cancelled")

    assert.match((await desktop.try(["push"])).stderr, /api was deleted elsewhere[^]*--recreate/)
    assert.strictEqual(await stateOn(desktop, "api"), "deleted elsewhere")
    const after = named(await remote.rows(), "api")
    assert.isTrue(after === undefined || after.status === "cancelled", "never made again by itself")
    await desktop.do("pull")
    assert.strictEqual(describeOf(desktop, "api"), "Still in use here", "the project and its edits stay")
    await desktop.try(["push"])
    const later = named(await remote.rows(), "api")
    assert.isTrue(later === undefined || later.status === "cancelled", "also after the link is dropped")

    await desktop.do("push", "--recreate", "api")
    const [made] = (await remote.rows()).filter(({ name, status }) => name === "api" && status !== "cancelled")
    assert.include(made.description, "Still in use here")
    await laptop.do("pull")
    assert.include(await laptop.do("list", "--all"), "api")
  })

  thorough("a project that is not here can be edited and archived from here", async () => {
    const { desktop, laptop } = await begin()
    await desktop.do("pull")
    await desktop.do("update", "api", "--description", "Edited from afar")
    assert.strictEqual(await stateOn(desktop, "api"), "edit pending")
    await desktop.do("push")
    await laptop.do("pull")
    assert.strictEqual(describeOf(laptop, "api"), "Edited from afar")
    await desktop.do("archive", "api")
    await desktop.do("push")
    await laptop.do("pull")
    assert.strictEqual(laptop.projects().find(({ name }) => name === "api")?.status, "archived")
  })

  thorough("what is below local, and where checkouts lie, never leaves the machine", async () => {
    const { laptop, remote } = await begin()
    const file = laptop.path(".dev-infra/registry.json")
    const document = JSON.parse(readFileSync(file, "utf8"))
    Object.assign(document.projects[0], { local: { secret: "stays-here" }, checkouts: [laptop.path("elsewhere/second-checkout")], shared_key: "travels" })
    writeFileSync(file, JSON.stringify(document))
    await laptop.do("push")
    const rows = JSON.stringify((await remote.rows()).map((row) => ({ ...row, envelope: envelopeOf(row.description) })))
    assert.include(rows, "travels")
    assert.notInclude(rows, "stays-here")
    assert.notInclude(rows, "second-checkout")
  })

  thorough("Y11: a folder that happens to be at the path of the other machine does not make its project local", async () => {
    const { desktop, laptop } = await begin()
    assert.isTrue(existsSync(laptop.path("code/api")))
    await desktop.do("pull")
    assert.deepStrictEqual(desktop.projects(), [])
    assert.strictEqual(await stateOn(desktop, "api"), "not local")
  })

  thorough("--dry-run of push and pull prints what the real run prints, and changes nothing", async () => {
    const { desktop, laptop, remote } = await beginWithBoth()
    await laptop.do("update", "api", "--description", "Newer", "--tag", "more")
    const before = JSON.stringify(await remote.rows())
    const dry = await laptop.try(["push", "--dry-run"])
    assert.strictEqual(JSON.stringify(await remote.rows()), before)
    const real = await laptop.try(["push"])
    assert.strictEqual(dry.stdout, real.stdout)
    const registry = JSON.stringify(desktop.projects())
    const dryPull = await desktop.try(["pull", "--dry-run"])
    assert.strictEqual(JSON.stringify(desktop.projects()), registry)
    const realPull = await desktop.try(["pull"])
    assert.strictEqual(dryPull.stdout, realPull.stdout)
  })

  thorough("a removed project is only forgotten here, and adding it again brings back what is known", async () => {
    const { desktop, laptop, remote } = await beginWithBoth()
    const { id } = desktop.projects()[0]
    await desktop.do("remove", "api")
    await desktop.do("push")
    assert.include(named(await remote.rows(), "api").description, "The API")
    assert.strictEqual(await stateOn(desktop, "api"), "not local")
    await laptop.do("update", "api", "--description", "Meanwhile")
    await laptop.do("push")
    await desktop.do("pull")
    await desktop.do("add", "src/api")
    assert.include(desktop.projects()[0], { id, description: "Meanwhile" })
    assert.strictEqual((await remote.rows()).length, 2)
  })
})

/** What the comment at the end of a description holds, as text. */
const envelopeOf = (description: string | null): string => {
  const [, coded = ""] = /<!--[^]*?([A-Za-z0-9_-]{16,})[^]*?-->\s*$/.exec(description ?? "") ?? []
  return Buffer.from(coded, "base64url").toString("utf8")
}

describe("two machines with one folder layout", () => {
  beforeAll(ensureBuilt)

  thorough("have different projects at the same path on both kinds of servers", async () => {
    for (const remote of [await startOurs(), await startOld()]) {
      const machines = [makeMachine("laptop"), makeMachine("desktop")]
      for (const machine of machines) {
        mkdirSync(machine.path("code"))
        machine.write({ [`.dev-infra/registry.json`]: JSON.stringify({ version: "1.0", projects: [{ id: crypto.randomUUID(), name: `of the ${machine.name}`, path: "/srv/code/api", repository: `https://git.example.org/${machine.name}/api.git`, template: "none", version: "unknown", status: "active" }] }) })
        await machine.login(remote)
        await machine.do("push")
      }
      assert.sameMembers((await remote.rows()).map(({ name }) => name), ["of the laptop", "of the desktop"], remote.kind)
    }
  })
})
