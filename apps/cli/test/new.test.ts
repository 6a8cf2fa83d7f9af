/** What `dev-infra new` does with git, with GitHub, and when it is stopped. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "./Binary.js"

const identity = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" }

const withPlace = async (use: (place: Place) => Promise<void>): Promise<void> => {
  const place = makePlace()
  try {
    await use(place)
  } finally {
    place.remove()
  }
}

/** A `gh` that notes its arguments and that nobody was logged in to, or that makes repositories, but none called `taken`. */
const makeGh = (place: Place, isLoggedIn: boolean): { readonly path: string; readonly calls: () => ReadonlyArray<string> } => {
  const folder = join(place.home, "../gh")
  mkdirSync(folder)
  const log = join(folder, "calls")
  writeFileSync(
    join(folder, "gh"),
    `#!/bin/sh
echo "$*" >>'${log}'
case "$1 $2" in
  "auth status") ${isLoggedIn ? "exit 0" : "exit 1"} ;;
  "repo create")
    [ "$3" != taken ] || { echo "Name already exists on this account" >&2; exit 1; }
    git remote add origin "https://github.com/me/$3.git"
    echo "https://github.com/me/$3" ;;
  *) exit 1 ;;
esac
`,
    { mode: 0o755 }
  )
  return { path: `${folder}:${place.environment["PATH"] ?? ""}`, calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []) }
}

/** A PATH with Node and what a shell needs, but without git and gh. */
const pathWithoutGit = (place: Place): string => {
  const folder = join(place.home, "../programs")
  mkdirSync(folder)
  symlinkSync(process.execPath, join(folder, "node"))
  return folder
}

const projects = async (place: Place): Promise<ReadonlyArray<{ readonly name: string; readonly repository?: string }>> => JSON.parse((await devInfra(place, ["list", "--json"])).stdout).projects

describe("dev-infra new", () => {
  beforeAll(ensureBuilt)

  it("makes a repository on GitHub from the commit, and registers it with its address", () =>
    withPlace(async (place) => {
      const gh = makeGh(place, true)
      const made = await devInfra(place, ["new", "api", "--github", "--private", "--json"], { environment: { ...identity, PATH: gh.path } })
      expect(made.stderr).toContain("Published https://github.com/me/api.")
      expect(JSON.parse(made.stdout)).toMatchObject({ name: "api", git: { state: "committed" }, github: "https://github.com/me/api" })
      expect(gh.calls()[0]).toBe("auth status")
      expect(gh.calls()[1]).toMatch(/^repo create api --private --source \S+ --remote origin --push$/)
      expect((await projects(place)).map(({ repository }) => repository)).toEqual(["https://github.com/me/api.git"])
    }))

  it("says that gh is missing or logged out before anything is made", () =>
    withPlace(async (place) => {
      const missing = await devInfra(place, ["new", "api", "--github"], { environment: { ...identity, PATH: pathWithoutGit(place) } })
      expect(missing).toMatchObject({ exitCode: 1, stdout: "" })
      expect(missing.stderr).toContain("gh is not installed")
      const loggedOut = await devInfra(place, ["new", "api", "--github"], { environment: { ...identity, PATH: makeGh(place, false).path } })
      expect(loggedOut).toMatchObject({ exitCode: 1, stdout: "" })
      expect(loggedOut.stderr).toContain("gh is not logged in")
      expect(readdirSync(place.home)).toEqual([])
    }))

  it("leaves nothing if GitHub refuses", () =>
    withPlace(async (place) => {
      const refused = await devInfra(place, ["new", "taken", "--github"], { environment: { ...identity, PATH: makeGh(place, true).path } })
      expect(refused.exitCode).toBe(1)
      expect(refused.stderr).toContain("Name already exists on this account")
      expect(readdirSync(place.home)).toEqual([".dev-infra"])
      expect(await projects(place)).toEqual([])
    }))

  it("takes the place of an empty folder, but not of the one that you are in", () =>
    withPlace(async (place) => {
      const folder = join(place.home, "api")
      mkdirSync(folder)
      const inside = await devInfra(place, ["new", "api", "--dir", ".", "--no-git"], { folder })
      expect(inside).toMatchObject({ exitCode: 1, stdout: "" })
      expect(inside.stderr).toContain("is the folder that you are in")
      expect(inside.stderr).toContain("run it in the folder above")
      expect(readdirSync(folder)).toEqual([])
      expect(await devInfra(place, ["new", "api", "--no-git"])).toMatchObject({ exitCode: 0, stdout: `${folder}\n` })
      expect(existsSync(join(folder, "README.md"))).toBe(true)
      const full = await devInfra(place, ["new", "api", "--no-git"])
      expect(full).toMatchObject({ exitCode: 1 })
      expect(full.stderr).toContain("something is there already")
    }))

  it("speaks of one file as one, and shows what a name becomes as it is", () =>
    withPlace(async (place) => {
      mkdirSync(join(place.home, "mine"))
      expect((await devInfra(place, ["new", "api", "--template", "./mine", "--no-git"])).stderr).toContain(") from mine: 1 file.\n")
      writeFileSync(join(place.home, "mine/template.yml"), "variables:\n  part: x\n")
      writeFileSync(join(place.home, "mine/{{ part }}"), "")
      const backslash = await devInfra(place, ["new", "other", "--template", "./mine", "--var", "part=a\\b"])
      expect(backslash.stderr).toContain('"{{ part }}" becomes "a\\\\b", which is no name of one file or folder')
    }))

  it("does without git", () =>
    withPlace(async (place) => {
      const made = await devInfra(place, ["new", "api"], { environment: { PATH: pathWithoutGit(place) } })
      expect(made).toMatchObject({ exitCode: 0, stdout: `${join(place.home, "api")}\n` })
      expect(made.stderr).toContain("There is no git, so no repository was made")
      expect(existsSync(join(place.home, "api/README.md"))).toBe(true)
      expect(existsSync(join(place.home, "api/.git"))).toBe(false)
    }))

  it("clones a template that is not cached yet, says so, and needs the origin no more", () =>
    withPlace(async (place) => {
      const origin = join(place.home, "origin")
      mkdirSync(join(origin, "templates/service"), { recursive: true })
      writeFileSync(join(origin, "templates/service/README.md.liquid"), "# {{ name }}\n")
      writeFileSync(join(origin, "templates/service/run"), "#!/bin/sh\n")
      chmodSync(join(origin, "templates/service/run"), 0o755)
      const git = (...words: ReadonlyArray<string>) => execFileSync("git", ["-C", origin, ...words], { env: { ...place.environment, ...identity }, stdio: "pipe" })
      git("init", "-q", "-b", "main")
      git("add", ".")
      git("commit", "-q", "-m", "one")
      git("tag", "v1.0.0")
      const template = `git+file://${origin}//templates/service@^1`
      const first = await devInfra(place, ["new", "one", "--template", template, "--no-git"])
      expect(first).toMatchObject({ exitCode: 0 })
      expect(first.stderr).toContain("Cloned git+file://")
      execFileSync("mv", [origin, `${origin}-gone`])
      const second = await devInfra(place, ["new", "two", "--template", template, "--no-git", "--json"])
      expect(second).toMatchObject({ exitCode: 0 })
      expect(second.stderr).not.toContain("Cloned")
      expect(JSON.parse(second.stdout)).toMatchObject({ template: "service", version: "v1.0.0", source: `git+file://${origin}//templates/service`, commit: expect.stringMatching(/^[0-9a-f]{40}$/) })
      expect(readFileSync(join(place.home, "two/README.md"), "utf8")).toBe("# two\n")
    }))

  for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    it(`leaves nothing when ${signal} comes in the middle`, () =>
      withPlace(async (place) => {
        // A git that says that it was started, and then waits for what never comes.
        const folder = join(place.home, "../slow")
        mkdirSync(folder)
        const reached = join(folder, "reached")
        execFileSync("mkfifo", [join(folder, "never")])
        const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim()
        writeFileSync(join(folder, "git"), `#!/bin/sh\nfor word; do [ "$word" != init ] || { echo $$ >'${reached}'; read -r _ <'${folder}/never'; }; done\nexec '${real}' "$@"\n`, { mode: 0o755 })
        const ended = await devInfra(place, ["new", "api", "--template", "learning-project"], {
          environment: { ...identity, PATH: `${folder}:${dirname(process.execPath)}:${place.environment["PATH"] ?? ""}` },
          onStart: ({ kill }) => {
            const poll = setInterval(() => {
              if (!existsSync(reached)) return
              clearInterval(poll)
              kill(signal)
            }, 20)
          }
        })
        expect(ended.exitCode).toBe(exitCode)
        // git is gone too, or is a body that nobody has fetched yet
        const git = readFileSync(reached, "utf8").trim()
        await expect.poll(() => spawnSync("ps", ["-o", "stat=", "-p", git], { encoding: "utf8" }).stdout.trim().slice(0, 1), { timeout: 60_000 }).toMatch(/^Z?$/)
        expect(readdirSync(place.home)).toEqual([".dev-infra"])
        expect(await projects(place)).toEqual([])
      }))
  }

  it("runs nothing of a template that nobody trusts, and says which command failed", () =>
    withPlace(async (place) => {
      const template = join(place.home, "mine")
      mkdirSync(template)
      writeFileSync(join(template, "template.yml"), 'commands:\n  - { run: [sh, -c, "echo one >>log; echo \\"\\\\033[31mred\\""], after: create }\n  - { run: [sh, -c, "echo two >>log; exit 3"], after: create }\n  - { run: [touch, three], after: create }\n')
      writeFileSync(join(template, "a.sh"), "exit 1\n")
      const untrusted = await devInfra(place, ["new", "plain", "--template", "./mine"])
      expect(untrusted).toMatchObject({ exitCode: 0 })
      expect(readdirSync(join(place.home, "plain")).filter((name) => !name.startsWith("."))).toEqual(["a.sh"])
      const trusted = await devInfra(place, ["new", "run", "--template", "./mine", "--trust"])
      expect(trusted.exitCode).toBe(1)
      expect(trusted.stderr).toContain("it ended with code 3")
      expect(trusted.stderr).not.toContain("\u001b[31mred")
      expect(trusted.stderr.indexOf("touch three")).toBeLessThan(trusted.stderr.indexOf("running:"))
      expect(readFileSync(join(place.home, "run/log"), "utf8")).toBe("one\ntwo\n")
      expect(existsSync(join(place.home, "run/three"))).toBe(false)
      expect((await projects(place)).map(({ name }) => name)).toEqual(["plain", "run"])
    }))
})
