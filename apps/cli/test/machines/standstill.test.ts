/**
 * A sync that found nothing to do remembers that, and the next one compares nothing. Whatever changes, here or there, it must notice all the same.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "vitest"
import { ensureBuilt, makeGitHost, makeMachine, startOurs } from "./Machines.js"
import { thorough } from "../Rounds.js"

const api = "https://git.example.org/acme/api.git"

describe("after a sync that had nothing to do", () => {
  beforeAll(ensureBuilt)

  const begin = async () => {
    const host = makeGitHost()
    host.make("acme/api", { ".dev-infra.yml": "description: The API\n" })
    const [laptop, desktop] = [makeMachine("laptop", host), makeMachine("desktop", host)]
    await laptop.clone(api, "code/api")
    await laptop.do("scan", "code", "--register", "--yes")
    const remote = await startOurs()
    await laptop.login(remote)
    await laptop.do("push")
    await desktop.login(remote)
    const note = join(laptop.state, "cache", "standstill.json")
    const rest = async () => {
      for (const command of ["push", "pull"]) assert.deepStrictEqual((await laptop.json(command)).items, [])
      assert.isTrue(existsSync(note), "the standstill is remembered")
    }
    await rest()
    return { laptop, desktop, remote, rest }
  }

  const fields = async (of: Promise<{ readonly items: ReadonlyArray<{ readonly fields: ReadonlyArray<{ readonly field: string }> }> }>) =>
    (await of).items.flatMap((item) => item.fields.map(({ field }) => field))

  it("an update, a registry changed by hand, a project's own file, and a lost cache are noticed", async () => {
    const { laptop, rest } = await begin()
    await laptop.do("update", "api", "--organization", "acme")
    assert.deepStrictEqual(await fields(laptop.json("push")), ["organization"])
    await rest()
    const registry = join(laptop.state, "registry.json")
    writeFileSync(registry, readFileSync(registry, "utf8").replace('"acme"', '"emca"'))
    assert.deepStrictEqual(await fields(laptop.json("push")), ["organization"])
    await rest()
    laptop.write({ "code/api/.dev-infra.yml": "description: The api\n" })
    assert.deepStrictEqual(await fields(laptop.json("push")), ["description"])
    await rest()
    laptop.write({ "code/api/.dev-infra.yml": "description: The api\ntags: [go]\n" })
    assert.deepStrictEqual(await fields(laptop.json("push")), ["tags"])
    await rest()
    rmSync(join(laptop.state, "cache"), { recursive: true })
    await rest()
    rmSync(join(laptop.state, "state", "sync.json"))
    await rest()
  })

  thorough("what another machine pushed is noticed", async () => {
    const { desktop, laptop, rest } = await begin()
    await desktop.do("pull")
    await desktop.clone(api, "src/api")
    await desktop.do("scan", "src", "--register", "--yes")
    await desktop.do("update", "api", "--organization", "theirs")
    await desktop.do("push")
    assert.deepStrictEqual(await fields(laptop.json("pull")), ["organization"])
    await rest()
    await desktop.do("remove", "api", "--everywhere", "--yes")
    await desktop.do("push")
    assert.deepStrictEqual((await laptop.json("pull")).items.map(({ action }: { readonly action: string }) => action), ["unlinked"])
  })

  thorough("another server is not taken for the one that was quiet", async () => {
    const { laptop } = await begin()
    const other = await startOurs()
    await laptop.login(other)
    const report = await laptop.json("push")
    assert.strictEqual(report.counts.created, 1)
    assert.strictEqual((await other.rows()).length, 1)
  })
})
