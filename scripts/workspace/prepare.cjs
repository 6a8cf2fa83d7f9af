/*
 * Makes the checkout ready to run. When nothing changed it only looks, takes no lock and says nothing.
 */
"use strict"

const path = require("node:path")
const { Problem } = require("./child.cjs")
const { keep } = require("./folders.cjs")
const { build, isBuilt } = require("./build.cjs")
const { install, isInstalled } = require("./install.cjs")
const { withLock } = require("./setup-lock.cjs")

const say = (line) => process.stderr.write(`${line}\n`)

const waiting = (pid) => say(`Another run (process ${pid}) is setting up this folder; waiting for it to finish …`)

const explain = (error) => {
  if (error instanceof Problem || !["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(error?.code)) return error
  return new Problem(`This checkout cannot be set up: ${error.message}. It must be writable and have some space left.`)
}

/** Installs and builds what is missing or out of date, one process at a time. */
const prepare = async () => {
  if (isInstalled() && isBuilt()) return
  try {
    await withLock(path.join(keep, "setup"), waiting, async () => {
      if (!isInstalled()) await install(say)
      if (!isBuilt()) {
        say("Building what changed …")
        await build({ quietly: true })
      }
    })
  } catch (error) {
    throw explain(error)
  }
}

module.exports = { prepare }
