/*
 * Runs the benchmarks of the folder bench, one after the other, in alphabetical order.
 */
"use strict"

const fs = require("node:fs")
const path = require("node:path")
const { Problem, run } = require("./child.cjs")
const { root } = require("./folders.cjs")
const { quietEnvironment } = require("./quiet.cjs")

const ending = ".bench.mjs"

const bench = async () => {
  const folder = path.join(root, "bench")
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(ending)).sort() : []
  const args = process.argv.slice(2)
  const filters = args.filter((arg) => !arg.startsWith("-"))
  const options = args.filter((arg) => arg.startsWith("-"))
  const chosen = filters.length === 0 ? names : names.filter((name) => filters.some((filter) => name.includes(filter)))
  if (chosen.length === 0) {
    throw new Problem(`No benchmark is called ${filters.join(" or ")}. There are: ${names.map((name) => name.slice(0, -ending.length)).join(", ")}.`, 2)
  }
  for (const name of chosen) {
    const { code, interrupted } = await run(process.execPath, [path.join(folder, name), ...options], { cwd: root, env: quietEnvironment() })
    if (interrupted !== undefined) throw new Problem("Interrupted.", interrupted)
    if (code !== 0) process.exitCode = 1
  }
}

module.exports = { bench }
