/**
 * Make `dist/`: the launcher (`dev-infra.cjs`) and the bundle (`bundle.cjs`).
 *
 * esbuild splits the program into chunks, so that what only one command needs is a chunk of its own. All chunks then go as
 * functions into one file: one file to read, and one code cache, in which V8 keeps only the functions that were called.
 */
import * as esbuild from "esbuild"
import { createHash } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
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

const common = { target: "node20", platform: "node", minify: true, legalComments: "none", charset: "ascii", logLevel: "warning" }

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
  chunkNames: "[name]-[hash]",
  plugins: [ownPackages]
})

const idOf = (path) => `./${relative(outputs, path)}`
const texts = new Map(split.outputFiles.map((file) => [idOf(file.path), file.text]))
const ids = [...texts.keys()].filter((id) => id.endsWith(".js")).sort()

/** esbuild hands out a copy of the exports that is marked `__esModule`. Nobody here asks for the mark, so the exports themselves do. */
const withoutCopies = (code) => code.replace(/=(\w+)=>\w+\(\w+\(\{\},"__esModule",\{value:!0\}\),\1\)/, "=$1=>$1")

const sections = []
let bundle = "({\n"
for (const id of ids) {
  const map = Buffer.from(texts.get(`${id}.map`)).toString("base64")
  const result = await esbuild.transform(`${texts.get(id)}\n//# sourceMappingURL=data:application/json;base64,${map}`, {
    ...common,
    format: "cjs",
    loader: "js",
    sourcemap: "external",
    sourcesContent: false,
    sourcefile: id,
    // import() becomes a call of the loader's own require.
    supported: { "dynamic-import": false }
  })
  bundle += `${JSON.stringify(id)}:function(module,require){`
  const lines = bundle.split("\n")
  sections.push({ offset: { line: lines.length - 1, column: lines.at(-1).length }, map: JSON.parse(result.map) })
  bundle += `${withoutCopies(result.code)}},\n`
}
bundle += "})\n"

const hash = createHash("sha256").update(bundle).digest("hex")

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

const notices = new Set()
for (const input of Object.keys(split.metafile.inputs)) {
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
  const temporary = join(outputs, `.${name}.${process.pid}`)
  writeFileSync(temporary, text)
  if (name.endsWith(".cjs")) chmodSync(temporary, 0o755)
  renameSync(temporary, join(outputs, name))
}
write("bundle.cjs", bundle)
write("bundle.cjs.map", JSON.stringify({ version: 3, file: "bundle.cjs", sections }))
write("dev-infra.cjs", launcher.outputFiles[0].text)
write("third-party-licenses.txt", notice.join(`\n${"-".repeat(80)}\n\n`))
