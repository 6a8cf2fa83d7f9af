// Loaded before the program: whatever would start a process is written down and refused.
const processes = require("node:child_process")
const { appendFileSync } = require("node:fs")
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) {
  processes[name] = (...words) => {
    appendFileSync(process.env.STARTED_LOG, `${name} ${JSON.stringify(words[0])}\n`)
    throw new Error(`${name} was called`)
  }
}
require("node:module").syncBuiltinESMExports()
