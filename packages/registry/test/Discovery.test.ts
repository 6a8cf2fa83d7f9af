import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { join } from "node:path"
import * as DirectoryReader from "../src/DirectoryReader.js"
import * as Discovery from "../src/Discovery.js"
import { testBareBones, testFile, testFolder, testGit, testRepository } from "./gitRepositories.js"

const { Failing, Link, Mounted, ReadFailure } = DirectoryReader

const live = Layer.provide(Discovery.layer, DirectoryReader.layer)

const discover = (roots: ReadonlyArray<string>, options?: Discovery.DiscoveryOptions) =>
  Effect.gen(function*() {
    const discovery = yield* Discovery.Discovery
    const events = Chunk.toReadonlyArray(yield* Stream.runCollect(discovery.discover(roots, options)))
    return {
      events,
      found: events.filter((event) => event._tag === "Found"),
      skipped: events.filter((event) => event._tag === "Skipped"),
      progress: events.filter((event) => event._tag === "Progress")
    }
  })

const inspect = (path: string) => Effect.flatMap(Discovery.Discovery, (discovery) => discovery.inspect(path))

const paths = (result: { readonly found: ReadonlyArray<Discovery.Found> }) => result.found.map((each) => each.path)

const repository = (url?: string, branch = "main"): DirectoryReader.MemoryFolder => ({
  HEAD: `ref: refs/heads/${branch}\n`,
  config: url === undefined ? "" : `[remote "origin"]\n\turl = ${url}\n`
})

/** Writes a tree in memory to disk. */
const writeTree = (folder: string, tree: DirectoryReader.MemoryFolder): void => {
  fs.mkdirSync(folder, { recursive: true })
  for (const [name, entry] of Object.entries(tree)) {
    const path = join(folder, name)
    if (typeof entry === "string") testFile(path, entry)
    else if (entry instanceof Link) fs.symlinkSync(entry.target, path)
    else if (!(entry instanceof Failing) && !(entry instanceof Mounted)) writeTree(path, entry)
  }
}

const worlds: ReadonlyArray<{
  readonly name: string
  readonly world: (tree: DirectoryReader.MemoryFolder) => Effect.Effect<{ readonly root: string; readonly layer: Layer.Layer<Discovery.Discovery> }, never, Scope.Scope>
}> = [
  { name: "in memory", world: (tree) => Effect.succeed({ root: "/w", layer: Discovery.layerMemory({ w: tree }) }) },
  {
    name: "on disk",
    world: (tree) =>
      Effect.map(testFolder, (folder) => {
        writeTree(folder, tree)
        return { root: folder, layer: live }
      })
  }
]

for (const { name, world } of worlds) {
  const inTree = (
    tree: DirectoryReader.MemoryFolder,
    use: (root: string) => Effect.Effect<void, never, Discovery.Discovery>
  ) => Effect.flatMap(world(tree), ({ layer, root }) => Effect.provide(use(root), layer))

  describe(`Discovery ${name}`, () => {
    it.scoped("finds repositories and folders with metadata, in the order of their names", () =>
      inTree(
        {
          b: { ".git": repository("git@github.com:acme/b.git", "feature/x"), src: { ".git": repository() } },
          a: { deep: { er: { ".git": repository(), ".dev-infra.yml": "template: x\n" } } },
          c: { ".dev-infra.yml": "template: x\n", sub: { ".git": repository() } },
          nothing: { "file.txt": "" }
        },
        (root) =>
          Effect.gen(function*() {
            const { found, skipped } = yield* discover([root])
            expect(skipped).toEqual([])
            expect(found).toEqual([
              { _tag: "Found", path: `${root}/a/deep/er`, kind: "repository", branch: "main", hasMetadata: true },
              { _tag: "Found", path: `${root}/b`, kind: "repository", repository: "git@github.com:acme/b.git", branch: "feature/x", hasMetadata: false },
              { _tag: "Found", path: `${root}/c`, kind: "folder", hasMetadata: true },
              { _tag: "Found", path: `${root}/c/sub`, kind: "repository", branch: "main", hasMetadata: false }
            ])
          })
      ))

    it.scoped("keeps passwords and tokens of a remote to git", () =>
      inTree({ a: { ".git": repository("https://me:hunter2@example.com/a.git") } }, (root) =>
        Effect.gen(function*() {
          expect((yield* discover([root])).found[0]?.repository).toBe("https://example.com/a.git")
        })))

    it.scoped("skips vendored folders and what the user names, and looks into them when told to", () =>
      inTree(
        {
          node_modules: { pkg: { ".git": repository() } },
          old: { api: { ".git": repository() } },
          "tmp-1": { ".git": repository() },
          new: { ".git": repository() }
        },
        (root) =>
          Effect.gen(function*() {
            expect(paths(yield* discover([root], { ignore: ["old", "tmp-*"] }))).toEqual([`${root}/new`])
            expect(paths(yield* discover([root], { ignore: ["old"], noIgnore: true }))).toEqual([`${root}/new`, `${root}/node_modules/pkg`, `${root}/tmp-1`])
            expect(paths(yield* discover([`${root}/node_modules`]))).toEqual([`${root}/node_modules/pkg`])
          })
      ))

    it.scoped("looks into a root that is a repository, and reports it too", () =>
      inTree(
        { home: { ".git": repository(), ".gitignore": "*\n", code: { ".git": repository(), inner: { ".git": repository() } }, app: { ".dev-infra.yml": "" } } },
        (root) =>
          Effect.gen(function*() {
            expect(paths(yield* discover([`${root}/home`]))).toEqual([`${root}/home`, `${root}/home/code`])
            expect(paths(yield* discover([`${root}/home`], { nested: true }))).toEqual([`${root}/home`, `${root}/home/code`, `${root}/home/code/inner`])
          })
      ))

    it.scoped("with nested, finds projects inside repositories, but not in what they ignore", () =>
      inTree(
        {
          mono: {
            ".git": { ...repository("https://example.com/mono.git"), info: { exclude: "private\n" } },
            ".gitignore": "dist/\n/packages/gone\n",
            ".dev-infra.yml": "",
            dist: { ".dev-infra.yml": "" },
            private: { ".dev-infra.yml": "" },
            packages: {
              ".gitignore": "tmp*\n!tmp-kept\n",
              api: { ".dev-infra.yml": "" },
              gone: { ".dev-infra.yml": "" },
              "tmp-1": { ".dev-infra.yml": "" },
              "tmp-kept": { ".dev-infra.yml": "" },
              other: { ".git": repository("https://example.com/other.git"), dist: { ".dev-infra.yml": "" } }
            }
          }
        },
        (root) =>
          Effect.gen(function*() {
            const { found } = yield* discover([root], { nested: true })
            const mono = { _tag: "Found", repository: "https://example.com/mono.git", branch: "main", hasMetadata: true }
            const other = { _tag: "Found", repository: "https://example.com/other.git", branch: "main" }
            expect(found).toEqual([
              { ...mono, path: `${root}/mono`, kind: "repository" },
              { ...mono, path: `${root}/mono/packages/api`, kind: "folder", inner: "packages/api" },
              { ...other, path: `${root}/mono/packages/other`, kind: "repository", hasMetadata: false },
              { ...other, path: `${root}/mono/packages/other/dist`, kind: "folder", inner: "dist", hasMetadata: true },
              { ...mono, path: `${root}/mono/packages/tmp-kept`, kind: "folder", inner: "packages/tmp-kept" }
            ])
            expect((yield* discover([root], { nested: true, noIgnore: true })).found.length).toBe(9)
            expect(paths(yield* discover([root]))).toEqual([`${root}/mono`])
            expect((yield* discover([`${root}/mono/packages/api`])).found).toEqual([
              { ...mono, path: `${root}/mono/packages/api`, kind: "folder", inner: "packages/api" }
            ])
          })
      ))

    it.scoped("finds submodules though it stops at their repository, also submodules of submodules", () =>
      inTree(
        {
          app: {
            ".git": { ...repository(), modules: { lib: { ...repository("https://example.com/lib.git"), modules: { deep: repository() } } } },
            ".gitmodules": `[submodule "lib"]\n\tpath = libs/lib\n[submodule "old"]\n\tpath = old\n[submodule "bad"]\n\tpath = ../../etc\n[submodule "away"]\n\tpath = away/x\n[submodule "not"]\n\tpath = not\n`,
            libs: { lib: { ".git": "gitdir: ../../.git/modules/lib\n", ".gitmodules": `[submodule "deep"]\n\tpath = deep\n`, deep: { ".git": "gitdir: ../../../.git/modules/lib/modules/deep\n" } } },
            old: { ".git": repository() },
            away: new Link("../elsewhere"),
            not: {}
          },
          elsewhere: { x: { ".git": repository() } }
        },
        (root) =>
          Effect.gen(function*() {
            const expected = [
              [`${root}/app`, "repository", undefined],
              [`${root}/app/libs/lib`, "submodule", `${root}/app`],
              [`${root}/app/libs/lib/deep`, "submodule", `${root}/app/libs/lib`],
              [`${root}/app/old`, "submodule", `${root}/app`],
              [`${root}/elsewhere/x`, "repository", undefined]
            ]
            for (const nested of [false, true]) {
              const { found } = yield* discover([root], { nested })
              expect(found.map((each) => [each.path, each.kind, each.mainPath])).toEqual(expected)
            }
            expect(yield* inspect(`${root}/app/libs/lib`)).toMatchObject({ kind: "submodule", mainPath: `${root}/app`, repository: "https://example.com/lib.git" })
            expect(yield* inspect(`${root}/app/old`)).toMatchObject({ kind: "submodule", mainPath: `${root}/app` })
          })
      ))

    it.scoped("finds bare repositories and the worktrees that lie beside one", () =>
      inTree(
        {
          "plain.git": { HEAD: "ref: refs/heads/trunk\n", config: "[core]\n\tbare = true\n", objects: {}, refs: {} },
          project: {
            ".bare": { HEAD: "ref: refs/heads/main\n", config: "[core]\n\tbare = true\n", objects: {}, refs: {}, worktrees: { main: { HEAD: "ref: refs/heads/main\n", commondir: "../..\n" } } },
            ".git": "gitdir: ./.bare\n",
            main: { ".git": "gitdir: ../.bare/worktrees/main\n" }
          },
          lookalike: { HEAD: "no git\n", objects: {}, refs: {}, inside: { ".git": repository() } }
        },
        (root) =>
          Effect.gen(function*() {
            const { found, skipped } = yield* discover([root])
            expect(skipped).toEqual([])
            expect(found.map((each) => [each.path, each.kind, each.branch, each.mainPath])).toEqual([
              [`${root}/lookalike/inside`, "repository", "main", undefined],
              [`${root}/plain.git`, "bare", "trunk", undefined],
              [`${root}/project`, "bare", "main", undefined],
              [`${root}/project/main`, "worktree", "main", `${root}/project`]
            ])
          })
      ))

    it.scoped("says what is wrong with a broken .git and looks on", () =>
      inTree(
        {
          a: { ".git": "" },
          b: { ".git": "gitdir: /nowhere/at/all\n" },
          c: { ".git": {} },
          d: { ".git": { HEAD: "", config: "" }, below: { ".git": repository() } },
          e: { ".git": "some text\n" },
          f: { ".git": { HEAD: "rubbish\n" } },
          g: { ".git": new Link("nowhere") }
        },
        (root) =>
          Effect.gen(function*() {
            const { found, skipped } = yield* discover([root])
            expect(skipped).toEqual([
              { _tag: "Skipped", path: `${root}/a`, reason: "Broken", detail: "its .git file is empty" },
              { _tag: "Skipped", path: `${root}/b`, reason: "Broken", detail: "its .git file points to /nowhere/at/all, which is not there" },
              { _tag: "Skipped", path: `${root}/c`, reason: "Broken", detail: "it has no HEAD" },
              { _tag: "Skipped", path: `${root}/d`, reason: "Broken", detail: "its HEAD is empty" },
              { _tag: "Skipped", path: `${root}/e`, reason: "Broken", detail: "its .git file names no folder" },
              { _tag: "Skipped", path: `${root}/f`, reason: "Broken", detail: "its HEAD names neither a branch nor a commit" },
              { _tag: "Skipped", path: `${root}/g`, reason: "Broken", detail: "its .git is a link to nowhere" }
            ])
            expect(paths({ found })).toEqual([`${root}/d/below`])
          })
      ))

    it.scoped("follows a link that is a root, none below it, and finds nothing twice", () =>
      inTree(
        { real: { a: { ".git": repository() }, loop: new Link("."), up: new Link("..") }, alias: new Link("real"), aliasFile: new Link("file"), file: "" },
        (root) =>
          Effect.gen(function*() {
            expect(paths(yield* discover([`${root}/alias`]))).toEqual([`${root}/real/a`])
            const result = yield* discover([`${root}/real/a`, root, `${root}/alias`, `${root}/missing`, `${root}/aliasFile`, root])
            expect(paths(result)).toEqual([`${root}/real/a`])
            expect(result.skipped.map((each) => [each.path, each.reason])).toEqual([[`${root}/missing`, "NotFound"], [`${root}/file`, "NotAFolder"]])
          })
      ))

    it.scoped("goes only as deep as it is told", () =>
      inTree({ ".dev-infra.yml": "", a: { ".git": repository() }, b: { c: { ".git": repository() } } }, (root) =>
        Effect.gen(function*() {
          expect(paths(yield* discover([root], { depth: 0 }))).toEqual([root])
          expect(paths(yield* discover([root], { depth: 1 }))).toEqual([root, `${root}/a`])
          expect(paths(yield* discover([root], { depth: 2 }))).toEqual([root, `${root}/a`, `${root}/b/c`])
        })))

    it.scoped("stops at 64 levels and says so", () =>
      inTree(Array.from({ length: 70 }).reduce<DirectoryReader.MemoryFolder>((inner) => ({ d: inner }), { ".git": repository() }), (root) =>
        Effect.gen(function*() {
          const { found, skipped } = yield* discover([root])
          expect(found).toEqual([])
          expect(skipped.map((each) => each.path)).toEqual([root + "/d".repeat(64)])
        })))

    it.scoped("copes with any name and long paths", () => {
      const long = "x".repeat(200)
      return inTree(
        { "new\nline 😀 'q' \"d\" $(x)": { ".git": repository() }, "-dash": { ".git": repository() }, [long]: { [long]: { [long]: { [long]: { [long]: { ".git": repository() } } } } } },
        (root) =>
          Effect.gen(function*() {
            expect(paths(yield* discover([root]))).toEqual([
              `${root}/-dash`,
              `${root}/new\nline 😀 'q' "d" $(x)`,
              `${root}/${long}/${long}/${long}/${long}/${long}`
            ])
          })
      )
    })

    it.scoped("inspects one folder", () =>
      inTree({ repo: { ".git": repository("https://example.com/r.git"), src: {}, api: { ".dev-infra.yml": "" } }, plain: {}, project: { ".dev-infra.yml": "" }, file: "" }, (root) =>
        Effect.gen(function*() {
          expect(yield* inspect(`${root}/repo`)).toMatchObject({ kind: "repository", repository: "https://example.com/r.git" })
          expect(yield* inspect(`${root}/repo/api`)).toMatchObject({ kind: "folder", inner: "api", repository: "https://example.com/r.git", branch: "main" })
          expect(yield* inspect(`${root}/project`)).toEqual({ _tag: "Found", path: `${root}/project`, kind: "folder", hasMetadata: true })
          expect(yield* inspect(`${root}/plain`)).toMatchObject({ _tag: "Skipped", reason: "NotAProject" })
          expect(yield* inspect(`${root}/repo/src`)).toMatchObject({ _tag: "Skipped", reason: "NotAProject", detail: `lies in the repository ${root}/repo and has no .dev-infra.yml of its own` })
          expect(yield* inspect(`${root}/file`)).toMatchObject({ _tag: "Skipped", reason: "NotAFolder" })
          expect(yield* inspect(`${root}/missing`)).toMatchObject({ _tag: "Skipped", reason: "NotFound" })
          expect(yield* inspect(`${root}/\0`)).toMatchObject({ _tag: "Skipped" })
        })))

    it.scoped("tells how far it has come, and at the end how many folders there were", () =>
      inTree(Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`d${index}`, {}])), (root) =>
        Effect.gen(function*() {
          expect((yield* discover([root])).progress.map((each) => each.folders)).toEqual([200, 400, 451])
        })))
  })
}

describe("Discovery", () => {
  it.effect("survives what it cannot read, what vanishes, and other file systems", () =>
    Effect.gen(function*() {
      const { found, skipped } = yield* discover(["/w"])
      expect(paths({ found })).toEqual(["/w/z"])
      expect(skipped).toEqual([
        { _tag: "Skipped", path: "/w/bad\uFFFD", reason: "Unreadable", detail: "its name is not valid UTF-8" },
        { _tag: "Skipped", path: "/w/locked", reason: "Unreadable", detail: "permission denied" },
        { _tag: "Skipped", path: "/w/mounted", reason: "OtherFileSystem", detail: "lies on another file system" }
      ])
      expect((yield* discover(["/w/mounted"])).found.length).toBe(1)
      expect((yield* discover(["/w/locked"])).skipped).toEqual([{ _tag: "Skipped", path: "/w/locked", reason: "Unreadable", detail: "permission denied" }])
    }).pipe(
      Effect.provide(
        Discovery.layerMemory({
          w: {
            locked: new Failing(new ReadFailure("Unreadable", "permission denied")),
            gone: new Failing(new ReadFailure("NotFound", "does not exist")),
            mounted: new Mounted(2, { a: { ".git": repository() } }),
            "bad\uFFFD": {},
            z: { ".git": repository() }
          }
        })
      )
    ))

  it.effect("never enters /proc, /sys, /dev and /run by itself", () =>
    Effect.gen(function*() {
      expect(paths(yield* discover(["/"], { noIgnore: true }))).toEqual(["/home/a"])
      expect(paths(yield* discover(["/run"]))).toEqual(["/run/a"])
    }).pipe(
      Effect.provide(
        Discovery.layerMemory(Object.fromEntries(["proc", "sys", "dev", "run", "home"].map((name) => [name, { a: { ".git": repository() } }])))
      )
    ))

  it.scoped("reads what git itself makes: clones, worktrees, submodules, bare and detached ones", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const main = testRepository(join(root, "main"), { remote: "https://example.com/main.git" })
      const library = testRepository(join(root, "library"))
      testGit(main, "submodule", "--quiet", "add", library, "libs/lib")
      testGit(main, "commit", "-q", "-m", "submodule")
      testGit(main, "worktree", "add", "-q", "-b", "topic/a", join(root, "linked"))
      testGit(main, "worktree", "add", "-q", "--detach", join(root, "detached"))
      testGit(join(main, "libs/lib"), "worktree", "add", "-q", "-b", "wt", join(root, "lib-linked"))
      testGit(root, "clone", "-q", "--bare", main, "main-bare.git")
      testGit(root, "init", "-q", "-b", "trunk", "--separate-git-dir", join(root, "hidden.data"), "apart")
      fs.symlinkSync(join(main, ".git"), join(testFile(join(root, "linkgit/file")), "../.git"))
      const { found, skipped } = yield* discover([root])
      expect(skipped).toEqual([])
      expect(found.map((each) => [each.path.slice(root.length + 1), each.kind, each.branch, each.mainPath?.slice(root.length + 1)])).toEqual([
        ["apart", "repository", "trunk", undefined],
        ["detached", "worktree", undefined, "main"],
        ["lib-linked", "worktree", "wt", "main/libs/lib"],
        ["library", "repository", "main", undefined],
        ["linked", "worktree", "topic/a", "main"],
        ["linkgit", "repository", "main", undefined],
        ["main", "repository", "main", undefined],
        ["main/libs/lib", "submodule", "main", "main"],
        ["main-bare.git", "bare", "main", undefined]
      ])
      expect(found.find((each) => each.path === join(root, "linked"))?.repository).toBe("https://example.com/main.git")
    }).pipe(Effect.provide(live)))

  it.scoped("does not hang on a named pipe where a file is due", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      testBareBones(join(root, "a"))
      fs.rmSync(join(root, "a/.git/HEAD"))
      testGit(root, "-c", "alias.pipe=!mkfifo", "pipe", "a/.git/HEAD")
      expect((yield* discover([root])).skipped).toMatchObject([{ reason: "Broken", detail: "its HEAD is empty" }])
    }).pipe(Effect.provide(live)))

  it.scoped("tells a folder whose name is not UTF-8 from one that it can enter", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      fs.mkdirSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]))
      testBareBones(`${root}/bad\uFFFD`)
      testBareBones(`${root}/good\uFFFD`)
      const { found, skipped } = yield* discover([root])
      expect(paths({ found })).toEqual([`${root}/bad\uFFFD`, `${root}/good\uFFFD`])
      expect(skipped).toMatchObject([{ reason: "Unreadable", detail: "its name is not valid UTF-8" }])
    }).pipe(Effect.provide(live)))

  it.live("stops at once when interrupted, though the tree never ends", () =>
    Effect.gen(function*() {
      let listed = 0
      const endless = Layer.succeed(DirectoryReader.DirectoryReader, {
        resolve: (path) => path,
        look: () => ({ kind: "folder" as const, device: 1 }),
        list: () => {
          listed += 1
          return [0, 1].map((name) => ({ name: `d${name}`, isDirectory: () => true, isFile: () => false, isSymbolicLink: () => false }))
        },
        readText: () => new ReadFailure("NotFound", "does not exist"),
        readStart: () => new ReadFailure("NotFound", "does not exist"),
        pause: Effect.yieldNow()
      })
      const fiber = yield* Effect.flatMap(Discovery.Discovery, (discovery) => Stream.runDrain(discovery.discover(["/w"]))).pipe(
        Effect.provide(Layer.provide(Discovery.layer, endless)),
        Effect.fork
      )
      while (listed < 1000) yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      const before = listed
      yield* Effect.yieldNow()
      expect(listed).toBe(before)
    }))

  it.scoped("gives the first results before it has seen everything", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      for (let index = 0; index < 300; index++) testFile(join(root, `d${String(index).padStart(3, "0")}/.dev-infra.yml`))
      const discovery = yield* Discovery.Discovery
      const first = yield* Stream.runHead(Stream.filter(discovery.discover([root]), (event) => event._tag === "Found"))
      expect(first).toMatchObject({ value: { path: `${root}/d000` } })
    }).pipe(Effect.provide(live)))
})
