/**
 * What every way to pull requests promises; run on each of them.
 *
 * @module
 */
import { GitHubPulls } from "@dev-infra/templates/GitHubPulls"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"

/** What somebody does on the pages of GitHub. */
export interface World {
  readonly layer: Layer.Layer<GitHubPulls>
  readonly close: (repository: string, number: number, how: "closed" | "merged") => Effect.Effect<void>
}

const api = { host: "github.com", owner: "acme", name: "api" }
const web = { ...api, name: "web" }
const text = { title: "Update from the template", body: "# What\n\nA \"quoted\" text, --with=flags and `code`\n", base: "main" }

/**
 * @param name of the layer, for the report
 * @param fresh a GitHub without pull requests each time it is called
 */
export const testGitHubPulls = (name: string, fresh: Effect.Effect<World, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (pulls: GitHubPulls["Type"], world: World) => Effect.Effect<void, unknown>) =>
    it.scopedLive(sentence, () => Effect.flatMap(fresh, (world) => Effect.provide(Effect.flatMap(GitHubPulls, (pulls) => effect(pulls, world)), world.layer)))

  describe(`GitHubPulls (${name})`, () => {
    test("knows of none at first", (pulls) => Effect.map(pulls.latest(api, "update"), (found) => assert.isTrue(Option.isNone(found))))

    test("finds the one that was opened, with all that it says", (pulls) =>
      Effect.gen(function* () {
        const opened = yield* pulls.open(api, "update", text)
        assert.strictEqual(opened.url, "https://github.com/acme/api/pull/1")
        assert.deepStrictEqual(Option.getOrThrow(yield* pulls.latest(api, "update")), { ...text, number: 1, url: opened.url, state: "open" })
        assert.isTrue(Option.isNone(yield* pulls.latest(api, "other")))
        assert.isTrue(Option.isNone(yield* pulls.latest(web, "update")))
      }))

    test("gives one other words", (pulls) =>
      Effect.gen(function* () {
        const { number } = yield* pulls.open(api, "update", text)
        yield* pulls.edit(api, number, { title: "Another", body: "", base: "develop" })
        const { base, body, title } = Option.getOrThrow(yield* pulls.latest(api, "update"))
        assert.deepStrictEqual({ title, body, base }, { title: "Another", body: "", base: "develop" })
      }))

    test("does not open a second one from the same branch", (pulls) =>
      Effect.gen(function* () {
        yield* pulls.open(api, "update", text)
        const again = yield* Effect.flip(pulls.open(api, "update", text))
        assert.strictEqual(again._tag, "GitHubUnavailable")
        assert.match(again.message, /already exists/)
      }))

    test("finds the open one before closed ones, and of those the newest", (pulls, { close }) =>
      Effect.gen(function* () {
        yield* pulls.open(api, "update", text)
        yield* close("acme/api", 1, "merged")
        yield* pulls.open(api, "update", text)
        assert.strictEqual(Option.getOrThrow(yield* pulls.latest(api, "update")).number, 2)
        yield* close("acme/api", 2, "closed")
        const newest = Option.getOrThrow(yield* pulls.latest(api, "update"))
        assert.deepStrictEqual([newest.number, newest.state], [2, "closed"])
        yield* pulls.open(api, "update", text)
        assert.deepStrictEqual(Option.getOrThrow(yield* pulls.latest(api, "update")).state, "open")
      }))

    test("does not change one that is not there", (pulls) =>
      Effect.map(Effect.flip(pulls.edit(api, 7, text)), (failure) => assert.match(failure.message, /Not Found/)))

    test("knows how much may be asked", (pulls) =>
      Effect.map(pulls.budget("github.com"), (budget) => assert.strictEqual(Option.getOrThrow(budget).remaining, 5000)))
  })
}
