/*
 * Builds the packages and the command line, in the order of their dependencies, and only what changed.
 */
"use strict"

const { createHash } = require("node:crypto")
const fs = require("node:fs")
const path = require("node:path")
const { Problem, run } = require("./child.cjs")
const { keep, root } = require("./folders.cjs")
const { quietEnvironment } = require("./quiet.cjs")

const stampFile = path.join(keep, "build.json")

/** A build depends on nobody's own settings or logins, and the person's home may not even be a folder. */
const home = path.join(keep, "home")

const entriesOf = (folder) => {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

const filesBelow = (folder) =>
  entriesOf(folder).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(file) : [file]
  })

const workspaces = () =>
  ["packages", "apps"].flatMap((group) =>
    entriesOf(path.join(root, group))
      .map((entry) => path.join(root, group, entry.name))
      .filter((folder) => fs.existsSync(path.join(folder, "package.json")))
  )

/** Those where each module of src has its own output. */
const packages = () => workspaces().filter((folder) => path.basename(path.dirname(folder)) === "packages")

/** Everything that a build reads, by content. */
const inputs = () => {
  const files = [
    ...["package-lock.json", "tsconfig.base.json", "turbo.json"].map((name) => path.join(root, name)),
    ...workspaces().flatMap((folder) => [
      path.join(folder, "package.json"),
      path.join(folder, "tsconfig.json"),
      ...filesBelow(path.join(folder, "src")),
      ...filesBelow(path.join(folder, "scripts"))
    ])
  ]
  const hash = createHash("sha256")
  for (const file of files) {
    hash.update(`${path.relative(root, file)}\0`)
    if (fs.existsSync(file)) hash.update(fs.readFileSync(file))
    hash.update("\0")
  }
  return hash.digest("hex")
}

/** Everything that a build wrote, by size and time: a file that is gone, or from another build, shows. */
const outputs = () => {
  const hash = createHash("sha256")
  for (const file of workspaces().flatMap((folder) => filesBelow(path.join(folder, "dist")))) {
    const { mtimeMs, size } = fs.statSync(file)
    hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\0`)
  }
  return hash.digest("hex")
}

const readStamp = () => {
  try {
    return JSON.parse(fs.readFileSync(stampFile, "utf8"))
  } catch {
    return {}
  }
}

const isBuilt = () => {
  const stamp = readStamp()
  return stamp.inputs === inputs() && stamp.outputs === outputs()
}

/** tsc leaves the outputs of a module that was renamed or deleted; they would be published. */
const removeOrphans = () => {
  for (const folder of packages()) {
    const dist = path.join(folder, "dist")
    for (const file of filesBelow(dist)) {
      const module = path.relative(dist, file).replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, "")
      const isOutput = /(?:\.d\.ts|\.js)(?:\.map)?$/.test(file)
      if (isOutput && !fs.existsSync(path.join(folder, "src", `${module}.ts`))) fs.rmSync(file)
    }
  }
}

/** tsc keeps a record of what it built and trusts it, also when the files are gone. */
const forgetIncompleteBuilds = () => {
  for (const folder of packages()) {
    const dist = path.join(folder, "dist")
    const isComplete = filesBelow(path.join(folder, "src"))
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
      .every((file) => fs.existsSync(path.join(dist, path.relative(path.join(folder, "src"), file).replace(/\.ts$/, ".js"))))
    if (!isComplete) fs.rmSync(path.join(dist, ".tsbuildinfo"), { force: true })
  }
}

/** Builds with turbo. With `quietly` its output is shown only if it failed. */
const build = async ({ quietly }) => {
  const turbo = path.join(root, "node_modules/turbo/bin/turbo")
  if (!fs.existsSync(turbo)) throw new Problem("The dependencies are not installed; `npm ci` installs them.")
  forgetIncompleteBuilds()
  fs.mkdirSync(home, { recursive: true })
  const before = inputs()
  const { code, interrupted, output } = await run(
    process.execPath,
    [turbo, "run", "build", "--ui=stream", "--output-logs=errors-only"],
    { capture: quietly, cwd: root, env: { ...quietEnvironment(), HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home } }
  )
  if (interrupted !== undefined) throw new Problem("Interrupted while building; the next run goes on.", interrupted)
  if (code !== 0) throw new Problem(`${output.trimEnd()}\nThe build failed; what to mend stands above.`.trimStart())
  removeOrphans()
  fs.mkdirSync(keep, { recursive: true })
  fs.writeFileSync(stampFile, `${JSON.stringify({ inputs: before, outputs: outputs() })}\n`)
}

module.exports = { build, isBuilt }
