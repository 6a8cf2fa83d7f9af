import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { pairs } from "../../../work-prod-client/test/double/pairs.js"
import { replay } from "../../../work-prod-client/test/double/replay.js"
import { freshServer } from "./freshServer.js"

/** What clients of 0.3.0 will find to be different; empty if nothing is. */
const reasons = (parts: (typeof pairs)[number]["parts"]): string =>
  [...new Set(parts.flatMap((part) => (part !== "a second passes" && part.ours !== undefined ? [part.ours.reason] : [])))].join("; ")

describe.each([...new Set(pairs.map(({ topic }) => topic))])("clients of work-prod 0.3.0 find the same %s", (topic) => {
  for (const pair of pairs.filter((one) => one.topic === topic)) {
    const changes = reasons(pair.parts)
    it.scoped(changes === "" ? pair.title : `${pair.title} (changed: ${changes})`, () => Effect.flatMap(freshServer, (server) => replay(server, pair, "ours")))
  }
})
