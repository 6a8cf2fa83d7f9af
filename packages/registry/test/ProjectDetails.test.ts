import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Project from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as ProjectDetails from "@dev-infra/registry/ProjectDetails"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"

const project = (entry: JsonValue) => Either.getOrThrow(Project.decode(entry, { machineId: "11111111-1111-4111-8111-111111111111" }))

const git = (head: string): DirectoryReader.MemoryFolder => ({ HEAD: head, config: "", objects: {}, refs: {} })

const world = (text: string | undefined) =>
  Layer.merge(
    DirectoryReader.layerMemory({
      code: { api: { ".git": git("ref: refs/heads/feature/x\n") }, loose: { ".git": git(`${"a".repeat(40)}\n`) }, broken: { ".git": git("what\n") }, bare: git("ref: refs/heads/main\n"), plain: {} }
    }),
    MetadataFile.layerMemoryWith(text === undefined ? [] : [["/code/api", text]])
  )

describe("ProjectDetails", () => {
  it.effect("tells branches and missing folders without git", () =>
    Effect.gen(function* () {
      const { folders } = yield* ProjectDetails.describe(project({ path: "/code/api", checkouts: ["/code/loose", "/code/broken", "/code/plain", "/code/bare", "/code/gone"] }))
      assert.deepStrictEqual(folders.map((folder) => folder.git), [
        { _tag: "Branch", kind: "repository", branch: "feature/x" },
        { _tag: "Detached", kind: "repository" },
        { _tag: "Broken", detail: "its HEAD names neither a branch nor a commit" },
        { _tag: "None" },
        { _tag: "Branch", kind: "bare", branch: "main" },
        { _tag: "None" }
      ])
      assert.deepStrictEqual(folders.map((folder) => folder.isMissing), [false, false, false, false, false, true])
    }).pipe(Effect.provide(world(undefined))))

  it.effect("tells where the file and the registry disagree, unknown keys too", () =>
    Effect.gen(function* () {
      const details = yield* ProjectDetails.describe(project({ path: "/code/api", name: "api", version: "0.7.0", mood: "good", tags: ["a"] }))
      assert.deepStrictEqual(details.differences, [
        { field: "version", before: "0.7.0", after: "0.8.0" },
        { field: "description", before: null, after: "says the file" },
        { field: "mood", before: "good", after: "bad" }
      ])
    }).pipe(Effect.provide(world("id: 22222222-2222-4222-8222-222222222222\nversion: 0.8.0\ndescription: says the file\nmood: bad\ntags: [a]\nextra: 1\norganization: ~\n"))))

  it.effect("a file that cannot be read is part of the answer", () =>
    Effect.gen(function* () {
      const { differences, file } = yield* ProjectDetails.describe(project({ path: "/code/api" }))
      assert.strictEqual(file._tag, "Unreadable")
      assert.deepStrictEqual(differences, [])
    }).pipe(Effect.provide(world("version: [\n"))))
})
