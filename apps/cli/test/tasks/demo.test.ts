/**
 * The example of the repository, as its README says it: product repositories that inherit from one infrastructure repository.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { app, ensureBuilt } from "../Binary.js"
import { copyExample, makeTaskPlace, type TaskPlace } from "./TaskPlace.js"

const example = "inheritance-demo"

/** What the README shows for each command. */
const transcripts = (): ReadonlyMap<string, string> => {
  const readme = readFileSync(join(app, "../../examples", example, "README.md"), "utf8")
  return new Map([...readme.matchAll(/```sh\n(?:cd .*\n)?dev-infra task ?(.*)\n```\n\n```\n([^`]*)```/g)].map(([, words = "", output = ""]) => [words, output]))
}

describe("repositories that inherit tasks from one infrastructure repository", () => {
  let world: TaskPlace
  beforeAll(() => {
    ensureBuilt()
    world = makeTaskPlace()
    copyExample(world, example)
  })
  afterAll(() => world.place.remove())

  const webapp = (words: string) => world.task(words, { folder: world.path(example, "example-webapp") })
  const api = (words: string) => world.task(words, { folder: world.path(example, "example-api") })

  it("the README shows what really happens", async () => {
    const shown = transcripts()
    expect([...shown.keys()]).toEqual(["--list", "deploy", "setup"])
    for (const [words, output] of shown) {
      const { exitCode, stderr, stdout } = await webapp(words)
      expect({ words, stdout, exitCode, stderr }).toEqual({ words, stdout: output, exitCode: 0, stderr: "" })
    }
  })

  it("lists local and inherited tasks together, each with where it comes from", async () => {
    const { stdout } = await webapp("--list")
    for (const name of ["build", "deploy", "setup"]) expect(stdout).toMatch(new RegExp(`^\\* ${name}: .* Taskfile\\.yml:\\d+$`, "m"))
    for (const name of ["secrets:init", "secrets:sync", "nats:health", "cloudflare:test", "dev:setup"]) {
      expect(stdout).toMatch(new RegExp(`^\\* infra:${name}: .* \\.\\./\\.github/includes/v1/minimal-infra\\.yml:\\d+$`, "m"))
    }
  })

  it("deploy runs build, then infra:cloudflare:test, then itself", async () => {
    const { exitCode, stdout } = await webapp("deploy --force-all")
    expect(exitCode).toBe(0)
    expect(stdout.split("\n").map((line) => line.split(":")[0])).toEqual(["build", "cloudflare", "deploy", ""])
  })

  it("setup goes from this repository to infra:dev:setup and from there to infra:secrets:init, all in this repository's folder", async () => {
    const { stdout } = await webapp("setup")
    expect(stdout).toBe("setup: example-webapp\ninfra: preparing example-webapp\nsecrets: example-webapp declares 2 in .env.example\n")
    expect((await api("setup")).stdout).toBe("infra: preparing example-api\nsecrets: example-api declares 1 in .env.example\n")
  })

  it("a local task and an inherited one of the same name are two tasks", async () => {
    expect((await webapp("secrets:init")).stdout).toBe("secrets: of example-webapp alone\n")
    expect((await webapp("infra:secrets:init")).stdout).toBe("secrets: example-webapp declares 2 in .env.example\n")
    const { exitCode, stderr } = await api("secrets:init")
    expect(exitCode).toBe(200)
    expect(stderr).toContain("did you mean infra:secrets:init?")
  })

  it("a change of the infrastructure repository is seen by every product repository at once", async () => {
    const file = world.path(example, ".github/includes/v1/minimal-infra.yml")
    const before = readFileSync(file, "utf8")
    writeFileSync(file, `${before}\n  costs:check:\n    desc: Look at what it costs\n    cmds: ['echo nothing']\n`)
    for (const repository of [webapp, api]) expect((await repository("--list")).stdout).toMatch(/^\* infra:costs:check: +Look at what it costs/m)
    writeFileSync(file, before)
    for (const repository of [webapp, api]) expect((await repository("--list")).stdout).not.toContain("costs:check")
  })
})
