/*
 * The dependencies: installed exactly as the lockfile says, and only when it says something new.
 */
"use strict"

const { createHash } = require("node:crypto")
const fs = require("node:fs")
const os = require("node:os")
const path = require("node:path")
const { Problem, run } = require("./child.cjs")
const { keep, root } = require("./folders.cjs")
const { npmEnvironment } = require("./quiet.cjs")

const lockfile = path.join(root, "package-lock.json")
const modules = path.join(root, "node_modules")
/** inside node_modules, so that whoever deletes that folder deletes the stamp too */
const stampFile = path.join(modules, ".dev-infra-installed")
/** what npm writes at the very end of an installation */
const installedFile = path.join(modules, ".package-lock.json")

const readText = (file) => {
  try {
    return fs.readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** Binaries in node_modules fit one system only, so the system is part of the stamp. */
const currentStamp = () => {
  const text = readText(lockfile)
  if (text === undefined) throw new Problem(`${lockfile} is missing or unreadable; \`git restore package-lock.json\` brings it back.`)
  return `${createHash("sha256").update(text).digest("hex")} ${process.platform} ${process.arch}\n`
}

const isInstalled = () => readText(stampFile) === currentStamp() && fs.existsSync(installedFile)

/** Somebody ran npm by hand: what it wrote down is compared with the lockfile, package by package. */
const isInstalledByHand = () => {
  try {
    const wanted = JSON.parse(fs.readFileSync(lockfile, "utf8")).packages
    const found = JSON.parse(fs.readFileSync(installedFile, "utf8")).packages
    return Object.entries(wanted).every(([where, entry]) => {
      if (!where.startsWith("node_modules/")) return true
      const there = found[where]
      if (there === undefined) return entry.optional === true || entry.devOptional === true
      return there.version === entry.version && there.integrity === entry.integrity && fs.existsSync(path.join(root, where))
    })
  } catch {
    return false
  }
}

const isUsable = (folder) => {
  if (!path.isAbsolute(folder)) return false
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.rmdirSync(fs.mkdtempSync(path.join(folder, "writable-")))
    return true
  } catch {
    return false
  }
}

/** npm's own cache if it can be written, else one inside the checkout. */
const cacheFolder = () => {
  const usual = process.env.npm_config_cache ?? path.join(process.env.HOME ?? os.homedir(), ".npm")
  return isUsable(usual) ? usual : path.join(keep, "npm")
}

const npmCommand = () => {
  const running = process.env.npm_execpath
  return running !== undefined && path.basename(running) === "npm-cli.js" && fs.existsSync(running)
    ? [process.execPath, [running]]
    : ["npm", []]
}

/** Installs the dependencies unless they are there. */
const install = async (say) => {
  if (isInstalledByHand()) {
    fs.writeFileSync(stampFile, currentStamp())
    return
  }
  say("Installing the dependencies (only when package-lock.json changed; about a minute) …")
  fs.rmSync(stampFile, { force: true })
  fs.rmSync(installedFile, { force: true })
  const [command, before] = npmCommand()
  const { code, interrupted, output } = await run(
    command,
    [...before, "ci", "--include=dev", "--include=optional", "--ignore-scripts", "--prefer-offline", "--loglevel=error", "--no-progress"],
    { capture: true, cwd: root, env: { ...npmEnvironment(), npm_config_cache: cacheFolder() } }
  )
  if (interrupted !== undefined) throw new Problem("Interrupted while installing; the next run starts it again.", interrupted)
  if (code !== 0) {
    throw new Problem(`${output.trimEnd()}\nThe dependencies could not be installed (npm ci ended with ${code}). Is the npm registry reachable from here?`)
  }
  fs.writeFileSync(stampFile, currentStamp())
}

module.exports = { install, isInstalled }
