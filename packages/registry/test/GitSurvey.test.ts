import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Project from "@dev-infra/metadata/Project"
import type { Checkout, Unavailable } from "@dev-infra/registry/CheckoutState"
import * as CommitTimes from "@dev-infra/registry/CommitTimes"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as GitSurvey from "@dev-infra/registry/GitSurvey"
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const clean: Checkout = {
  _tag: "Checkout", path: "/a", branch: "main", commit: "0".repeat(40), upstream: "origin/main",
  ahead: 0, behind: 0, modified: 0, untracked: 0, conflicted: 0, stashes: 0
}

const { upstream: _, ...withoutUpstream } = clean

const unavailable = (reason: Unavailable["reason"]): Unavailable => ({ _tag: "Unavailable", path: "/a", reason, detail: "" })

const project = (entry: JsonValue) => Either.getOrThrow(Project.decode(entry, { machineId: "11111111-1111-4111-8111-111111111111" }))

const world = (states: ReadonlyArray<Checkout | Unavailable>) => Layer.merge(GitStatus.layerMemory(states), CommitTimes.layerMemory({ ["0".repeat(40)]: 1_700_000_000 }))

describe("GitSurvey", () => {
  describe("attentionOf", () => {
    for (const [name, state, hasRepository, expected] of [
      ["a clean checkout", clean, true, []],
      ["modified files", { ...clean, modified: 2 }, true, ["modified"]],
      ["untracked files", { ...clean, untracked: 1 }, true, ["untracked"]],
      ["conflicts, before everything else", { ...clean, conflicted: 1, modified: 1 }, true, ["conflicted", "modified"]],
      ["commits that were not pushed", { ...clean, ahead: 1 }, true, ["ahead"]],
      ["commits to pull", { ...clean, behind: 1 }, true, ["behind"]],
      ["a stash", { ...clean, stashes: 1 }, true, ["stashed"]],
      ["a branch that was never pushed", withoutUpstream, true, ["unpublished"]],
      ["a branch of a project that lives here only", withoutUpstream, false, []],
      ["a repository without commits", { ...withoutUpstream, commit: undefined }, true, []],
      ["a missing folder", unavailable("Missing"), true, ["missing"]],
      ["a broken repository", unavailable("Broken"), true, ["broken"]],
      ["a repository that does not answer", unavailable("TimedOut"), true, ["unanswered"]],
      ["a folder without git", unavailable("NotARepository"), true, []]
    ] as const) {
      // `commit: undefined` stands for its absence here.
      it(name, () => assert.deepStrictEqual([...GitSurvey.attentionOf(state as Checkout | Unavailable, hasRepository)], [...expected]))
    }
  })

  it.effect("tells of each project once, with all its checkouts, in order", () =>
    Effect.gen(function* () {
      const projects = [
        project({ path: "/a", checkouts: ["/b", "/c"] }),
        project({ path: "/d" }),
        project({ path: "/gone" })
      ]
      const states = Chunk.toReadonlyArray(yield* Stream.runCollect(GitSurvey.survey(projects)))
      assert.deepStrictEqual(states.map((state) => state.project), projects)
      assert.deepStrictEqual(states.map((state) => state.folders.map((folder) => folder.path)), [["/a", "/b", "/c"], ["/d"], ["/gone"]])
      assert.deepStrictEqual(states.map((state) => state.needsAttention), [true, false, true])
      assert.deepStrictEqual(states[0]?.folders.map((folder) => folder.isPrimary), [true, false, false])
      assert.deepStrictEqual(states[1]?.folders.map(({ state }) => state), [{ ...clean, path: "/d", committedAt: 1_700_000_000 }])
    }).pipe(Effect.provide(world([clean, { ...clean, path: "/b", modified: 1 }, { ...clean, path: "/c" }, { ...clean, path: "/d" }]))))

  it.effect("the same survey may run twice", () =>
    Effect.gen(function* () {
      const survey = GitSurvey.survey([project({ path: "/a" }), project({ path: "/d" })])
      assert.strictEqual(yield* Stream.runCount(survey), 2)
      assert.strictEqual(yield* Stream.runCount(survey), 2)
    }).pipe(Effect.provide(world([clean]))))

  it.effect("no projects, no states", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Stream.runCount(GitSurvey.survey([])), 0)
    }).pipe(Effect.provide(world([]))))
})
