import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Project from "@dev-infra/metadata/Project"
import * as Removal from "@dev-infra/registry/Removal"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"

const project = (entry: JsonValue) => Either.getOrThrow(Project.decode(entry, { machineId: "11111111-1111-4111-8111-111111111111" }))
const path = (text: string) => AbsolutePath.make(text)
const existing = (there: ReadonlyArray<string>) => (paths: ReadonlyArray<string>) => paths.map((one) => there.includes(one))

describe("Removal", () => {
  const api = project({ path: "/api", checkouts: ["/api-2", "/api-3"] })
  const web = project({ path: "/web" })

  it("a project that is named is forgotten whole, a folder alone", () => {
    assert.deepStrictEqual(Removal.targetsOf([{ project: web }, { project: api, folder: path("/api-2") }]), [{ id: web.id }, { id: api.id, path: path("/api-2") }])
  })

  it("named twice counts once, and the whole project wins over a folder of it", () => {
    assert.deepStrictEqual(Removal.targetsOf([{ project: web }, { project: web }]), [{ id: web.id }])
    assert.deepStrictEqual(Removal.targetsOf([{ project: api, folder: path("/api-2") }, { project: api }]), [{ id: api.id }])
  })

  it("finds the folders that are gone", () => {
    const found = Removal.missing([api, web], existing(["/api-3"]))
    assert.deepStrictEqual(found, [
      { project: api, gone: [path("/api"), path("/api-2")], all: false },
      { project: web, gone: [path("/web")], all: true }
    ])
  })

  it("of a project that has a folder left only the others go, the first one last", () => {
    const found = Removal.missing([api, web], existing(["/api-3"]))
    assert.deepStrictEqual(Removal.targetsOfMissing(found), [{ id: api.id, path: path("/api-2") }, { id: api.id, path: path("/api") }, { id: web.id }])
  })

  it("finds nothing where everything is there", () => {
    assert.deepStrictEqual(Removal.missing([api, web], (paths) => paths.map(() => true)), [])
  })
})
