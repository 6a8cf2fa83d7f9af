import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { app, ensureBuilt, hasTerminal, makePlace } from "./Binary.js"
import { play } from "./Transcript.js"

const folder = join(app, "test/golden")

describe("golden transcripts", () => {
  beforeAll(ensureBuilt)
  const terminal = hasTerminal()
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".txt"))) {
    it.concurrent(name.slice(0, -".txt".length), async () => {
      const place = makePlace()
      try {
        const file = join(folder, name)
        const expected = readFileSync(file, "utf8")
        const actual = await play(place, expected, { terminal })
        if (process.env["UPDATE_GOLDEN"] !== undefined) writeFileSync(file, actual)
        else expect(actual).toBe(expected)
      } finally {
        place.remove()
      }
    })
  }
})
