/**
 * What can be wrong with a key, a server, a row, a folder, a clock or what sync remembers: each has a clear error, and nothing is lost.
 */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { type Ended } from "../Binary.js"
import { ensureBuilt, type Machine, makeGitHost, makeMachine, type Remote, type Row, startOld, startOurs } from "./Machines.js"
import { some, thorough } from "../Rounds.js"

/** A server that answers as it likes; its URL. */
const web = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  onTestFinished(() => new Promise<void>((done) => {
    server.closeAllConnections()
    server.close(() => done())
  }))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a server that listens at a port has one
}

const project = (index: number, more: object = {}): Row => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  name: `project-${index}`,
  path: `/srv/code/project-${index}`,
  template: "none",
  version: "unknown",
  status: "active",
  repository: `https://git.example.org/acme/project-${index}.git`,
  description: `What ${index} is for`,
  ...more
})

const registryOf = (machine: Machine): string => join(machine.state, "registry.json")

const store = (machine: Machine, projects: ReadonlyArray<Row>): void => writeFileSync(registryOf(machine), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)

/** A machine with three projects that are pushed. */
const pushed = async (remote: Remote, count = 3): Promise<Machine> => {
  const machine = makeMachine("laptop")
  store(machine, Array.from({ length: count }, (_, index) => project(index)))
  await machine.login(remote)
  await machine.do("push")
  return machine
}

/** It ends with 1 and one short paragraph that says this. */
const saysPlainly = ({ exitCode, stderr }: Ended, pattern: RegExp): void => {
  assert.strictEqual(exitCode, 1, stderr)
  assert.match(stderr, pattern)
  assert.notMatch(stderr, /_tag|\n\s+at |\[object|undefined/)
}

/** What is remembered and registered is as it was, byte for byte. */
const untouched = async (machine: Machine, act: () => Promise<void>): Promise<void> => {
  const snapshot = () => [registryOf(machine), join(machine.state, "config.yml")].map((file) => (existsSync(file) ? readFileSync(file, "utf8") : null))
  const before = snapshot()
  await act()
  assert.deepStrictEqual(snapshot(), before)
}

describe("keys", () => {
  beforeAll(ensureBuilt)

  it("a wrong key is refused by login, and nothing is stored", async () => {
    const { url } = await startOurs()
    const machine = makeMachine("laptop")
    await untouched(machine, async () => {
      saysPlainly(await machine.try(["login", url, "--with-token"], { input: "wp_wrong_0123456789abcdef0123456789abcdef\n" }), /does not accept this key/)
    })
  })

  thorough("a key that was revoked is named by the sync that meets it, and a new one goes on", async () => {
    const server = await startOurs()
    const key = await server.newKey()
    const machine = await pushed({ ...server, key })
    await server.revoke(key)
    await machine.do("update", "project-1", "--description", "Later")
    await untouched(machine, async () => {
      saysPlainly(await machine.try(["push"]), /key/)
      saysPlainly(await machine.try(["pull"]), /key/)
    })
    await machine.login(server)
    await machine.do("push")
    assert.include((await server.rows()).map(({ description }) => description), "Later")
  })

  thorough("a key that may only read pulls, and a push says so", async () => {
    const server = await startOurs()
    await pushed(server)
    const reader = makeMachine("desktop")
    await reader.login({ ...server, key: await server.newKey("--read-only") })
    await reader.do("pull")
    assert.include(await reader.do("list", "--all"), "project-2")
    store(reader, [project(9)])
    await untouched(reader, async () => saysPlainly(await reader.try(["push"]), /read/))
    assert.strictEqual((await server.rows()).length, 3)
  })

  thorough("the key stands in no other file, in no log and in no output", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    const outputs = await Promise.all([["push", "--log-level", "debug"], ["whoami"], ["config", "list"], ["status", "--json"], ["doctor"]].map((words) => machine.try(words)))
    const { key = "" } = server
    assert.isAbove(key.length, 20)
    for (const { stderr, stdout } of outputs) assert.notInclude(stdout + stderr, key)
    const holders = filesBelow(machine.state).filter((file) => readFileSync(file, "utf8").includes(key))
    assert.deepStrictEqual(holders, [join(machine.state, "config.yml")])
    assert.strictEqual(statSync(join(machine.state, "config.yml")).mode & 0o777, 0o600)
  })
})

const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []))

const html = "<!doctype html><title>Welcome</title><p>It works!"

describe("something else at the URL", () => {
  beforeAll(ensureBuilt)

  const wrongs: ReadonlyArray<readonly [what: string, answer: RequestListener, says: RegExp]> = [
    ["a web page", (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end(html), /does not answer like a work-prod server/],
    ["a web server without such a page", (_request, response) => response.writeHead(404, { "content-type": "text/html" }).end(html), /does not answer like a work-prod server|404/],
    ["another API", (_request, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"status":"green"}'), /does not answer like a work-prod server/],
    ["a redirect loop", (request, response) => response.writeHead(302, { location: request.url ?? "/" }).end(), /redirect/i],
    [
      "a server with a newer API",
      (_request, response) =>
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ api: 99, capabilities: [], instance: "0190c4b2-7e1f-7c3a-9d52-3a1b5c7d9e01", message: "new", status: "ok", version: "99.0.0" })),
      /newer|later|update/i
    ]
  ]

  it.each(wrongs)("%s is recognised by login, and nothing is stored", async (_what, answer, says) => {
    const url = await web(answer)
    const machine = makeMachine("laptop")
    await untouched(machine, async () => saysPlainly(await machine.try(["login", url, "--with-token"], { input: "wp_key_0123456789abcdef\n" }), says))
  })

  it.each(some(wrongs, 1))("%s is recognised by push and pull, and nothing is changed", async (_what, answer, says) => {
    const url = await web(answer)
    const server = await startOurs()
    const machine = await pushed(server)
    await machine.do("update", "project-1", "--description", "Later")
    await untouched(machine, async () => {
      for (const word of ["push", "pull"]) saysPlainly(await machine.try([word], { environment: { DEV_INFRA_API_URL: url } }), says)
    })
    await machine.do("push")
    assert.include((await server.rows()).map(({ description }) => description), "Later")
  })

  thorough("a web page that takes the place of the server is no empty server: no project counts as deleted", async () => {
    const url = await web((_request, response) => response.writeHead(200, { "content-type": "application/json" }).end("[]"))
    const server = await startOurs()
    const machine = await pushed(server)
    await untouched(machine, async () => {
      const { exitCode } = await machine.try(["pull"], { environment: { DEV_INFRA_API_URL: url } })
      assert.strictEqual(exitCode, 1)
    })
  })
})

describe("rows that somebody else touched, on work-prod 0.3.0", () => {
  beforeAll(ensureBuilt)

  it("Y16: a damaged envelope: the human text stays, the project is recognised by its repository, the next push mends it", async () => {
    const remote = await startOld()
    const machine = await pushed(remote)
    const [row] = await remote.rows()
    const damaged = `Edited by hand. ${String(row.description).replace(/([A-Za-z0-9_-]{20})[A-Za-z0-9_-]{10}/, "$1")}`
    await remote.call("PATCH", `/${row.id}`, { description: damaged })
    await machine.try(["pull"])
    await machine.do("push")
    const rows = await remote.rows()
    assert.strictEqual(rows.length, 3)
    assert.match(rows[0].description, /^Edited by hand\. /)
    const { projects } = await machine.json("status")
    assert.deepStrictEqual(projects.map(({ state }: Row) => state), ["in sync", "in sync", "in sync"])
    assert.strictEqual(machine.projects().length, 3)
  })

  thorough("Y16: an envelope that was deleted is unknown, not changed", async () => {
    const remote = await startOld()
    const machine = makeMachine("laptop")
    store(machine, [project(0, { tags: ["kept"], template: "standard-project", project_type: "Work" })])
    await machine.login(remote)
    await machine.do("push")
    const [row] = await remote.rows()
    await remote.call("PATCH", `/${row.id}`, { description: "Only this" })
    await machine.do("pull")
    assert.include(machine.projects()[0], { description: "Only this", template: "standard-project", project_type: "Work" })
    assert.deepStrictEqual(machine.projects()[0].tags, ["kept"])
    await machine.do("push")
    assert.match((await remote.rows())[0].description, /^Only this\s*<!--/)
  })

  thorough("Y16: two rows with the same UUID: one is the project, the other is reported and never written", async () => {
    const remote = await startOld()
    const machine = await pushed(remote)
    const [row] = await remote.rows()
    const copy = await remote.call("POST", "", { name: "a copy", description: row.description, remote_url: "https://git.example.org/acme/other.git" })
    const before = (await remote.rows()).find(({ id }) => id === copy.id)
    const { stderr, stdout } = await machine.try(["push"])
    assert.match(stdout + stderr, /copy/)
    await machine.do("update", "project-0", "--description", "Changed")
    await machine.try(["push"])
    const rows = await remote.rows()
    assert.deepStrictEqual(rows.find(({ id }) => id === copy.id), before)
    assert.include(rows.find(({ id }) => id === row.id).description, "Changed")
  })

  it("rows made by hand are adopted, not doubled, and what dev-infra does not manage there stays", async () => {
    const remote = await startOld()
    await remote.call("POST", "", { name: "By hand", remote_url: "git@git.example.org:acme/project-1.git", organization: "acme", description: "For people" })
    await remote.call("POST", "", { name: "unrelated", description: "Somebody's own" })
    const machine = await (async () => {
      const made = makeMachine("laptop")
      store(made, [project(1, { description: undefined, organization: undefined })])
      await made.login(remote)
      return made
    })()
    await machine.do("push")
    const rows = await remote.rows()
    assert.strictEqual(rows.length, 2)
    assert.strictEqual(rows[0].organization, "acme")
    assert.match(rows[0].description, /^For people/)
    assert.strictEqual(rows[1].description, "Somebody's own")
  })

  it("Y15: when most rows are gone, nothing is believed: exit 1, and what to check", async () => {
    const remote = await startOld()
    const machine = await pushed(remote, 30)
    for (const { id } of (await remote.rows()).slice(0, 20)) await remote.call("DELETE", `/${id}`)
    await untouched(machine, async () => {
      const ended = await machine.try(["pull"])
      saysPlainly(ended, /20|gone/)
    })
    assert.strictEqual((await remote.rows()).length, 10)
    assert.strictEqual(machine.projects().length, 30)
  })
})

describe("clocks", () => {
  beforeAll(ensureBuilt)

  it.each(some(["2020-02-03T04:05:06", "2030-02-03T04:05:06"], 1))("a server that lives in %s changes nothing", async (now) => {
    const remote = await startOld(() => now)
    const laptop = await pushed(remote)
    const desktop = makeMachine("desktop")
    await desktop.login(remote)
    store(desktop, [project(1, { path: "/home/me/one" })])
    await desktop.do("pull")
    await desktop.do("update", "project-1", "--description", "From the desktop")
    await desktop.do("push")
    await laptop.do("pull")
    assert.strictEqual(laptop.projects().find(({ name }) => name === "project-1")?.description, "From the desktop")
    await laptop.do("update", "project-1", "--description", "From the laptop")
    await laptop.do("push")
    await desktop.do("pull")
    assert.strictEqual(desktop.projects()[0].description, "From the laptop")
  })
})

describe("what sync remembers is lost, or of another place", () => {
  beforeAll(ensureBuilt)

  thorough("a deleted cache costs a fetch and nothing else", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    rmSync(join(machine.state, "cache"), { recursive: true, force: true })
    assert.strictEqual((await machine.try(["status"])).exitCode, 0)
    const { counts } = await machine.json("push")
    assert.deepInclude(counts, { created: 0, updated: 0, refused: 0, conflicts: 0 })
  })

  it.each(some([["our server", startOurs], ["work-prod 0.3.0", startOld]] as const, 1))("a deleted state with %s: differences are conflicts, local stands, the other value is logged, nothing is doubled", async (_name, start) => {
    const remote = await start()
    const machine = await pushed(remote)
    const [row] = await remote.rows()
    await remote.call("PATCH", `/${row.id}`, { description: String(row.description).replace("What 0 is for", "Edited there") })
    await machine.do("update", "project-1", "--description", "Edited here")
    rmSync(join(machine.state, "state"), { recursive: true })
    await machine.do("push")
    const rows = await remote.rows()
    assert.strictEqual(rows.length, 3)
    assert.include(rows[0].description, "What 0 is for")
    assert.include(rows[1].description, "Edited here")
    assert.include(await machine.do("sync", "log", "--json"), "Edited there")
  })

  thorough("another server gets everything; the first one is still known", async () => {
    const [first, second] = [await startOurs(), await startOurs()]
    const machine = await pushed(first)
    await machine.login(second)
    await machine.do("push")
    assert.strictEqual((await second.rows()).length, 3)
    await machine.do("update", "project-1", "--description", "Later")
    await machine.login(first)
    const { counts } = await machine.json("push")
    assert.deepInclude(counts, { created: 0, updated: 1, conflicts: 0, refused: 0 })
  })

  thorough("a home that was copied to another machine becomes a machine of its own", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    const copy = makeMachine("copy")
    rmSync(copy.state, { recursive: true })
    cpSync(machine.state, copy.state, { recursive: true })
    const file = join(copy.state, "state/machine.json")
    const document = JSON.parse(readFileSync(file, "utf8"))
    // What ties it to the host is of another host.
    writeFileSync(file, JSON.stringify({ ...document, host: String(document.host ?? "").replace(/[0-9a-f]/g, (digit: string) => (digit === "0" ? "1" : "0")) }))
    await machine.do("update", "project-1", "--description", "On the first one")
    await machine.do("push")
    await copy.do("push")
    const identities = await Promise.all([machine, copy].map(async (one) => (await one.json("whoami")).machine.id))
    assert.notStrictEqual(identities[0], identities[1])
    assert.strictEqual((await server.rows()).length, 3)
    assert.include(await copy.do("sync", "log", "--json"), "On the first one", "what the copy overrode is in its log")
  })

  thorough("Y15: a server that was restored from a backup gets again what it lost", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    const folder = join(server.place.home, ".dev-infra/work-prod")
    const backup = join(server.place.home, "backup")
    await server.restart(() => cpSync(folder, backup, { recursive: true }))
    await machine.do("update", "project-1", "--description", "After the backup")
    store(machine, [...machine.projects(), project(7)])
    await machine.do("push")
    await server.restart(() => {
      for (const name of readdirSync(folder).filter((each) => each.startsWith("work-prod.db"))) rmSync(join(folder, name))
      for (const name of readdirSync(backup).filter((each) => each.startsWith("work-prod.db"))) cpSync(join(backup, name), join(folder, name))
    })
    assert.strictEqual((await server.rows()).length, 3)
    await machine.do("pull")
    assert.strictEqual(machine.projects().find(({ name }) => name === "project-1")?.description, "After the backup", "it is not taken from the past")
    await machine.do("push")
    const rows = await server.rows()
    assert.sameMembers(rows.map(({ name }) => name), ["project-0", "project-1", "project-2", "project-7"])
    assert.include(rows.map(({ description }) => description), "After the backup")
  })

  thorough("Y15: a server that was emptied: no project here is deleted, and a push fills it again", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    await server.restart(() => rmSync(join(server.place.home, ".dev-infra/work-prod"), { recursive: true }))
    const key = /wp_\S+/.exec(readFileSync(join(server.place.home, ".dev-infra/work-prod/work-prod.db.key"), "utf8"))?.[0]
    await machine.login({ url: server.url, key })
    await machine.do("pull")
    assert.strictEqual(machine.projects().length, 3)
    await machine.do("push")
    const list = await fetch(`${server.url}/api/projects`, { headers: { authorization: `Bearer ${key ?? ""}` } })
    assert.strictEqual(((await list.json()) as ReadonlyArray<Row>).length, 3) // a list of rows
  })

  thorough("a state file that is damaged is named and never written over", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    const file = join(machine.state, "state/sync.json")
    writeFileSync(file, '{"version":1,')
    await untouched(machine, async () => saysPlainly(await machine.try(["push"]), /sync\.json/))
    assert.strictEqual(readFileSync(file, "utf8"), '{"version":1,')
    assert.strictEqual((await machine.try(["list"])).exitCode, 0)
  })

  thorough("a configuration that cannot be read is named, and nothing is sent or changed", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    await machine.do("update", "project-1", "--description", "Later")
    const file = join(machine.state, "config.yml")
    const text = readFileSync(file, "utf8")
    writeFileSync(file, `${text}api: [unclosed\n`)
    await untouched(machine, async () => {
      for (const words of [["push"], ["pull"], ["whoami"]]) saysPlainly(await machine.try(words), /config\.yml/)
    })
    writeFileSync(file, text)
    chmodSync(file, 0o600)
    await machine.do("push")
  })
})

describe("folders and names", () => {
  beforeAll(ensureBuilt)

  it("Y8: a copied folder that became something else is refused with the choice, and is not mixed up with the original", async () => {
    const host = makeGitHost()
    host.make("acme/api", { "README.md": "# api\n", ".dev-infra.yml": "id: 11111111-1111-4111-8111-111111111111\nname: api\n" })
    host.make("acme/other", { "README.md": "# other\n", ".dev-infra.yml": "id: 11111111-1111-4111-8111-111111111111\nname: other\n" })
    const server = await startOurs()
    const [laptop, desktop] = [makeMachine("laptop", host), makeMachine("desktop", host)]
    await laptop.clone("https://git.example.org/acme/api.git", "api")
    await laptop.do("add", "api")
    await laptop.login(server)
    await laptop.do("push")
    // The desktop registered the copy without knowing of the original.
    await desktop.clone("https://git.example.org/acme/other.git", "other")
    await desktop.do("add", "other")
    await desktop.login(server)
    const refused = await desktop.try(["push"])
    saysPlainly(refused, /--new-id/)
    assert.match(refused.stderr, /--same/)
    assert.deepStrictEqual((await server.rows()).map(({ name }) => name), ["api"])
    await desktop.do("push", "--new-id", "other")
    const rows = await server.rows()
    assert.sameMembers(rows.map(({ name }) => name), ["api", "other"])
    assert.strictEqual(new Set(rows.map(({ uid }) => uid)).size, 2)
  })

  thorough("Y11: a second checkout on one machine is one project", async () => {
    const host = makeGitHost()
    const url = host.make("acme/api")
    const server = await startOurs()
    const laptop = makeMachine("laptop", host)
    await laptop.clone(url, "one")
    await laptop.clone(url, "two")
    await laptop.do("scan", ".", "--register", "--yes")
    await laptop.login(server)
    await laptop.do("push")
    assert.strictEqual((await server.rows()).length, 1)
  })

  it.each(some([["our server", startOurs], ["work-prod 0.3.0", startOld]] as const, 1))("many projects with the same name on %s stay apart", async (_name, start) => {
    const count = process.env["DEV_INFRA_SOAK"] === "1" ? 10_000 : 1000
    const remote = await start()
    const machine = makeMachine("laptop")
    store(machine, Array.from({ length: count }, (_, index) => project(index, { name: "same" })))
    await machine.login(remote)
    await machine.do("push")
    assert.strictEqual((await remote.rows()).length, count)
    const { counts } = await machine.json("push")
    assert.deepInclude(counts, { created: 0, updated: 0, unchanged: count, refused: 0 })
    const ambiguous = await machine.try(["show", "same"])
    assert.strictEqual(ambiguous.exitCode, 1)
    assert.isBelow(ambiguous.stderr.length, 10_000)
  })
})

describe("a home that is not as it should be", () => {
  beforeAll(ensureBuilt)

  thorough("has a file where the cache should be: that is said, nothing is lost, and with it out of the way the next push completes", async () => {
    const server = await startOurs()
    const machine = await pushed(server)
    rmSync(join(machine.state, "cache"), { recursive: true, force: true })
    writeFileSync(join(machine.state, "cache"), "not a folder")
    await machine.do("update", "project-1", "--description", "Later")
    await untouched(machine, async () => saysPlainly(await machine.try(["push"]), /not a folder/))
    rmSync(join(machine.state, "cache"))
    await machine.do("push")
    assert.include((await server.rows()).map(({ description }) => description), "Later")
  })
})
