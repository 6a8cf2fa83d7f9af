/*
 * Runs the tests and ends with their counts in one line.
 */
"use strict"

const fs = require("node:fs")
const path = require("node:path")
const { run } = require("./child.cjs")
const { keep, root } = require("./folders.cjs")
const { longForms } = require("./long-forms.cjs")
const { quietEnvironment } = require("./quiet.cjs")

/** What the person's own shell knows must not reach the tests: their projects, their identity, a git hook's repository. */
const environment = (soak) => {
  const own = Object.entries(quietEnvironment()).filter(([name]) => !/^(?:GIT_|DEV_INFRA_|npm_)/.test(name))
  return {
    ...Object.fromEntries(own),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...(soak ? { DEV_INFRA_SOAK: "1" } : {})
  }
}

const test = async () => {
  const args = process.argv.slice(2)
  const soak = args.includes("--soak")
  const given = args.filter((arg) => arg !== "--soak")
  const chosen = given.length > 0
  const results = path.join(keep, `test-results-${process.pid}.json`)
  const { code, interrupted } = await run(
    process.execPath,
    [
      path.join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--passWithNoTests",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${results}`,
      ...(chosen || !soak ? given : longForms())
    ],
    { cwd: root, env: environment(soak) }
  )
  process.exitCode = interrupted ?? code
  if (fs.existsSync(results)) {
    const { numFailedTests, numPassedTests, numPendingTests } = JSON.parse(fs.readFileSync(results, "utf8"))
    fs.rmSync(results)
    if (process.env.CI !== undefined && numPendingTests > 0 && !chosen) {
      process.stderr.write("With CI set no test may be skipped: a program that the skipped ones need is missing.\n")
      process.exitCode ||= 1
    }
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed${numPendingTests === 0 ? "" : `, ${numPendingTests} skipped`}\n`)
  }
}

module.exports = { test }
