/**
 * Makes real repositories, quickly: one process for each commit. The user's git configuration, identity and home play no part.
 */
import type { MemoryFile } from "@dev-infra/git-repositories/Repositories"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"

export const gitEnvironment: { readonly [name: string]: string } = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null"
}

/** Runs git over a repository and gives what it printed. */
export const git = (repository: string, words: ReadonlyArray<string>, input: string | Uint8Array = ""): Buffer =>
  execFileSync("git", ["--git-dir", repository, ...words], { env: gitEnvironment, input, stdio: ["pipe", "pipe", "pipe"], maxBuffer: 256 * 1024 * 1024 })

/** A new repository without commits. */
export const newRepository = (path: string): void => {
  fs.mkdirSync(path, { recursive: true })
  git(path, ["init", "--quiet", "--bare", "--initial-branch=main"])
}

const bits = { file: "100644", executable: "100755", symlink: "120000" } as const

/** The next commit of a branch, with exactly these files. */
export interface NewCommit {
  readonly files: { readonly [path: string]: MemoryFile }
  readonly branch?: string
  readonly tags?: ReadonlyArray<string>
  readonly subject?: string
}

/** Names git quotes only where they hold a line break or begin with a quote; tests have none of these. */
export const commitTo = (repository: string, { branch = "main", files, subject = "a change", tags = [] }: NewCommit): string => {
  const parts: Array<Buffer> = []
  const say = (text: string) => parts.push(Buffer.from(text))
  const data = (content: Uint8Array) => {
    say(`data ${content.length}\n`)
    parts.push(Buffer.from(content))
    say("\n")
  }
  const isThere = git(repository, ["for-each-ref", "--format=%(refname)", `refs/heads/${branch}`]).length > 0
  say(`commit refs/heads/${branch}\nmark :1\ncommitter Test <test@example.invalid> 1700000000 +0000\n`)
  data(Buffer.from(subject))
  if (isThere) say(`from refs/heads/${branch}^0\n`)
  say("deleteall\n")
  for (const [path, file] of Object.entries(files)) {
    say(`M ${bits[typeof file === "string" ? "file" : file.mode]} inline ${path}\n`)
    data(typeof file === "string" ? Buffer.from(file) : file.content)
  }
  // an annotated tag, as people make them for versions
  for (const tag of tags) {
    say(`tag ${tag}\nfrom :1\ntagger Test <test@example.invalid> 1700000000 +0000\n`)
    data(Buffer.from(tag))
  }
  git(repository, ["fast-import", "--quiet", "--force"], Buffer.concat(parts))
  return git(repository, ["rev-parse", `refs/heads/${branch}`]).toString().trim()
}
