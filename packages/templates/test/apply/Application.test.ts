import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalFilesFailing from "@dev-infra/durable-files/LocalFilesFailing"
import * as MemoryFiles from "@dev-infra/durable-files/MemoryFiles"
import type { Operation } from "@dev-infra/durable-files/FileOperations"
import * as Application from "@dev-infra/templates/Application"
import * as ApplyStep from "@dev-infra/templates/ApplyStep"
import { Registry } from "@dev-infra/registry/Registry"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { contentOf, contents, type Files, planned, planOf, record, world, type WorldOptions, write } from "./applyWorld.js"

const path = "/tmp/code/api"

const standing: Files = { ".dev-infra.yml": record("v1"), "README.md": "# api\n", "run": "!#!/bin/sh\n", "docs/page.md": "page\n" }

const simple = planOf(path, [planned("README.md", "# api\n", "# API\n"), planned("new/file", undefined, "new\n"), planned("docs/page.md", "page\n", undefined)])

const inWorld = <A, E, R>(use: Effect.Effect<A, E, R>, options: WorldOptions = {}, files: Files = standing) =>
  Effect.flatMap(MemoryFiles.makeControlled({}), ({ operations }) =>
    Effect.gen(function* () {
      yield* Effect.provideService(write(path, files), LocalFiles.LocalFiles, operations)
      yield* operations.makeFolder("/tmp/home", 0o700)
      return yield* Effect.provide(use, world("/tmp", operations, options))
    }))

const conflict = planned("README.md", "# api\n", "<<<<<<< here\n# api\n=======\n# API\n>>>>>>> v2\n", {
  class: "conflict",
  sides: { ours: contentOf("# api\n"), theirs: contentOf("# API\n") }
})

const binary = planned("logo.png", "\0ours", "\0ours", { class: "conflict", isBinary: true, sides: { ours: contentOf("\0ours"), theirs: contentOf("\0theirs") } })

const asked = planned("run", "!#!/bin/sh\n", "!#!/bin/sh\nmerged\n", {
  class: "ask",
  proposed: "merge",
  sides: { ours: contentOf("!#!/bin/sh\n"), theirs: contentOf("!#!/bin/sh\ntheirs\n") }
})

describe("applying a plan", () => {
  it.effect("writes, removes, and records the version with the answers, comments kept", () =>
    inWorld(Effect.gen(function* () {
      const applied = yield* Application.apply(simple)
      assert.deepInclude(applied, { changed: true, counts: { update: 1, new: 1, delete: 1 }, marked: [], skipped: [] })
      assert.deepStrictEqual(yield* contents(path), {
        ".dev-infra.yml": record("v2").replace("  name: api\n", "  name: api\n  license: MIT\n"),
        "README.md": "# API\n",
        "new/file": "new\n",
        "run": "!#!/bin/sh\n"
      })
      const { projects } = yield* Effect.flatMap(Registry, (registry) => registry.list())
      assert.strictEqual(projects[0]?.version, "v2")
      assert.deepStrictEqual(applied.registry, { _tag: "Refreshed" })
    })))

  it.effect("changes nothing the second time, whatever git says then", () =>
    inWorld(Effect.gen(function* () {
      const first = yield* Application.apply(simple, { allowDirty: true })
      const found = yield* contents(path)
      const again = planOf(path, [], { from: first.to })
      assert.isFalse((yield* Application.apply(again)).changed)
      assert.deepStrictEqual(yield* contents(path), found)
    }), { git: { _tag: "Checkout", path, ahead: 0, behind: 0, modified: 3, untracked: 1, conflicted: 0, stashes: 0 } }))

  it.effect("refuses a project with changes that are in no commit, unless it is told not to", () =>
    inWorld(Effect.gen(function* () {
      const refused = yield* Effect.flip(Application.apply(simple))
      assert.deepInclude(refused, { _tag: "WorkingTreeDirty", modified: 0, untracked: 1 })
      assert.deepStrictEqual(yield* contents(path), standing)
      assert.isTrue((yield* Application.apply(simple, { allowDirty: true })).changed)
    }), { git: { _tag: "Checkout", path, ahead: 0, behind: 0, modified: 0, untracked: 1, conflicted: 0, stashes: 0 } }))

  it.effect("refuses a plan whose files were changed, made, removed, or lie behind a link now", () =>
    Effect.gen(function* () {
      const refuses = (change: Effect.Effect<unknown, unknown, LocalFiles.LocalFiles>, at: string) =>
        inWorld(Effect.gen(function* () {
          yield* change
          const found = yield* contents(path)
          const stale = yield* Effect.flip(Application.apply(simple))
          assert.strictEqual(stale._tag, "PlanStale")
          assert.deepStrictEqual(stale._tag === "PlanStale" ? stale.problems.map((problem) => problem.path) : [], [at])
          assert.deepStrictEqual(yield* contents(path), found)
        }))
      const local = LocalFiles.LocalFiles
      yield* refuses(write(path, { "README.md": "# mine\n" }), "README.md")
      yield* refuses(write(path, { "new/file": "mine\n" }), "new/file")
      yield* refuses(write(path, { "docs/page.md": "!page\n" }), "docs/page.md")
      yield* refuses(Effect.flatMap(local, (files) => files.remove(`${path}/README.md`)), "README.md")
      yield* refuses(Effect.flatMap(local, (files) => Effect.zipRight(files.makeFolder("/tmp/elsewhere", 0o755), files.makeLink(`${path}/new`, "/tmp/elsewhere"))), "new/file")
      yield* refuses(write(path, { ".dev-infra.yml": record("v1.5") }), ".dev-infra.yml")
    }))

  it.effect("writes conflict markers, or takes one side, or refuses all of it", () =>
    Effect.gen(function* () {
      const plan = planOf(path, [conflict, binary])
      const files = { ...standing, "logo.png": "\0ours" }
      const readmeAfter = (onConflict: Application.ConflictChoice) =>
        inWorld(Effect.gen(function* () {
          const applied = yield* Application.apply(plan, { onConflict })
          const found = yield* contents(path)
          return { readme: found["README.md"], logo: found["logo.png"], marked: applied.marked, kept: applied.kept }
        }), {}, files)
      assert.deepStrictEqual(yield* readmeAfter("markers"), { readme: "<<<<<<< here\n# api\n=======\n# API\n>>>>>>> v2\n", logo: "\0ours", marked: ["README.md"], kept: ["logo.png"] })
      assert.deepStrictEqual(yield* readmeAfter("ours"), { readme: "# api\n", logo: "\0ours", marked: [], kept: [] })
      assert.deepStrictEqual(yield* readmeAfter("theirs"), { readme: "# API\n", logo: "\0theirs", marked: [], kept: [] })
      assert.deepInclude(yield* Effect.flip(readmeAfter("fail")), { _tag: "ConflictsRefused", paths: ["README.md", "logo.png"] })
    }))

  it.effect("skips what is to be asked for, or does what is answered, and remembers if it is to", () =>
    Effect.gen(function* () {
      const after = (ask: Application.AskChoice) =>
        inWorld(Effect.gen(function* () {
          const applied = yield* Application.apply(planOf(path, [asked]), { ask: () => ask })
          const found = yield* contents(path)
          return [found["run"], applied.skipped, (found[".dev-infra.yml"] ?? "").includes("file: run")]
        }))
      assert.deepStrictEqual(yield* after("skip"), ["!#!/bin/sh\n", ["run"], false])
      assert.deepStrictEqual(yield* after("apply"), ["!#!/bin/sh\ntheirs\n", [], false])
      assert.deepStrictEqual(yield* after("merge"), ["!#!/bin/sh\nmerged\n", [], false])
      assert.deepStrictEqual(yield* after("remember"), ["!#!/bin/sh\n", [], true])
    }))

  it.effect("keeps permissions that the plan says nothing of", () =>
    inWorld(Effect.gen(function* () {
      const local = yield* LocalFiles.LocalFiles
      yield* local.setMode(`${path}/README.md`, 0o640)
      yield* local.setMode(`${path}/run`, 0o750)
      const plan = planOf(path, [planned("README.md", "# api\n", "!# API\n"), planned("run", "!#!/bin/sh\n", "!#!/bin/sh\nmore\n")])
      yield* Application.apply(plan)
      const bits = (file: string) => Effect.map(local.stat(`${path}/${file}`), (found) => Option.getOrThrow(found).mode)
      assert.deepStrictEqual([yield* bits("README.md"), yield* bits("run")], [0o750, 0o750])
      yield* Application.undo(path)
      assert.deepStrictEqual([yield* bits("README.md"), yield* bits("run")], [0o640, 0o750])
    })))

  it.effect("of several at once makes one, and the others find that it was made", () =>
    inWorld(Effect.gen(function* () {
      const exits = yield* Effect.all([1, 2, 3].map(() => Effect.either(Application.apply(simple))), { concurrency: "unbounded" })
      assert.deepStrictEqual(exits.map((exit) => (exit._tag === "Right" ? "applied" : exit.left._tag)).sort(), ["PlanStale", "PlanStale", "applied"])
      assert.strictEqual((yield* contents(path))["README.md"], "# API\n")
    })))

  it.effect("does not touch a file that somebody saves in the last moment", () =>
    Effect.flatMap(MemoryFiles.makeControlled({}), ({ edit, operations }) =>
      Effect.gen(function* () {
        yield* write(path, standing)
        for (const point of ["apply-hold:before", "apply-replace:before", "apply-replace:after"] as const) {
          let isFirst = true
          const reach = (name: string) =>
            Effect.suspend(() => {
              if (name !== point || !isFirst) return Effect.void
              isFirst = false
              // the old file, also where it has got its second name by now
              const held = Effect.flatMap(operations.list("/tmp/code"), (names) => Effect.map(operations.list(`/tmp/code/${names.find((each) => each !== "api") ?? ""}`), (inside) => `/tmp/code/${names.find((each) => each !== "api") ?? ""}/${inside.find((each) => each.endsWith(".old")) ?? ""}`))
              return Effect.orDie(point === "apply-replace:after" ? Effect.flatMap(held, (file) => edit(file, "# saved late\n")) : edit(`${path}/README.md`, "# saved late\n"))
            })
          const stale = yield* Effect.flip(Effect.provideService(Application.apply(planOf(path, [planned("README.md", "# api\n", "# API\n")])), ApplyStep.ApplyStep, { reach }))
          assert.strictEqual(stale._tag, "PlanStale", point)
          assert.deepStrictEqual(yield* contents(path), { ...standing, "README.md": "# saved late\n" }, point)
          yield* edit(`${path}/README.md`, "# api\n")
        }
      }).pipe(Effect.provide(world("/tmp", operations)))))
})

describe("another kind of disk", () => {
  const rules: { readonly [name: string]: ReadonlyArray<LocalFilesFailing.Rule> } = {
    "without hard links": [{ operation: "link", path: /^\/tmp\/code\//, code: "EPERM" }],
    "with nothing to be put beside the project": [{ operation: "checkWritable", path: "/tmp/code", code: "EACCES" }]
  }
  for (const [name, refusing] of Object.entries(rules)) {
    it.effect(`${name} takes updates as well`, () =>
      inWorld(Effect.gen(function* () {
        yield* Application.apply(simple)
        assert.deepInclude(yield* contents(path), { "README.md": "# API\n", "new/file": "new\n" })
        yield* write(path, { "README.md": "# late\n" })
        yield* Application.undo(path, { force: true })
        assert.deepStrictEqual(yield* contents(path), standing)
      }), { files: (files) => Layer.provide(LocalFilesFailing.layer(refusing), files) }))
  }
})

describe("a disk that refuses", () => {
  const operations: ReadonlyArray<readonly [Operation, string]> = [
    ["create", "EACCES"], ["write", "ENOSPC"], ["flush", "EIO"], ["makeFolder", "ENOSPC"], ["link", "EACCES"], ["rename", "EACCES"],
    ["removeFolder", "EACCES"], ["flushFolder", "EIO"], ["setMode", "EPERM"], ["list", "EACCES"], ["stat", "EACCES"], ["makeLink", "ENOSPC"]
  ]

  it.effect("at any call leaves the old project or the new one, at the latest after the next command", () =>
    Effect.gen(function* () {
      let refusals = 0
      const tries = process.env["DEV_INFRA_SOAK"] === "1" ? 60 : 4
      const plan = planOf(path, [...simple.files, planned("link", undefined, "->README.md")])
      for (const [operation, code] of operations) {
        for (let occurrence = 1; occurrence <= tries; occurrence++) {
          const wasRefused = yield* Effect.flatMap(MemoryFiles.makeControlled({}), ({ operations: memory }) =>
            Effect.gen(function* () {
              yield* Effect.provideService(write(path, standing), LocalFiles.LocalFiles, memory)
              yield* memory.makeFolder("/tmp/home/state/apply", 0o700)
              const failing = (files: Layer.Layer<LocalFiles.LocalFiles>) => LocalFilesFailing.layer([{ operation, occurrence, code, path: /^\/tmp\/(code|home\/state\/apply\/[0-9a-f]+\/)/ }]).pipe(Layer.provide(files))
              const outcome = yield* Effect.either(Application.apply(plan)).pipe(Effect.provide(world("/tmp", memory, { files: failing })))
              return yield* Effect.gen(function* () {
                yield* Application.recover(path)
                const found = yield* contents(path)
                const isNew = found["README.md"] === "# API\n"
                if (!isNew) assert.deepStrictEqual(found, standing, `${operation} ${occurrence}`)
                else assert.deepStrictEqual([found["new/file"], found["docs/page.md"], found["link"]], ["new\n", undefined, "->README.md"], `${operation} ${occurrence}`)
                assert.deepStrictEqual([...(yield* memory.list("/tmp/code"))], ["api"])
                if (outcome._tag === "Right") assert.isTrue(isNew)
                return outcome._tag === "Left"
              }).pipe(Effect.provide(world("/tmp", memory)))
            }))
          if (wasRefused) refusals++
        }
      }
      assert.isAbove(refusals, 10)
    }))
})

describe("undoing", () => {
  it.effect("puts everything back, one update after the other, and says when there is no more", () =>
    inWorld(Effect.gen(function* () {
      yield* Application.apply(simple)
      const between = yield* contents(path)
      yield* Application.apply(planOf(path, [planned("new/file", "new\n", "newer\n")], { from: simple.to, to: { version: "v3", commit: "v3-commit" } }))
      const undone = yield* Application.undo(path)
      assert.deepInclude(undone, { from: { version: "v2", commit: "v2-commit" }, to: { version: "v3", commit: "v3-commit" } })
      assert.deepStrictEqual(yield* contents(path), between)
      yield* Application.undo(path)
      assert.deepStrictEqual(yield* contents(path), standing)
      assert.deepInclude(yield* Effect.flip(Application.undo(path)), { _tag: "NothingToUndo", reason: "Undone" })
    })))

  it.effect("refuses if a file was changed since; with force it keeps a copy", () =>
    inWorld(Effect.gen(function* () {
      assert.deepInclude(yield* Effect.flip(Application.undo(path)), { _tag: "NothingToUndo", reason: "None" })
      yield* Application.apply(simple)
      yield* write(path, { "README.md": "# mine\n", "new/other": "mine\n" })
      assert.deepInclude(yield* Effect.flip(Application.undo(path)), { _tag: "ChangedSince", paths: ["README.md"] })
      const { replaced } = yield* Application.undo(path, { force: true })
      assert.deepStrictEqual(yield* contents(path), { ...standing, "new/other": "mine\n" })
      const copy = yield* Effect.flatMap(LocalFiles.LocalFiles, (files) => files.read(replaced[0]?.copy ?? "", 100))
      assert.strictEqual(new TextDecoder().decode(Option.getOrThrow(copy).bytes), "# mine\n")
    })))

  it.effect("leaves a folder alone that was there before and is empty then", () =>
    inWorld(Effect.gen(function* () {
      yield* Effect.flatMap(LocalFiles.LocalFiles, (files) => files.makeFolder(`${path}/new`, 0o755))
      yield* Application.apply(simple)
      yield* Application.undo(path)
      assert.deepStrictEqual(yield* contents(path), { ...standing, "new/": "/" })
    })))

  it.effect("is not possible for a folder that was to be forgotten", () =>
    inWorld(Effect.gen(function* () {
      yield* Application.apply(simple)
      yield* Application.forget(path)
      assert.deepInclude(yield* Effect.flip(Application.undo(path)), { _tag: "NothingToUndo", reason: "None" })
    })))
})
