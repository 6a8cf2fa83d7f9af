import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Checkout, emptyCheckout, root, runNode } from "./checkout.js"

describe("the check of the documentation", () => {
  let checkout: Checkout
  beforeEach(() => {
    checkout = emptyCheckout()
  })
  afterEach(() => checkout.remove())

  const check = () => runNode([join(root, "scripts/check-docs.mjs"), "--root", checkout.folder], root)
  const fence = "```"

  it("is content with examples that compile and run, documented exports and links that lead somewhere", async () => {
    checkout.write("README.md", `# One\n\n${fence}ts run\nimport * as Effect from "effect/Effect"\n\nconst two: number = await Effect.runPromise(Effect.succeed(2))\n${fence}\n\n[here](#one) [there](docs/page.md#a-heading)\n`)
    checkout.write("docs/page.md", "## A heading\n")
    checkout.write("packages/one/src/One.ts", `/**\n * One.\n *\n * @example\n * ${fence}ts\n * const answer: number = 42\n * ${fence}\n */\nexport const one = 1\n`)
    expect(await check()).toEqual({ ok: true, output: "" })
  })

  it("names the line of the document in which an example is wrong", async () => {
    checkout.write("README.md", `# One\n\nText.\n\n${fence}ts\nconst one = 1\nconst two: string = one\n${fence}\n`)
    checkout.write("packages/one/src/One.ts", `/** Two. */\nexport const two = 2\n\n/**\n * One.\n *\n * @example\n * ${fence}ts\n * const answer: number = "42"\n * ${fence}\n */\nexport const one = 1\n`)
    const { ok, output } = await check()
    expect(output).toContain("README.md:7: the example does not compile: error TS2322")
    expect(output).toContain("packages/one/src/One.ts:9: the example does not compile: error TS2322")
    expect(ok).toBe(false)
  })

  it("runs examples that say so in an empty home, and no others", async () => {
    checkout.write("README.md", `${fence}ts run\nif (process.env["HOME"] === ${JSON.stringify(process.env["HOME"] ?? "")}) process.exit(3)\nprocess.exit(4)\n${fence}\n\n${fence}ts\nprocess.exit(5)\n${fence}\n`)
    const { ok, output } = await check()
    expect(output).toBe("README.md:2: the example ends with 4:\n\n")
    expect(ok).toBe(false)
  })

  it("asks for a doc comment on every export and an example for every service and layer", async () => {
    checkout.write(
      "packages/one/src/One.ts",
      [
        'import * as Context from "effect/Context"',
        "export const one = 1",
        "/** Two. */",
        "export const two = 2",
        "export type two = number",
        "/** A service. */",
        'export class Three extends Context.Tag("Three")<Three, number>() {}',
        "/** A layer. */",
        "export const layerMemory = 4",
        'export { tag } from "./Two.js"'
      ].join("\n")
    )
    checkout.write("packages/one/src/Two.ts", "/** Tag. */\nexport const tag = 1\n")
    const { output } = await check()
    expect(output.trimEnd().split("\n")).toEqual([
      "packages/one/src/One.ts:2: the export one has no doc comment",
      "packages/one/src/One.ts:7: no example of this module shows Three",
      "packages/one/src/One.ts:9: no example of this module shows layerMemory"
    ])
  })

  it("finds links that lead nowhere", async () => {
    checkout.write("README.md", "# One\n\n[page](docs/page.md) [heading](#two) `[code](is/no/link)`\n")
    const { output } = await check()
    expect(output).toBe("README.md:3: docs/page.md leads nowhere\nREADME.md:3: README.md has no heading #two\n")
  })
})
