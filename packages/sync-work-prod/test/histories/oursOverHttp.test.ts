import { describe, it } from "@effect/vitest"
import { kinds } from "./indexes.js"
import { playMany } from "./Replay.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

describe.each(kinds("http").slice(0, 1))("histories over $name", ({ kind }) => {
  it.live("Y2, Y5: whatever happens, all agree in the end, nothing is lost and nothing is doubled", () => playMany(kind, isSoak ? 100 : 1))
})
