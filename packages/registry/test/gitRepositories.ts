/**
 * Real repositories in temporary folders, for tests. The user's git configuration, identity and home play no part.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** An environment in which git knows nobody and asks nothing. */
export const testGitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.invalid",
  GIT_AUTHOR_DATE: "1700000000 +0000",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.invalid",
  GIT_COMMITTER_DATE: "1700000000 +0000"
}

/** A temporary folder, its path free of links, removed at the end of the scope. */
export const testFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "dev-infra-test-")))),
  (path) => Effect.sync(() => fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 }))
)

/** Runs git in a folder and gives what it printed. */
export const testGit = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false", ...args], {
    cwd: folder,
    env: testGitEnvironment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })

/** Like `testGit`, for commands that are meant to fail, such as a merge with conflicts. */
export const testGitFailing = (folder: string, ...args: ReadonlyArray<string>): void => {
  try {
    testGit(folder, ...args)
  } catch {
    return
  }
  throw new Error(`git ${args.join(" ")} was expected to fail`)
}

/** Writes a file, with the folders on the way. */
export const testFile = (path: string, text = ""): string => {
  fs.mkdirSync(dirname(path), { recursive: true })
  fs.writeFileSync(path, text)
  return path
}

export interface TestRepositoryOptions {
  /** URL of the remote `origin` */
  readonly remote?: string
  readonly branch?: string
  /** files of the first commit; without any there is no commit */
  readonly files?: Readonly<Record<string, string>>
}

/** A repository with one commit of a `README.md`, unless `files` says otherwise. Gives its path. */
export const testRepository = (path: string, options: TestRepositoryOptions = {}): string => {
  fs.mkdirSync(path, { recursive: true })
  testGit(path, "-c", "init.templateDir=", "init", "-q", "-b", options.branch ?? "main")
  if (options.remote !== undefined) testGit(path, "remote", "add", "origin", options.remote)
  const files = Object.entries(options.files ?? { "README.md": "# test\n" })
  for (const [name, text] of files) testFile(join(path, name), text)
  if (files.length > 0) {
    testGit(path, "add", "-A")
    testGit(path, "commit", "-q", "-m", "first")
  }
  return path
}

/** A repository that looks real to discovery but was never made by git: fast to make by the hundred. */
export const testBareBones = (path: string, options: { readonly remote?: string; readonly branch?: string } = {}): string => {
  testFile(join(path, ".git/HEAD"), `ref: refs/heads/${options.branch ?? "main"}\n`)
  testFile(join(path, ".git/config"), options.remote === undefined ? "" : `[remote "origin"]\n\turl = ${options.remote}\n`)
  fs.mkdirSync(join(path, ".git/objects"), { recursive: true })
  fs.mkdirSync(join(path, ".git/refs"), { recursive: true })
  return path
}
