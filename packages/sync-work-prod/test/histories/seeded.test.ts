import { assert, describe, it } from "@effect/vitest"
import { build, type Plugin } from "esbuild"
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Mutation, mutations } from "./Mutations.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

const root = fileURLToPath(new URL("../../../../", import.meta.url))
const packages = join(root, "packages")
const pathOf = ({ file }: Mutation): string => join(packages, file)

const timesIn = (text: string, part: string): number => text.split(part).length - 1

/** Reads packages from their sources, and one of these with the mistake in it. */
const withMistake = (mutation: Mutation): Plugin => ({
  name: "mistake",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^@dev-infra\// }, ({ path }) => {
      const [, name = "", module = "index"] = /^@dev-infra\/([^/]+)(?:\/(.+))?$/.exec(path) ?? []
      return { path: join(packages, name, "src", `${module}.ts`) }
    })
    onLoad({ filter: /\.ts$/ }, ({ path }) => (path === pathOf(mutation) ? { contents: readFileSync(path, "utf8").replace(mutation.before, () => mutation.after), loader: "ts" } : undefined))
  }
})

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A program that hangs because of the mistake is noticed, too. */
const patience = 60_000

const run = (file: string): Promise<Ended> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"], timeout: patience })
    let output = ""
    const note = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on("data", note)
    child.stderr.on("data", note)
    child.on("close", (code) => done({ code, output }))
  })

/** The program has to lie where it finds what it imports. */
const inFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const cache = join(root, ".cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "mistake-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const play = (mutation: Mutation): Promise<Ended> =>
  inFolder(async (folder) => {
    const outfile = join(folder, "mutant.mjs")
    await build({
      entryPoints: [fileURLToPath(new URL("mutant.ts", import.meta.url))],
      outfile, bundle: true, format: "esm", platform: "node", target: "node20", packages: "external", logLevel: "silent", plugins: [withMistake(mutation)]
    })
    return run(outfile)
  })

describe("mistakes in sync", () => {
  it("are in lines that are there", () => {
    assert.isAtLeast(mutations.length, 20)
    for (const mutation of mutations) assert.strictEqual(timesIn(readFileSync(pathOf(mutation), "utf8"), mutation.before), 1, `${mutation.file}: ${mutation.before}`)
  })

  it.concurrent.each(isSoak ? mutations : [])("are noticed: $breaks ($file)", async (mutation) => {
    const { code, output } = await play(mutation)
    assert.notStrictEqual(code, 0, "nothing went wrong")
    // Anything else than a history that went wrong would be a fault of this test.
    assert.isTrue(code === null || /Violation|step \d+|at rest/.test(output), output)
  })
})
