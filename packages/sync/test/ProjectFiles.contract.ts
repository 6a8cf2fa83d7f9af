/**
 * What every reader of the own files of projects promises; run on each of them.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { ProjectFiles } from "@dev-infra/sync/ProjectFiles"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

export const read = (projects: ReadonlyArray<Project>) => Effect.flatMap(ProjectFiles, (files) => files.read(projects))
/** As a sync does, which may remember what it saw. */
export const readForGood = (projects: ReadonlyArray<Project>) => Effect.flatMap(ProjectFiles, (files) => files.read(projects, { isLasting: true }))
export const write = (project: Project, patch: { readonly [field: string]: JsonValue }) => Effect.flatMap(ProjectFiles, (files) => files.write(project, patch))

/** Projects `one` and `two`, and what their user does. */
export interface World {
  readonly one: Project
  readonly two: Project
  /** give the project this file */
  readonly set: (project: Project, stated: { readonly [field: string]: JsonValue }) => Effect.Effect<void>
  readonly switchTo: (project: Project, branch: string) => Effect.Effect<void>
  readonly layer: Layer.Layer<ProjectFiles>
}

/**
 * @param name of the layer, for the report
 * @param fresh new projects without files each time it is called
 */
export const testProjectFiles = (name: string, fresh: Effect.Effect<World, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (world: World) => Effect.Effect<void, unknown, ProjectFiles>) =>
    it.scopedLive(sentence, () => Effect.flatMap(fresh, (world) => Effect.provide(effect(world), world.layer)))

  describe(`ProjectFiles (${name})`, () => {
    test("a project without a file is absent", ({ one, two }) =>
      Effect.gen(function* () {
        const found = yield* read([one, two])
        assert.deepStrictEqual([...found.files], [])
        assert.deepStrictEqual(found.problems, [])
      }))

    test("gives the fields that a file has, null where cleared, by the id of the project", ({ one, set, two }) =>
      Effect.gen(function* () {
        const stated = { name: "api", description: null, tags: ["a", "b"], version: "1.20" }
        yield* set(one, stated)
        const { files } = yield* read([one, two])
        assert.deepStrictEqual([...files.keys()], [one.id])
        assert.deepStrictEqual(files.get(one.id)?.stated, stated)
        assert.notProperty(files.get(one.id), "branch")
      }))

    test("gives only what was asked for", ({ one, set, two }) =>
      Effect.gen(function* () {
        yield* set(one, { name: "one" })
        yield* set(two, { name: "two" })
        assert.deepStrictEqual([...(yield* read([two])).files.keys()], [two.id])
      }))

    test("sees every change", ({ one, set }) =>
      Effect.gen(function* () {
        for (const description of ["first", "again", "third"]) {
          yield* set(one, { description })
          assert.deepStrictEqual((yield* read([one])).files.get(one.id)?.stated, { description })
        }
      }))

    test("Y13: says on which other branch a checkout is", ({ one, set, switchTo }) =>
      Effect.gen(function* () {
        yield* set(one, { description: "new" })
        yield* switchTo(one, "feature/x")
        assert.strictEqual((yield* read([one])).files.get(one.id)?.branch, "feature/x")
      }))

    test("Y13: fields that the file has only on the default branch are still the file's on another one", ({ one, set, switchTo }) =>
      Effect.gen(function* () {
        yield* set(one, { name: "api", description: "on main" })
        yield* readForGood([one])
        yield* switchTo(one, "older")
        yield* set(one, { name: "older" })
        const { files } = yield* read([one])
        assert.deepInclude<object>(files.get(one.id) ?? {}, { branch: "older", stated: { name: "older", description: "on main" } })
      }))

    test("Y13: a field that is gone on the default branch is nobody's", ({ one, set, switchTo }) =>
      Effect.gen(function* () {
        yield* set(one, { name: "api", description: "on main" })
        yield* readForGood([one])
        yield* set(one, { name: "api" })
        assert.deepStrictEqual((yield* readForGood([one])).files.get(one.id)?.stated, { name: "api" })
        yield* switchTo(one, "newer")
        assert.deepStrictEqual((yield* read([one])).files.get(one.id)?.stated, { name: "api" })
      }))

    test("writes and clears fields, and leaves the others as they are", ({ one, set }) =>
      Effect.gen(function* () {
        yield* set(one, { name: "api", description: "old", organization: "acme" })
        const path = yield* write(one, { description: "new", organization: null })
        const { files } = yield* read([one])
        assert.deepStrictEqual(files.get(one.id)?.stated, { name: "api", description: "new", organization: null })
        assert.strictEqual(files.get(one.id)?.path, path)
      }))
  })
}
