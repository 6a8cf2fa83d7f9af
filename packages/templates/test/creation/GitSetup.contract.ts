import { GitSetup } from "@dev-infra/templates/GitSetup"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"

/** Who commits: somebody, nobody, or there is no git. */
export type Situation = "somebody" | "nobody" | "no git"

/** A place to try: a folder with files, and git as the situation has it. */
export interface Place {
  readonly folder: string
  readonly layer: Layer.Layer<GitSetup>
}

/** What every layer of the port does. Somebody is Ada, ada@example.org. */
export const gitSetupContract = (name: string, makePlace: (situation: Situation) => Effect.Effect<Place, never, Scope.Scope>): void => {
  const within = (situation: Situation, use: (git: GitSetup["Type"], folder: string) => Effect.Effect<void>) =>
    Effect.scoped(Effect.flatMap(makePlace(situation), ({ folder, layer }) => Effect.provide(Effect.flatMap(GitSetup, (git) => use(git, folder)), layer)))

  describe(`GitSetup (${name})`, () => {
    it.effect("makes a commit in the name of whom git knows", () =>
      within("somebody", (git, folder) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* git.identity(folder), Option.some({ name: "Ada", email: "ada@example.org" }))
          const outcome = yield* git.begin(folder, "Create api")
          assert.strictEqual(outcome._tag, "Committed")
          if (outcome._tag === "Committed") {
            assert.match(outcome.commit, /^[0-9a-f]{40}$/)
            assert.match(outcome.branch, /^\w+$/)
          }
        })
      ))

    it.effect("makes no commit where git knows nobody", () =>
      within("nobody", (git, folder) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* git.identity(folder), Option.none())
          const outcome = yield* git.begin(folder, "Create api")
          assert.deepInclude(outcome, { _tag: "NotCommitted", reason: "NoIdentity" })
        })
      ))

    it.effect("says where there is no git", () =>
      within("no git", (git, folder) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* git.identity(folder), Option.none())
          assert.strictEqual((yield* git.begin(folder, "Create api"))._tag, "NoGit")
        })
      ))
  })
}
