import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const at = (path: string) => AbsolutePath.make(path)

describe("ProjectStatement", () => {
  it.effect("tells stated, cleared and not mentioned apart", () =>
    Effect.gen(function* () {
      const statement = Option.getOrThrow(yield* ProjectStatement.readOne(at("/code/api")))
      assert.deepStrictEqual(statement, { path: "/code/api/.dev-infra.yml", fields: { template: "standard", description: null } })
    }).pipe(Effect.provide(MetadataFile.layerMemoryWith([["/code/api", "template: standard\ndescription:\nsync:\n  always: [a]\n"]]))))

  it.effect("a project without a file states nothing", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* ProjectStatement.readOne(at("/code/api"))))
    }).pipe(Effect.provide(MetadataFile.layerMemory)))

  it.effect("reads files of the oldest form", () =>
    Effect.gen(function* () {
      const statement = Option.getOrThrow(yield* ProjectStatement.readOne(at("/code/api")))
      assert.deepStrictEqual(statement.fields, { template: "standard", version: "0.1.0", created: "2024-05-06", name: "api" })
    }).pipe(
      Effect.provide(
        MetadataFile.layerMemoryWith([["/code/api", "template_type: standard\ndev_infra_version: 0.1.0\ncreated_date: 2024-05-06 10:00\nproject_name: api\n"]])
      )
    ))

  it.effect("keeps what is wrong with one file beside what the others state", () =>
    Effect.gen(function* () {
      const { problems, statements } = yield* ProjectStatement.readAll(["/code/a", "/code/bomb", "/code/c", "/code/none"].map(at))
      assert.deepStrictEqual([...statements.keys()], ["/code/a", "/code/c"])
      assert.deepStrictEqual(problems.map(({ folder }) => String(folder)), ["/code/bomb"])
    }).pipe(
      Effect.provide(
        MetadataFile.layerMemoryWith([
          ["/code/a", "template: a\n"],
          ["/code/bomb", `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdef".split("").map((key, index) => `${key}: &${key} [${Array.from({ length: 10 }, () => `*${"abcde"[index]}`).join(",")}]`).join("\n")}\n`],
          ["/code/c", "template: c\n"]
        ])
      )
    ))
})
