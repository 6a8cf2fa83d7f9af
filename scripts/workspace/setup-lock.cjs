/*
 * One setup at a time, also when the holder was killed.
 *
 * The lock is the numbered file with the highest number. A holder that is done, or dead, is followed by whoever manages to
 * create the next number, which the file system allows to one process only. A file is never removed before a higher one
 * exists, so a slow process that creates an old number again sees the higher one and gives way.
 */
"use strict"

const fs = require("node:fs")
const os = require("node:os")
const path = require("node:path")
const { execFileSync } = require("node:child_process")

/** a holder on another computer (a shared folder, a container) counts as dead after this silence */
const silentMillis = 30_000
const beatMillis = 2_000

const readText = (file) => {
  try {
    return fs.readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** Names this boot of this computer, as far as process numbers are concerned (a container counts its own). */
const machine = () => {
  let processes = ""
  try {
    processes = fs.readlinkSync("/proc/self/ns/pid")
  } catch {
    // not Linux
  }
  return [os.hostname(), (readText("/proc/sys/kernel/random/boot_id") ?? "").trim(), processes].join(" ")
}

/** When a process began, in whatever words the system has; a reused number has another beginning. */
const beginningOf = (pid) => {
  const status = readText(`/proc/${pid}/stat`)
  if (status !== undefined) return status.slice(status.lastIndexOf(")") + 2).split(" ")[19]
  if (process.platform === "linux") return undefined
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  } catch {
    return undefined
  }
}

const parse = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isHeld = (file) => {
  const holder = parse(readText(file) ?? "")
  if (holder?.released === true) return false
  if (holder !== undefined && holder.machine === machine()) {
    const beginning = beginningOf(holder.pid)
    return beginning !== undefined && beginning === holder.beginning
  }
  // Another computer, or a file that was just created and not yet written.
  const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs
  return touched !== undefined && Date.now() - touched < silentMillis
}

const numberOf = (name) => Number(/^setup-lock\.(\d+)$/.exec(name)?.[1] ?? -1)

const numbersIn = (folder) => fs.readdirSync(folder).map(numberOf).filter((number) => number >= 0).sort((a, b) => b - a)

const fileOf = (folder, number) => path.join(folder, `setup-lock.${number}`)

/** Gives the release, or what to wait for. */
const attempt = (folder) => {
  const highest = numbersIn(folder)[0] ?? 0
  if (highest > 0 && isHeld(fileOf(folder, highest))) {
    return { holder: parse(readText(fileOf(folder, highest)) ?? "")?.pid }
  }
  const mine = fileOf(folder, highest + 1)
  const holder = { pid: process.pid, beginning: beginningOf(process.pid), machine: machine() }
  try {
    fs.writeFileSync(mine, `${JSON.stringify(holder)}\n`, { flag: "wx" })
  } catch (error) {
    if (error.code === "EEXIST") return {}
    throw error
  }
  const numbers = numbersIn(folder)
  if (numbers[0] !== highest + 1) {
    fs.rmSync(mine, { force: true })
    return {}
  }
  for (const number of numbers.slice(1)) fs.rmSync(fileOf(folder, number), { force: true })
  const heart = setInterval(() => {
    const now = new Date()
    fs.utimes(mine, now, now, () => {})
  }, beatMillis)
  return {
    release: () => {
      clearInterval(heart)
      fs.writeFileSync(mine, `${JSON.stringify({ ...holder, released: true })}\n`)
    }
  }
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis))

/** Runs `work` while no other process does; `onWait` is called once, with the holder's process number, if we must wait. */
const withLock = async (folder, onWait, work) => {
  fs.mkdirSync(folder, { recursive: true })
  let told = false
  for (;;) {
    const { holder, release } = attempt(folder)
    if (release !== undefined) {
      try {
        return await work()
      } finally {
        release()
      }
    }
    if (holder !== undefined && !told) {
      told = true
      onWait(holder)
    }
    await pause(100)
  }
}

module.exports = { withLock }
