import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as ProjectId from "@dev-infra/metadata/ProjectId"
import * as Uuid from "@dev-infra/metadata/Uuid"

describe("ProjectId", () => {
  it("derives the ids that RFC 9562 gives as examples", () => {
    // RFC 9562 appendix A.4: the DNS namespace and www.example.com.
    expect(Uuid.derived("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2")
  })

  it("derives one id per machine and path, for ever the same", () => {
    const machine = "7d0e0f5a-9a55-4c56-8f1f-2f0c7c9b1a10"
    expect(ProjectId.derive(machine, "/home/me/api")).toBe("5094ff58-74c6-59f7-9de0-7ad0916f38bf")
    expect(ProjectId.derive(machine.toUpperCase(), "/home/me/api")).toBe(ProjectId.derive(machine, "/home/me/api"))
    expect(ProjectId.derive(machine, "/home/me/api2")).not.toBe(ProjectId.derive(machine, "/home/me/api"))
    expect(ProjectId.derive("laptop", "/home/me/api")).not.toBe(ProjectId.derive("desktop", "/home/me/api"))
    expect(Schema.is(ProjectId.ProjectId)(ProjectId.derive("no uuid", "/ü 🎉"))).toBe(true)
  })

  it("reads an id in upper case and writes it in lower case", () => {
    const read = Schema.decodeSync(ProjectId.ProjectIdFromText)(" 3F2B6C1E-0D7A-4A59-9C1E-6A2F0B9D4E11 ")
    expect(read).toBe("3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11")
    expect(() => Schema.decodeSync(ProjectId.ProjectIdFromText)("x")).toThrow("a project id must be a UUID")
  })
})

const contract = (name: string, layer: Layer.Layer<IdGenerator.IdGenerator>) =>
  describe(`IdGenerator (${name})`, () => {
    it.effect("makes valid ids that never repeat", () =>
      Effect.gen(function*() {
        const ids = yield* IdGenerator.IdGenerator
        const made = yield* Effect.all(Array.from({ length: 1000 }, () => ids.next), { concurrency: "unbounded" })
        expect(new Set(made).size).toBe(1000)
        expect(made.every(Schema.is(ProjectId.ProjectId))).toBe(true)
        expect(made.every((id) => id[14] === "4" && "89ab".includes(id[19] ?? ""))).toBe(true)
      }).pipe(Effect.provide(layer)))
  })

contract("live", IdGenerator.layer)
contract("memory", IdGenerator.layerMemory)

describe("IdGenerator (memory)", () => {
  it.effect("counts from 1 in every test", () =>
    Effect.gen(function*() {
      const ids = yield* IdGenerator.IdGenerator
      expect(yield* ids.next).toBe("00000000-0000-4000-8000-000000000001")
    }).pipe(Effect.provide(IdGenerator.layerMemory)))
})
