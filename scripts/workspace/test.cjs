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

const isLoad = (file) => file.split(path.sep).includes("load")

/*
 * Of the tests with a long form, those that measure under load have the machine to themselves: they are run one by one, after all others.
 */
const stages = (args, soak, chosen) => {
  if (!soak || chosen) return [args]
  const files = longForms()
  return [files.filter((file) => !isLoad(file)), [...files.filter(isLoad), "--no-file-parallelism"]]
}

/** Run one stage, and add its counts to the others. */
const play = async (words, soak, counts) => {
  const results = path.join(keep, `test-results-${process.pid}.json`)
  const { code, interrupted } = await run(
    process.execPath,
    [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--passWithNoTests", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`, ...words],
    { cwd: root, env: environment(soak) }
  )
  process.exitCode = interrupted ?? (process.exitCode || code)
  if (fs.existsSync(results)) {
    const { numFailedTests, numPassedTests, numPendingTests } = JSON.parse(fs.readFileSync(results, "utf8"))
    fs.rmSync(results)
    counts.passed += numPassedTests
    counts.failed += numFailedTests
    counts.skipped += numPendingTests
    counts.isKnown = true
  }
  return interrupted === undefined
}

const test = async () => {
  const given = process.argv.slice(2)
  const soak = given.includes("--soak")
  const args = given.filter((arg) => arg !== "--soak")
  const chosen = args.length > 0
  const counts = { passed: 0, failed: 0, skipped: 0, isKnown: false }
  for (const words of stages(args, soak, chosen)) if (!(await play(words, soak, counts))) break
  const { failed, isKnown, passed, skipped } = counts
  if (!isKnown) return
  if (process.env.CI !== undefined && skipped > 0 && !chosen) {
    process.stderr.write("With CI set no test may be skipped: a program that the skipped ones need is missing.\n")
    process.exitCode ||= 1
  }
  process.stdout.write(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`)
}

module.exports = { test }
