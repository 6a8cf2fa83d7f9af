/**
 * Writes the exports map of every package: one entry per module of its `src`, none for what lies in its folders.
 * `scripts/check-packages.mjs` checks that nobody forgot to run it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

for (const name of readdirSync("packages")) {
  const file = `packages/${name}/package.json`
  const manifest = JSON.parse(readFileSync(file, "utf8"))
  const modules = readdirSync(`packages/${name}/src`)
    .filter((module) => module.endsWith(".ts"))
    .map((module) => module.slice(0, -".ts".length))
    .toSorted()
  const entry = (module) => ({ types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` })
  manifest.exports = Object.fromEntries([
    [".", entry("index")],
    ...modules.filter((module) => module !== "index").map((module) => [`./${module}`, entry(module)])
  ])
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  if (text !== readFileSync(file, "utf8")) writeFileSync(file, text)
}
