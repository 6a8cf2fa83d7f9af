import * as Health from "@dev-infra/work-prod-api/Health"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import { describe, expect, it } from "@effect/vitest"
import * as Option from "effect/Option"

const ours = { api: Health.api, instance: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11", version: "0.1.0", capabilities: Health.capabilities }

describe("the header that names a server", () => {
  it("is read as it was written", () => {
    expect(Option.getOrThrow(ServerHeader.read(ServerHeader.write(ours)))).toEqual(ours)
    const bare = { api: 1, instance: null, version: null, capabilities: [] }
    expect(Option.getOrThrow(ServerHeader.read(ServerHeader.write(bare)))).toEqual(bare)
  })

  it("is short", () => {
    expect(ServerHeader.write(ours)).toBe("api=1; instance=3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11; version=0.1.0; can=batch,changes,etag,events,locations,metadata,paging")
  })

  it("tells the generation, whatever later ones add", () => {
    expect(Option.getOrThrow(ServerHeader.read("api=2;shape=round; can = a , b ,; instance=x=y"))).toEqual({ api: 2, instance: "x=y", version: null, capabilities: ["a", "b"] })
  })

  it.each(["", "nginx", "api=", "api=0", "api=-1", "api=1.5", "api=one", "instance=x", "api=9999999999"])("is none if it names no generation: %j", (text) => {
    expect(Option.isNone(ServerHeader.read(text))).toBe(true)
  })
})
