/**
 * Whether the documentation is true: its examples compile against the built packages, those marked `ts run` also run, every
 * export has a doc comment, links lead somewhere, and the reference of commands is what the program says of itself.
 *
 * `--root FOLDER` checks another checkout (the test of this script does).
 */
import { transformSync } from "esbuild"
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { parseSync } from "oxc-parser"

const { values } = parseArgs({ options: { root: { type: "string", default: fileURLToPath(new URL("../", import.meta.url)) } } })
const root = resolve(values.root)
const tools = fileURLToPath(new URL("../", import.meta.url))
const problems = []

const filesBelow = (folder, ending) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const file = join(folder, entry.name)
        return entry.isDirectory() ? filesBelow(file, ending) : file.endsWith(ending) ? [file] : []
      })
    : []
const foldersIn = (group) => (existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : [])
const read = (file) => readFileSync(join(root, file), "utf8")

const workspaces = [...foldersIn("packages"), ...foldersIn("apps")]
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...workspaces.map((folder) => join(folder, "README.md")),
  ...filesBelow("docs", ".md")
].filter((page) => existsSync(join(root, page)))
const modules = workspaces.flatMap((folder) => filesBelow(join(folder, "src"), ".ts")).map((file) => {
  const source = read(file)
  return { file, source, ...parseSync(file, source) }
})

const lineAt = (source, offset) => source.slice(0, offset).split("\n").length

/** The fenced blocks of `text`, whose first line is line `first` of its file. */
const blocksOf = (file, text, first) => {
  const lines = text.split("\n")
  const found = []
  for (let index = 0; index < lines.length; index++) {
    const fence = /^\s*```(ts|typescript)(\s+run)?\s*$/.exec(lines[index])
    if (fence === null) continue
    const start = index + 1
    while (index + 1 < lines.length && !/^\s*```\s*$/.test(lines[index + 1])) index++
    found.push({ file, line: first + start, runs: fence[2] !== undefined, code: lines.slice(start, index + 1).join("\n") })
  }
  return found
}

const docComments = ({ comments }) => comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"))

/** The text of a doc comment without its stars, line by line. */
const plain = (comment) => comment.value.replace(/^\s*\* ?/gm, "").replaceAll("*\\/", "*/")

const examples = [
  ...pages.flatMap((page) => blocksOf(page, read(page), 1)),
  ...modules.flatMap((module) =>
    docComments(module).flatMap((comment) => blocksOf(module.file, plain(comment), lineAt(module.source, comment.start)))
  )
]

/** Runs a program of Node; with `stopAfter` it is ended after so many milliseconds. */
const node = (args, options, stopAfter) =>
  new Promise((done) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], ...options })
    const limit = stopAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), stopAfter)
    let output = ""
    child.stdout.on("data", (chunk) => (output += chunk))
    child.stderr.on("data", (chunk) => (output += chunk))
    child.once("close", (code, signal) => {
      clearTimeout(limit)
      done({ code, signal, output })
    })
  })

/** Each example stands in a file of its own, on the same lines as in the document, so that errors name the right ones. */
const writeExamples = (area) => {
  for (const example of examples) {
    example.path = join(area, `${example.file}.${example.line}.ts`)
    mkdirSync(dirname(example.path), { recursive: true })
    writeFileSync(example.path, `${"\n".repeat(example.line - 1)}${example.code}\n`)
  }
  const compilerOptions = {
    composite: false,
    incremental: false,
    noEmit: true,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    types: ["node"],
    // An example of an app imports its neighbours as the module does in which it stands.
    rootDirs: [area, root],
    // An example ends with what it made; nobody reads that on.
    noUnusedLocals: false
  }
  writeFileSync(join(area, "tsconfig.json"), JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["**/*.ts"] }))
}

const compile = async (area) => {
  const { code, output } = await node([join(tools, "node_modules/typescript/bin/tsc"), "-p", area, "--pretty", "false"], { cwd: root })
  if (code === 0) return
  const prefix = `${relative(root, area)}/`
  for (const line of output.trimEnd().split("\n")) {
    const place = line.startsWith(prefix) ? /^(.+)\.\d+\.ts\((\d+),\d+\): (.*)$/.exec(line.slice(prefix.length)) : null
    problems.push(place === null ? line : `${place[1]}:${place[2]}: the example does not compile: ${place[3]}`)
  }
}

const runExample = async ({ code, file, line, path }) => {
  const home = mkdtempSync(join(tmpdir(), "dev-infra-example-"))
  try {
    const program = path.replace(/\.ts$/, ".mjs")
    writeFileSync(program, transformSync(code, { loader: "ts", format: "esm", target: "node20" }).code)
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      XDG_CACHE_HOME: join(home, ".cache"),
      DEV_INFRA_HOME: join(home, ".dev-infra"),
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1"
    }
    const result = await node([program], { cwd: home, env }, 60_000)
    if (result.code !== 0) problems.push(`${file}:${line}: the example ends with ${result.code ?? result.signal}:\n${result.output.trimEnd()}`)
  } catch (error) {
    problems.push(`${file}:${line}: the example cannot be run: ${error.message}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const checkExamples = async () => {
  const kept = join(root, ".cache/examples")
  mkdirSync(kept, { recursive: true })
  const area = mkdtempSync(join(kept, "run-"))
  try {
    writeExamples(area)
    if (examples.length > 0) await compile(area)
    await Promise.all(examples.filter(({ runs }) => runs).map(runExample))
  } finally {
    rmSync(area, { recursive: true, force: true })
  }
}

/** The names that a statement exports, without those of other modules, which have their comments there. */
const namesOf = (statement, imported) => {
  const { declaration, source, specifiers } = statement
  if (statement.type === "ExportAllDeclaration") return [statement.exported?.name ?? "*"]
  if (declaration === null) {
    return source !== null ? [] : specifiers.filter(({ local }) => !imported.has(local.name)).map(({ exported }) => exported.name)
  }
  return declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id?.name ?? "default"]
}

/**
 * A type shares the comment of the schema whose name it has, an overload that of the one before it. Some example of the module
 * shows each of its services and layers.
 */
const checkDocComments = (module) => {
  const documented = new Set()
  const imported = new Set(module.module.staticImports.flatMap(({ entries }) => entries.map(({ localName }) => localName.value)))
  const comments = docComments(module)
  const shown = comments.map(({ value }) => value).filter((value) => value.includes("```ts")).join("\n")
  for (const statement of module.program.body) {
    if (!/^Export(?:Named|Default|All)Declaration$/.test(statement.type)) continue
    const names = namesOf(statement, imported)
    const comment = comments.findLast(
      ({ end }) => end <= statement.start && module.source.slice(end, statement.start).replace(/^\s*\/\/.*$/gm, "").trim() === ""
    )
    if (comment !== undefined) for (const name of names) documented.add(name)
    const line = lineAt(module.source, statement.start)
    for (const name of names) {
      if (!documented.has(name)) problems.push(`${module.file}:${line}: the export ${name} has no doc comment`)
    }
    const isService = statement.declaration?.type === "ClassDeclaration" && /^class \w+ extends Context\.(?:Tag|Reference)\b/.test(module.source.slice(statement.declaration.start))
    for (const name of names) {
      if ((isService || name.startsWith("layer")) && !new RegExp(`\\b${name}\\b`).test(shown)) {
        problems.push(`${module.file}:${line}: no example of this module shows ${name}`)
      }
    }
  }
}

const anchorsOf = (text) =>
  new Set(
    [...text.matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
      heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
    )
  )

const checkLinks = (page) => {
  // What stands in code is no link.
  const text = read(page).replace(/^\s*```[^]*?^\s*```/gm, (block) => block.replace(/[^\n]/g, " ")).replace(/`[^`\n]*`/g, (code) => " ".repeat(code.length))
  for (const { 1: target, index } of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    const [path, anchor] = target.split("#")
    const file = path === "" ? page : join(dirname(page), path)
    const where = `${page}:${lineAt(text, index)}`
    if (!existsSync(join(root, file))) problems.push(`${where}: ${target} leads nowhere`)
    else if (anchor !== undefined && !anchorsOf(read(file)).has(anchor)) problems.push(`${where}: ${file} has no heading #${anchor}`)
  }
}

const checkReference = async () => {
  const script = join(root, "apps/cli/scripts/write-reference.mjs")
  if (!existsSync(script)) return
  const { code, output } = await node([script, "--check"], { cwd: root })
  if (code !== 0) problems.push(output.trimEnd())
}

for (const module of modules) if (module.file.startsWith("packages")) checkDocComments(module)
for (const page of pages) checkLinks(page)
await Promise.all([checkExamples(), checkReference()])

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
