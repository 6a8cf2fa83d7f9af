/**
 * What templates promise, wherever they lie; run on the disk with git, and in memory.
 *
 * @module
 */
import type { TemplateFailure } from "@dev-infra/templates/TemplateFailure"
import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
import type { GitSource, TemplateSource } from "@dev-infra/templates/TemplateSource"
import { type MemoryFile, TemplateSources } from "@dev-infra/templates/TemplateSources"
import { UsedTemplates } from "@dev-infra/templates/UsedTemplates"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { NewCommit } from "../../../git-repositories/test/gitHistory.js"

/** A repository, a folder, and what their authors do. */
export interface World {
  /** as git takes it; there is no repository at first */
  readonly url: string
  readonly folder: string
  /** add a commit to the repository, and give its id */
  readonly publish: (commit: NewCommit) => Effect.Effect<string>
  /** take a tag away */
  readonly withdraw: (tag: string) => Effect.Effect<void>
  readonly setFolder: (files: { readonly [path: string]: MemoryFile }) => Effect.Effect<void>
  readonly layer: Layer.Layer<TemplateSources | UsedTemplates>
}

const all = <A, E>(use: (sources: TemplateSources["Type"]) => Effect.Effect<A, E>) => Effect.flatMap(TemplateSources, use)
export const open = (source: TemplateSource, version?: string) => all((sources) => sources.open(source, version))
export const versions = (source: TemplateSource) => Effect.map(all((sources) => sources.versions(source)), (found) => found.map(({ version }) => version))
export const newest = (source: TemplateSource) => all((sources) => sources.newest(source))
export const update = (source: TemplateSource) => all((sources) => sources.update(source))

/** The text of a file. */
export const textOf = ({ files }: TemplateSnapshot, path: string): string => new TextDecoder().decode(files.get(path)?.content)

/** Why something failed. */
export const reasonOf = <A, R>(effect: Effect.Effect<A, TemplateFailure, R>) =>
  Effect.map(Effect.flip(effect), (failure) => (failure._tag === "TemplateUnavailable" ? failure.reason : failure._tag))

/**
 * @param name of the layer, for the report
 * @param fresh a new world each time
 */
export const testTemplateSources = (name: string, fresh: Effect.Effect<World, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (world: World & { readonly git: GitSource; readonly local: TemplateSource }) => Effect.Effect<void, unknown, TemplateSources | UsedTemplates>) =>
    it.scopedLive(sentence, () =>
      Effect.flatMap(fresh, (world) => {
        const git: GitSource = { _tag: "Git", url: world.url, subfolder: "", ref: undefined }
        return Effect.provide(effect({ ...world, git, local: { _tag: "Folder", path: world.folder } }), world.layer)
      }))

  describe(`TemplateSources (${name})`, () => {
    test("nothing asks the network but fetchMissing and update", ({ git, publish }) =>
      Effect.gen(function* () {
        const sources = yield* TemplateSources
        yield* publish({ files: { "README.md": "one" }, tags: ["v1.0.0"] })
        for (const question of [sources.newest(git), sources.versions(git), sources.open(git), sources.open(git, "v1.0.0")]) assert.strictEqual(yield* reasonOf<unknown, never>(question), "NotCached")
        assert.isTrue(yield* sources.fetchMissing(git))
        assert.isFalse(yield* sources.fetchMissing(git))
        yield* publish({ files: { "README.md": "two" }, tags: ["v2.0.0"] })
        assert.isFalse(yield* sources.fetchMissing(git))
        assert.strictEqual((yield* sources.newest(git)).version, "v1.0.0")
        const outcome = yield* sources.update(git)
        assert.deepStrictEqual([outcome.before?.version, outcome.after.version, outcome.added], ["v1.0.0", "v2.0.0", ["v2.0.0"]])
        assert.strictEqual(textOf(yield* sources.open(git), "README.md"), "two")
      }))

    test("an update makes the clone if there is none", ({ git, publish }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* reasonOf(update(git)), "NotFound")
        yield* publish({ files: { "README.md": "one" }, tags: ["v1.0.0"] })
        const outcome = yield* update(git)
        assert.deepStrictEqual([outcome.before, outcome.after.version, outcome.added], [undefined, "v1.0.0", []])
      }))

    test("the newest version is the highest one, not the latest tag; pre-releases count only if there is nothing else", ({ git, publish }) =>
      Effect.gen(function* () {
        yield* publish({ files: { a: "0" }, tags: ["v2.0.0-rc.1", "first"] })
        yield* update(git)
        assert.deepStrictEqual(yield* versions(git), ["v2.0.0-rc.1"])
        yield* publish({ files: { a: "1" }, tags: ["v1.10.0"] })
        yield* publish({ files: { a: "2" }, tags: ["v1.9.0"] })
        yield* update(git)
        assert.deepStrictEqual(yield* versions(git), ["v1.10.0", "v1.9.0"])
        assert.strictEqual((yield* open(git)).version, "v1.10.0")
        assert.strictEqual((yield* open({ ...git, ref: ">=2.0.0-rc" })).version, "v2.0.0-rc.1")
      }))

    test("a range means the newest version in it", ({ git, publish }) =>
      Effect.gen(function* () {
        for (const version of ["v1.0.0", "v1.2.3", "v2.0.0"]) yield* publish({ files: { a: version }, tags: [version] })
        yield* update(git)
        assert.deepStrictEqual(yield* versions({ ...git, ref: "^1.0.0" }), ["v1.2.3", "v1.0.0"])
        assert.strictEqual(textOf(yield* open({ ...git, ref: "1.x" }), "a"), "v1.2.3")
        assert.strictEqual(textOf(yield* open(git, "<1.2"), "a"), "v1.0.0")
        assert.strictEqual(yield* reasonOf(open({ ...git, ref: "^3" })), "NoSuchVersion")
        // asked for by name, a version need not be in the range
        assert.strictEqual((yield* open({ ...git, ref: "^1.0.0" }, "v2.0.0")).version, "v2.0.0")
      }))

    test("a branch means where it is now, and is recorded by the manifest's version or the commit", ({ git, publish }) =>
      Effect.gen(function* () {
        const first = yield* publish({ files: { a: "1" } })
        yield* publish({ files: { a: "2", "template.yml": "version: 3.1.4\n" }, branch: "next" })
        yield* update(git)
        assert.deepStrictEqual(yield* newest(git), { version: first.slice(0, 7), commit: first })
        assert.deepStrictEqual(yield* newest({ ...git, ref: "main" }), { version: first.slice(0, 7), commit: first })
        assert.strictEqual((yield* newest({ ...git, ref: "next" })).version, "3.1.4")
        assert.strictEqual((yield* open(git, "refs/heads/next")).version, "3.1.4")
        const moved = yield* publish({ files: { a: "3" } })
        assert.strictEqual((yield* newest(git)).commit, first)
        yield* update(git)
        assert.strictEqual((yield* newest(git)).commit, moved)
      }))

    test("a version is found with its v and without, by its commit, and by the beginning of that", ({ git, publish }) =>
      Effect.gen(function* () {
        const one = yield* publish({ files: { a: "1" }, tags: ["v1.0.0"] })
        const two = yield* publish({ files: { a: "2" }, tags: ["2.0.0"] })
        yield* update(git)
        for (const [asked, version, commit] of [["1.0.0", "v1.0.0", one], ["v1.0.0", "v1.0.0", one], ["v2.0.0", "2.0.0", two], [one, "v1.0.0", one], [two.slice(0, 12), "2.0.0", two]] as const) {
          const snapshot = yield* open(git, asked)
          assert.deepStrictEqual([snapshot.version, snapshot.commit], [version, commit], asked)
        }
        for (const asked of ["3.0.0", "nowhere", "0000000", "f".repeat(40)]) assert.strictEqual(yield* reasonOf(open(git, asked)), "NoSuchVersion", asked)
        const failure = yield* Effect.flip(open(git, "v9.0.0"))
        assert.include(failure.message, "2.0.0, v1.0.0")
      }))

    test("what was fetched once can be read by its commit after its authors took it away", ({ git, publish, withdraw }) =>
      Effect.gen(function* () {
        yield* publish({ files: { a: "1" }, tags: ["v1.0.0"], branch: "old" })
        const commit = yield* publish({ files: { a: "2" }, tags: ["v2.0.0"], branch: "old" })
        yield* update(git)
        yield* withdraw("v2.0.0")
        yield* update(git)
        assert.deepStrictEqual(yield* versions(git), ["v1.0.0"])
        assert.strictEqual(textOf(yield* open(git, commit), "a"), "2")
      }))

    test("a folder of a repository is a template by itself", ({ git, publish }) =>
      Effect.gen(function* () {
        yield* publish({ files: { "README.md": "no", "kinds/api/README.md": "yes", "kinds/api/template.yml": "name: service\n", "kinds/web/index.html": "" }, tags: ["v1.0.0"] })
        yield* update(git)
        const snapshot = yield* open({ ...git, subfolder: "kinds/api" })
        assert.deepStrictEqual([...snapshot.files.keys()], ["README.md"])
        assert.strictEqual(snapshot.name, "service")
        assert.strictEqual((yield* open({ ...git, subfolder: "kinds/web" })).name, "web")
        for (const subfolder of ["kinds/none", "README.md"]) assert.strictEqual(yield* reasonOf(open({ ...git, subfolder })), "NoSuchFolder", subfolder)
      }))

    test("files come as they are, with their modes, links and bytes", ({ git, local, publish, setFolder }) =>
      Effect.gen(function* () {
        const files: { readonly [path: string]: MemoryFile } = {
          "bin/run": { mode: "executable", content: new TextEncoder().encode("#!/bin/sh\n") },
          "data.bin": { mode: "file", content: new Uint8Array([0, 255, 13, 10, 10, 0]) },
          "link": { mode: "symlink", content: new TextEncoder().encode("bin/run") },
          "empty": "",
          "folder/{{ name }}.txt.liquid": "{{ name }}\r\n",
          ".gitignore": "*.log",
          "\u00e4 b/\u65e5\u672c.txt": "names of all kinds",
          "template.yml": "version: 1.0.0\ndescription: d\n"
        }
        yield* publish({ files, tags: ["v1.0.0"] })
        yield* setFolder(files)
        yield* update(git)
        const [one, other] = [yield* open(git), yield* open(local)]
        assert.deepStrictEqual([...one.files.keys()], Object.keys(files).filter((path) => path !== "template.yml").sort())
        for (const snapshot of [one, other]) {
          assert.strictEqual(snapshot.manifest.description, "d")
          assert.strictEqual(snapshot.manifestText, "version: 1.0.0\ndescription: d\n")
          assert.deepStrictEqual([...snapshot.files.values()].map(({ mode, path }) => [path, mode]), [...one.files.values()].map(({ mode, path }) => [path, mode]))
          assert.deepStrictEqual(Array.from(snapshot.files.get("data.bin")?.content ?? []), [0, 255, 13, 10, 10, 0])
          assert.strictEqual(textOf(snapshot, "link"), "bin/run")
        }
      }))

    test("a template.yml that is wrong is told with its lines", ({ git, local, publish, setFolder }) =>
      Effect.gen(function* () {
        const files = { "template.yml": "name: api\nversoin: 1\n" }
        yield* publish({ files })
        yield* setFolder(files)
        yield* update(git).pipe(Effect.ignore)
        for (const source of [git, local]) {
          const failure = yield* Effect.flip(open(source))
          assert.strictEqual(failure._tag, "TemplateInvalid")
          if (failure._tag === "TemplateInvalid") assert.deepInclude<object>(failure.problems[0] ?? {}, { path: "template.yml", line: 2 })
        }
      }))

    test("a folder has one version, known by its content", ({ local, setFolder }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* reasonOf(open(local)), "NotFound")
        yield* setFolder({ "README.md": "one" })
        const one = yield* open(local)
        assert.strictEqual(one.version, "unknown")
        assert.match(one.commit, /^sha256:[0-9a-f]{64}$/)
        yield* setFolder({ "README.md": "two", "template.yml": "version: 1.2.0\n" })
        const two = yield* newest(local)
        assert.strictEqual(two.version, "1.2.0")
        assert.notStrictEqual(two.commit, one.commit)
        assert.strictEqual((yield* open(local, "v1.2.0")).commit, two.commit)
        assert.strictEqual(yield* reasonOf(open(local, "1.1.0")), "NoSuchVersion")
        yield* setFolder({ "README.md": "one" })
        assert.strictEqual((yield* newest(local)).commit, one.commit)
      }))

    test("a version of a folder that was used can be had when the folder has changed, or is gone", ({ folder, local, setFolder }) =>
      Effect.gen(function* () {
        const used = yield* UsedTemplates
        yield* setFolder({ "README.md": "one", "template.yml": "name: mine\nversion: 1.0.0\n", "bin/x": { mode: "executable", content: new Uint8Array([1, 0, 255]) } })
        const one = yield* open(local)
        assert.isTrue(Option.isNone(yield* used.find(one.commit)))
        yield* used.keep(one)
        yield* used.keep(one)
        yield* setFolder({ "README.md": "two", "template.yml": "name: mine\nversion: 2.0.0\n" })
        const again = yield* open(local, one.commit)
        assert.deepStrictEqual([again.name, again.version, again.commit, again.manifestText], [one.name, one.version, one.commit, one.manifestText])
        assert.deepStrictEqual([...again.files.values()].map((file) => ({ ...file, content: Array.from(file.content) })), [...one.files.values()].map((file) => ({ ...file, content: Array.from(file.content) })))
        assert.strictEqual((yield* open({ _tag: "Folder", path: `${folder}-gone` }, one.commit)).version, "1.0.0")
        assert.strictEqual(yield* reasonOf(open(local, `sha256:${"0".repeat(64)}`)), "NoSuchVersion")
      }))

    test("what is in git is not kept twice", ({ git, publish }) =>
      Effect.gen(function* () {
        const used = yield* UsedTemplates
        yield* publish({ files: { a: "1" } })
        yield* update(git)
        const snapshot = yield* open(git)
        yield* used.keep(snapshot)
        assert.isTrue(Option.isNone(yield* used.find(snapshot.commit)))
      }))

    test("names are kept in the configuration, and mean their source from then on", ({ folder, git, setFolder, url }) =>
      Effect.gen(function* () {
        const sources = yield* TemplateSources
        yield* setFolder({ "README.md": "" })
        assert.deepStrictEqual((yield* sources.list).map(({ isBuiltIn, name: each }) => [each, isBuiltIn]), [["learning-project", true], ["standard-project", true]])
        assert.isTrue(yield* sources.add("company", { ...git, subfolder: "api", ref: "^1" }))
        assert.isTrue(yield* sources.add("local.one", { _tag: "Folder", path: folder }))
        assert.isFalse(yield* sources.add("company", { ...git, subfolder: "api", ref: "v2" }))
        assert.deepStrictEqual(yield* sources.parse("company"), { _tag: "Git", url, subfolder: "api", ref: "v2" })
        assert.deepStrictEqual(yield* sources.parse("company@main"), { _tag: "Git", url, subfolder: "api", ref: "main" })
        assert.deepStrictEqual((yield* sources.list).map(({ name: each }) => each), ["company", "learning-project", "local.one", "standard-project"])
        assert.isTrue(yield* sources.remove("company"))
        assert.isFalse(yield* sources.remove("company"))
        assert.isTrue(Either.isLeft(yield* Effect.either(sources.parse("company"))))
        assert.deepStrictEqual(yield* sources.parse("local.one"), { _tag: "Folder", path: folder })
      }))
  })
}
