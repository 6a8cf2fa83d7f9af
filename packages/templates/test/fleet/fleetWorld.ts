/**
 * Projects on a disk that come from a template in git, and everything that planning and updating them takes.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import * as FleetJournalFile from "@dev-infra/templates/FleetJournalFile"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { projectAt } from "./fleetProjects.js"

export type Files = { readonly [path: string]: string }

/** Git as on a computer without any configuration. */
export const gitEnvironment = (folder: string): { readonly [name: string]: string } => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: folder,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1"
})

export const git = (folder: string, ...words: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", ...words], {
    cwd: folder,
    env: gitEnvironment(folder),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })

export const write = (folder: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
    fs.writeFileSync(join(folder, path), content)
  }
}

export const read = (folder: string, path: string): string | undefined => {
  const file = join(folder, path)
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined
}

/** The lines of a file, which can be changed one by one. */
const lines = (words: ReadonlyArray<string>): string => `${words.join("\n")}\n`

/** What the template holds in its first version. */
export const firstVersion: Files = {
  "Taskfile.yml": lines(["version: 3", "tasks:", "  test: npm test"]),
  "docs/hub.md": lines(["# Documentation", "", "Begin here."])
}

/** What it holds in the second. */
export const secondVersion: Files = {
  "Taskfile.yml": lines(["version: 3", "tasks:", "  test: npm test", "  lint: npm run lint"]),
  "docs/hub.md": lines(["# Documentation", "", "Begin there."]),
  ".editorconfig": lines(["root = true"])
}

/** A template in git with two versions. */
export interface Template {
  readonly folder: string
  /** as `.dev-infra.yml` has it */
  readonly source: string
  readonly commits: { readonly [version: string]: string }
}

export const makeTemplate = (root: string): Template => {
  const folder = join(root, "template")
  fs.mkdirSync(folder)
  git(folder, "init", "-q")
  const commits: { [version: string]: string } = {}
  for (const [version, files] of [["v1.0.0", firstVersion], ["v1.1.0", secondVersion]] as const) {
    write(folder, { ...files, "template.yml": `name: standard\nversion: ${version.slice(1)}\n` })
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", `Release ${version}, thanks @someone`)
    git(folder, "tag", version)
    commits[version] = git(folder, "rev-parse", "HEAD").trim()
  }
  return { folder, source: `git+file://${folder}`, commits }
}

/** What `.dev-infra.yml` says of a project that was made from the first version. */
export const recordOf = (template: Template, number: number, extra = ""): string =>
  lines(["template: standard", "version: v1.0.0", `source: ${template.source}`, `commit: ${template.commits["v1.0.0"] ?? ""}`, `name: project-${number}`, "answers:", `  name: project-${number}`, "  date: 2026-01-31", "  year: \"2026\"", "  author: Test"]) + extra

/** A project on the disk; `files` on top of what the template's first version holds. */
export const makeProject = (root: string, template: Template, number: number, files: Files = {}, extra = ""): Project => {
  const path = join(root, "code", `project-${number}`)
  fs.mkdirSync(path, { recursive: true })
  write(path, { ...firstVersion, ".dev-infra.yml": recordOf(template, number, extra), ...files })
  return projectAt(path, number, { template: "standard" })
}

/** The list of projects of a home. */
export const register = (home: string, projects: ReadonlyArray<Project>): void =>
  write(home, { "registry.json": `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n` })

/**
 * Everything that planning and updating takes, with the home in `<root>/home`.
 *
 * @param programs how programs are run, if not as usual
 */
export const services = (root: string, programs: Layer.Layer<CommandExecutor.CommandExecutor> = NodeContext.layer) => {
  const home = join(root, "home")
  const places = { homeDirectory: root, workingDirectory: root }
  const environment = { ...gitEnvironment(root), DEV_INFRA_HOME: home }
  return Layer.mergeAll(
    FleetJournalFile.layer,
    GitStatus.layerWith({ environment: gitEnvironment(root) }),
    MetadataFile.layer,
    ProjectFolder.layer,
    TextMerge.layer,
    TemplateSources.layer({ ...places, environment, builtInFolder: join(root, "none") })
  ).pipe(
    Layer.provideMerge(UsedTemplates.layer),
    Layer.provideMerge(Configuration.layer({ environment, ...places })),
    Layer.provideMerge(LocalRegistry.layer({ environment, ...places, hostName: "test" })),
    Layer.provideMerge(Layer.merge(NodeContext.layer, programs))
  )
}
