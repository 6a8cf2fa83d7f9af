/**
 * A project in git that was made from a template in a folder, and the template as it is afterwards, for the built program.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { devInfra, type Place } from "../Binary.js"

/** Texts by path; with `!` before it for one that can be run, with `->` for a link. `undefined` removes. */
export type Files = { readonly [path: string]: string | undefined }

export const write = (folder: string, files: Files): void => {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path)
    rmSync(target, { recursive: true, force: true })
    if (text === undefined) continue
    mkdirSync(dirname(target), { recursive: true })
    if (text.startsWith("->")) symlinkSync(text.slice(2), target)
    else {
      writeFileSync(target, text.startsWith("!") ? text.slice(1) : text)
      chmodSync(target, text.startsWith("!") ? 0o755 : 0o644)
    }
  }
}

/** Everything below a folder but `.git`, with all permission bits; so two states are equal byte for byte or not at all. */
export const stateOf = (folder: string): { readonly [path: string]: string } => {
  const found: { [path: string]: string } = {}
  const visit = (prefix: string): void => {
    for (const name of readdirSync(join(folder, prefix)).sort()) {
      const path = join(prefix, name)
      if (path === ".git") continue
      const stats = lstatSync(join(folder, path))
      if (stats.isDirectory()) {
        found[`${path}/`] = (stats.mode & 0o777).toString(8)
        visit(path)
      } else found[path] = stats.isSymbolicLink() ? `->${readlinkSync(join(folder, path))}` : `${(stats.mode & 0o777).toString(8)} ${readFileSync(join(folder, path), "latin1")}`
    }
  }
  visit("")
  return found
}

export const git = (folder: string, ...words: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    stdio: ["ignore", "pipe", "pipe"]
  })

const first: Files = {
  "template.yml": "name: service\nversion: 1.0.0\nsync:\n  ask: [asked.txt]\n",
  "README.md.liquid": "# {{ name }}\n",
  "lines.txt": Array.from({ length: 9 }, (_, at) => `line ${at}\n`).join(""),
  "asked.txt": "one\n",
  "run": "#!/bin/sh\n",
  "old/deep/gone.txt": "gone\n",
  "thing": "a file\n",
  "folder/deep/er/file.txt": "in a folder\n",
  "link": "->run"
}

const second: Files = {
  "template.yml": "name: service\nversion: 2.0.0\nvariables:\n  license: { type: text, default: MIT }\nsync:\n  ask: [asked.txt]\nmessages:\n  updated: Read NEWS of {{ name }}.\n",
  "README.md.liquid": "# {{ name }}, {{ license }}\n",
  "lines.txt": Array.from({ length: 9 }, (_, at) => (at === 8 ? "last line\n" : `line ${at}\n`)).join(""),
  "asked.txt": "two\n",
  "run": "!#!/bin/sh\n",
  "old": undefined,
  "new/deep/here.txt": "here\n",
  "thing": undefined,
  "thing/deep/er/part": "a folder\n",
  "folder": "now a file\n",
  "link": "->lines.txt"
}

export interface Updated {
  readonly template: string
  readonly project: string
}

/** Make the project from the first version, change it a little, commit that, and publish the second version. */
export const make = async (place: Place, more: Files = {}): Promise<Updated> => {
  const template = join(place.home, "template")
  const project = join(place.home, "api")
  write(template, first)
  const made = await devInfra(place, ["new", "api", "--template", template, "--defaults", "--no-git"])
  if (made.exitCode !== 0) throw new Error(made.stderr)
  write(project, { "lines.txt": Array.from({ length: 9 }, (_, at) => (at === 0 ? "first line\n" : `line ${at}\n`)).join(""), "mine.txt": "mine\n" })
  git(project, "init", "--quiet")
  git(project, "add", "--all")
  git(project, "commit", "--quiet", "--message", "begin")
  write(template, { ...second, ...more })
  return { template, project }
}
