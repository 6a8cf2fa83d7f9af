/*
 * Where things are in the checkout, and where the person who called us stands.
 */
"use strict"

const path = require("node:path")

/** The checkout. */
const root = path.resolve(__dirname, "../..")

/** What the scripts keep between runs; git ignores it, and deleting it only costs time. */
const keep = path.join(root, ".cache")

/** npm moves to the checkout before it runs a script and remembers where it was called. */
const calledFrom = () => {
  const { INIT_CWD, npm_package_json: packageFile } = process.env
  const byNpm = INIT_CWD !== undefined && packageFile !== undefined && path.dirname(packageFile) === root
  return byNpm ? INIT_CWD : process.cwd()
}

module.exports = { calledFrom, keep, root }
