/**
 * Make `dist/`: the launcher (`dev-infra.cjs`) and the bundle (`bundle-<hash>.cjs`).
 *
 * esbuild splits the program into chunks, so that what only one command needs is a chunk of its own. All chunks then go as
 * functions into one file: one file to read, and one code cache, in which V8 keeps only the functions that were called.
 */
import { parse } from "es-module-lexer/js"
import * as esbuild from "esbuild"
import { createHash } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const app = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const workspace = resolve(app, "../..")
const outputs = join(app, "dist")
const { version } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))

/** The workspace's own packages are bundled from their sources, so that a stack trace names them. */
const ownPackages = {
  name: "own-packages",
  setup: (build) => {
    build.onResolve({ filter: /^@dev-infra\// }, ({ path }) => {
      const [, name, module = "index"] = path.split("/")
      const file = join(workspace, "packages", name, "src", `${module}.ts`)
      return existsSync(file) ? { path: file, sideEffects: false } : { errors: [{ text: `${path}: no such module` }] }
    })
  }
}

// `--readable` leaves names and lines as they are, for profiles.
/**
 * The loggers of Effect look at `process.stdout` as soon as they are loaded, which makes Node load its terminal and network
 * modules. This program has a logger of its own, so the look is left out.
 */
const quietLoggers = {
  name: "quiet-loggers",
  setup: (build) => {
    build.onLoad({ filter: /\/effect\/dist\/esm\/internal\/logger\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8")
      const look = /const hasProcessStdout = typeof process === "object" && process !== null && typeof process\.stdout === "object"[^;]*;/
      if (!look.test(text)) throw new Error(`${path} has changed: see what it does with process.stdout`)
      return { contents: text.replace(look, "const hasProcessStdout = false;"), loader: "js" }
    })
  }
}

/**
 * The index of undici loads all that it has, such as WebSocket and caches, which takes 60 ms. What this program uses of it is in these parts.
 */
const partsOfUndici = {
  name: "parts-of-undici",
  setup: (build) => {
    // Effect's client over Node's own HTTP stands in one module with that over undici, which is handed what it needs.
    build.onResolve({ filter: /^undici$/ }, ({ importer }) => ({ path: importer.includes("/@effect/") ? "none" : "some", namespace: "parts-of-undici" }))
    build.onLoad({ filter: /^none$/, namespace: "parts-of-undici" }, () => ({ contents: "export default undefined" }))
    build.onLoad({ filter: /^some$/, namespace: "parts-of-undici" }, () => ({
      contents: `
        import Dispatcher from "undici/lib/dispatcher/dispatcher.js"
        import ProxyAgent from "undici/lib/dispatcher/proxy-agent.js"
        import request from "undici/lib/api/api-request.js"
        Object.assign(Dispatcher.prototype, { request })
        export { ProxyAgent }`,
      resolveDir: workspace
    }))
    // HTTP/2, of which Node's part alone takes 10 ms to load, is for servers that ask for it.
    build.onLoad({ filter: /\/undici\/lib\/dispatcher\/client\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8")
      const load = "const connectH2 = require('./client-h2.js')"
      if (!text.includes(load)) throw new Error(`${path} has changed: see how it loads HTTP/2`)
      return { contents: text.replace(load, "const connectH2 = (...all) => require('./client-h2.js')(...all)"), loader: "js" }
    })
  }
}

/** LiquidJS and isomorphic-git have other letters in regular expressions, which esbuild leaves as they are. */
const asciiExpressions = {
  name: "ascii-expressions",
  setup: (build) => {
    build.onLoad({ filter: /\/liquidjs\/dist\/liquid\.node\.m?js$|\/isomorphic-git\/index\.c?js$/ }, ({ path }) => ({
      // oxlint-disable-next-line no-control-regex -- ASCII begins with them
      contents: readFileSync(path, "utf8").replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
      loader: "js"
    }))
  }
}

const common = { target: "node20", platform: "node", minify: !process.argv.includes("--readable"), legalComments: "none", charset: "ascii", logLevel: "warning" }

const split = await esbuild.build({
  ...common,
  absWorkingDir: app,
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  write: false,
  metafile: true,
  sourcemap: "external",
  sourcesContent: false,
  // a native module: it is found where the package was installed
  external: ["libsql"],
  chunkNames: "[name]-[hash]",
  plugins: [ownPackages, quietLoggers, partsOfUndici, asciiExpressions]
})

const idOf = (path) => `./${relative(outputs, path)}`
const texts = new Map(split.outputFiles.map((file) => [idOf(file.path), file.text]))
const ids = [...texts.keys()].filter((id) => id.endsWith(".js")).sort()

/** A static import as esbuild writes it: `import a,{b as c}from"./x.js"` and its kin. */
const importPattern = /^import\s*(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)\s*)?(?:\{([^}]*)\}\s*)?(?:from\s*)?["']/
const exportPattern = /\bexport\s*\{[^}]*\}\s*;?\s*$/
const blank = (text, from, to) => text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, " ") + text.slice(to)

/** Modules of Node that take a millisecond or two to load and that few commands need: they are loaded at the first call. */
const loadedLate = new Set(["node:crypto", "node:child_process", "node:os", "node:tty"])
const lateBinding = (module, namespace, names) => [
  ...(namespace === undefined ? [] : [`${namespace}=new Proxy({},{get:(_,name)=>${module}[name]})`]),
  ...(names ?? []).map(([name, local = name]) => `${local}=(...all)=>${module}.${name}(...all)`)
]

/** What binds the names of an import. The chunks are acyclic and export no variable that changes, so that names may be bound once. */
const bindingOf = (statement, from) => {
  const [, byDefault, namespace, named] = importPattern.exec(statement)
  const module = `require(${JSON.stringify(from)})`
  const names = named?.split(",").map((part) => part.trim().split(/\s+as\s+/)).filter(([name]) => name !== "")
  const bindings = loadedLate.has(from) && byDefault === undefined ? lateBinding(module, namespace, names) : [
    ...(byDefault === undefined ? [] : [`${byDefault}=${from.startsWith("./") ? `${module}.default` : module}`]),
    ...(namespace === undefined ? [] : [`${namespace}=${module}`]),
    ...(names === undefined ? [] : [`{${names.map(([name, local = name]) => `${name}:${local}`).join(",")}}=${module}`])
  ]
  return bindings.length === 0 ? `${module};` : `const ${bindings.join(",")};`
}

/**
 * A chunk as a function that is given `require` and returns its exports. What is taken out is replaced by blanks, and
 * `import(` by `Import(`, so that the source map still fits.
 */
const asFunction = (text) => {
  const [imports, exports] = parse(text)
  const exportStatement = exportPattern.exec(text)
  if (exports.length > 0 && exportStatement === null) throw new Error("a chunk exports in another way than by one list at its end")
  let body = exportStatement === null ? text : blank(text, exportStatement.index, text.length)
  let head = ""
  for (const { d: dynamic, n: from, se: end, ss: start } of imports) {
    if (dynamic === -1) {
      head += bindingOf(text.slice(start, end), from)
      body = blank(body, start, end)
    } else if (dynamic >= 0) body = `${body.slice(0, start)}I${body.slice(start + 1)}`
    else throw new Error("import.meta has no meaning here")
  }
  const foot = `return{${exports.map(({ ln: local, n: name }) => `${name}:${local}`).join(",")}}}`
  return { head: `function(require,Import){${head}`, body: body.trimEnd(), foot }
}

/** The files of which something is in the bundle. */
const included = new Set(Object.values(split.metafile.outputs).flatMap((output) => Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)))
for (const input of included) {
  if (existsSync(resolve(app, input)) && /^\s*export\s+(?:let|var)\s/m.test(readFileSync(resolve(app, input), "utf8"))) throw new Error(`${input} exports a variable that may change`)
}

const sections = []
let bundle = "({\n"
let line = 1
for (const id of ids) {
  const { body, foot, head } = asFunction(texts.get(id))
  const before = `${JSON.stringify(id)}:${head}`
  sections.push({ offset: { line, column: before.length }, map: JSON.parse(texts.get(`${id}.map`)) })
  const chunk = `${before}${body}\n${foot},\n`
  bundle += chunk
  line += chunk.split("\n").length - 1
}
bundle += "})\n"

// The launcher reads it as Latin-1, which V8 keeps in half the space. esbuild leaves regular expressions and tagged templates as they are.
// oxlint-disable-next-line no-control-regex -- ASCII begins with them
const foreign = /[^\x00-\x7f].{0,40}/.exec(bundle)
if (foreign !== null) throw new Error(`the bundle must be ASCII, but has ${foreign[0]}: write \\u escapes there`)

const hash = createHash("sha256").update(bundle).digest("hex").slice(0, 16)

const launcher = await esbuild.build({
  ...common,
  absWorkingDir: app,
  entryPoints: ["src/launcher.ts"],
  // The launcher must be readable for a Node that is too old.
  target: "es2017",
  bundle: true,
  format: "cjs",
  write: false,
  banner: { js: "#!/usr/bin/env node" },
  define: { VERSION: JSON.stringify(version), BUNDLE: JSON.stringify(hash) }
})

/** What answers before the program is loaded; the launcher asks it. */
const recall = await esbuild.build({ ...common, absWorkingDir: app, entryPoints: ["src/recall.ts"], bundle: true, format: "cjs", write: false })

const notices = new Set()
for (const input of included) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? []
  if (name !== undefined) notices.add(name)
}
const notice = [...notices].sort().map((name) => {
  const folder = join(workspace, "node_modules", name)
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const license = ["LICENSE", "license", "LICENSE.md", "LICENSE.txt"].map((file) => join(folder, file)).find((file) => existsSync(file))
  const terms = license === undefined ? `${about.license}\n` : readFileSync(license, "utf8")
  return `${name} ${about.version} (${about.license})\n\n${terms}`
})

mkdirSync(outputs, { recursive: true })
const write = (name, text) => {
  const temporary = join(outputs, `.${basename(name)}.${process.pid}`)
  writeFileSync(temporary, text)
  if (name.endsWith(".cjs") || name.startsWith("shim/")) chmodSync(temporary, 0o755)
  renameSync(temporary, join(outputs, name))
}
// The launcher names the bundle that it was made with: compiled code of one must never meet the text of another.
const name = `bundle-${hash}.cjs`
const map = { version: 3, file: name, sections }
const chunks = Object.entries(split.metafile.outputs).filter(([file]) => file.endsWith(".js")).map(([file, { bytes, inputs }]) => {
  const modules = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => relative(workspace, resolve(app, input)))
  return [idOf(resolve(app, file)), { bytes, modules }]
})
// What is in which chunk, for scripts/startup.mjs.
write("chunks.json", JSON.stringify(Object.fromEntries(chunks)))
write(name, bundle)
write(`${name}.map`, JSON.stringify(map))
write("recall.cjs", recall.outputFiles[0].text)
write("dev-infra.cjs", launcher.outputFiles[0].text)
// `task` for the commands of tasks.
mkdirSync(join(outputs, "shim"), { recursive: true })
write("shim/task", readFileSync(join(app, "shim/task")))
write("third-party-licenses.txt", notice.join(`\n${"-".repeat(80)}\n\n`))
// A folder with nothing but the command, to be put on the PATH from a checkout.
mkdirSync(join(outputs, "command"), { recursive: true })
rmSync(join(outputs, "command", "dev-infra"), { force: true })
symlinkSync("../dev-infra.cjs", join(outputs, "command", "dev-infra"))
// The templates that come with the program lie beside it. What is as it should be is left alone: a program may be reading it.
const templates = join(workspace, "packages/templates/templates")
const filesBelow = (folder, inside = "") =>
  existsSync(folder) ? readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(folder, join(inside, entry.name)) : [join(inside, entry.name)])) : []
const wanted = filesBelow(templates)
for (const file of wanted) {
  const [from, to] = [join(templates, file), join(outputs, "templates", file)]
  const { mode } = statSync(from)
  if (existsSync(to) && statSync(to).mode === mode && readFileSync(from).equals(readFileSync(to))) continue
  mkdirSync(dirname(to), { recursive: true })
  const temporary = join(outputs, `.template.${process.pid}`)
  writeFileSync(temporary, readFileSync(from))
  chmodSync(temporary, mode)
  renameSync(temporary, to)
}
for (const file of filesBelow(join(outputs, "templates"))) {
  if (!wanted.includes(file)) rmSync(join(outputs, "templates", file), { force: true })
}
for (const file of readdirSync(outputs)) {
  if (/^\.?bundle/.test(file) && !file.startsWith(name)) rmSync(join(outputs, file), { force: true })
}
