import { join, relative } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Checkout, copyCheckout, root, runNode } from "./checkout.js"

describe("the boundaries", () => {
  let checkout: Checkout
  beforeAll(() => {
    checkout = copyCheckout()
  })
  afterAll(() => checkout.remove())

  const boundaries = () => runNode([join(root, "scripts/check-boundaries.mjs"), "--root", relative(root, checkout.folder)], root)
  const lint = (file: string) => runNode([join(root, "node_modules/oxlint/bin/oxlint"), "-c", ".oxlintrc.json", file], checkout.folder)

  /** Puts a file into the copy, checks, and empties it again. */
  const withFile = async <A>(file: string, text: string, check: (file: string) => Promise<A>): Promise<A> => {
    checkout.write(file, text)
    try {
      return await check(file)
    } finally {
      checkout.write(file, "export {}\n")
    }
  }

  it("hold in this checkout, also when it is named by a relative path", async () => {
    expect(await boundaries()).toEqual({ ok: true, output: "" })
  })

  it.each([
    ["a package that opens files itself", "packages/metadata/src/Spoilt.ts", 'import { readFileSync } from "node:fs"\nexport const text = readFileSync("x", "utf8")\n', ":1: imports node:fs"],
    ["a package that asks the process", "packages/registry/src/Spoilt.ts", "\nexport const home = process.env\n", ":2: uses process."],
    ["a package that reads the clock", "packages/registry/src/Spoilt.ts", "export const now = Date.now()\n", ":1: uses Date.now("],
    ["an effect run inside a package", "packages/registry/src/Spoilt.ts", 'import * as Effect from "effect/Effect"\nexport const x = Effect.runSync(Effect.void)\n', ":2: runs an effect (runSync)"],
    ["an effect run inside a command", "apps/cli/src/commands/list/spoilt.ts", 'import * as Effect from "effect/Effect"\nexport const x = Effect.runPromise(Effect.void)\n', ":2: runs an effect (runPromise)"]
  ])("catch %s", async (_, file, text, said) => {
    const { ok, output } = await withFile(file, text, boundaries)
    expect(output).toContain(`${file}${said}`)
    expect(ok).toBe(false)
  })

  it("do not mind what stands in comments", async () => {
    const text = "/**\n * ```ts\n * console.log(Effect.runSync(x), Date.now())\n * ```\n */\nexport const one = 1 // process.env\n"
    expect(await withFile("packages/metadata/src/Spoilt.ts", text, boundaries)).toEqual({ ok: true, output: "" })
  })

  it("catch a dependency against the arrows", async () => {
    const file = "packages/metadata/package.json"
    const before = checkout.read(file)
    checkout.write(file, before.replace('"dependencies": {', '"dependencies": {\n    "@dev-infra/registry": "0.1.0",'))
    const { ok, output } = await boundaries()
    checkout.write(file, before)
    expect(output).toBe("packages/metadata/package.json: depends on @dev-infra/registry, against the arrows\n")
    expect(ok).toBe(false)
  })

  it.each([
    ["packages/durable-files", "@dev-infra/metadata/Project"],
    ["packages/metadata", "@dev-infra/registry/Registry"],
    ["packages/registry", "dev-infra"],
    ["packages/registry", "@effect/cli/Command"],
    ["packages/registry", "effect"],
    ["packages/metadata", "@effect/platform"],
    ["packages/work-prod-api", "@dev-infra/durable-files/FileLock"],
    ["packages/work-prod-client", "@dev-infra/registry/Registry"],
    ["packages/work-prod-client", "@dev-infra/work-prod-server/WorkProdServer"],
    ["packages/work-prod-server", "@dev-infra/metadata/Project"],
    ["packages/work-prod-server", "@dev-infra/registry/Registry"],
    ["packages/work-prod-server", "@dev-infra/work-prod-client/WorkProd"],
    ["packages/work-prod-server", "@effect/sql"],
    ["packages/sync", "@dev-infra/work-prod-client/WorkProd"],
    ["packages/sync", "@dev-infra/sync-work-prod/WorkProdIndex"],
    ["packages/sync", "@effect/platform"],
    ["packages/sync-work-prod", "@dev-infra/work-prod-server/WorkProdServer"],
    ["packages/sync-work-prod", "@dev-infra/durable-files/FileLock"],
    ["packages/sync-work-prod", "dev-infra"],
    ["packages/templates", "@dev-infra/sync/Sync"],
    ["packages/templates", "@dev-infra/work-prod-api/WorkProdApi"],
    ["packages/templates", "@dev-infra/registry"],
    ["packages/templates", "@effect/cli/Command"],
    ["packages/templates", "effect"],
    ["packages/registry", "@dev-infra/templates/FileTree"],
    ["packages/sync", "@dev-infra/templates/FileTree"],
    ["apps/work-prod", "@dev-infra/work-prod-server"],
    ["apps/cli", "@dev-infra/registry"]
  ])("keep %s from importing %s", async (folder, specifier) => {
    const { ok, output } = await withFile(`${folder}/src/Spoilt.ts`, `import * as spoilt from "${specifier}"\nexport const one = spoilt\n`, lint)
    expect(output).toContain("no-restricted-imports")
    expect(ok).toBe(false)
  })

  it.each([
    ["packages/metadata", "@dev-infra/durable-files/DurableFile"],
    ["packages/registry", "@dev-infra/durable-files/DurableFile"],
    ["packages/registry", "@dev-infra/metadata/Project"],
    ["packages/registry", "effect/Effect"],
    ["packages/work-prod-api", "@dev-infra/metadata/Project"],
    ["packages/work-prod-client", "@dev-infra/work-prod-api/WorkProdApi"],
    ["packages/work-prod-server", "@dev-infra/durable-files/LocalProcess"],
    ["packages/work-prod-server", "@dev-infra/work-prod-api/WorkProdApi"],
    ["packages/sync", "@dev-infra/registry/Registry"],
    ["packages/sync-work-prod", "@dev-infra/sync/RemoteIndex"],
    ["packages/sync-work-prod", "@dev-infra/work-prod-client/WorkProd"],
    ["packages/templates", "@dev-infra/durable-files/DurableFile"],
    ["packages/templates", "@dev-infra/metadata/MetadataFile"],
    ["packages/templates", "@dev-infra/registry/Registry"],
    ["apps/work-prod", "@dev-infra/registry/DevInfraHome"],
    ["apps/cli", "@dev-infra/templates/FileTree"],
    ["apps/cli", "@dev-infra/registry/Registry"]
  ])("let %s import %s", async (folder, specifier) => {
    const { output } = await withFile(`${folder}/src/Spoilt.ts`, `import * as allowed from "${specifier}"\nexport const one = allowed\n`, lint)
    expect(output).not.toContain("no-restricted-imports")
  })

  it("keep the modules of a package from importing each other in a circle", async () => {
    checkout.write("packages/metadata/src/Round.ts", 'import { two } from "./Spoilt.js"\nexport const one = (): number => two()\n')
    const text = 'import { one } from "./Round.js"\nexport const two = (): number => one()\n'
    const { output } = await withFile("packages/metadata/src/Spoilt.ts", text, lint)
    checkout.write("packages/metadata/src/Round.ts", "export {}\n")
    expect(output).toContain("no-cycle")
  })
})
