/*
 * Hands over to the command line: `dev-infra up`, in this very process, so that signals, terminal and exit code are its own.
 */
"use strict"

const { binary } = require("./build.cjs")
const { calledFrom } = require("./folders.cjs")

const start = () => {
  process.chdir(calledFrom())
  process.argv = [process.execPath, binary, "up", ...process.argv.slice(2)]
  require(binary)
}

module.exports = { start }
