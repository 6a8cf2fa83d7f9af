/**
 * Pull requests on GitHub through `gh api`, with the heads of the answers, since they say when to come again. What goes to GitHub goes over standard input, so
 * that no text is ever an argument; no token is ever read or passed on.
 *
 * @module
 */
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { GitHubUnavailable } from "./GitHub.js"
import { GitHubPulls, type GitHubRepository, type PullRequest, type PullRequestFailure, type PullRequestText, RateLimited } from "./GitHubPulls.js"
import { type GhAnswer, parse, retryAfter } from "./github/GhAnswer.js"
import * as Gh from "./github/GhProgram.js"

const PullFromGitHub = Schema.Struct({
  number: Schema.Number,
  html_url: Schema.String,
  title: Schema.String,
  body: Schema.NullOr(Schema.String),
  state: Schema.Literal("open", "closed"),
  merged_at: Schema.optional(Schema.NullOr(Schema.String)),
  base: Schema.Struct({ ref: Schema.String })
})
type PullFromGitHub = typeof PullFromGitHub.Type

const RateLimitFromGitHub = Schema.Struct({ resources: Schema.Struct({ core: Schema.Struct({ remaining: Schema.Number, reset: Schema.Number }) }) })

const ErrorFromGitHub = Schema.parseJson(
  Schema.Struct({ message: Schema.String, errors: Schema.optional(Schema.Array(Schema.Union(Schema.String, Schema.Struct({ message: Schema.optional(Schema.String) })))) })
)
const decodeError = Schema.decodeUnknownOption(ErrorFromGitHub)

const timeLimit = "60 seconds"

/** What GitHub said, as one line without anything that a terminal would act on. */
const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, 300)

const refused = (detail: string): GitHubUnavailable => new GitHubUnavailable({ reason: "Refused", detail: harmless(detail) })

/** `Validation Failed: A pull request already exists`, or the text as it is. */
const said = (body: string, otherwise: string): string =>
  Option.match(decodeError(body), {
    onNone: () => otherwise,
    onSome: ({ errors, message }) => [message, ...(errors ?? []).flatMap((error) => (typeof error === "string" ? [error] : (error.message ?? [])))].join(": ")
  })

const pullOf = (pull: PullFromGitHub): PullRequest => ({
  number: pull.number,
  url: pull.html_url,
  title: pull.title,
  body: (pull.body ?? "").replaceAll("\r\n", "\n"),
  base: pull.base.ref,
  state: pull.state === "open" ? "open" : typeof pull.merged_at === "string" ? "merged" : "closed"
})

interface Call {
  readonly host: string
  readonly method: "GET" | "POST" | "PATCH"
  readonly path: string
  readonly body?: { readonly [field: string]: string }
}

const make = (executor: CommandExecutor): GitHubPulls["Type"] => {
  const ask = ({ body, host, method, path }: Call): Effect.Effect<GhAnswer, PullRequestFailure> =>
    Effect.gen(function* () {
      const args = ["api", "--include", "--hostname", host, "--method", method, ...(body === undefined ? [] : ["--input", "-"]), "--", path]
      const result = yield* Effect.mapError(Gh.run(executor, args, { timeLimit, ...(body === undefined ? {} : { input: JSON.stringify(body) }) }), ({ detail, reason }) =>
        new GitHubUnavailable({ reason, detail: harmless(detail) })
      )
      const answer = parse(result.stdout)
      if (answer === undefined) {
        const isLoggedOut = /gh auth login|authentication/i.test(result.stderr)
        return yield* new GitHubUnavailable({ reason: isLoggedOut ? "LoggedOut" : "Refused", detail: harmless(result.stderr) || `gh ended with ${result.exitCode}` })
      }
      const seconds = retryAfter(answer, yield* Clock.currentTimeMillis)
      if (seconds !== undefined) return yield* new RateLimited({ seconds, detail: harmless(said(answer.body, "its rate limit is reached")) })
      return answer
    })

  const read =
    <A, I>(schema: Schema.Schema<A, I>) =>
    (answer: GhAnswer): Effect.Effect<A, PullRequestFailure> => {
      if (answer.status >= 400) return Effect.fail(refused(said(answer.body, `GitHub answered with ${answer.status}`)))
      return Effect.mapError(Schema.decodeUnknown(Schema.parseJson(schema))(answer.body), () => refused("the answer of GitHub was not understood"))
    }

  const pullsPath = ({ name, owner }: GitHubRepository): string => `repos/${owner}/${name}/pulls`

  return {
    budget: (host) =>
      Effect.flatMap(ask({ host, method: "GET", path: "rate_limit" }), (answer) =>
        // A server of one's own may set no limit, and then has no such page.
        answer.status === 404
          ? Effect.succeedNone
          : Effect.map(read(RateLimitFromGitHub)(answer), ({ resources: { core } }) => Option.some({ remaining: core.remaining, resetAt: core.reset * 1000 }))
      ),
    latest: (repository, branch) =>
      Effect.gen(function* () {
        const query = `head=${encodeURIComponent(`${repository.owner}:${branch}`)}&state=all&sort=created&direction=desc&per_page=20`
        const answer = yield* ask({ host: repository.host, method: "GET", path: `${pullsPath(repository)}?${query}` })
        const pulls = (yield* read(Schema.Array(PullFromGitHub))(answer)).map(pullOf)
        return Option.fromNullable(pulls.find(({ state }) => state === "open") ?? pulls[0])
      }),
    open: (repository, branch, { base, body, title }) =>
      Effect.flatMap(ask({ host: repository.host, method: "POST", path: pullsPath(repository), body: { title, body, head: branch, base } }), (answer) =>
        Effect.map(read(PullFromGitHub)(answer), pullOf)
      ),
    edit: (repository, number, { base, body, title }: PullRequestText) =>
      Effect.flatMap(ask({ host: repository.host, method: "PATCH", path: `${pullsPath(repository)}/${number}`, body: { title, body, base } }), (answer) =>
        Effect.map(read(PullFromGitHub)(answer), pullOf)
      )
  }
}

/**
 * Through the program `gh`.
 *
 * @category layers
 * @example
 * ```ts
 * import * as GitHubPullsLive from "@dev-infra/templates/GitHubPullsLive"
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as Layer from "effect/Layer"
 *
 * export const live = Layer.provide(GitHubPullsLive.layer, NodeContext.layer)
 * ```
 */
export const layer: Layer.Layer<GitHubPulls, never, CommandExecutor> = Layer.effect(GitHubPulls, Effect.map(CommandExecutor, make))
