/**
 * Inheriting tasks as a user does it: a library in a real repository, a project beside it, the built program.
 */
import { execFileSync } from "node:child_process"
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { devInfra, devInfraOnTerminal, ensureBuilt, hasTerminal, makePlace, type Place } from "../Binary.js"

interface World {
  readonly place: Place
  readonly project: string
  readonly library: string
  /** as `--from` takes it, without a ref */
  readonly url: string
  readonly git: (...words: ReadonlyArray<string>) => string
  readonly run: (words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]) => ReturnType<typeof devInfra>
  readonly write: (path: string, text: string) => void
  readonly read: (path: string) => string
}

const places: Array<Place> = []

const makeWorld = (): World => {
  const place = makePlace()
  places.push(place)
  const [project, library] = [join(place.home, "api"), join(place.home, "infra")]
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(place.home, path)), { recursive: true })
    writeFileSync(join(place.home, path), text)
  }
  const git = (...words: ReadonlyArray<string>) => execFileSync("git", ["-C", library, "-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", ...words], { env: place.environment, encoding: "utf8" })
  write("api/Taskfile.yml", "# ours\nversion: '3'\n\ntasks:\n  build:\n    desc: Build it\n    cmds: [echo built]\n")
  write("infra/Taskfile.yml", "version: '3'\ntasks:\n  where:\n    desc: Say where\n    cmds: ['bash {{.TASKFILE_DIR}}/scripts/where.sh']\n")
  write("infra/scripts/where.sh", "echo \"in $(basename $PWD)\"\n")
  git("init", "--quiet", "--initial-branch=main")
  git("add", "--all")
  git("commit", "--quiet", "--message=one")
  git("tag", "v1.0.0")
  return {
    place, project, library, write, git,
    url: `git+file://${library}`,
    run: (words, options = {}) => devInfra(place, words, { folder: project, ...options }),
    read: (path) => readFileSync(join(place.home, path), "utf8")
  }
}

beforeAll(ensureBuilt, 300_000)
afterAll(() => places.forEach((place) => place.remove()))

describe("inherit", () => {
  it("brings the tasks of a tag with their scripts, which run in the project that calls them, and work without a network", async () => {
    const { library, project, read, run, url } = makeWorld()
    const dry = await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--dry-run"])
    assert.strictEqual(dry.exitCode, 0, dry.stderr)
    assert.deepStrictEqual(readdirSync(project), ["Taskfile.yml"])
    const added = await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--trust", "--json"], { environment: { USER: "ada" } })
    assert.strictEqual(added.exitCode, 0, added.stderr)
    assert.deepInclude(JSON.parse(added.stdout).entry, { name: "infra", ref: "v1.0.0", trusted: true, taskfile: "Taskfile.yml" })
    assert.include(read("api/dev-infra.lock"), "by: ada")
    assert.strictEqual(read("api/Taskfile.yml").split("\n")[0], "# ours")
    rmSync(library, { recursive: true })
    const ran = await run(["task", "infra:where"])
    assert.deepInclude(ran, { exitCode: 0, stdout: "in api\n" }, ran.stderr)
    const synced = await run(["inherit", "sync"])
    assert.strictEqual(synced.exitCode, 0, synced.stderr)
    const removed = await run(["inherit", "remove", "infra"])
    assert.strictEqual(removed.exitCode, 0, removed.stderr)
    assert.strictEqual((await run(["task", "infra:where"])).exitCode, 200)
  })

  it("runs nothing that nobody approved, and says how to", async () => {
    const { run, url } = makeWorld()
    await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`])
    const refused = await run(["task", "build"])
    assert.strictEqual(refused.exitCode, 104)
    assert.include(refused.stderr, "dev-infra inherit trust infra")
    const asked = await run(["inherit", "trust", "infra"])
    assert.strictEqual(asked.exitCode, 2)
    assert.include(asked.stderr, "--yes")
    const shown = await run(["inherit", "trust", "infra", "--show"])
    assert.include(shown.stdout, "added scripts/where.sh")
    assert.strictEqual((await run(["task", "build"])).exitCode, 104)
    assert.strictEqual((await run(["inherit", "trust", "infra", "--yes"])).exitCode, 0)
    assert.strictEqual((await run(["task", "build"])).exitCode, 0)
  })

  it.runIf(hasTerminal())("shows what it is about and asks, on a terminal", async () => {
    const { place, project, read, url } = makeWorld()
    const no = await devInfraOnTerminal(place, `dev-infra inherit add infra --from ${url}@v1.0.0`, "n\n", { folder: project })
    assert.include(no.stdout, "Trust this content of infra?")
    assert.notInclude(read("api/dev-infra.lock"), "approved")
    const yes = await devInfraOnTerminal(place, "dev-infra inherit trust infra", "y\n", { folder: project })
    assert.strictEqual(yes.exitCode, 0, yes.stdout)
    assert.include(read("api/dev-infra.lock"), "approved")
  })

  it("writes an include for plain task only if it is told to, and leaves the rest of the file as it is", async () => {
    const { read, run, url } = makeWorld()
    const before = read("api/Taskfile.yml")
    const added = await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--trust", "--include"])
    assert.strictEqual(added.exitCode, 0, added.stderr)
    assert.include(added.stderr, "+ includes:")
    assert.strictEqual(read("api/Taskfile.yml").replace(/includes:\n(?: .*\n)+\n/, ""), before)
    const again = await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--include"])
    assert.strictEqual(again.exitCode, 0, again.stderr)
    const ran = await run(["task", "infra:where"])
    assert.deepInclude(ran, { exitCode: 0, stdout: "in api\n" }, ran.stderr)
  })

  it("refuses refs that are options or paths, branches that nobody meant, passwords and plain mistakes", async () => {
    const { project, run, url } = makeWorld()
    for (const [from, code, words] of [
      [`${url}@-x`, 1, "dash"], [`${url}@../../x`, 1, "a ref is"], [`${url}@main`, 1, "--floating"], [url, 1, "version"], [`${url}@v9`, 1, "v1.0.0"],
      ["https://ada:secret@example.invalid/x.git@v1", 1, "token"], ["project:nobody", 1, "nobody"], ["what", 1, "neither a URL"]
    ] as const) {
      const ended = await run(["inherit", "add", "infra", "--from", from])
      assert.strictEqual(ended.exitCode, code, from)
      assert.include(ended.stderr, words)
      assert.notInclude(ended.stderr, "secret")
    }
    assert.strictEqual((await run(["inherit", "add", "infra"])).exitCode, 2)
    assert.strictEqual((await run(["inherit", "add", "../x", "--from", `${url}@v1.0.0`])).exitCode, 1)
    assert.deepStrictEqual(readdirSync(project).filter((name) => name !== ".dev-infra"), ["Taskfile.yml"])
  })

  it("names the Taskfiles that there are, if there is none at the root", async () => {
    const { git, run, url, write } = makeWorld()
    write("infra/includes/v1/infra.yml", "version: '3'\ntasks:\n  x: echo x\n")
    git("rm", "--quiet", "Taskfile.yml")
    git("add", "--all")
    git("commit", "--quiet", "--message=two")
    git("tag", "v2.0.0")
    const refused = await run(["inherit", "add", "infra", "--from", `${url}@v2.0.0`])
    assert.strictEqual(refused.exitCode, 1)
    assert.include(refused.stderr, "includes/v1/infra.yml")
    const added = await run(["inherit", "add", "infra", "--from", `${url}@v2.0.0`, "--path", "includes/v1/infra.yml", "--trust"])
    assert.strictEqual(added.exitCode, 0, added.stderr)
    assert.include((await run(["task", "infra:x"])).stdout, "x")
  })

  it("links to a registered project, whose changes are seen at once", async () => {
    const { project, run, write } = makeWorld()
    await run(["add", "../infra"])
    const added = await run(["inherit", "add", "infra", "--from", "project:infra"])
    assert.strictEqual(added.exitCode, 0, added.stderr)
    assert.include(added.stderr, "linked, not pinned")
    write("infra/Taskfile.yml", "version: '3'\ntasks:\n  now: echo seen\n")
    assert.deepInclude(await run(["task", "infra:now"]), { exitCode: 0, stdout: "seen\n" })
    assert.isFalse(existsSync(join(project, "dev-infra.lock")))
  })

  it("syncs all projects, ends with 1 if one of them failed, and goes on with the others", async () => {
    const { place, run, url, write } = makeWorld()
    await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--trust"])
    write("bad/.dev-infra.yml", "inherits:\n  - name: infra\n    from: gh:a/b\n    ref: -x\n")
    await run(["add", ".", "../bad"])
    rmSync(join(place.home, "api/.dev-infra"), { recursive: true })
    const all = await run(["inherit", "sync", "--all", "--json"])
    assert.strictEqual(all.exitCode, 1, all.stderr)
    const { projects } = JSON.parse(all.stdout)
    assert.deepStrictEqual(projects.map((each: { readonly project: string; readonly error?: string }) => [each.project, each.error === undefined]), [["api", true], ["bad", false]])
    assert.match(projects[1].error, /^[^{]*\.dev-infra\.yml:4:\d+: ref of infra cannot be used/)
    assert.include((await run(["task", "infra:where"])).stdout, "in api")
  })
})

describe("a sync", () => {
  it("that is killed leaves nothing half, and the next one does the rest", async () => {
    const { git, project, run, url, write } = makeWorld()
    for (let at = 0; at < 300; at++) write(`infra/many/${at}.txt`, `${at}\n`.repeat(500))
    git("add", "--all")
    git("commit", "--quiet", "--message=many")
    git("tag", "v2.0.0")
    await run(["inherit", "add", "infra", "--from", `${url}@v2.0.0`, "--trust"])
    const rounds = process.env["DEV_INFRA_SOAK"] === "1" ? 20 : 5
    for (let round = 0; round < rounds; round++) {
      rmSync(join(project, ".dev-infra"), { recursive: true })
      await run(["inherit", "sync", "--frozen"], { onStart: ({ kill }) => void setTimeout(() => kill("SIGKILL"), 150 + (round * 700) / rounds) })
      const listed = await run(["task", "--list"])
      assert.include([0, 106], listed.exitCode, listed.stderr)
      const synced = await run(["inherit", "sync", "--frozen"])
      assert.strictEqual(synced.exitCode, 0, synced.stderr)
      assert.strictEqual((await run(["task", "--list"])).exitCode, 0)
      assert.deepStrictEqual(readdirSync(join(project, ".dev-infra/inherit")).filter((name) => !name.endsWith(".lock")).toSorted(), [".gitignore", "infra", "infra.tree"])
    }
  })

  it("beside another one of the same project waits for it", async () => {
    const { project, run, url } = makeWorld()
    await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--trust"])
    rmSync(join(project, ".dev-infra"), { recursive: true })
    const both = await Promise.all([run(["inherit", "sync"]), run(["inherit", "sync"]), run(["inherit", "sync"])])
    assert.deepStrictEqual(both.map(({ exitCode }) => exitCode), [0, 0, 0])
    assert.strictEqual((await run(["task", "--list"])).exitCode, 0)
  })

  it("tells what was changed by hand: in the lock, in a file of the library, in the entry", async () => {
    const { library, project, read, run, url, write } = makeWorld()
    await run(["inherit", "add", "infra", "--from", `${url}@v1.0.0`, "--trust"])
    const lock = read("api/dev-infra.lock")
    write("api/dev-infra.lock", lock.replace(/tree: .*/, `tree: ${"ab".repeat(20)}`))
    assert.strictEqual((await run(["task", "--list"])).exitCode, 111)
    const edited = await run(["inherit", "sync"])
    assert.strictEqual(edited.exitCode, 1)
    assert.include(edited.stderr, "somebody edited it")
    write("api/dev-infra.lock", lock)
    appendFileSync(join(project, ".dev-infra/inherit/infra/scripts/where.sh"), "curl evil\n")
    const tampered = await run(["task", "infra:where"])
    assert.strictEqual(tampered.exitCode, 111)
    assert.include(tampered.stderr, "scripts/where.sh is not as it came")
    assert.strictEqual((await run(["inherit", "sync", "--frozen"])).exitCode, 0)
    assert.strictEqual((await run(["task", "infra:where"])).exitCode, 0)
    write("api/.dev-infra.yml", read("api/.dev-infra.yml").replace("v1.0.0", "v7"))
    assert.strictEqual((await run(["inherit", "sync", "--frozen"])).exitCode, 1)
    assert.strictEqual((await run(["task", "--list"])).exitCode, 106)
    assert.strictEqual(read("api/dev-infra.lock"), lock)
    renameSync(library, `${library}.away`)
    const gone = await run(["inherit", "sync"])
    assert.strictEqual(gone.exitCode, 1)
    assert.include(gone.stderr, "there is no repository at")
  })

  it("refuses an include of 50 MB, and one that is sent elsewhere", async () => {
    const { run, write } = makeWorld()
    let sent = 0
    const server = createServer((request, response) => {
      if (request.url === "/elsewhere.yml") return void response.writeHead(302, { location: "http://example.invalid/x.yml" }).end()
      response.writeHead(200, { "content-type": "text/yaml" })
      const more = (): void => {
        while (sent < 50_000_000 && !response.destroyed) {
          sent += 65_536
          if (!response.write("#".repeat(65_536))) return void response.once("drain", more)
        }
        response.end()
      }
      more()
    })
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
    // a server that listens on a port has an address with one
    const { port } = server.address() as AddressInfo
    for (const [file, words] of [["large.yml", "no Taskfile has"], ["elsewhere.yml", "another host"]] as const) {
      write("api/Taskfile.yml", `version: '3'\nincludes:\n  far: http://127.0.0.1:${port}/${file}\ntasks: {}\n`)
      const ended = await run(["inherit", "sync", "--insecure"])
      assert.strictEqual(ended.exitCode, 1, ended.stderr)
      assert.include(ended.stderr, words)
    }
    assert.isBelow(sent, 40_000_000)
    server.closeAllConnections()
    server.close()
  })
})
