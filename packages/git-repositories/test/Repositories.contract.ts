/**
 * What copies of repositories promise, wherever they lie; run with git and in memory.
 *
 * @module
 */
import * as GitTree from "@dev-infra/git-repositories/GitTree"
import { Repositories } from "@dev-infra/git-repositories/Repositories"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { NewCommit } from "./gitHistory.js"

/** A repository and what its authors do. */
export interface RepositoryWorld {
  readonly url: string
  /** add a commit, and give its id */
  readonly publish: (commit: NewCommit) => Effect.Effect<string>
  readonly layer: Layer.Layer<Repositories>
}

export const testRepositories = (name: string, fresh: Effect.Effect<RepositoryWorld, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (world: RepositoryWorld) => Effect.Effect<void, unknown, Repositories>) =>
    it.scopedLive(sentence, () => Effect.flatMap(fresh, (world) => Effect.provide(effect(world), world.layer)))

  describe(`Repositories (${name})`, () => {
    test("nothing is known of a repository until it is fetched", ({ publish, url }) =>
      Effect.gen(function* () {
        const repositories = yield* Repositories
        const commit = yield* publish({ files: { "Taskfile.yml": "version: '3'\n" } })
        assert.isTrue(Option.isNone(yield* repositories.refs(url)))
        const failure = yield* Effect.flip(repositories.treeId(url, commit, ""))
        assert.strictEqual(failure.reason, "NotCached")
        assert.isTrue(yield* repositories.fetch(url))
        assert.strictEqual(Option.getOrThrow(yield* repositories.refs(url)).head, commit)
      }))

    test("the id of a tree is the one that its files give, of a folder within too", ({ publish, url }) =>
      Effect.gen(function* () {
        const repositories = yield* Repositories
        const commit = yield* publish({
          files: {
            "a.b": "1",
            "a/x": "2",
            "a-b": "3",
            "run.sh": { mode: "executable", content: Buffer.from("#!/bin/sh\n") },
            "a/link": { mode: "symlink", content: Buffer.from("x") },
            "ä/ö.yml": "umlauts"
          }
        })
        yield* repositories.fetch(url)
        for (const folder of ["", "a", "ä"]) {
          const files = yield* repositories.tree(url, commit, folder)
          assert.strictEqual(yield* repositories.treeId(url, commit, folder), GitTree.idOf(files))
        }
        assert.strictEqual((yield* Effect.flip(repositories.treeId(url, commit, "b"))).reason, "NoSuchFolder")
        assert.strictEqual((yield* Effect.flip(repositories.treeId(url, "0".repeat(40), ""))).reason, "NoSuchVersion")
      }))
  })
}
