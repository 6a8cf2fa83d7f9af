/**
 * A template in a real repository, a project on the disk, and the live layers: what plays a random history.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import * as Application from "@dev-infra/templates/Application"
import * as Planning from "@dev-infra/templates/Planning"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type File, type Files, type History, type Rule, type Version } from "./Histories.js"

const environment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0"
}

const modes = { file: "100644", executable: "100755", symlink: "120000" } as const

const quoted = (path: string): string => `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`

const rulesText = (rules: ReadonlyArray<readonly [Rule, string]>): string =>
  rules.length === 0
    ? ""
    : `sync:\n${(["always", "ask", "never"] as const).flatMap((rule) => {
        const patterns = rules.flatMap(([kind, pattern]) => (kind === rule ? [JSON.stringify(pattern)] : []))
        return patterns.length === 0 ? [] : [`  ${rule}: [${patterns.join(", ")}]\n`]
      }).join("")}`

const manifestOf = ({ renamed, version }: Version, past: History): string =>
  [
    `name: played\nversion: ${version.slice(1)}\n`,
    rulesText(past.templateRules),
    renamed.length === 0 ? "" : `renamed:\n${renamed.map((one) => `  - { from: ${JSON.stringify(one.from)}, to: ${JSON.stringify(one.to)}, version: ${one.version.slice(1)} }\n`).join("")}`
  ].join("")

/** A bare repository with a commit and a tag for each version; gives the commits. */
export const makeRepository = (folder: string, versions: ReadonlyArray<Version>, past: History): ReadonlyArray<string> => {
  mkdirSync(folder, { recursive: true })
  const git = (args: ReadonlyArray<string>, input?: Uint8Array): string => execFileSync("git", args, { cwd: folder, env: environment, input, stdio: ["pipe", "pipe", "pipe"], maxBuffer: 1 << 28 }).toString()
  git(["init", "--quiet", "--bare", "--initial-branch=main"])
  const parts: Array<Buffer> = []
  const say = (text: string) => parts.push(Buffer.from(`${text}\n`))
  const data = (content: Uint8Array) => {
    say(`data ${content.length}`)
    parts.push(Buffer.from(content), Buffer.from("\n"))
  }
  for (const [index, version] of versions.entries()) {
    say(`commit refs/heads/main\nmark :${index + 1}\ncommitter Test <test@example.invalid> ${1_700_000_000 + index} +0000`)
    data(Buffer.from(`${version.version}\n`))
    say("deleteall")
    for (const [path, { content, mode }] of new Map<string, File>([...version.files, ["template.yml", { mode: "file", content: Buffer.from(manifestOf(version, past)) }]])) {
      say(`M ${modes[mode]} inline ${quoted(path)}`)
      data(content)
    }
    say(`\nreset refs/tags/${version.version}\nfrom :${index + 1}\n`)
  }
  say("done")
  git(["fast-import", "--quiet", "--done"], Buffer.concat(parts))
  return versions.map(({ version }) => git(["rev-parse", `${version}^{commit}`]).trim())
}

/** Writes files below a folder. */
export const writeFiles = (folder: string, files: Files): void => {
  for (const [path, { content, mode }] of files) {
    const place = join(folder, path)
    mkdirSync(dirname(place), { recursive: true })
    if (mode === "symlink") symlinkSync(Buffer.from(content).toString(), place)
    else {
      writeFileSync(place, content)
      chmodSync(place, mode === "executable" ? 0o755 : 0o644)
    }
  }
}

/** Everything below a folder that is no folder itself. */
export const readFiles = (folder: string, inside = ""): Files => {
  const found = new Map<string, File>()
  for (const name of readdirSync(join(folder, inside)).sort()) {
    const path = inside === "" ? name : `${inside}/${name}`
    const stats = lstatSync(join(folder, path))
    if (stats.isDirectory()) for (const [deeper, file] of readFiles(folder, path)) found.set(deeper, file)
    else if (stats.isSymbolicLink()) found.set(path, { mode: "symlink", content: Buffer.from(readlinkSync(join(folder, path))) })
    else found.set(path, { mode: (stats.mode & 0o100) === 0 ? "file" : "executable", content: readFileSync(join(folder, path)) })
  }
  return found
}

export const metadataText = (past: History, options: { readonly source: string; readonly version: string; readonly commit: string }): string =>
  [
    `# kept as it is\ntemplate: played\nversion: ${options.version} # this line changes\nsource: ${options.source}\ncommit: ${options.commit}\n`,
    "answers:\n  name: project\n  date: 2026-01-02\n  year: 2026\n  author: Somebody\n",
    rulesText(past.projectRules),
    past.customized.length === 0 ? "" : `customizations:\n${past.customized.map((path) => `  - { file: ${JSON.stringify(path)}, reason: ours, date: 2026-01-03 }\n`).join("")}`
  ].join("")

/** The live layers, with everything that the program keeps below `area`. */
export const live = (area: string) =>
  TemplateSources.layer({ environment, homeDirectory: area, workingDirectory: area, builtInFolder: join(area, "none") }).pipe(
    Layer.provideMerge(UsedTemplates.layer),
    Layer.provideMerge(Configuration.layer({ environment: {}, homeDirectory: area, workingDirectory: area })),
    Layer.provideMerge(GitStatus.layer),
    Layer.provideMerge(MetadataFile.layer),
    Layer.provideMerge(LocalRegistry.layer({ environment: { DEV_INFRA_HOME: join(area, "home") }, homeDirectory: area, workingDirectory: area, hostName: "test" })),
    Layer.provideMerge(TextMerge.layer),
    Layer.provideMerge(ProjectFolder.layer),
    Layer.provideMerge(NodeContext.layer)
  )

const project = (folder: string) => ({ name: "project", path: folder })

export const plan = (folder: string, to: string) => Planning.plan(project(folder), { to })

/** Plan, apply, and plan once more; then apply once more, which must change nothing. */
export const update = (folder: string, to: string, onConflict: Application.ConflictChoice) =>
  Effect.gen(function* () {
    const planned = yield* plan(folder, to)
    const applied = yield* Application.apply(planned, { onConflict, ask: "skip" })
    return { planned, applied }
  })

export const undo = (folder: string) => Application.undo(folder)

export const fetch = (source: string) => Effect.flatMap(TemplateSources.TemplateSources, (sources) => Effect.flatMap(sources.parse(source), sources.fetchMissing))

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
