import * as YamlSource from "@dev-infra/metadata/YamlSource"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { git, makeProject, makeTemplate, secondVersion } from "../../../../packages/templates/test/fleet/fleetWorld.js"
import { makeGhScript } from "../../../../packages/templates/test/github/ghScript.js"
import { app, ensureBuilt, makePlace, type Place, run } from "../Binary.js"

const file = join(app, "../../examples/update-projects.yml")

const Step = Schema.Union(
  Schema.Struct({ uses: Schema.String.pipe(Schema.pattern(/^[\w.-]+\/[\w.-]+@v\d+$/)), with: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })) }),
  Schema.Struct({ name: Schema.NonEmptyString, run: Schema.NonEmptyString, if: Schema.optional(Schema.String) })
)

/** The parts of GitHub's workflows that this one uses; anything else in it is a mistake. */
const Workflow = Schema.Struct({
  name: Schema.NonEmptyString,
  on: Schema.Struct({ release: Schema.Struct({ types: Schema.Tuple(Schema.Literal("published")) }), workflow_dispatch: Schema.Null }),
  permissions: Schema.Struct({}),
  concurrency: Schema.Struct({ group: Schema.NonEmptyString, "cancel-in-progress": Schema.Boolean }),
  jobs: Schema.Struct({
    propose: Schema.Struct({
      "runs-on": Schema.Literal("ubuntu-24.04"),
      "timeout-minutes": Schema.Int,
      env: Schema.Record({ key: Schema.String, value: Schema.String }),
      defaults: Schema.Struct({ run: Schema.Struct({ shell: Schema.Literal("bash") }) }),
      steps: Schema.NonEmptyArray(Step)
    })
  })
})

const decode = Schema.decodeUnknownEither(Workflow, { onExcessProperty: "error", errors: "all" })

// Its steps are programs that start others, which takes its time where others do the same.
describe("the workflow that proposes a release", { timeout: 600_000 }, () => {
  const workflow = Either.getOrThrow(decode(Either.getOrThrow(YamlSource.parse(file, fs.readFileSync(file, "utf8"), () => false)).fields))
  const { env, steps } = workflow.jobs.propose
  let place: Place

  beforeAll(ensureBuilt)
  beforeEach(() => {
    place = makePlace()
  })
  afterEach(() => place.remove())

  it("begins with a release, and has no rights of its own", () => {
    expect(workflow.on.release.types).toEqual(["published"])
    expect(env["GH_TOKEN"]).toBe("${{ secrets.FLEET_TOKEN }}")
    // A value of GitHub that is put into a script could be a script itself.
    for (const step of steps) if ("run" in step) expect(step.run).not.toContain("${{")
  })

  it("does what it says, step by step", async () => {
    const template = makeTemplate(place.home)
    const remotes = join(place.home, "remotes")
    for (const [number, extra] of [[1, "auto_update: true\n"], [2, ""]] as const) {
      const { name, path } = makeProject(join(place.home, "elsewhere"), template, number, {}, extra)
      git(path, "init", "-q")
      git(path, "add", "-A")
      git(path, "commit", "-q", "-m", "Begin")
      git(place.home, "clone", "-q", "--bare", path, join(remotes, `${name}.git`))
    }
    const github = join(dirname(place.home), "github")
    fs.mkdirSync(github)
    const gh = makeGhScript(github)
    gh.change((state) => ({ ...state, repositories: ["acme/project-1", "acme/project-2", "acme/gone", "other/project-3"] }))

    const workspace = join(place.home, "workspace")
    fs.mkdirSync(workspace)
    const summary = join(place.home, "summary.md")
    const known: { readonly [expression: string]: string } = { "${{ secrets.FLEET_TOKEN }}": "a-token", "${{ github.repository_owner }}": "acme" }
    const environment = {
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, known[value] ?? value])),
      PATH: [gh.folder, place.environment["PATH"]].join(delimiter),
      GITHUB_STEP_SUMMARY: summary,
      CI: "true",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `url.file://${remotes}/.insteadOf`,
      GIT_CONFIG_VALUE_0: "https://github.com/acme/"
    }
    const said: Array<string> = []
    for (const step of steps) {
      if (!("run" in step) || step.name === "Install dev-infra") continue
      // As the runner starts bash.
      const { exitCode, stderr, stdout } = await run(place, "bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], { environment, folder: workspace })
      expect([step.name, exitCode, exitCode === 0 ? "" : stderr]).toEqual([step.name, 0, ""])
      said.push(stdout)
    }
    expect(said.join("")).toContain("::warning::acme/gone could not be cloned")
    expect(git(join(remotes, "project-1.git"), "show", "dev-infra/template-update:Taskfile.yml")).toBe(secondVersion["Taskfile.yml"])
    expect(Object.entries(gh.state().pulls).map(([repository, pulls]) => [repository, pulls.map(({ title }) => title)])).toEqual([["acme/project-1", ["Update from the template standard v1.1.0"]]])
    expect(fs.readFileSync(summary, "utf8")).toContain("| project-1 | clean | v1.0.0 | v1.1.0 | 1 new, 2 update | opened: https://github.com/acme/project-1/pull/1 |")
    expect(JSON.stringify(gh.state().calls)).not.toContain("a-token")
  })
})
