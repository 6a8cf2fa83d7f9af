import * as FileTree from "@dev-infra/git-repositories/FileTree"
import * as Answers from "@dev-infra/templates/Answers"
import * as Rendering from "@dev-infra/templates/Rendering"
import * as TemplateLint from "@dev-infra/templates/TemplateLint"
import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "./temporaryFolder.js"

const folder = fileURLToPath(new URL("../templates", import.meta.url))

const read = (name: string): TemplateSnapshot => {
  const root = join(folder, name)
  const files = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => fs.statSync(join(root, path)).isFile())
  const text = fs.readFileSync(join(root, "template.yml"), "utf8")
  return {
    name,
    version: "1.0.0",
    commit: "sha256:0",
    source: { _tag: "BuiltIn", name },
    manifest: Either.getOrThrow(TemplateManifest.decode(text, "template.yml")),
    manifestText: text,
    files: FileTree.fromFiles(
      files.filter((path) => path !== "template.yml").map((path) => ({ path, mode: (fs.statSync(join(root, path)).mode & 0o100) === 0 ? "file" : "executable", content: fs.readFileSync(join(root, path)) }))
    )
  }
}

const project = (name: string, given: TemplateManifest.Answers) => {
  const snapshot = read(name)
  return Effect.flatMap(Answers.resolve(snapshot.manifest, { given, builtIn: { name: "order-api", date: "2025-12-19", author: "Ada" }, unknown: "refuse" }), (answers) => Rendering.render(snapshot, answers))
}

/** The files on disk, for as long as the scope. */
const onDisk = (files: FileTree.FileTree) =>
  Effect.map(temporaryFolder, (root) => {
    for (const { content, mode, path } of files.values()) {
      fs.mkdirSync(dirname(join(root, path)), { recursive: true })
      fs.writeFileSync(join(root, path), content, { mode: mode === "executable" ? 0o755 : 0o644 })
    }
    return root
  })

const run = (root: string, script: string, ...words: ReadonlyArray<string>): { readonly output: string; readonly exitCode: number } => {
  try {
    return { output: execFileSync(join(root, script), words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] ?? "", GIT_CEILING_DIRECTORIES: dirname(root) } }), exitCode: 0 }
  } catch (error) {
    // Only a script that ends with another code than 0 gets here, with what it printed.
    const ended = error as { readonly stdout: string; readonly status: number }
    return { output: ended.stdout, exitCode: ended.status }
  }
}

describe("The templates that come with the program", () => {
  for (const name of ["standard-project", "learning-project"]) {
    it.effect(`${name} has nothing that lint finds`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* TemplateLint.lint(read(name)), [])
      }))

    it.effect(`${name} leaves no trace of being a template, and ends every line`, () =>
      Effect.gen(function* () {
        for (const { content, path } of (yield* project(name, {})).values()) {
          const text = Buffer.from(content).toString("utf8")
          assert.notMatch(text.replace(/\$\{\{.*?\}\}|\{\{\.\w+\}\}/g, ""), /\{\{|\{%|\}\}|%\}/, path)
          assert.match(text, /[^\n]\n$/, path)
          assert.notMatch(text, / \n/, path)
        }
      }))
  }

  it.scoped("a standard project passes its own tests and checks, with and without a licence and CI", () =>
    Effect.gen(function* () {
      for (const given of [{}, { license: "none", ci: "none" }]) {
        const files = yield* project("standard-project", given)
        assert.strictEqual(files.has("LICENSE"), !("license" in given))
        assert.strictEqual(files.has(".github/workflows/ci.yml"), !("ci" in given))
        const root = yield* onDisk(files)
        assert.deepStrictEqual(run(root, "scripts/test"), { output: "ok      tests/scripts.test.sh\n1 passed, 0 failed\n", exitCode: 0 })
      }
    }))

  it.scoped("the checks of a standard project find what is wrong", () =>
    Effect.gen(function* () {
      const root = yield* onDisk(yield* project("standard-project", {}))
      fs.appendFileSync(join(root, "docs/README.md"), "[gone](nowhere.md) [there](architecture.md#rules) [web](https://example.org)\n")
      fs.writeFileSync(join(root, "merge.txt"), "<<<<<<< ours\n")
      fs.writeFileSync(join(root, "open.txt"), "no end")
      fs.writeFileSync(join(root, "scripts/broken"), "#!/bin/sh\nif\n")
      const { exitCode, output } = run(root, "scripts/check")
      assert.deepStrictEqual(output.trim().split("\n").toSorted(), [
        "docs/README.md: the link to nowhere.md leads nowhere",
        "merge.txt: holds a conflict that is not resolved",
        "open.txt: its last line has no end",
        "scripts/broken: cannot be parsed"
      ])
      assert.strictEqual(exitCode, 1)
      fs.writeFileSync(join(root, "tests/wrong.test.sh"), "echo because\nexit 1\n")
      assert.deepStrictEqual(run(root, "scripts/test", "wrong"), { output: "failed  tests/wrong.test.sh\n        because\n0 passed, 1 failed\n", exitCode: 1 })
      assert.strictEqual(run(root, "scripts/test", "nothing-like-it").exitCode, 1)
    }))

  it.scoped("a learning project counts what is done, begins exercises and keeps a log", () =>
    Effect.gen(function* () {
      const root = yield* onDisk(yield* project("learning-project", { topic: "Rust", goal: "Write a parser." }))
      const page = join(root, "stages/01-foundations/README.md")
      fs.writeFileSync(page, fs.readFileSync(page, "utf8").replaceAll("- [ ]", "- [x]"))
      const progress = run(root, "scripts/progress").output
      assert.include(progress, "  6 of 6   1 Foundations\n  0 of 6   2 Building\n")
      assert.include(progress, "next: Choose something small of your own, that you would use\n")
      assert.match(run(root, "scripts/exercise", "closures").output, /^practice\/exercises\/\d{4}-\d\d-\d\d-closures\/README\.md\n$/)
      for (const name of ["", "../x", "a b", "-x"]) assert.strictEqual(run(root, "scripts/exercise", name).exitCode, 2)
      assert.match(run(root, "scripts/log", "read", "a page").output, /^- \d{4}-\d\d-\d\d: read a page\n$/)
      assert.include(fs.readFileSync(join(root, "stages/03-mastery/README.md"), "utf8"), "- [ ] Write a parser.\n")
    }))
})
