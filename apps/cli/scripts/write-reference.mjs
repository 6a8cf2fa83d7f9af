/**
 * Writes docs/commands.md from the declarations of the commands. With `--check` it writes nothing and ends with 1 if the page
 * is out of date.
 */
import { build } from "esbuild"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const page = here("../../../docs/commands.md")
const area = mkdtempSync(join(tmpdir(), "dev-infra-reference-"))

try {
  const outfile = join(area, "reference.mjs")
  await build({
    entryPoints: [here("reference.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
  })
  const text = execFileSync(process.execPath, [outfile], { encoding: "utf8", maxBuffer: 1 << 26 })
  if (!process.argv.includes("--check")) writeFileSync(page, text)
  else if (readFileSync(page, "utf8") !== text) {
    process.stderr.write("docs/commands.md is out of date: run node apps/cli/scripts/write-reference.mjs\n")
    process.exitCode = 1
  }
} finally {
  rmSync(area, { recursive: true, force: true })
}
