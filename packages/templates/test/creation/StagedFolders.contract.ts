import { StagedFolders } from "@dev-infra/templates/StagedFolders"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { executable, link, shown, tree } from "../trees.js"

/** A place to try: what lies at a path in it, as `shown` shows it. */
export interface Place {
  readonly root: string
  readonly at: (path: string) => Effect.Effect<{ readonly [path: string]: string } | undefined>
  readonly layer: Layer.Layer<StagedFolders>
}

const files = tree({ "README.md": "# api\n", "scripts/test": executable("#!/bin/sh\n"), "docs/a/b.md": "b", "to-docs": link("docs"), empty: "" })

/** What every layer of the port does. */
export const stagedFoldersContract = (name: string, makePlace: Effect.Effect<Place, never, Scope.Scope>): void => {
  const within = <E>(use: (place: Place, folders: StagedFolders["Type"]) => Effect.Effect<void, E>) =>
    Effect.scoped(Effect.flatMap(makePlace, (place) => Effect.provide(Effect.flatMap(StagedFolders, (folders) => use(place, folders)), place.layer)))

  describe(`StagedFolders (${name})`, () => {
    it.effect("a folder appears when it is moved, as a whole", () =>
      within(({ at, root }, folders) =>
        Effect.gen(function* () {
          assert.isFalse(yield* folders.isTaken(`${root}/api`))
          yield* Effect.scoped(
            Effect.gen(function* () {
              const staged = yield* folders.stage(`${root}/api`, files)
              assert.isUndefined(yield* at("api"))
              assert.strictEqual(staged.target, `${root}/api`)
              yield* staged.move
            })
          )
          assert.deepStrictEqual(yield* at("api"), shown(files))
          assert.isTrue(yield* folders.isTaken(`${root}/api`))
        })
      ))

    it.effect("of a folder that is not moved nothing is left", () =>
      within(({ at, root }, folders) =>
        Effect.gen(function* () {
          yield* Effect.scoped(folders.stage(`${root}/deep/er/api`, files))
          assert.isUndefined(yield* at("deep"))
          assert.isUndefined(yield* at("deep/er/api"))
        })
      ))

    it.effect("of a folder that was moved nothing is left if what came after failed, or was interrupted", () =>
      within(({ at, root }, folders) =>
        Effect.gen(function* () {
          for (const end of [Effect.fail("afterwards"), Effect.interrupt]) {
            const moved = Effect.scoped(Effect.zipRight(Effect.flatMap(folders.stage(`${root}/deep/api`, files), ({ move }) => move), end))
            assert.strictEqual((yield* Effect.exit(moved))._tag, "Failure")
            assert.isUndefined(yield* at("deep/api"))
          }
        })
      ))

    it.effect("never replaces what is there", () =>
      within(({ at, root }, folders) =>
        Effect.gen(function* () {
          const make = Effect.scoped(Effect.flatMap(folders.stage(`${root}/api`, files), ({ move }) => move))
          yield* make
          const again = yield* Effect.either(make)
          assert.strictEqual(Either.isLeft(again) ? again.left.code : undefined, "EEXIST")
          assert.deepStrictEqual(yield* at("api"), shown(files))
        })
      ))

    it.effect("of two that are made at once one is moved", () =>
      within(({ at, root }, folders) =>
        Effect.scoped(
          Effect.gen(function* () {
            const [one, two] = yield* Effect.all([folders.stage(`${root}/api`, files), folders.stage(`${root}/api`, tree({ other: "" }))])
            yield* one.move
            const second = yield* Effect.either(two.move)
            assert.strictEqual(Either.isLeft(second) ? second.left.code : undefined, "EEXIST")
            assert.deepStrictEqual(yield* at("api"), shown(files))
          })
        )
      ))
  })
}
