import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { Project } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import { ProjectName } from "@dev-infra/metadata/ProjectName"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as ProjectFiles from "@dev-infra/sync/ProjectFiles"
import * as ProjectFilesLive from "@dev-infra/sync/ProjectFilesLive"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { read, readForGood, testProjectFiles, type World, write } from "./ProjectFiles.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

const projectAt = (path: string, number: number): Project => ({
  id: ProjectId.make(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`),
  name: ProjectName.make(`project-${number}`),
  path: AbsolutePath.make(path),
  template: "unknown",
  version: "unknown",
  status: "active"
})

const git = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/nonexistent", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })

const fileOf = (project: Project) => join(project.path, ".dev-infra.yml")

/** JSON is YAML. */
const textOf = (stated: object) => Object.entries(stated).map(([field, value]) => `${field}: ${JSON.stringify(value)}\n`).join("")

const layerIn = (home: string) =>
  ProjectFilesLive.layer.pipe(
    Layer.provide([DevInfraHome.layerFolder(home), DirectoryReader.layer, MetadataFile.layer]),
    Layer.provide(DurableFile.layer)
  )

const repository = (path: string): string => {
  fs.mkdirSync(path, { recursive: true })
  git(path, "init", "-q", "-b", "main")
  git(path, "commit", "-q", "--allow-empty", "-m", "first")
  return path
}

const onDisk = Effect.map(temporaryFolder, (folder): World => ({
  one: projectAt(repository(join(folder, "one")), 1),
  two: projectAt(repository(join(folder, "two")), 2),
  set: (project, stated) => Effect.sync(() => fs.writeFileSync(fileOf(project), textOf(stated))),
  switchTo: (project, branch) => Effect.sync(() => void git(project.path, "checkout", "-q", "-b", branch)),
  layer: layerIn(join(folder, "home"))
}))

const inMemory = Effect.map(Layer.build(ProjectFiles.layerMemory()), (context): World => {
  const control = Context.get(context, ProjectFiles.MemoryProjectFiles)
  return {
    one: projectAt("/code/one", 1),
    two: projectAt("/code/two", 2),
    set: (project, stated) => Effect.flatMap(control.get(project.id), (before) => control.set(project.id, { ...before, path: `${project.path}/.dev-infra.yml`, stated })),
    switchTo: (project, branch) => control.switchTo(project.id, branch),
    layer: Layer.succeedContext(context)
  }
})

testProjectFiles("memory", inMemory)
testProjectFiles("disk", onDisk)

/** Counts what the disk is asked for. */
const counting = (home: string) => {
  const counts = { stats: 0, reads: 0 }
  const counted = Layer.effect(
    LocalFiles,
    Effect.map(LocalFiles, (files) => ({
      ...files,
      stat: (path: string) => Effect.suspend(() => (counts.stats++, files.stat(path))),
      read: (path: string, limit: number) => Effect.suspend(() => (counts.reads++, files.read(path, limit)))
    }))
  )
  const layer = ProjectFilesLive.layer.pipe(
    Layer.provide([DevInfraHome.layerFolder(home), DirectoryReader.layer, MetadataFile.layer]),
    Layer.provide(Layer.fresh(DurableFile.layerOver)),
    Layer.provide(counted),
    Layer.provide(DurableFile.layer)
  )
  return { counts, layer }
}

const years = 365 * 24 * 60 * 60

/** Many projects with files that were written long ago. */
const many = (folder: string, count: number): ReadonlyArray<Project> =>
  Array.from({ length: count }, (_, index) => {
    const project = projectAt(join(folder, `project-${index}`), index)
    fs.mkdirSync(project.path, { recursive: true })
    fs.writeFileSync(fileOf(project), textOf({ description: `number ${index}` }))
    fs.utimesSync(fileOf(project), years, years)
    return project
  })

describe("ProjectFiles on the disk", () => {
  it.scopedLive("Y13: a commit on no branch is told by its first digits", () =>
    Effect.gen(function* () {
      const { layer, one, set } = yield* onDisk
      yield* set(one, { description: "new" })
      git(one.path, "checkout", "-q", "--detach")
      const { files } = yield* Effect.provide(read([one]), layer)
      assert.strictEqual(files.get(one.id)?.branch, `commit ${git(one.path, "rev-parse", "HEAD").slice(0, 7)}`)
    }))

  it.scopedLive("Y13: outside of git every file counts", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [project] = many(folder, 1)
      if (project === undefined) return
      const { files } = yield* Effect.provide(read([project]), layerIn(join(folder, "home")))
      assert.deepStrictEqual(files.get(project.id), { path: fileOf(project), stated: { description: "number 0" } })
    }))

  it.scopedLive("a file that cannot be read is a problem with its place, and hides no other", () =>
    Effect.gen(function* () {
      const { layer, one, set, two } = yield* onDisk
      yield* set(two, { name: "two" })
      fs.writeFileSync(fileOf(one), "status: sleeping\n")
      for (const _ of [1, 2]) {
        const { files, problems } = yield* Effect.provide(read([one, two]), layer)
        assert.deepStrictEqual([...files.keys()], [two.id])
        assert.lengthOf(problems, 1)
        assert.deepInclude<object>(problems[0] ?? {}, { folder: one.path, path: fileOf(one), line: 1 })
      }
    }))

  it.scopedLive("a folder that is gone is no problem", () =>
    Effect.gen(function* () {
      const { layer, one } = yield* onDisk
      fs.rmSync(one.path, { recursive: true })
      assert.deepStrictEqual(yield* Effect.provide(read([one]), layer), { files: new Map(), problems: [] })
    }))

  it.scopedLive("Y12: writing leaves comments and the order of lines as they are", () =>
    Effect.gen(function* () {
      const { layer, one } = yield* onDisk
      fs.writeFileSync(fileOf(one), "# ours\ndescription: old # say more\nname: api\n")
      yield* Effect.provide(write(one, { description: "new" }), layer)
      assert.strictEqual(fs.readFileSync(fileOf(one), "utf8"), "# ours\ndescription: new # say more\nname: api\n")
    }))

  it.scopedLive("writing makes no file where there is none", () =>
    Effect.gen(function* () {
      const { layer, one } = yield* onDisk
      const failure = yield* Effect.flip(Effect.provide(write(one, { description: "new" }), layer))
      assert.deepInclude<object>(failure, { _tag: "MetadataUnavailable", reason: "Missing" })
      assert.isFalse(fs.existsSync(fileOf(one)))
    }))

  it.scopedLive("reads only what changed, also in the next process", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = many(folder, 150)
      const home = join(folder, "home")
      yield* Effect.provide(readForGood(projects), layerIn(home))
      fs.writeFileSync(join(folder, "project-7/.dev-infra.yml"), textOf({ description: "number seven" }))
      fs.rmSync(join(folder, "project-8/.dev-infra.yml"))
      const { counts, layer } = counting(home)
      const { files } = yield* Effect.provide(read(projects), layer)
      assert.strictEqual(files.size, 149)
      assert.deepStrictEqual(files.get(projects[7]?.id ?? "")?.stated, { description: "number seven" })
      assert.deepStrictEqual(files.get(projects[9]?.id ?? "")?.stated, { description: "number 9" })
      // the cache itself, and the one file that changed
      assert.strictEqual(counts.reads, 2)
      assert.strictEqual(counts.stats, 149)
    }))

  it.scopedLive("forgets files that are gone", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [home, path] = [join(folder, "home"), join(folder, "home/cache/project-files.json")]
      yield* Effect.provide(readForGood(many(join(folder, "before"), 150)), layerIn(home))
      assert.include(fs.readFileSync(path, "utf8"), "/before/")
      fs.rmSync(join(folder, "before"), { recursive: true })
      yield* Effect.provide(readForGood(many(join(folder, "after"), 150)), layerIn(home))
      assert.notInclude(fs.readFileSync(path, "utf8"), "/before/")
      assert.include(fs.readFileSync(path, "utf8"), "/after/")
    }))

  it.scopedLive("Y13: a branch without the file leaves what the default branch states to git, in the next process too", () =>
    Effect.gen(function* () {
      const { layer, one, set } = yield* onDisk
      git(one.path, "checkout", "-q", "-b", "older")
      git(one.path, "checkout", "-q", "main")
      yield* set(one, { description: "on main" })
      git(one.path, "add", "-A")
      git(one.path, "commit", "-q", "-m", "second")
      yield* Effect.provide(readForGood([one]), layer)
      git(one.path, "checkout", "-q", "older")
      for (const _ of [1, 2]) {
        const { files } = yield* Effect.provide(readForGood([one]), layer)
        assert.deepStrictEqual(files.get(one.id), { path: fileOf(one), stated: { description: "on main" }, branch: "older" })
      }
      git(one.path, "checkout", "-q", "main")
      assert.deepStrictEqual((yield* Effect.provide(readForGood([one]), layer)).files.get(one.id), { path: fileOf(one), stated: { description: "on main" } })
      git(one.path, "rm", "-q", ".dev-infra.yml")
      assert.deepStrictEqual([...(yield* Effect.provide(readForGood([one]), layer)).files], [])
      git(one.path, "checkout", "-q", "-b", "after")
      assert.deepStrictEqual([...(yield* Effect.provide(readForGood([one]), layer)).files], [])
    }))

  it.scopedLive("writes nothing unless it is to be lasting", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.provide(read(many(folder, 150)), layerIn(join(folder, "home")))
      assert.isFalse(fs.existsSync(join(folder, "home")))
    }))

  it.scopedLive("asks the disk nothing more about projects without a file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = Array.from({ length: 1000 }, (_, index) => projectAt(join(folder, `gone-${index}`), index))
      const { counts, layer } = counting(join(folder, "home"))
      yield* Effect.provide(read(projects), layer)
      assert.strictEqual(counts.stats, 0)
      assert.isFalse(fs.existsSync(join(folder, "home")))
    }))

  it.scopedLive("a cache that is damaged, or cannot be written, costs nothing but time", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = many(folder, 150)
      const home = join(folder, "home")
      const path = join(home, "cache/project-files.json")
      yield* Effect.provide(readForGood(projects), layerIn(home))
      const whole = fs.readFileSync(path, "utf8")
      for (const damaged of ["", whole.slice(0, 500), "[]", `{"version":2,"files":{}}`, `{"version":1,"files":{"${fileOf(projects[0] ?? projectAt("/", 0))}":{"stamp":7}}}`]) {
        fs.writeFileSync(path, damaged)
        assert.strictEqual((yield* Effect.provide(readForGood(projects), layerIn(home))).files.size, 150)
      }
      fs.rmSync(join(home, "cache"), { recursive: true })
      fs.writeFileSync(join(home, "cache"), "not a folder")
      assert.strictEqual((yield* Effect.provide(readForGood(projects), layerIn(home))).files.size, 150)
    }))

  it.scopedLive("sees a change that keeps size and time, if it came right after the reading", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = many(folder, 150)
      const home = join(folder, "home")
      const path = join(folder, "project-7/.dev-infra.yml")
      fs.writeFileSync(path, textOf({ description: "one" }))
      const { mtime } = fs.statSync(path)
      yield* Effect.provide(readForGood(projects), layerIn(home))
      fs.writeFileSync(path, textOf({ description: "two" }))
      fs.utimesSync(path, mtime, mtime)
      const { files } = yield* Effect.provide(readForGood(projects), layerIn(home))
      assert.deepStrictEqual(files.get(projects[7]?.id ?? "")?.stated, { description: "two" })
    }))

  it.scopedLive("Y12: leaves fields to the file also while its folder is away, as on a disk that is not mounted", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const project = projectAt(repository(join(folder, "disk/one")), 1)
      const home = join(folder, "home")
      fs.writeFileSync(fileOf(project), textOf({ description: "one" }))
      yield* Effect.provide(readForGood([project]), layerIn(home))
      fs.renameSync(join(folder, "disk"), join(folder, "unmounted"))
      const away = yield* Effect.provide(readForGood([project]), layerIn(home))
      assert.deepStrictEqual([away.files.get(project.id)?.stated, away.files.get(project.id)?.branch], [{ description: "one" }, "folder missing"])
      fs.renameSync(join(folder, "unmounted"), join(folder, "disk"))
      assert.isUndefined((yield* Effect.provide(readForGood([project]), layerIn(home))).files.get(project.id)?.branch)
    }))
})
