/**
 * Templates whose authors mean harm: what they can bring into a repository or a folder, and what stays without effect.
 */
import { limits } from "@dev-infra/git-repositories/TreeLimits"
import type { TemplateSource } from "@dev-infra/templates/TemplateSource"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { commitTo, git, gitEnvironment, newRepository } from "../../../git-repositories/test/gitHistory.js"
import { layerIn, type LiveWorld, liveWorld } from "./liveWorld.js"
import { open, reasonOf, textOf, update } from "./TemplateSources.contract.js"

const source = (world: LiveWorld, ref?: string): TemplateSource => ({ _tag: "Git", url: world.url, subfolder: "", ref })
const local = (world: LiveWorld): TemplateSource => ({ _tag: "Folder", path: world.folder })

const test = (sentence: string, effect: (world: LiveWorld) => Effect.Effect<void, unknown, TemplateSources>, environment?: (world: LiveWorld) => { readonly [name: string]: string }) =>
  it.scopedLive(sentence, () =>
    Effect.flatMap(liveWorld, (world) => Effect.provide(effect(world), environment === undefined ? world.layer : layerIn(world.root, { ...gitEnvironment, ...environment(world) }))))

/** What is wrong, in all its words. */
const problemsOf = (template: TemplateSource) =>
  Effect.map(Effect.flip(open(template)), (failure) => (failure._tag === "TemplateInvalid" ? failure.problems.map(({ path, problem }) => `${path}: ${problem}`).join("\n") : `${failure._tag} ${failure.message}`))

/** A tree as git stores it, of entries that git itself would refuse to make. */
const treeObject = (repository: string, entries: ReadonlyArray<readonly [bits: string, name: string | Buffer, id: string]>): string => {
  const content = Buffer.concat(entries.flatMap(([bits, name, id]) => [Buffer.from(`${bits} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, "hex")]))
  return git(repository, ["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], content).toString().trim()
}

const blob = (repository: string, content: string): string => git(repository, ["hash-object", "-w", "--stdin"], content).toString().trim()

const commitTree = (repository: string, tree: string): string => {
  const text = `tree ${tree}\nauthor T <t@example.invalid> 1700000000 +0000\ncommitter T <t@example.invalid> 1700000000 +0000\n\nhostile\n`
  const commit = git(repository, ["hash-object", "-t", "commit", "-w", "--stdin"], text).toString().trim()
  git(repository, ["update-ref", "refs/heads/main", commit])
  return commit
}

describe("a hostile repository", () => {
  for (const [what, names] of [
    ["leads out", [".."]],
    ["writes into .git", [".git", ".GIT", "git~1", ".git ", ".g\u200cit", ".git::$INDEX_ALLOCATION"]],
    ["has names that hold control characters", ["a\nb", "a\u001b[31m"]],
    ["has names that are no text", [Buffer.from([0x61, 0xff])]]
  ] as const) {
    test(`a name that ${what} is refused`, (world) =>
      Effect.gen(function* () {
        for (const name of names) {
          fs.rmSync(world.repository, { recursive: true, force: true })
          newRepository(world.repository)
          const file = blob(world.repository, "x")
          commitTree(world.repository, treeObject(world.repository, [["40000", name, treeObject(world.repository, [["100644", "config", file]])]]))
          yield* update(source(world)).pipe(Effect.ignore)
          assert.notInclude(yield* problemsOf(source(world)), "TemplateUnavailable", String(name))
        }
      }))
  }

  test("a repository within the repository is refused", (world) =>
    Effect.gen(function* () {
      newRepository(world.repository)
      commitTree(world.repository, treeObject(world.repository, [["160000", "module", "1".repeat(40)]]))
      yield* update(source(world)).pipe(Effect.ignore)
      assert.include(yield* problemsOf(source(world)), "module: a repository in the repository")
    }))

  test("folders that hold each other ten times over, to millions of files, are refused before they are read", (world) =>
    Effect.gen(function* () {
      newRepository(world.repository)
      let tree = treeObject(world.repository, Array.from({ length: 10 }, (_, at) => ["100644", `f${at}`, blob(world.repository, "x")] as const))
      for (let level = 0; level < 8; level++) tree = treeObject(world.repository, Array.from({ length: 10 }, (_, at) => ["40000", `d${at}`, tree] as const))
      commitTree(world.repository, tree)
      yield* update(source(world)).pipe(Effect.ignore)
      assert.include(yield* problemsOf(source(world)), `it holds more than ${limits.files} files`)
    }))

  test("a hundred thousand files are refused before they are read", (world) =>
    Effect.gen(function* () {
      newRepository(world.repository)
      const id = blob(world.repository, "x")
      const files = treeObject(world.repository, Array.from({ length: 100_000 }, (_, at) => ["100644", String(at).padStart(6, "0"), id] as const))
      commitTree(world.repository, files)
      yield* update(source(world)).pipe(Effect.ignore)
      assert.include(yield* problemsOf(source(world)), `it holds more than ${limits.files} files`)
    }))

  test("a file that is too large, or files that are together, are refused before they are read", (world) =>
    Effect.gen(function* () {
      newRepository(world.repository)
      const large = git(world.repository, ["hash-object", "-w", "--stdin"], Buffer.alloc(limits.fileBytes + 1)).toString().trim()
      commitTree(world.repository, treeObject(world.repository, [["100644", "large", large]]))
      yield* update(source(world)).pipe(Effect.ignore)
      assert.include(yield* problemsOf(source(world)), "large: a file has at most 32 MiB")
      const half = git(world.repository, ["hash-object", "-w", "--stdin"], Buffer.alloc(limits.fileBytes / 2)).toString().trim()
      commitTree(world.repository, treeObject(world.repository, Array.from({ length: 20 }, (_, at) => ["100644", `half-${String(at).padStart(2, "0")}`, half] as const)))
      yield* update(source(world)).pipe(Effect.ignore)
      assert.include(yield* problemsOf(source(world)), "all files together have at most 256 MiB")
    }))

  test("tags and branches with names like options are names and nothing else", (world) =>
    Effect.gen(function* () {
      const commit = yield* world.publish({ files: { a: "1" }, tags: ["v1.0.0"] })
      const touched = join(world.root, "touched")
      const branch = join(world.repository, "refs/heads", `--upload-pack=touch$IFS${touched}`)
      fs.mkdirSync(dirname(branch), { recursive: true })
      fs.writeFileSync(branch, `${commit}\n`)
      fs.writeFileSync(join(world.repository, "refs/tags/-c"), `${commit}\n`)
      yield* update(source(world))
      assert.strictEqual((yield* open(source(world))).version, "v1.0.0")
      for (const ref of ["--upload-pack=x", "-c", "--output=x", "--batch"]) assert.include(["NoSuchVersion", "none"], yield* Effect.match(open(source(world), ref), { onFailure: (failure) => (failure._tag === "TemplateUnavailable" ? failure.reason : failure._tag), onSuccess: () => "none" }), ref)
      assert.isFalse(fs.existsSync(touched))
    }))

  test("hooks and settings of the repository run nothing", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" } })
      const touched = join(world.root, "touched")
      const script = join(world.root, "script")
      fs.writeFileSync(script, `#!/bin/sh\necho x >> '${touched}'\nexec cat\n`, { mode: 0o755 })
      fs.mkdirSync(join(world.repository, "hooks"), { recursive: true })
      for (const hook of ["post-checkout", "reference-transaction", "post-update", "pre-receive", "pre-auto-gc", "post-index-change", "fsmonitor-watchman"]) fs.copyFileSync(script, join(world.repository, "hooks", hook))
      for (const key of ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "uploadpack.packObjectsHook", "core.alternateRefsCommand", "filter.x.smudge", "diff.external", "credential.helper", "core.gitProxy"]) git(world.repository, ["config", key, script])
      yield* update(source(world))
      yield* world.publish({ files: { a: "2", ".gitattributes": "* filter=x diff=x\n" } })
      fs.rmSync(touched, { force: true })
      yield* update(source(world))
      assert.strictEqual(textOf(yield* open(source(world)), "a"), "2")
      assert.isFalse(fs.existsSync(touched))
    }))

  test("a link that leads out is a link in the snapshot: nothing is read through it", (world) =>
    Effect.gen(function* () {
      const files = { out: { mode: "symlink", content: new TextEncoder().encode("../../../etc/passwd") } } as const
      yield* world.publish({ files })
      yield* world.setFolder(files)
      yield* update(source(world))
      for (const template of [source(world), local(world)]) assert.strictEqual(textOf(yield* open(template), "out"), "../../../etc/passwd")
    }))
})

describe("what the surroundings say", () => {
  test("a URL that the user's configuration turns into a program is not followed", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" } })
      const touched = join(world.root, "touched")
      fs.writeFileSync(join(world.root, "gitconfig"), `[url "ext::sh -c 'touch% ${touched}' "]\n\tinsteadOf = ${world.url}\n[protocol "ext"]\n\tallow = always\n`)
      assert.strictEqual(yield* reasonOf(update(source(world))), "GitFailed")
      assert.isFalse(fs.existsSync(touched))
    }), (world) => ({ GIT_CONFIG_GLOBAL: join(world.root, "gitconfig") }))

  test("variables that lead git elsewhere count for nothing", (world) =>
    Effect.gen(function* () {
      const commit = yield* world.publish({ files: { a: "1" } })
      newRepository(join(world.root, "other.git"))
      yield* update(source(world))
      assert.strictEqual((yield* open(source(world))).commit, commit)
      assert.isFalse(fs.existsSync(join(world.root, "trace")))
      assert.isFalse(fs.existsSync(join(world.root, "home/cache/templates", "hooks")))
    }), (world) => ({
      GIT_DIR: join(world.root, "other.git"),
      GIT_WORK_TREE: world.root,
      GIT_OBJECT_DIRECTORY: join(world.root, "objects"),
      GIT_TEMPLATE_DIR: world.root,
      GIT_TRACE: join(world.root, "trace"),
      GIT_TRACE_CURL: join(world.root, "trace")
    }))

  test("a token in the user's configuration is not in the failure", (world) =>
    Effect.gen(function* () {
      fs.writeFileSync(join(world.root, "gitconfig"), `[url "https://me:s3cret@127.0.0.1:1/"]\n\tinsteadOf = https://example.invalid/\n`)
      const failure = yield* Effect.flip(update({ _tag: "Git", url: "https://example.invalid/o/r.git", subfolder: "", ref: undefined }))
      assert.notInclude(JSON.stringify(failure) + failure.message, "s3cret")
    }), (world) => ({ GIT_CONFIG_GLOBAL: join(world.root, "gitconfig") }))

  test("without git a repository is told to need it, and folders go on", (world) =>
    Effect.gen(function* () {
      yield* world.setFolder({ a: "1" })
      assert.strictEqual(yield* reasonOf(update(source(world))), "GitMissing")
      assert.strictEqual((yield* open(local(world))).files.size, 1)
    }), (world) => ({ PATH: join(world.root, "nothing") }))
})

describe("a hostile folder", () => {
  test("more files than any template has are refused before they are read", (world) =>
    Effect.gen(function* () {
      yield* world.setFolder({})
      for (let at = 0; at <= limits.files; at++) fs.symlinkSync("x", join(world.folder, String(at)))
      assert.include(yield* problemsOf(local(world)), `it holds more than ${limits.files} files`)
    }))

  test("what is neither file nor folder, too large, too deep, or has an impossible name is refused", (world) =>
    Effect.gen(function* () {
      yield* world.setFolder({})
      const expect = (words: string) => Effect.map(problemsOf(local(world)), (told) => assert.include(told, words))
      fs.writeFileSync(join(world.folder, "huge"), "")
      fs.truncateSync(join(world.folder, "huge"), limits.fileBytes + 1)
      yield* expect("huge: a file has at most 32 MiB")
      fs.rmSync(join(world.folder, "huge"))
      fs.mkdirSync(join(world.folder, ...Array.from({ length: limits.depth + 1 }, () => "d")), { recursive: true })
      yield* expect("folders lie within each other")
      fs.rmSync(join(world.folder, "d"), { recursive: true })
      fs.writeFileSync(Buffer.concat([Buffer.from(`${world.folder}/`), Buffer.from([0x66, 0xff])]), "")
      yield* expect("not written in UTF-8")
      fs.rmSync(Buffer.concat([Buffer.from(`${world.folder}/`), Buffer.from([0x66, 0xff])]))
      fs.mkdirSync(join(world.folder, ".GIT"))
      fs.writeFileSync(join(world.folder, ".GIT/config"), "")
      yield* expect("files of .git are never taken")
    }))

  test("its own .git is left out, also deeper down", (world) =>
    Effect.gen(function* () {
      yield* world.setFolder({ ".git/config": "x", "sub/.git": "gitdir: ../x", "sub/a": "1", ".gitignore": "" })
      assert.deepStrictEqual([...(yield* open(local(world))).files.keys()], [".gitignore", "sub/a"])
    }))

  test("a template.yml that is a link, or no text, is refused", (world) =>
    Effect.gen(function* () {
      yield* world.setFolder({ "template.yml": { mode: "symlink", content: new TextEncoder().encode("/etc/passwd") } })
      assert.include(yield* problemsOf(local(world)), "template.yml: it must be a file and no link")
      yield* world.setFolder({ "template.yml": { mode: "file", content: new Uint8Array([0xff, 0xfe]) } })
      assert.include(yield* problemsOf(local(world)), "not plain UTF-8 text")
      yield* world.setFolder({ "template.yml": "a: &a [*a]\n" })
      assert.include(yield* problemsOf(local(world)), "template.yml: ")
    }))
})

describe("clones", () => {
  test("are made once by many who want them at the same time, and read once for each version", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" }, tags: ["v1.0.0"] })
      const sources = yield* TemplateSources
      const made = yield* Effect.all(Array.from({ length: 8 }, () => sources.fetchMissing(source(world))), { concurrency: 8 })
      assert.strictEqual(made.filter((isNew) => isNew).length, 1)
      const opened = yield* Effect.all(Array.from({ length: 50 }, () => sources.open(source(world))), { concurrency: 10 })
      assert.isTrue(opened.every(({ files }) => files === opened[0]?.files))
    }))

  test("leave nothing behind if they fail or are interrupted", (world) =>
    Effect.gen(function* () {
      const clones = join(world.root, "home/cache/templates")
      assert.strictEqual(yield* reasonOf(update(source(world))), "NotFound")
      // a server that never answers
      fs.mkdirSync(join(world.root, "remote"), { recursive: true })
      yield* Effect.timeoutOption(update({ _tag: "Git", url: `file://${world.root}/remote/none.git`, subfolder: "", ref: undefined }), "1 millis").pipe(Effect.ignore)
      assert.deepStrictEqual(fs.readdirSync(clones), [])
    }))

  test("are answered from while the repository is gone", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" }, tags: ["v1.0.0"] })
      yield* update(source(world))
      fs.rmSync(world.repository, { recursive: true })
      const again = layerIn(world.root)
      assert.strictEqual(textOf(yield* Effect.provide(open(source(world), "v1.0.0"), again), "a"), "1")
      assert.strictEqual(yield* Effect.provide(reasonOf(update(source(world))), again), "NotFound")
      assert.strictEqual(textOf(yield* Effect.provide(open(source(world)), again), "a"), "1")
    }))

  test("forget a branch that is gone, also where a new one has its name as a folder", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" }, branch: "topic" })
      yield* world.publish({ files: { a: "2" } })
      yield* update(source(world))
      git(world.repository, ["update-ref", "-d", "refs/heads/topic"])
      commitTo(world.repository, { files: { a: "3" }, branch: "topic/one" })
      yield* update(source(world))
      assert.strictEqual(textOf(yield* open(source(world, "topic/one")), "a"), "3")
      assert.strictEqual(yield* reasonOf(open(source(world, "topic"))), "NoSuchVersion")
    }))

  test("follow the default branch", (world) =>
    Effect.gen(function* () {
      yield* world.publish({ files: { a: "1" } })
      yield* update(source(world))
      yield* world.publish({ files: { a: "2" }, branch: "trunk" })
      git(world.repository, ["symbolic-ref", "HEAD", "refs/heads/trunk"])
      yield* update(source(world))
      assert.strictEqual(textOf(yield* open(source(world)), "a"), "2")
    }))
})
