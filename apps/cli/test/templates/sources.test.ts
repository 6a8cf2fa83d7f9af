/**
 * Templates as somebody types them, against the built program: what is fetched and when, and what the authors of a template can put before a reader.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, type Ended, ensureBuilt, makePlace, type Place } from "../Binary.js"

const isRunning = (process_: number): boolean => {
  try {
    return process.kill(process_, 0)
  } catch {
    return false
  }
}

describe("templates", () => {
  beforeAll(ensureBuilt)
  let place: Place
  let url: string

  const run = (...words: ReadonlyArray<string>): Promise<Ended> => devInfra(place, words)
  const git = (folder: string, ...words: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", ...words], { cwd: join(place.home, folder), env: { ...place.environment }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(place.home, path)), { recursive: true })
    writeFileSync(join(place.home, path), text)
  }
  /** The next version of the template. */
  const publish = (tag: string, files: { readonly [path: string]: string }) => {
    for (const [path, text] of Object.entries(files)) write(`company/${path}`, text)
    git("company", "add", "-A")
    git("company", "commit", "-q", "--allow-empty", "-m", tag)
    git("company", "tag", tag)
  }
  const clones = () => (existsSync(join(place.home, ".dev-infra/cache/templates")) ? readdirSync(join(place.home, ".dev-infra/cache/templates")) : [])

  beforeEach(() => {
    place = makePlace()
    url = `git+file://${place.home}/company`
    mkdirSync(join(place.home, "company"))
    git("company", "init", "-q", "-b", "main")
    publish("v1.0.0", { "README.md.liquid": "# {{ name }}\n", "template.yml": "name: company\n" })
  })
  afterEach(() => place.remove())

  it("update fetches also what only a project records, and a project that records nonsense stands in nobody's way", async () => {
    write("api/.dev-infra.yml", `template: company\nversion: v1.0.0\nsource: ${url}\n`)
    write("web/.dev-infra.yml", "template: web\nversion: v1.0.0\nsource: 'ext::sh -c id'\n")
    write("old/.dev-infra.yml", "template: unknown\nversion: unknown\n")
    expect((await run("add", "api", "web", "old")).exitCode).toBe(0)
    const updated = await run("template", "update", "--json")
    expect(updated.exitCode).toBe(0)
    expect(JSON.parse(updated.stdout)).toMatchObject({ templates: [{ template: url, before: null, after: { version: "v1.0.0" }, problem: null }] })
    renameSync(join(place.home, "company"), join(place.home, "away"))
    expect((await run("template", "show", url)).stdout).toContain("version\tv1.0.0\n")
  })

  it("two names for one repository are both brought up to date, and one that fails does not keep the others", async () => {
    expect((await run("template", "add", "stable", `${url}@^1`)).exitCode).toBe(0)
    expect((await run("template", "add", "edge", `${url}@main`)).exitCode).toBe(0)
    git(".", "clone", "-q", "--bare", "company", "gone.git")
    expect((await run("template", "add", "gone", `git+file://${place.home}/gone.git`)).exitCode).toBe(0)
    renameSync(join(place.home, "gone.git"), join(place.home, "away.git"))
    publish("v1.1.0", { "a.txt": "" })
    publish("v2.0.0", { "b.txt": "" })
    const updated = await run("template", "update", "--json")
    expect(updated.exitCode).toBe(1)
    const { templates } = JSON.parse(updated.stdout) as { readonly templates: ReadonlyArray<{ readonly template: string; readonly added: ReadonlyArray<string>; readonly after: { readonly version: string } | null; readonly problem: string | null }> }
    const byName = new Map(templates.map((one) => [one.template, one]))
    expect(byName.get("stable")).toMatchObject({ after: { version: "v1.1.0" }, added: ["v1.1.0"] })
    expect(byName.get("edge")).toMatchObject({ after: { version: "v2.0.0" }, problem: null })
    expect(byName.get("gone")?.problem).toContain("NotFound")
    expect(updated.stderr).toContain("error: gone: there is no template at")
  })

  it("what cannot be cloned or is no template gets no name and leaves nothing behind", async () => {
    write("broken/template.yml", "nmae: broken\n")
    expect((await run("template", "add", "one", `git+file://${place.home}/nowhere`)).exitCode).toBe(1)
    expect((await run("template", "add", "two", "./broken")).exitCode).toBe(1)
    expect((await run("template", "add", "three", `${url}@v9`)).exitCode).toBe(1)
    expect(existsSync(join(place.home, ".dev-infra/config.yml"))).toBe(false)
    // the repository itself is one, so its clone is kept; of what failed nothing is there
    expect(clones().filter((name) => !name.endsWith(".git"))).toEqual([])
  })

  it("names that are added at the same moment are all kept", async () => {
    const names = ["a", "b", "c", "d"]
    const ended = await Promise.all(names.map((name) => run("template", "add", name, url)))
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
    expect(clones()).toHaveLength(1)
    const listed = await run("template", "list")
    for (const name of names) expect(listed.stdout).toContain(`${name}\tv1.0.0\t`)
  })

  it("what a template says is never printed raw", async () => {
    const escape = "\u001b"
    publish("v1.0.1", {
      "template.yml": `name: company\ndescription: "\\e[2Jcleared \\u202eevil\\r\\nfake line"\nvariables:\n  it: { prompt: "\\u202eevil", default: "\\e[31m" }\nmessages: { created: "\\e[31m" }\n`,
      "x{{ it }}.txt.liquid": "{{ it }}{{ nobody }}"
    })
    expect((await run("template", "add", "company", url)).exitCode).toBe(0)
    for (const words of [["list"], ["list", "--json"], ["show", "company"], ["show", "company", "--files", "--json"], ["lint", "company"], ["update"]]) {
      const { stderr, stdout } = await run("template", ...words)
      expect(`${stdout}${stderr}`.includes(escape), words.join(" ")).toBe(false)
      expect(`${stdout}${stderr}`.includes("\u202e"), words.join(" ")).toBe(false)
    }
  })

  it("a password in an address is neither taken, nor stored, nor said", async () => {
    for (const address of ["https://me:s3cret@127.0.0.1:1/o/r.git", "git+https://s3cret@127.0.0.1:1/o/r.git", "ssh://me:s3cret@127.0.0.1:1/o/r.git"]) {
      const { exitCode, stderr, stdout } = await run("template", "add", "company", address)
      expect(exitCode).toBe(1)
      expect(`${stdout}${stderr}`).not.toContain("s3cret")
    }
    write(".dev-infra/config.yml", "templates:\n  company: https://me:s3cret@127.0.0.1:1/o/r.git\n")
    for (const words of [["list"], ["list", "--json"], ["show", "company"], ["update"]]) {
      const { stderr, stdout } = await run("template", ...words)
      expect(`${stdout}${stderr}`, words.join(" ")).not.toContain("s3cret")
    }
  })

  it("a clone that is interrupted ends at once, with all that it started, and leaves nothing behind", async () => {
    // A git that never ends: it says when it began, and who it is.
    write("slow/git", `#!/bin/sh\necho $$ > "$HOME/started.part"; mv "$HOME/started.part" "$HOME/started"; exec sleep 3600\n`)
    chmodSync(join(place.home, "slow/git"), 0o755)
    const started = join(place.home, "started")
    let stop = false
    const ended = await devInfra(place, ["template", "add", "company", url], {
      environment: { PATH: `${join(place.home, "slow")}:${place.environment["PATH"] ?? ""}` },
      onStart: ({ kill }) => {
        const look = (): void => {
          if (existsSync(started)) kill("SIGINT")
          else if (!stop) setTimeout(look, 20)
        }
        look()
      }
    })
    stop = true
    expect(ended.exitCode).toBe(130)
    expect(clones()).toEqual([])
    expect(existsSync(join(place.home, ".dev-infra/config.yml"))).toBe(false)
    const child = Number(readFileSync(started, "utf8"))
    await expect.poll(() => isRunning(child), { timeout: 60_000 }).toBe(false)
  })

  it("works without a terminal, without git's own settings, and beside a repository that git does not trust", async () => {
    write("gitconfig", "[core]\n\thooksPath = /nonexistent\n[protocol]\n\tallow = never\n[alias]\n\tclone = !false\n")
    const added = await devInfra(place, ["template", "add", "company", url], { environment: { GIT_CONFIG_GLOBAL: join(place.home, "gitconfig"), GIT_DIR: "/nonexistent" } })
    expect(added.stderr).toContain("Cloned ")
    expect(added.exitCode).toBe(0)
    expect(readFileSync(join(place.home, ".dev-infra/config.yml"), "utf8")).toBe(`templates:\n  company: ${url}\n`)
  })
})
