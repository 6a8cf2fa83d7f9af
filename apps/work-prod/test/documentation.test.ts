import { assert, beforeAll, describe, it } from "@effect/vitest"
import { join } from "node:path"
import { app, ensureBuilt, hasTerminal } from "./Binary.js"
import { play } from "./Transcript.js"

describe.skipIf(!hasTerminal())("what the documentation says to type", () => {
  beforeAll(ensureBuilt)

  it.each(["README.md", "../../docs/work-prod.md"])("comes out as it is written in %s", async (page) => {
    const { typed, wrong } = await play(join(app, page))
    assert.isAtLeast(typed, 3)
    assert.strictEqual(wrong.join("\n"), "")
  })
})
