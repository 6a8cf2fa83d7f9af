import { describe, expect, it } from "@effect/vitest"
import { kinds } from "./indexes.js"
import { playMany } from "./Replay.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
/** A server on PostgreSQL plays fewer of them than one on a file of its own. */
const long = (): number => (expect.getState().testPath?.includes("/postgres/") === true ? 30 : 100)

describe.each(kinds("http").slice(0, 1))("histories over $name", ({ kind }) => {
  it.live("Y2, Y5: whatever happens, all agree in the end, nothing is lost and nothing is doubled", () => playMany(kind, isSoak ? long() : 1))
})
