import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as HomeServer from "@dev-infra/registry/HomeServer"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { filesInMemory } from "./filesInMemory.js"

const process = { host: "desk", boot: "b1", namespace: "", pid: 10, started: 100, command: "dev-infra" }
const file = "/home/user/.dev-infra/state/server.json"
const announcement = { url: "http://127.0.0.1:5055", instance: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11", database: "/home/user/.dev-infra/work-prod/work-prod.db", kind: "background" } as const

const seenBy = (self: LocalProcess.ProcessIdentity, running: ReadonlyArray<LocalProcess.ProcessIdentity>) => LocalProcess.layerMemory(self, () => running)
const known = Effect.flatMap(HomeServer.HomeServer, (server) => server.known)
const announce = Effect.flatMap(HomeServer.HomeServer, (server) => server.announce(announcement))

const setup = (initial: { readonly [path: string]: string } = {}) => {
  const files = filesInMemory(initial)
  const at = (processes: Layer.Layer<LocalProcess.LocalProcess>) => HomeServer.layer.pipe(Layer.provide([files.layer, DevInfraHome.layerMemory, processes]))
  return { ...files, at }
}

describe.each([
  ["layer", () => setup().at(seenBy(process, [process]))],
  ["layerMemory", () => Layer.provide(HomeServer.layerMemory, seenBy(process, [process]))]
])("HomeServer.%s", (_, layer) => {
  it.effect("knows the server that was announced last, and that it runs", () =>
    Effect.gen(function* () {
      expect(yield* known).toEqual(Option.none())
      const record = yield* announce
      expect(record).toMatchObject({ ...announcement, pid: 10, process, started: "1970-01-01T00:00:00.000Z" })
      expect(yield* known).toEqual(Option.some({ record, process: "Running" }))
    }).pipe(Effect.provide(layer()))
  )

  it.effect("remembers which key was made for it, also after the next start", () =>
    Effect.gen(function* () {
      const rememberKey = Effect.flatMap(HomeServer.HomeServer, (server) => server.rememberKey("wp_abc"))
      yield* rememberKey
      expect(yield* known).toEqual(Option.none())
      yield* announce
      yield* rememberKey
      yield* announce
      expect(Option.map(yield* known, ({ record }) => record.key)).toEqual(Option.some("wp_abc"))
    }).pipe(Effect.provide(layer()))
  )
})

describe("HomeServer", () => {
  it.effect("remembers a server that has ended, also if another process has its number now", () =>
    Effect.gen(function* () {
      const { at, modes } = setup()
      yield* Effect.provide(announce, at(seenBy(process, [process])))
      expect(modes.get(file)).toBe(0o600)
      const other = { ...process, pid: 11 }
      const later = (running: ReadonlyArray<LocalProcess.ProcessIdentity>) => Effect.map(Effect.provide(known, at(seenBy(other, running))), Option.map((found) => [found.process, found.record.url]))
      expect(yield* later([other, process])).toEqual(Option.some(["Running", announcement.url]))
      expect(yield* later([other])).toEqual(Option.some(["Gone", announcement.url]))
      expect(yield* later([other, { ...process, started: 900 }])).toEqual(Option.some(["Gone", announcement.url]))
    })
  )

  it.scoped("is announced again if the record is deleted, unless another server was, or there is nothing to serve", () =>
    Effect.gen(function* () {
      const { at, texts } = setup()
      let isThere = true
      yield* Effect.provide(HomeServer.keepAnnounced(announcement, Effect.sync(() => isThere)), at(seenBy(process, [process])))
      texts.delete(file)
      yield* TestClock.adjust("3 seconds")
      expect(texts.get(file)).toContain(announcement.url)
      const other = (texts.get(file) ?? "").replace(":5055", ":5056")
      texts.set(file, other)
      yield* TestClock.adjust("1 minute")
      expect(texts.get(file)).toBe(other)
      isThere = false
      texts.delete(file)
      yield* TestClock.adjust("1 minute")
      expect(texts.has(file)).toBe(false)
    })
  )

  it.effect.each(["", "{", "{}", '{"version": 2}', "\u0000\u0000"])("takes a file that holds %j for none, and writes it again", (text) =>
    Effect.gen(function* () {
      const layer = setup({ [file]: text }).at(seenBy(process, [process]))
      expect(yield* Effect.provide(known, layer)).toEqual(Option.none())
      yield* Effect.provide(announce, layer)
      expect(Option.isSome(yield* Effect.provide(known, layer))).toBe(true)
    })
  )
})
