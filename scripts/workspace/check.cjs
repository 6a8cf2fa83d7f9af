/*
 * Runs the checks, each to its end also when one before it failed: one line a step, and the output of what failed.
 */
"use strict"

const path = require("node:path")
const fs = require("node:fs")
const { Problem, run } = require("./child.cjs")
const { root } = require("./folders.cjs")
const { quietEnvironment } = require("./quiet.cjs")

const tool = (name) => path.join(root, "node_modules", name)
const script = (name) => path.join(root, "scripts", name)

const projects = () =>
  ["packages", "apps"].flatMap((group) =>
    fs
      .readdirSync(path.join(root, group))
      .map((name) => path.join(group, name))
      .filter((folder) => fs.existsSync(path.join(root, folder, "tsconfig.json")))
  )

/** Each step is a list of programs for Node, run one after the other until one fails. */
const steps = {
  types: () => [
    [tool("typescript/bin/tsc"), "-b", ...projects()],
    [tool("typescript/bin/tsc"), "-p", "tsconfig.test.json"]
  ],
  lint: () => [[tool("oxlint/bin/oxlint"), "-c", ".oxlintrc.json"]],
  boundaries: () => [[script("check-boundaries.mjs")]],
  unused: () => [[tool("knip/bin/knip.js"), "--no-progress"]],
  packages: () => [[script("check-packages.mjs")]],
  docs: () => [[script("check-docs.mjs")]],
  pack: () => [[script("check-pack.mjs")]]
}

/** Packing installs what it packed, which takes a minute, so it is run only by name. */
const onlyByName = new Set(["pack"])

const runStep = async (programs) => {
  let output = ""
  for (const args of programs) {
    const result = await run(process.execPath, args, { capture: true, cwd: root, env: { ...quietEnvironment(), NO_COLOR: "1" } })
    if (result.interrupted !== undefined) throw new Problem("Interrupted.", result.interrupted)
    output += result.output
    if (result.code !== 0) return { ok: false, output }
  }
  return { ok: true, output }
}

const check = async (earlier = 0) => {
  const names = Object.keys(steps)
  const wanted = process.argv.slice(2)
  const unknown = wanted.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Problem(`No check is called ${unknown.join(" or ")}. There are: ${names.join(", ")}.`, 2)
  const chosen = wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names.filter((name) => !onlyByName.has(name))
  const failed = []
  for (const name of chosen) {
    const begun = Date.now()
    const { ok, output } = await runStep(steps[name]())
    process.stdout.write(`${name.padEnd(12)}${ok ? "ok    " : "failed"}${((Date.now() - begun) / 1000).toFixed(1).padStart(8)} s\n`)
    if (ok) continue
    failed.push(name)
    process.stdout.write(`\n${output.trimEnd()}\n\n`)
  }
  process.stdout.write(`${chosen.length - failed.length} passed, ${failed.length + earlier} failed\n`)
  if (failed.length + earlier > 0) process.exitCode = 1
}

/** What does not build is checked all the same, if it can be: other steps have something to say too. */
const checkUnbuilt = (error) => {
  if (!(error instanceof Problem) || error.exitCode !== 1 || !fs.existsSync(tool("typescript"))) throw error
  process.stdout.write(`build       failed\n\n${error.message}\n\n`)
  return check(1)
}

module.exports = { check: () => check(), checkUnbuilt }
