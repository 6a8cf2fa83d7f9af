import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as RegistryDocument from "@dev-infra/registry/RegistryDocument"
import * as RegistryRepair from "@dev-infra/registry/RegistryRepair"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { temporaryFolder } from "./temporaryFolder.js"

const entry = (name: string, more = "") => `    {\n      "id": "${name}",\n      "path": "/code/${name}",\n      "serial": 12345678901234567890${more}\n    }`
const file = (entries: ReadonlyArray<string>, rest = "") => `{\n  "version": "1.0",\n  "projects": [\n${entries.join(",\n")}\n  ]${rest}\n}\n`
const names = ["one", "two", "three"]
const whole = file(names.map((name) => entry(name)), `,\n  "owner": {\n    "number": 10000000000000000001\n  }`)

const planFor = (text: string, backup?: string, bytes?: Uint8Array) => {
  const damaged = { path: "registry.json", text, ...(bytes === undefined ? {} : { bytes }) }
  const parsed = RegistryDocument.parse(damaged)
  if (Either.isRight(parsed)) throw new Error("nothing to repair")
  return RegistryRepair.plan(damaged, parsed.left, Option.map(Option.fromNullable(backup), (old) => ({ path: "registry.json.bak", text: old })))
}

describe("RegistryRepair", () => {
  it("keeps the entries before the end of a file that was cut off", () => {
    const plan = planFor(whole.slice(0, whole.indexOf("/code/three")))
    assert.strictEqual(plan.text, file(["one", "two"].map((name) => entry(name))))
    assert.strictEqual(plan.summary, "keep the 2 entries that can be read, leave out what stands at line 14")
  })

  it("adds what only the backup has", () => {
    const plan = planFor(whole.slice(0, whole.indexOf("/code/three")), whole)
    assert.strictEqual(plan.text, whole)
    assert.strictEqual(plan.summary, "keep the 2 entries that can be read, add 1 entry that only the backup has, leave out what stands at line 14")
  })

  it("brings no old entry back where nothing is lost", () => {
    const comma = whole.replace("\n  ],", ",\n  ],")
    const plan = planFor(comma, file([entry("gone")]))
    assert.strictEqual(plan.text, whole)
    assert.strictEqual(plan.summary, "keep the 3 entries that can be read")
  })

  it("leaves out only the entry that is broken", () => {
    for (const [from, to] of [["\"/code/two\"", "\"/code/two"], ["\"/code/two\"", "/code/two"], ["\"two\",", "\"two\": {"]] as const) {
      const plan = planFor(whole.replace(from, to))
      assert.strictEqual(plan.text, whole.replace(`${entry("two")},\n`, ""), to)
      assert.strictEqual(plan.entries, 2)
    }
  })

  it("joins both sides of an unfinished merge, entry by entry", () => {
    const merge = file([entry("one"), `<<<<<<< HEAD\n${entry("two", ",\n      \"status\": \"archived\"")},\n${entry("mine")}\n||||||| base\n${entry("two")}\n=======\n${entry("two")},\n${entry("theirs")}\n>>>>>>> other`])
    const plan = planFor(merge)
    assert.strictEqual(plan.method, "Union")
    assert.strictEqual(plan.text, file([entry("one"), entry("two", ",\n      \"status\": \"archived\""), entry("mine"), entry("theirs")]))
    assert.strictEqual(plan.summary, "join both sides of the merge to 4 entries, where they differ (1 entry) take the first side")
  })

  it("reads what stands before NUL characters, and no entry that bytes are missing from", () => {
    const plan = planFor(`${whole.slice(0, whole.indexOf("/code/two"))}\0\0\0`)
    assert.strictEqual(plan.text, file([entry("one")]))
    const bytes = Buffer.from(whole.replace("/code/two", "/code/tw\xff"), "latin1")
    assert.strictEqual(planFor(bytes.toString("utf8"), undefined, bytes).text, whole.replace(`${entry("two")},\n`, ""))
  })

  it("takes a file that is only a list for the list of projects", () => {
    assert.strictEqual(planFor(`[\n${entry("one")}\n]\n`).text, file([entry("one")]))
  })

  it("puts the backup back where nothing can be read", () => {
    for (const text of ["", "\0\0\0", "{}", "{\"projects\": 7}", "garbage"]) {
      const plan = planFor(text, whole)
      assert.deepInclude(plan, { method: "Backup", text: whole, summary: "put back registry.json.bak with 3 entries" }, text)
    }
  })

  it("takes nothing of a newer version apart", () => {
    const newer = whole.replace("1.0", "2.0")
    assert.strictEqual(planFor(newer.slice(0, -10)).method, "Empty")
    assert.deepInclude(planFor(newer.slice(0, -10), newer), { method: "Backup", text: newer })
  })

  it("starts an empty registry where there is nothing else", () => {
    assert.deepInclude(planFor(""), { method: "Empty", text: "{\n  \"version\": \"1.0\",\n  \"projects\": []\n}\n" })
    assert.strictEqual(planFor("", "also broken").method, "Empty")
  })

  it.scopedLive("keeps the damaged file, and leaves the backup alone", () =>
    Effect.gen(function* () {
      const path = `${yield* temporaryFolder}/registry.json`
      const damaged = whole.slice(0, 150)
      fs.writeFileSync(path, damaged)
      fs.writeFileSync(`${path}.bak`, whole)
      const planned = Option.getOrThrow(yield* RegistryRepair.inspect(path))
      assert.strictEqual(fs.readFileSync(path, "utf8"), damaged)
      const { copy, plan } = Option.getOrThrow(yield* RegistryRepair.repair(path))
      assert.strictEqual(plan.text, planned.text)
      assert.strictEqual(fs.readFileSync(path, "utf8"), whole)
      assert.strictEqual(fs.readFileSync(copy, "utf8"), damaged)
      assert.match(copy, /\/backups\/registry-damaged-\d{8}T\d{9}Z\.json$/)
      assert.strictEqual(fs.readFileSync(`${path}.bak`, "utf8"), whole)
      assert.deepStrictEqual(yield* RegistryRepair.repair(path), Option.none())
      assert.deepStrictEqual(yield* RegistryRepair.inspect(`${path}.none`), Option.none())
    }).pipe(Effect.provide(DurableFile.layer)))
})
