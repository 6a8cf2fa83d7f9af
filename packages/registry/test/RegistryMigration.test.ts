import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as RegistryFile from "@dev-infra/registry/RegistryFile"
import * as RegistryMigration from "@dev-infra/registry/RegistryMigration"
import { RegistryStore } from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "./temporaryFolder.js"

const fixture = (name: string) => fs.readFileSync(fileURLToPath(new URL(`./fixtures/registry/${name}`, import.meta.url)), "utf8")

describe("RegistryMigration", () => {
  it("has a step from every version to the next, up to the newest", () => {
    for (const [index, step] of RegistryMigration.steps.entries()) {
      assert.isBelow(RegistryMigration.compare(step.from, step.to), 0)
      assert.strictEqual(RegistryMigration.steps[index + 1]?.from ?? RegistryMigration.latest, step.to)
    }
  })

  it("brings a file of version 0.9 to 1.0 and loses nothing, not even a digit", () => {
    assert.strictEqual(Option.getOrThrow(RegistryMigration.migrateText(fixture("0.9.json"), "0.9")), fixture("0.9-as-1.0.json"))
  })

  it("takes a file without a version for 0.9 if its projects are an object", () => {
    assert.deepStrictEqual(RegistryMigration.versionOf({ projects: { api: "/code/api" } }), Option.some("0.9"))
    assert.deepStrictEqual(RegistryMigration.versionOf({ projects: [] }), Option.some("1.0"))
  })

  it.scopedLive("copies the file to backups before the first write, and only then", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = `${folder}/registry.json`
      fs.writeFileSync(path, fixture("0.9.json"))
      yield* Effect.gen(function* () {
        const store = yield* RegistryStore
        assert.strictEqual((yield* store.read).projects.length, 3)
        yield* store.modify((document) => Effect.succeed([undefined, document] as const))
        assert.strictEqual(fs.readFileSync(path, "utf8"), fixture("0.9.json"))
        assert.deepStrictEqual(fs.readdirSync(folder), ["registry.json"])
        yield* store.modify((document) => Effect.succeed([undefined, { ...document, projects: [...document.projects] }] as const))
        assert.strictEqual(fs.readFileSync(path, "utf8"), fixture("0.9-as-1.0.json"))
        yield* store.modify((document) => Effect.succeed([undefined, { ...document, projects: document.projects.slice(1) }] as const))
        const copies = fs.readdirSync(`${folder}/backups`)
        assert.strictEqual(copies.length, 1)
        assert.match(copies[0] ?? "", /^registry-0\.9-\d{8}T\d{9}Z\.json$/)
        assert.strictEqual(fs.readFileSync(`${folder}/backups/${copies[0]}`, "utf8"), fixture("0.9.json"))
      }).pipe(Effect.provide(RegistryFile.layer(path).pipe(Layer.provide(DurableFile.layer))))
    }))
})
