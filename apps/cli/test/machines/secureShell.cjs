/**
 * Plays `ssh` between two machines of a test: `ssh HOST COMMAND…` runs it there, `ssh -N -L PORT:ADDRESS:PORT HOST` leads a port there and
 * stays. The first argument is a file that says what the other machine is.
 */
"use strict"

const { spawnSync } = require("node:child_process")
const fs = require("node:fs")
const net = require("node:net")

const [file, ...words] = process.argv.slice(2)
const other = JSON.parse(fs.readFileSync(file, "utf8"))

const fail = (why) => {
  process.stderr.write(`ssh: ${why}\n`)
  process.exit(255)
}

const forward = words.indexOf("-L")
if (forward !== -1) {
  const [, from, address, to] = /^(\d+):([^:]+):(\d+)$/.exec(words[forward + 1] ?? "") ?? fail("what is to be forwarded?")
  if (!words.includes("-N") || words.at(-1) !== other.name) fail(`${words.join(" ")} was not expected`)
  net
    .createServer((near) => {
      const far = net.connect(Number(to), address)
      for (const [one, another] of [[near, far], [far, near]]) {
        one.pipe(another)
        one.on("error", () => another.destroy())
      }
    })
    .listen(Number(from), "127.0.0.1")
} else {
  const [host, ...command] = words
  if (host !== other.name) fail(`Could not resolve hostname ${host}`)
  const { status } = spawnSync("sh", ["-c", command.join(" ")], { cwd: other.home, env: other.environment, stdio: "inherit" })
  process.exitCode = status ?? 255
}
