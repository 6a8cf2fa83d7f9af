import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as HostIdentity from "@dev-infra/registry/HostIdentity"
import * as Machine from "@dev-infra/registry/Machine"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { filesInMemory } from "./filesInMemory.js"

const hostA = "0123456789abcdef0123456789abcdef"
const hostB = "fedcba9876543210fedcba9876543210"

const homeFolder = "/home/user/.dev-infra"

const setup = (initial: { readonly [path: string]: string } = {}) => {
  const files = filesInMemory(initial)
  const on = (hostId: string | undefined, hostName = "laptop", folder = homeFolder) =>
    Machine.layer.pipe(
      Layer.provide([
        files.layer,
        DevInfraHome.layerFolder(folder),
        HostIdentity.layerMemory({ hostName, ...(hostId === undefined ? {} : { hostId }) })
      ])
    )
  return { ...files, on }
}

const identify = Effect.flatMap(Machine.Machine, (machine) => machine.identify)
const ensure = Effect.flatMap(Machine.Machine, (machine) => machine.ensure)
const machineFile = "/home/user/.dev-infra/state/machine.json"

describe.each([
  ["layer", () => setup().on(hostA)],
  ["layerMemory", () => Machine.layerMemory]
])("Machine.%s", (_, layer) => {
  it.effect("has one id before and after the first write", () =>
    Effect.gen(function* () {
      const before = yield* identify
      expect(before.stored).toBe(false)
      expect(before.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect((yield* identify).id).toBe(before.id)
      const stored = yield* ensure
      expect(stored).toEqual({ id: before.id, syncId: stored.syncId, previous: [], stored: true })
      expect(yield* identify).toEqual(stored)
      expect(yield* ensure).toEqual(stored)
      expect(stored.syncId).not.toBe(stored.id)
    }).pipe(Effect.provide(layer()))
  )
})

describe("Machine", () => {
  it.effect("writes nothing to identify, and one private file to ensure", () =>
    Effect.gen(function* () {
      const { modes, on, texts } = setup()
      yield* Effect.provide(identify, on(hostA))
      expect(texts.size).toBe(0)
      const { id } = yield* Effect.provide(ensure, on(hostA))
      expect(modes.get(machineFile)).toBe(0o600)
      expect(texts.get(machineFile)).toContain(id)
      expect(texts.get(machineFile)).not.toContain(hostA)
    })
  )

  it.effect("keeps the stored id when the host is renamed", () =>
    Effect.gen(function* () {
      const { on } = setup()
      const { id } = yield* Effect.provide(ensure, on(hostA, "old"))
      expect((yield* Effect.provide(identify, on(hostA, "new"))).id).toBe(id)
      expect(yield* Effect.provide(identify, on(undefined, "new"))).toMatchObject({ id, stored: true })
    })
  )

  it.effect("takes a new id when the home was copied to another host, and remembers the old one", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      const first = yield* Effect.provide(ensure, on(hostA))
      const seen = yield* Effect.provide(identify, on(hostB))
      expect(seen).toMatchObject({ previous: [first.id], stored: false })
      expect(seen.id).not.toBe(first.id)
      const second = yield* Effect.provide(ensure, on(hostB))
      expect(second).toMatchObject({ id: seen.id, previous: [first.id], stored: true })
      expect(JSON.parse(texts.get(machineFile) ?? "")).toMatchObject({ id: seen.id, previous: [first.id] })
      expect(yield* Effect.provide(ensure, on(hostA))).toMatchObject({ id: first.id, previous: [second.id], stored: true })
    })
  )

  it.effect("ties an id without a host to the host once it is known, and keeps keys that it does not know", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      const first = yield* Effect.provide(ensure, on(undefined))
      texts.set(machineFile, JSON.stringify({ ...JSON.parse(texts.get(machineFile) ?? ""), note: "mine" }))
      expect((yield* Effect.provide(ensure, on(hostA))).id).toBe(first.id)
      expect(JSON.parse(texts.get(machineFile) ?? "")).toMatchObject({ id: first.id, note: "mine" })
      expect((yield* Effect.provide(identify, on(hostB))).previous).toEqual([first.id])
    })
  )

  it.effect("differs by host, by host name and by home", () =>
    Effect.sync(() => {
      const base = { hostId: hostA, hostName: "laptop", folder: "/home/me/.dev-infra" }
      const ids = [base, { ...base, hostId: hostB }, { ...base, hostName: "desk" }, { ...base, folder: "/srv" }, { ...base, hostId: undefined }]
      expect(new Set(ids.map(Machine.deriveId)).size).toBe(5)
    })
  )

  it.effect.each(["", "{", "[]", "null", '{"version":2,"id":"x"}', '{"version":1,"id":"NOT"}', "\u0000\u0001"])(
    "does not overwrite a file that says %j",
    (text) =>
      Effect.gen(function* () {
        const { on, texts } = setup({ [machineFile]: text })
        for (const attempt of [identify, ensure]) {
          const failure = yield* Effect.flip(Effect.provide(attempt, on(hostA)))
          expect(failure._tag).toBe("MachineUnreadable")
          expect(failure.message).toContain(machineFile)
        }
        expect(texts.get(machineFile)).toBe(text)
      })
  )
})

describe("Machine as others know it", () => {
  it.effect("Y3: a home that was deleted and made again is another machine, whose projects have the ids that they had", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      const first = yield* Effect.provide(ensure, on(hostA))
      texts.delete(machineFile)
      const second = yield* Effect.provide(ensure, on(hostA))
      expect(second.id).toBe(first.id)
      expect(second.syncId).not.toBe(first.syncId)
      expect(second.syncId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    })
  )

  it.effect("Y3: a home that was copied to another host is another machine, and again another one back at home", () =>
    Effect.gen(function* () {
      const { on } = setup()
      const first = yield* Effect.provide(ensure, on(hostA))
      expect((yield* Effect.provide(identify, on(hostB))).syncId).not.toBe(first.syncId)
      const second = yield* Effect.provide(ensure, on(hostB))
      const third = yield* Effect.provide(ensure, on(hostA))
      expect(new Set([first.syncId, second.syncId, third.syncId]).size).toBe(3)
    })
  )

  it.effect("Y3: a home that was copied to another folder is another machine, one that was moved is not", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      const first = yield* Effect.provide(ensure, on(hostA))
      const there = "/srv/home/state/machine.json"
      texts.set(there, texts.get(machineFile) ?? "")
      const seen = yield* Effect.provide(identify, on(hostA, "laptop", "/srv/home"))
      expect(seen.syncId).not.toBe(first.syncId)
      const copy = yield* Effect.provide(ensure, on(hostA, "laptop", "/srv/home"))
      expect(copy).toMatchObject({ id: first.id, stored: true })
      expect(copy.syncId).not.toBe(first.syncId)
      expect(yield* Effect.provide(ensure, on(hostA))).toEqual(first)

      texts.set("/moved/state/machine.json", texts.get(machineFile) ?? "")
      texts.delete(machineFile)
      expect(yield* Effect.provide(identify, on(hostA, "laptop", "/moved"))).toEqual(first)
      expect(yield* Effect.provide(ensure, on(hostA, "laptop", "/moved"))).toEqual(first)
      texts.set(machineFile, texts.get("/moved/state/machine.json") ?? "")
      expect((yield* Effect.provide(identify, on(hostA))).syncId).not.toBe(first.syncId)
    })
  )

  it.effect("gives a record of an earlier version such an id with the next write, and keeps the rest", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      const first = yield* Effect.provide(ensure, on(hostA))
      const { folder: _, sync: __, ...earlier } = JSON.parse(texts.get(machineFile) ?? "")
      texts.set(machineFile, JSON.stringify(earlier))
      expect((yield* Effect.provide(identify, on(hostA))).syncId).toBe(first.id)
      const second = yield* Effect.provide(ensure, on(hostA))
      expect(second).toMatchObject({ id: first.id, previous: [] })
      expect(second.syncId).not.toBe(first.id)
      expect(yield* Effect.provide(ensure, on(hostA))).toEqual(second)
    })
  )

  it.effect("stores nothing anew as long as nothing changes", () =>
    Effect.gen(function* () {
      const { on, texts } = setup()
      yield* Effect.provide(ensure, on(hostA))
      const text = texts.get(machineFile)
      yield* Effect.provide(ensure, on(hostA))
      expect(texts.get(machineFile)).toBe(text)
    })
  )

  it.effect("is the same for every machine of one name in memory, and differs by name", () =>
    Effect.gen(function* () {
      const [desk, laptop, again] = yield* Effect.forEach(["desk", "laptop", "desk"], (name) => Effect.provide(ensure, Machine.layerMemoryNamed(name)))
      expect(desk).toEqual(again)
      expect(desk?.syncId).not.toBe(laptop?.syncId)
    })
  )
})

describe("HostIdentity", () => {
  const hostIdOf = (files: { readonly [path: string]: string }) =>
    Effect.flatMap(HostIdentity.HostIdentity, (host) => host.hostId).pipe(
      Effect.provide(Layer.provide(HostIdentity.layerFile({ hostName: "laptop" }), filesInMemory(files).layer)),
      Effect.map(Option.getOrUndefined)
    )

  it.effect("reads /etc/machine-id, else that of D-Bus, and takes no placeholder for an id", () =>
    Effect.gen(function* () {
      expect(yield* hostIdOf({ "/etc/machine-id": `${hostA}\n`, "/var/lib/dbus/machine-id": hostB })).toBe(hostA)
      expect(yield* hostIdOf({ "/etc/machine-id": "uninitialized\n", "/var/lib/dbus/machine-id": hostB })).toBe(hostB)
      expect(yield* hostIdOf({ "/etc/machine-id": "0".repeat(32) })).toBeUndefined()
      expect(yield* hostIdOf({})).toBeUndefined()
    })
  )
})
