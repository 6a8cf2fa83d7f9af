import { assert, beforeAll, describe, expect, it } from "@effect/vitest"
import { join } from "node:path"
import { app, ensureBuilt, makePlace, run, workProd } from "./Binary.js"

describe("help", () => {
  beforeAll(ensureBuilt)

  it.each([[], ["serve"], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"], ["backup"], ["restore"], ["import-v0.3"], ["doctor"]])("of work-prod %s %s is as written down", async (...words) => {
    const { exitCode, stderr, stdout } = await workProd(makePlace(), [...words, "--help"])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
    await expect(stdout).toMatchFileSnapshot(join(app, "test/golden", `${["work-prod", ...words].join("-")}.txt`))
  })

  it("shows the version", async () => {
    const { exitCode, stdout } = await workProd(makePlace(), ["--version"])
    assert.strictEqual(exitCode, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it("ends quietly when nobody reads on", async () => {
    const { exitCode, stderr } = await run(makePlace(), "bash", ["-o", "pipefail", "-c", "work-prod serve --help | true"])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
  })

  it("tells that standard output is full", async () => {
    const { exitCode, stderr } = await run(makePlace(), "bash", ["-c", "work-prod --help > /dev/full"])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 1, stderr: "error: could not write to standard output: no space left on the disk\n" })
  })
})

describe("a line that means nothing", () => {
  beforeAll(ensureBuilt)

  it.each([
    [["serv"], 'error: unknown command "serv"\nhint: did you mean serve?\n'],
    [["serve", "--prot", "1"], "error: unknown flag --prot\nhint: did you mean --port?\n"],
    [["serve", "--port", "x"], 'error: --port must be a number from 0 to 65535, not "x"\nhint: see work-prod serve --help\n'],
    [["keys", "create", "--account", "a"], "error: --label is missing\nhint: say --label LABEL\n"],
    [["keys", "create", "--account", "a", "--label", "l", "--expires", "3m"], 'error: --expires must be a number of hours (h), days (d) or weeks (w) such as 12h, 90d or 4w, not "3m"\nhint: see work-prod keys create --help\n'],
    [["keys", "revoke", "wp_abcdef_0123456789abcdef"], "error: that is a whole key, and a key does not belong in arguments: others can see them\nhint: give its prefix, as work-prod keys list shows it\n"],
    [["keys", "list", "wp_abcdef_0123456789abcdef"], 'error: unexpected word "wp_abcdef_…"\nhint: see work-prod keys list --help\n'],
    [["serve", "--no-auth", "--host", "0.0.0.0"], "error: --no-auth with --host 0.0.0.0 would let everybody who reaches this computer read and change all projects\nhint: leave out --no-auth and use keys, or listen at --host 127.0.0.1\n"]
  ])("%j ends with 2 and says what is wrong", async (words, told) => {
    const { exitCode, stderr, stdout } = await workProd(makePlace(), words)
    assert.deepStrictEqual({ exitCode, stderr, stdout }, { exitCode: 2, stderr: told, stdout: "" })
  })
})
