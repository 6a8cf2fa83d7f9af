import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Stream from "effect/Stream"
import * as EventMessages from "../src/http/EventMessages.js"

const encoder = new TextEncoder()

const read = (parts: ReadonlyArray<Uint8Array>, limit = 1000) =>
  Effect.map(Stream.runCollect(EventMessages.read(Stream.fromIterable(parts), limit, () => "too large" as const)), Chunk.toReadonlyArray)

const readText = (text: string, limit?: number) => read([encoder.encode(text)], limit)

describe("server-sent events", () => {
  it.effect("are told by name, with the id and the data", () =>
    Effect.gen(function* () {
      expect(yield* readText("id: c1\nevent: change\ndata: {\"a\":1}\n\nid:c2\nevent:ready\ndata:{}\n\n")).toEqual([
        { event: "change", id: "c1", data: "{\"a\":1}" },
        { event: "ready", id: "c2", data: "{}" }
      ])
    })
  )

  it.effect("keep the last id, join lines of data, and have a name where they say none", () =>
    Effect.gen(function* () {
      expect(yield* readText("\uFEFFid: c1\n\n: alive\n\ndata: one\ndata:  two\ndata\n\nretry: 10\nunknown\nid: with\0nul\ndata: three\n\n")).toEqual([
        { event: "message", id: "c1", data: "one\n two\n" },
        { event: "message", id: "c1", data: "three" }
      ])
    })
  )

  it.effect("are none without data, and none if they are cut off", () =>
    Effect.gen(function* () {
      expect(yield* readText("event: change\n\ndata: a")).toEqual([])
      expect(yield* readText("data: a\n")).toEqual([])
    })
  )

  const stream = "id: 1\r\nevent: change\rdata: schön ✓ 😀\n\n: alive\r\n\r\ndata: two\r\rid\ndata: three\n\r\n"

  it.effect("are the same however the bytes arrive and whatever ends the lines", () =>
    Effect.gen(function* () {
      const bytes = encoder.encode(stream)
      const whole = yield* read([bytes])
      expect(whole).toEqual([
        { event: "change", id: "1", data: "schön ✓ 😀" },
        { event: "message", id: "1", data: "two" },
        { event: "message", id: "", data: "three" }
      ])
      expect(yield* read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
    })
  )

  it.effect.prop("are the same at any cut", [FastCheck.array(FastCheck.nat(80), { maxLength: 6 })], ([cuts]) =>
    Effect.gen(function* () {
      const bytes = encoder.encode(stream)
      const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length]
      const parts = places.slice(1).map((end, index) => bytes.slice(places[index], end))
      expect(yield* read(parts)).toEqual(yield* read([bytes]))
    })
  )

  it.effect("that never end are not kept for ever", () =>
    Effect.gen(function* () {
      const line = encoder.encode(`data: ${"x".repeat(400)}\n`)
      expect(yield* Effect.flip(read([line, line, line]))).toBe("too large")
      expect(yield* Effect.flip(read([encoder.encode("x".repeat(600)), encoder.encode("x".repeat(600))]))).toBe("too large")
      expect(yield* read([line, line, encoder.encode("\n"), line, line, encoder.encode("\n")])).toHaveLength(2)
    })
  )
})
