/*
 * What this workspace needs before anything else can run: Node 20.19 and git.
 * Written in the oldest JavaScript on purpose, so that an old Node can read it and say what is wrong.
 */
"use strict"

var NEEDED = [20, 19]

function fail(sentence) {
  process.stderr.write(sentence + "\n")
  process.exit(1)
}

function isNewEnough(version) {
  var parts = version.replace(/^v/, "").split(".")
  var major = parseInt(parts[0], 10)
  var minor = parseInt(parts[1], 10)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

exports.isNewEnough = isNewEnough

/** Ends the process with one sentence if Node is too old or git is missing. */
exports.check = function () {
  if (!isNewEnough(process.version)) {
    fail(
      "dev-infra needs Node " + NEEDED.join(".") + " or newer, and this is " + process.version + " (" + process.execPath + "). " +
        "Install a newer Node (https://nodejs.org) and run this again."
    )
  }
  var git = require("child_process").spawnSync("git", ["--version"], { stdio: "ignore" })
  if (git.error || git.status !== 0) {
    fail(
      "dev-infra needs git, and `git --version` does not work here. " +
        "Install it (Debian: apt-get install git; macOS: xcode-select --install) and run this again."
    )
  }
}
