import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Project from "@dev-infra/metadata/Project"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"

const project = (entry: JsonValue) => Either.getOrThrow(Project.decode(entry, { machineId: "11111111-1111-4111-8111-111111111111" }))

describe("ProjectReference", () => {
  const api = project({ name: "api", path: "/code/api", checkouts: ["/code/api-2"] })
  const inner = project({ name: "acme/inner", path: "/code/api/packages/inner" })
  const projects = [api, inner]
  const locate = (reference: string, folder = "/code") => Either.getOrThrow(ProjectReference.locate(projects, reference, folder))

  it("tells which folder was named", () => {
    assert.deepStrictEqual(locate("/code/api"), { project: api, folder: api.path })
    assert.deepStrictEqual(locate("./api-2/src"), { project: api, folder: AbsolutePath.make("/code/api-2") })
    assert.deepStrictEqual(locate("api-2"), { project: api, folder: AbsolutePath.make("/code/api-2") })
    assert.deepStrictEqual(locate(".", "/code/api/packages/inner/src"), { project: inner, folder: inner.path })
  })

  it("a name or an id names no folder", () => {
    assert.deepStrictEqual(locate("api", "/"), { project: api })
    assert.deepStrictEqual(locate(api.id), { project: api })
  })

  it("a name may have a slash", () => {
    assert.deepStrictEqual(locate("acme/inner", "/code/api"), { project: inner })
  })

  it("a misspelt name with a slash never means the project around", () => {
    assert.isTrue(Either.isLeft(ProjectReference.locate(projects, "acme/iner", "/code/api")))
  })
})
