/**
 * Make `dist/work-prod.cjs`: the whole program in one file, but for `libsql`, whose compiled code npm installs for each system.
 * Beside it stand the source map and the licences of what is inside.
 */
import * as esbuild from "esbuild"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
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

const { metafile, outputFiles } = await esbuild.build({
  absWorkingDir: app,
  bundle: true,
  charset: "ascii",
  define: { VERSION: JSON.stringify(version) },
  entryPoints: ["src/main.ts"],
  external: ["libsql", "pg-native"],
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minify: true,
  outfile: "dist/work-prod.cjs",
  platform: "node",
  plugins: [ownPackages],
  sourcemap: "linked",
  sourcesContent: false,
  target: "node20",
  write: false
})

const { inputs } = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)
const included = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)

/** The folders of the packages that something was taken from. */
const packages = new Set(included.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter((folder) => folder !== undefined))

const notices = [...packages].map((name) => {
  const folder = resolve(app, name)
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const terms = readdirSync(folder).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file))
  return `${about.name} ${about.version} (${about.license})\n\n${terms === undefined ? `${about.license}\n` : readFileSync(join(folder, terms), "utf8")}`
})

mkdirSync(outputs, { recursive: true })
/** Replaces a file at once, for a server may be starting from it. */
const write = (name, content) => {
  const temporary = join(outputs, `.${name}.${process.pid}`)
  writeFileSync(temporary, content)
  renameSync(temporary, join(outputs, name))
}
write("third-party-licenses.txt", notices.sort().join(`\n${"-".repeat(80)}\n\n`))
for (const file of outputFiles.sort((left, right) => right.path.length - left.path.length)) write(file.path.slice(outputs.length + 1), file.contents)
