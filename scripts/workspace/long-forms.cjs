/*
 * Which tests have a long form: those that ask for DEV_INFRA_SOAK, themselves or in a module beside them that they import. All others play
 * the same either way, so that `npm test` is enough for them.
 */
"use strict"

const fs = require("node:fs")
const path = require("node:path")
const { root } = require("./folders.cjs")

const testFolders = () =>
  ["packages", "apps"].flatMap((group) => fs.readdirSync(path.join(root, group)).map((name) => path.join(root, group, name, "test"))).concat(path.join(root, "scripts/test"))

const modulesBelow = (folder) =>
  fs.existsSync(folder)
    ? fs.readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => (entry.isFile() && entry.name.endsWith(".ts") ? [path.join(entry.parentPath ?? entry.path, entry.name)] : []))
    : []

/** Modules that a text names relatively to its own place. */
const importedBy = (file, text) => [...text.matchAll(/["'](\.{1,2}\/[^"']+)\.js["']/g)].map(([, name]) => path.resolve(path.dirname(file), `${name}.ts`))

/** The tests with a long form, relative to the root, in order. */
const longForms = () => {
  const texts = new Map(testFolders().flatMap(modulesBelow).map((file) => [file, fs.readFileSync(file, "utf8")]))
  const imports = new Map([...texts].map(([file, text]) => [file, importedBy(file, text)]))
  const found = new Set([...texts].flatMap(([file, text]) => (text.includes("DEV_INFRA_SOAK") ? [file] : [])))
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [file, names] of imports) if (names.some((name) => found.has(name))) found.add(file)
  }
  return [...found].filter((file) => file.endsWith(".test.ts")).map((file) => path.relative(root, file)).sort()
}

module.exports = { longForms }
