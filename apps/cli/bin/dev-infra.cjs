#!/usr/bin/env node
// Stands in the repository so that `npm ci` can link it before the program is built.
const { existsSync } = require("fs")
const { join } = require("path")
if (existsSync(join(__dirname, "../dist/dev-infra.cjs"))) require("../dist/dev-infra.cjs")
else {
  process.stderr.write("error: dev-infra is not built yet; run npm run build first.\n")
  process.exitCode = 1
}
