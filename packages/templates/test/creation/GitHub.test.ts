import * as GitHub from "@dev-infra/templates/GitHub"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"

type Situation = "logged in" | "logged out" | "missing"

/** A `gh` that notes how it was called, and knows one repository already. */
const script = (folder: string, isLoggedIn: boolean): string => `#!/bin/sh
for word; do printf '%s\\n' "$word" >>'${folder}/calls'; done
case "$1 $2" in
  "auth status") ${isLoggedIn ? "exit 0" : "echo 'You are not logged into any GitHub hosts.' >&2; exit 1"} ;;
  "repo create")
    if [ "$3" = taken ]; then printf 'GraphQL: Name already exists on this account \\033[31m(createRepository)\\n' >&2; exit 1; fi
    echo "https://github.com/me/$3" ;;
  *) echo "unknown command" >&2; exit 1 ;;
esac
`

const live = (situation: Situation): Effect.Effect<{ readonly folder: string; readonly layer: Layer.Layer<GitHub.GitHub> }, never, Scope.Scope> =>
  Effect.map(temporaryFolder, (folder) => {
    if (situation !== "missing") fs.writeFileSync(join(folder, "gh"), script(folder, situation === "logged in"), { mode: 0o755 })
    const path = situation === "missing" ? folder : `${folder}:/usr/bin:/bin`
    const executor = Layer.effect(
      CommandExecutor.CommandExecutor,
      Effect.map(CommandExecutor.CommandExecutor, (real) => CommandExecutor.makeExecutor((command) => real.start(Command.env(command, { PATH: path }))))
    )
    return { folder, layer: GitHub.layer.pipe(Layer.provide(executor), Layer.provide(NodeContext.layer)) }
  })

const inMemory = (situation: Situation) =>
  Effect.succeed({
    folder: "/code/api",
    layer: GitHub.layerMemory({
      taken: ["taken"],
      ...(situation === "logged in" ? {} : { unavailable: new GitHub.GitHubUnavailable({ reason: situation === "missing" ? "Missing" : "LoggedOut" }) })
    })
  })

for (const [name, makePlace] of [["with gh", live], ["in memory", inMemory]] as const) {
  const within = (situation: Situation, use: (github: GitHub.GitHub["Type"], folder: string) => Effect.Effect<void, unknown>) =>
    Effect.scoped(Effect.flatMap(makePlace(situation), ({ folder, layer }) => Effect.provide(Effect.flatMap(GitHub.GitHub, (github) => use(github, folder)), layer)))

  describe(`GitHub (${name})`, () => {
    it.effect("makes a repository and says where it is", () =>
      within("logged in", (github, folder) =>
        Effect.gen(function* () {
          yield* github.ready
          assert.strictEqual(yield* github.create({ name: "api", folder, isPrivate: true, hasCommit: true }), "https://github.com/me/api")
        })
      ))

    it.effect("says that a name is taken", () =>
      within("logged in", (github, folder) =>
        Effect.gen(function* () {
          const failure = yield* Effect.flip(github.create({ name: "taken", folder, isPrivate: false, hasCommit: true }))
          assert.strictEqual(failure.reason, "Refused")
          assert.match(failure.detail ?? "", /^(?:GraphQL: )?Name already exists on this account/)
          assert.notInclude(failure.detail, "\u001b")
        })
      ))

    it.effect("says beforehand that it is not there, or that nobody is logged in", () =>
      Effect.gen(function* () {
        for (const [situation, reason] of [["missing", "Missing"], ["logged out", "LoggedOut"]] as const) {
          yield* within(situation, (github) => Effect.map(Effect.flip(github.ready), (failure) => assert.strictEqual(failure.reason, reason)))
        }
      }).pipe(Effect.orDie))
  })
}

describe("GitHub with gh", () => {
  it.scoped("hands over names and folders as they are, and pushes what there is to push", () =>
    Effect.gen(function* () {
      const { folder, layer } = yield* live("logged in")
      const create = (isPrivate: boolean, hasCommit: boolean) => Effect.flatMap(GitHub.GitHub, (github) => github.create({ name: "api", folder, isPrivate, hasCommit }))
      yield* Effect.provide(Effect.zipRight(create(true, true), create(false, false)), layer)
      assert.deepStrictEqual(fs.readFileSync(join(folder, "calls"), "utf8").trim().split("\n"), [
        "repo", "create", "api", "--private", "--source", folder, "--remote", "origin", "--push",
        "repo", "create", "api", "--public", "--source", folder, "--remote", "origin"
      ])
    }))
})
