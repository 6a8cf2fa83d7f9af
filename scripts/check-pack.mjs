/**
 * Whether the packages work for somebody who installs them: packed, installed into an empty folder, imported from plain Node,
 * compiled against, the command run on a real repository, and the server asked to keep a project.
 */
import { execFile, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const root = fileURLToPath(new URL("../", import.meta.url))
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"))
const folders = ["packages", "apps"].flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(root, kind, name))).filter((folder) => existsSync(join(folder, "package.json")))
const manifests = folders.map((folder) => readJson(join(folder, "package.json")))

/** What is wrong, as a sentence; everything else that is thrown here is a fault of this script. */
class Problem extends Error {}

/** Runs a program to its end. `sentence` says what it means if it fails. */
const run = async (sentence, command, args, options) => {
  try {
    const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 1 << 26, ...options })
    return stdout
  } catch (error) {
    throw new Problem(`${sentence}\n${[error.stdout, error.stderr].filter(Boolean).join("\n").trim() || error.message}`)
  }
}

const expect = (sentence, isTrue) => {
  if (!isTrue) throw new Problem(sentence)
}

const npmEnvironment = { ...process.env, npm_config_loglevel: "error", npm_config_update_notifier: "false" }
for (const name of ["npm_config_dry_run", "npm_config_global", "npm_config_omit", "npm_config_workspace", "npm_config_workspaces", "NODE_ENV"]) delete npmEnvironment[name]

/** Packs every package and gives the tarballs by name. */
const pack = async (area) => {
  const packed = JSON.parse(await run("A package cannot be packed.", "npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", area, ...folders], { cwd: root, env: npmEnvironment }))
  const needless = /(?:\.tsbuildinfo|\.test\.[cm]?[jt]s|(?:^|\/)(?:test|scripts|node_modules|\.turbo)\/.*)$/
  for (const { files, name } of packed) {
    const paths = files.map(({ path }) => path)
    // What a template gives a project may well be called test or scripts.
    const found = paths.filter((path) => needless.test(path) && !/^(?:dist\/)?templates\//.test(path))
    expect(`${name} packs files that nobody needs: ${found.join(", ")}.`, found.length === 0)
    expect(`${name} packs no README.md.`, paths.includes("README.md"))
    expect(`${name} packs no LICENSE.`, paths.includes("LICENSE"))
  }
  return Object.fromEntries(packed.map(({ filename, name }) => [name, `file:${join(area, filename)}`]))
}

/** An empty folder with the tarballs and what they ask of whoever installs them. */
const install = async (area, tarballs) => {
  const consumer = join(area, "consumer")
  mkdirSync(consumer)
  const { devDependencies, overrides } = readJson(join(root, "package.json"))
  const peers = Object.fromEntries(manifests.flatMap(({ peerDependencies }) => Object.keys(peerDependencies ?? {})).map((name) => [name, devDependencies[name] ?? overrides[name]]))
  const manifest = {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { ...peers, ...tarballs },
    // The packages depend on each other by version, and these versions may not be published yet.
    overrides: Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`]))
  }
  writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest, null, 2))
  await run("The packed packages cannot be installed into an empty folder.", "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: consumer, env: npmEnvironment })
  return consumer
}

const checkImports = async (consumer) => {
  const entries = manifests.flatMap((manifest) => Object.keys(manifest.exports ?? {}).map((entry) => manifest.name + entry.slice(1)))
  const program = `
    const failed = []
    for (const entry of ${JSON.stringify(entries)}) {
      try { await import(entry) } catch (error) { failed.push(entry + ": " + error.message) }
    }
    if (failed.length > 0) { console.error(failed.join("\\n")); process.exit(1) }`
  writeFileSync(join(consumer, "imports.mjs"), program)
  await run("Some modules cannot be imported once they are installed.", process.execPath, ["imports.mjs"], { cwd: consumer })
  const lines = entries.map((entry, index) => `export * as module${index} from "${entry}"\n`)
  writeFileSync(join(consumer, "consumer.ts"), lines.join(""))
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2023"],
    module: "NodeNext",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    noEmit: true,
    skipLibCheck: true
  }
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }))
  await run("A program that uses the packed declarations does not compile.", process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", consumer, "--pretty", "false"], { cwd: consumer })
  return entries.length
}

const checkCommand = async (area, consumer) => {
  const home = join(area, "home")
  const repository = join(area, "code with spaces")
  mkdirSync(home)
  mkdirSync(repository)
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    DEV_INFRA_HOME: join(home, ".dev-infra"),
    XDG_CACHE_HOME: join(home, ".cache"),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1"
  }
  const devInfra = (...args) => run(`The installed command fails: dev-infra ${args.join(" ")}`, join(consumer, "node_modules/.bin/dev-infra"), args, { cwd: home, env })
  const projects = async () => JSON.parse(await devInfra("list", "--json")).projects

  const { version } = manifests.find(({ name }) => name === "dev-infra")
  const said = await devInfra("--version")
  expect(`dev-infra --version says ${JSON.stringify(said)} instead of ${version}.`, said.trim().endsWith(version))
  expect("dev-infra list --json does not print an empty list in an empty home.", (await projects()).length === 0)

  writeFileSync(join(home, "Taskfile.yml"), "version: '3'\ntasks:\n  outer: task -s inner\n  inner: echo reached\n")
  expect("task within the commands of tasks is not dev-infra task.", (await devInfra("task", "-s", "outer")).trim() === "reached")
  expect("dev-infra list has made a home folder, although it only reads.", !existsSync(env.DEV_INFRA_HOME))
  await run("git cannot make a repository.", "git", ["init", "--quiet", repository], { env })
  await devInfra("add", repository)
  const paths = (await projects()).map(({ path }) => path)
  expect(`After dev-infra add, list shows ${JSON.stringify(paths)}.`, paths.length === 1 && paths[0] === repository)
  expect("dev-infra list does not name the added project.", (await devInfra("list")).includes("code with spaces"))
  // Without a terminal it serves until all is pushed: the compiled code of the database has to be found.
  const up = JSON.parse(await devInfra("up", repository, "--port", "0", "--json"))
  expect(`The installed command does not push to its own server: ${JSON.stringify(up)}`, up.server.own && up.push.counts.created === 1)
  const made = JSON.parse(await devInfra("new", "made", "--no-git", "--json"))
  expect(`The installed command makes no project: ${JSON.stringify(made)}`, made.template === "standard-project")
  await run("The tests of a project that the installed command made fail.", join(home, "made/scripts/test"), [], { cwd: home, env })
}

/** Starts the installed server in an empty home, and stores and reads a project with the key that it made. */
const checkServer = async (area, consumer) => {
  const home = join(area, "server-home")
  mkdirSync(home)
  const env = { PATH: process.env.PATH, HOME: home, DEV_INFRA_HOME: join(home, ".dev-infra") }
  const program = join(consumer, "node_modules/.bin/work-prod")
  const { version } = manifests.find(({ name }) => name === "work-prod")
  const said = await run("The installed command fails: work-prod --version", program, ["--version"], { cwd: home, env })
  expect(`work-prod --version says ${JSON.stringify(said)} instead of ${version}.`, said.trim().endsWith(version))
  const server = spawn(program, ["serve", "--port", "0"], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  const url = await new Promise((found, failed) => {
    server.stderr.on("data", (chunk) => (output += chunk))
    server.stdout.on("data", (chunk) => {
      output += chunk
      const address = /listens at (http:\/\/[^\s/]+:\d+)/.exec(output)
      if (address !== null) found(address[1])
    })
    server.once("exit", () => failed(new Problem(`The installed server does not start.\n${output}`)))
  })
  try {
    const file = join(env.DEV_INFRA_HOME, "work-prod/work-prod.db.key")
    const key = /wp_\S+/.exec(readFileSync(file, "utf8"))?.[0]
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" }
    const created = await fetch(`${url}/api/projects`, { method: "POST", headers, body: JSON.stringify({ name: "packed" }) })
    expect(`The installed server answers a new project with ${created.status}.`, created.status === 201)
    const listed = await (await fetch(`${url}/api/projects`, { headers })).json()
    expect("The installed server does not list the project that it stored.", listed.length === 1 && listed[0].name === "packed")
    const page = await (await fetch(`${url}/docs`)).text()
    expect("The installed server has no page at /docs.", page.includes("work-prod"))
  } finally {
    server.removeAllListeners("exit")
    const ended = new Promise((done) => server.once("exit", done))
    server.kill("SIGTERM")
    await ended
  }
}

const area = realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-pack-")))
try {
  const tarballs = await pack(area)
  const consumer = await install(area, tarballs)
  const modules = await checkImports(consumer)
  await checkCommand(area, consumer)
  await checkServer(area, consumer)
  console.log(`${Object.keys(tarballs).length} packages with ${modules} modules work when installed.`)
} catch (error) {
  if (!(error instanceof Problem)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
