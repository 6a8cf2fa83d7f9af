/*
 * Hands over to the command line: `dev-infra up`, in this very process, so that signals, terminal and exit code are its own.
 */
"use strict"

const path = require("node:path")
const { calledFrom, root } = require("./folders.cjs")

const binary = path.join(root, "apps/cli/bin/dev-infra.cjs")

const start = () => {
  process.chdir(calledFrom())
  process.argv = [process.execPath, binary, "up", ...process.argv.slice(2)]
  require(binary)
}

module.exports = { start }
