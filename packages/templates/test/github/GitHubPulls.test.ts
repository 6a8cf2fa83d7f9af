import * as GitHubPulls from "@dev-infra/templates/GitHubPulls"
import * as GitHubPullsLive from "@dev-infra/templates/GitHubPullsLive"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { temporaryFolder } from "../temporaryFolder.js"
import { answer, makeGhScript, pathWith, programsWith } from "./ghScript.js"
import { testGitHubPulls, type World } from "./GitHubPulls.contract.js"

const api = { host: "github.com", owner: "acme", name: "api" }

testGitHubPulls(
  "memory",
  Effect.map(Ref.make(GitHubPulls.emptyMemory), (state): World => ({
    layer: GitHubPulls.layerMemory(state),
    close: (repository, number, how) =>
      Ref.update(state, (all) => ({ ...all, pulls: { ...all.pulls, [repository]: (all.pulls[repository] ?? []).map((pull) => (pull.number === number ? { ...pull, state: how } : pull)) } }))
  }))
)

const scripted = Effect.map(temporaryFolder, (folder) => {
  const gh = makeGhScript(folder)
  return { gh, layer: Layer.provide(GitHubPullsLive.layer, programsWith({ PATH: pathWith(gh.folder) })) }
})

testGitHubPulls(
  "gh",
  Effect.map(scripted, ({ gh, layer }): World => ({
    layer,
    close: (repository, number, how) =>
      Effect.sync(() =>
        gh.change((all) => ({
          ...all,
          pulls: {
            ...all.pulls,
            [repository]: (all.pulls[repository] ?? []).map((pull) => (pull.number === number ? { ...pull, state: "closed", merged_at: how === "merged" ? "2026-01-31T12:00:00Z" : null } : pull))
          }
        }))
      )
  }))
)

describe("repositoryOf", () => {
  for (const [url, expected] of [
    ["https://github.com/Acme/Api.git", "github.com/acme/api"],
    ["git@github.com:acme/api.git", "github.com/acme/api"],
    ["ssh://git@code.example.org:2222/acme/api", "code.example.org/acme/api"],
    ["https://user:secret@github.com/acme/api", "github.com/acme/api"],
    ["/srv/git/acme/api.git", undefined],
    ["file:///srv/git/api.git", undefined],
    ["https://example.org/one", undefined],
    ["https://gitlab.example/group/inner/api", undefined],
    ["https://github.com/-acme/api", undefined]
  ] as const) {
    it(url, () => {
      const found = Option.getOrUndefined(GitHubPulls.repositoryOf(url))
      assert.strictEqual(found === undefined ? undefined : `${found.host}/${found.owner}/${found.name}`, expected)
    })
  }
})

describe("gh", () => {
  it.scopedLive("gets texts over standard input, never as arguments", () =>
    Effect.gen(function* () {
      const { gh, layer } = yield* scripted
      yield* Effect.flatMap(GitHubPulls.GitHubPulls, (pulls) => pulls.open(api, "update", { title: "--title $(id)", body: "`body`", base: "main" })).pipe(Effect.provide(layer))
      const [call] = gh.state().calls
      assert.deepStrictEqual(call?.words, ["api", "--include", "--hostname", "github.com", "--method", "POST", "--input", "-", "--", "repos/acme/api/pulls"])
      assert.deepStrictEqual(JSON.parse(call?.input ?? ""), { title: "--title $(id)", body: "`body`", head: "update", base: "main" })
    })
  )

  for (const [name, output, seconds] of [
    ["Retry-After of a secondary limit", answer(403, { "Retry-After": "42" }, { message: "You have exceeded a secondary rate limit" }), 42],
    ["a spent limit, by when it is renewed", answer(403, { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90" }, { message: "API rate limit exceeded" }), 90],
    ["a limit without a time", answer(429, {}, { message: "slow down" }), 60]
  ] as const) {
    it.scoped(`tells of ${name}`, () =>
      Effect.gen(function* () {
        const { gh, layer } = yield* scripted
        gh.change((state) => ({ ...state, planned: [{ to: "repos/", output, exitCode: 1 }] }))
        const failure = yield* Effect.flip(Effect.flatMap(GitHubPulls.GitHubPulls, (pulls) => pulls.latest(api, "update"))).pipe(Effect.provide(layer))
        assert.isTrue(failure._tag === "RateLimited" && failure.seconds === seconds, String(failure))
      })
    )
  }

  it.scopedLive("is refused without any wait if GitHub forbids something", () =>
    Effect.gen(function* () {
      const { gh, layer } = yield* scripted
      gh.change((state) => ({ ...state, planned: [{ to: "repos/", output: answer(403, {}, { message: "Resource not accessible\u001b[31m by integration" }), exitCode: 1 }] }))
      const failure = yield* Effect.flip(Effect.flatMap(GitHubPulls.GitHubPulls, (pulls) => pulls.latest(api, "update"))).pipe(Effect.provide(layer))
      assert.strictEqual(failure.message, "GitHub cannot be used: Resource not accessible [31m by integration")
    })
  )

  it.scopedLive("says if nobody is logged in, and if it is not there", () =>
    Effect.gen(function* () {
      const { gh, layer } = yield* scripted
      gh.change((state) => ({ ...state, planned: [{ to: "repos/", output: "", errors: "To get started with GitHub CLI, please run:  gh auth login\n", exitCode: 4 }] }))
      const asked = Effect.flip(Effect.flatMap(GitHubPulls.GitHubPulls, (pulls) => pulls.latest(api, "update")))
      const out = yield* Effect.provide(asked, layer)
      assert.isTrue(out._tag === "GitHubUnavailable" && out.reason === "LoggedOut")
      const nowhere = yield* temporaryFolder
      const missing = yield* Effect.provide(asked, Layer.provide(GitHubPullsLive.layer, programsWith({ PATH: nowhere })))
      assert.isTrue(missing._tag === "GitHubUnavailable" && missing.reason === "Missing", String(missing))
    })
  )

  it.scopedLive("has no limit where the server sets none", () =>
    Effect.gen(function* () {
      const { gh, layer } = yield* scripted
      gh.change((state) => ({ ...state, planned: [{ to: "rate_limit", output: answer(404, {}, { message: "Rate limiting is not enabled." }), exitCode: 1 }] }))
      const budget = yield* Effect.flatMap(GitHubPulls.GitHubPulls, (pulls) => pulls.budget("code.example.org")).pipe(Effect.provide(layer))
      assert.isTrue(Option.isNone(budget))
    })
  )
})

