/**
 * Whether every package is ready to be published: its exports map lists exactly its modules, it declares exactly what it
 * imports, and it says what a package has to say of itself. Every dependency has its line in docs/dependencies.md.
 */
import { parseSync } from "oxc-parser"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { join } from "node:path"

const problems = []
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"))

const modulesOf = (folder) =>
  readdirSync(join(folder, "src"), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => entry.name.slice(0, -".ts".length))

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.name.endsWith(".ts") ? [join(folder, entry.name)] : []
  )

/** The package that a module specifier belongs to. */
const packageOf = (specifier) => specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/")

const importsOf = (folder) => {
  const found = new Set()
  for (const file of filesBelow(join(folder, "src"))) {
    const { module } = parseSync(file, readFileSync(file, "utf8"))
    const specifiers = [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []))
    ]
    for (const specifier of specifiers) if (!specifier.startsWith(".") && !isBuiltin(specifier)) found.add(packageOf(specifier))
  }
  return found
}

const checkExports = (folder, manifest) => {
  const expected = new Set(modulesOf(folder).map((module) => (module === "index" ? "." : `./${module}`)))
  const listed = Object.keys(manifest.exports ?? {})
  for (const entry of expected) {
    if (!listed.includes(entry)) problems.push(`${folder}: the module ${entry} is not in the exports map (run node scripts/write-exports.mjs)`)
  }
  for (const entry of listed) {
    if (!expected.has(entry)) problems.push(`${folder}: the exports map lists ${entry}, which is no module`)
    for (const target of Object.values(manifest.exports[entry])) {
      if (!existsSync(join(folder, target))) problems.push(`${folder}: ${target}, exported as ${entry}, is not there after the build`)
    }
  }
}

const checkDependencies = (folder, manifest) => {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
  const used = importsOf(folder)
  for (const name of used) if (!(name in declared)) problems.push(`${folder}: imports ${name} without declaring it`)
  for (const name of Object.keys(declared)) if (!used.has(name)) problems.push(`${folder}: declares ${name} without importing it`)
}

const root = readJson("package.json")
const folders = ["packages", "apps"].flatMap((kind) => readdirSync(kind).map((name) => join(kind, name))).filter((folder) => existsSync(join(folder, "package.json")))
const manifests = new Map(folders.map((folder) => [folder, readJson(join(folder, "package.json"))]))
const versions = new Map([...manifests.values()].map(({ name, version }) => [name, version]))

for (const [folder, manifest] of manifests) {
  const needs = { license: "MIT", type: "module", sideEffects: false }
  for (const [key, value] of Object.entries(needs)) if (manifest[key] !== value) problems.push(`${folder}: ${key} is not ${value}`)
  for (const key of ["description", "engines", "files", "version"]) if (manifest[key] === undefined) problems.push(`${folder}: ${key} is missing`)
  if (!existsSync(join(folder, "README.md"))) problems.push(`${folder}: README.md is missing`)
  for (const kind of ["dependencies", "devDependencies", "peerDependencies"]) {
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (versions.has(name) && versions.get(name) !== range) problems.push(`${folder}: wants ${name} ${range}, which is ${versions.get(name)} here`)
      else if (kind === "dependencies" && !versions.has(name) && !/^\d/.test(range)) problems.push(`${folder}: ${name} is not pinned to a version`)
    }
  }
  if (folder.startsWith("packages")) {
    checkExports(folder, manifest)
    checkDependencies(folder, manifest)
  }
}

for (const [path, { resolved }] of Object.entries(readJson("package-lock.json").packages)) {
  if (resolved !== undefined && /^[a-z+]+:\/\//.test(resolved)) problems.push(`package-lock.json: ${path} names a download address`)
}

const page = existsSync("docs/dependencies.md") ? readFileSync("docs/dependencies.md", "utf8") : ""
const dependencies = [root, ...manifests.values()].flatMap((manifest) =>
  Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies, ...manifest.overrides })
)
for (const name of new Set(dependencies)) {
  if (!versions.has(name) && !page.includes(`\`${name}\``)) problems.push(`docs/dependencies.md: has no line for ${name}`)
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
