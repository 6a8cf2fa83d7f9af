#!/usr/bin/env node
// Stands in the repository so that `npm ci` can link it before the program is built. Old syntax, so that an old Node.js can say what it lacks.
var existsSync = require("fs").existsSync
var join = require("path").join
var words = process.versions.node.split(".").map(Number)
if (words[0] < 20 || (words[0] === 20 && words[1] < 19)) {
  process.stderr.write("error: work-prod needs Node.js 20.19 or newer; this is " + process.versions.node + "\n")
  process.exitCode = 1
} else if (existsSync(join(__dirname, "../dist/work-prod.cjs"))) module.exports = require("../dist/work-prod.cjs")
else {
  process.stderr.write("error: work-prod is not built yet; run npm run build first.\n")
  process.exitCode = 1
}
