import type { Project } from "@dev-infra/metadata/Project"
import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
import * as GitHubPullsLive from "@dev-infra/templates/GitHubPullsLive"
import * as PullRequests from "@dev-infra/templates/PullRequests"
import * as RecordedTemplates from "@dev-infra/templates/RecordedTemplates"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { join } from "node:path"
import { answer, makeGhScript, pathWith, programsWith } from "../github/ghScript.js"
import { temporaryFolder } from "../temporaryFolder.js"
import { type Files, firstVersion, git, gitEnvironment, makeProject, makeTemplate, read, recordOf, register, secondVersion, services, write } from "./fleetWorld.js"

const branch = "dev-infra/template-update"

/** Git knows these folders as repositories on GitHub. */
const onGitHub = (root: string, isKnown: boolean) => ({
  ...gitEnvironment(root),
  // Without the last two nobody is known who commits.
  GIT_CONFIG_COUNT: isKnown ? "3" : "1",
  GIT_CONFIG_KEY_0: `url.file://${join(root, "remotes")}/.insteadOf`,
  GIT_CONFIG_VALUE_0: "https://github.com/acme/",
  GIT_CONFIG_KEY_1: "user.name",
  GIT_CONFIG_VALUE_1: "Fleet",
  GIT_CONFIG_KEY_2: "user.email",
  GIT_CONFIG_VALUE_2: "fleet@example.invalid"
})

/** Projects with a bare repository each that stands for the one on GitHub. */
const makeWorld = (count: number, files: (number: number) => Files = () => ({}), isKnown = true) =>
  Effect.gen(function* () {
    const root = yield* temporaryFolder
    const gh = makeGhScript(root)
    const template = makeTemplate(root)
    fs.mkdirSync(join(root, "remotes"))
    const projects = Array.from({ length: count }, (_, at): Project => {
      const project = makeProject(root, template, at + 1, files(at + 1), "auto_update: true\n")
      const remote = join(root, `remotes/${project.name}.git`)
      git(root, "init", "-q", "--bare", remote)
      git(project.path, "init", "-q")
      git(project.path, "add", "-A")
      git(project.path, "commit", "-q", "-m", "Begin")
      git(project.path, "push", "-q", remote, "main")
      git(project.path, "remote", "add", "origin", `https://github.com/acme/${project.name}.git`)
      return project
    })
    register(join(root, "home"), projects)
    const environment = onGitHub(root, isKnown)
    const layer = Layer.provideMerge(GitHubPullsLive.layer, services(root, programsWith({ ...environment, PATH: pathWith(gh.folder) })))
    const waits: Array<number> = []
    const propose = (those: ReadonlyArray<Project> = projects, more: Partial<PullRequests.ProposeOptions> = {}) =>
      Effect.gen(function* () {
        const sources = yield* TemplateSources
        yield* Effect.flatMap(sources.parse(template.source), sources.update)
        const found = yield* Stream.runCollect(
          PullRequests.propose(those, { onConflict: "markers", ask: "skip", environment, onWait: (seconds) => Effect.sync(() => void waits.push(seconds)), ...more })
        )
        return Chunk.toReadonlyArray(found).toSorted((left, right) => left.project.id.localeCompare(right.project.id))
      }).pipe(Effect.provide(layer))
    const remoteOf = (name: string) => join(root, `remotes/${name}.git`)
    return { root, gh, template, projects, propose, remoteOf, waits }
  })

type World = Effect.Effect.Success<ReturnType<typeof makeWorld>>

const pullsOf = ({ gh }: World, name = "project-1") => gh.state().pulls[`acme/${name}`] ?? []

/** A file as the branch of the update has it. */
const proposed = ({ remoteOf }: World, path: string, name = "project-1") => git(remoteOf(name), "show", `${branch}:${path}`)

/** Everything of a checkout that its user works with; what git knows of the remote is not part of it. */
const seen = (path: string) => ({
  status: git(path, "status", "--porcelain", "--ignored"),
  head: git(path, "rev-parse", "--symbolic-full-name", "HEAD", "HEAD"),
  refs: git(path, "for-each-ref").split("\n").filter((line) => !line.includes("\trefs/remotes/")),
  stash: git(path, "stash", "list"),
  trees: git(path, "worktree", "list")
})

const causes = (outcomes: ReadonlyArray<FleetOutcome.FleetOutcome<PullRequests.ProposeFailure>>) => outcomes.flatMap(({ cause }) => (cause === undefined ? [] : [String(Cause.squash(cause))]))

// Each starts dozens of programs, which takes its time where others do the same.
describe("pull requests", { timeout: 600_000 }, () => {
  it.scopedLive("hold the update, with what changed in the template, and leave the checkout as it is", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      const [project] = world.projects
      if (project === undefined) return
      // Somebody is in the middle of something, on another branch.
      git(project.path, "checkout", "-q", "-b", "feature")
      write(project.path, { "Taskfile.yml": "in the middle of something\n", "new.txt": "not added\n" })
      git(project.path, "add", "Taskfile.yml")
      const before = seen(project.path)

      const [outcome] = yield* world.propose()
      assert.deepStrictEqual(outcome === undefined ? [] : causes([outcome]), [])
      assert.deepStrictEqual(outcome?.pull, { action: "opened", url: "https://github.com/acme/project-1/pull/1" })
      assert.strictEqual(outcome?.state, "clean")
      assert.deepStrictEqual(seen(project.path), before)
      assert.strictEqual(read(project.path, "Taskfile.yml"), "in the middle of something\n")

      for (const [path, content] of Object.entries(secondVersion)) assert.strictEqual(proposed(world, path), content)
      assert.match(proposed(world, ".dev-infra.yml"), /^version: v1\.1\.0$/m)
      assert.strictEqual(git(world.remoteOf("project-1"), "rev-list", "--count", `main..${branch}`).trim(), "1")
      assert.strictEqual(git(world.remoteOf("project-1"), "log", "-1", "--format=%an <%ae>", branch).trim(), "Fleet <fleet@example.invalid>")
      const [pull] = pullsOf(world)
      assert.deepStrictEqual({ head: pull?.head, base: pull?.base, title: pull?.title }, { head: branch, base: "main", title: "Update from the template standard v1.1.0" })
      assert.include(pull?.body ?? "", "- `Release v1.1.0, thanks @someone`")
      assert.include(pull?.body ?? "", "| `.editorconfig` | new |")
      // What was only there for a while leaves nothing behind.
      assert.deepStrictEqual(fs.existsSync(join(world.root, "home/state/apply")) ? fs.readdirSync(join(world.root, "home/state/apply")).filter((name) => !name.endsWith(".lock")) : [], [])
    })
  )

  it.scopedLive("are not made twice, and follow the template", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      yield* world.propose()
      const first = git(world.remoteOf("project-1"), "rev-parse", branch)
      const [again] = yield* world.propose()
      assert.deepStrictEqual(again?.pull?.action, "unchanged")
      assert.strictEqual(git(world.remoteOf("project-1"), "rev-parse", branch), first)

      write(world.template.folder, { "Taskfile.yml": "version: 4\n", "template.yml": "name: standard\nversion: 1.2.0\n", "CHANGELOG.md": "# Changelog\n\n## 1.2.0\n\n- Tasks of version 4\n" })
      git(world.template.folder, "add", "-A")
      git(world.template.folder, "commit", "-q", "-m", "Release v1.2.0")
      git(world.template.folder, "tag", "v1.2.0")
      const [updated] = yield* world.propose()
      assert.deepStrictEqual(updated?.pull, { action: "updated", url: "https://github.com/acme/project-1/pull/1" })
      assert.strictEqual(proposed(world, "Taskfile.yml"), "version: 4\n")
      assert.strictEqual(git(world.remoteOf("project-1"), "rev-list", "--count", `main..${branch}`).trim(), "1")
      const pulls = pullsOf(world)
      assert.strictEqual(pulls.length, 1)
      assert.strictEqual(pulls[0]?.title, "Update from the template standard v1.2.0")
      assert.include(pulls[0]?.body ?? "", "- Tasks of version 4")
      assert.include(pulls[0]?.body ?? "", "- `Release v1.1.0, thanks @someone`")
    })
  )

  it.scopedLive("say which files hold conflict markers", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1, () => ({ "docs/hub.md": "# Documentation\n\nBegin elsewhere.\n" }))
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual([outcome?.state, outcome?.conflicts], ["conflicts", ["docs/hub.md"]])
      assert.match(proposed(world, "docs/hub.md"), /^<<<<<<< [^]*^=======$[^]*^>>>>>>> /m)
      const [pull] = pullsOf(world)
      assert.strictEqual(pull?.title, "Update from the template standard v1.1.0 (1 conflict)")
      assert.include(pull?.body ?? "", "do not merge before they are resolved")
    })
  )

  it.scopedLive("are left alone where somebody else changed their branch", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      yield* world.propose()
      const clone = join(world.root, "clone")
      git(world.root, "clone", "-q", "-b", branch, world.remoteOf("project-1"), clone)
      write(clone, { "Taskfile.yml": "mine\n" })
      git(clone, "commit", "-q", "-a", "--amend", "--no-edit")
      git(clone, "push", "-q", "--force", "origin", branch)
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual(outcome?.pull, { action: "left alone", url: "https://github.com/acme/project-1/pull/1" })
      assert.strictEqual(proposed(world, "Taskfile.yml"), "mine\n")
    })
  )

  it.scopedLive("take a branch over of which everything was merged", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      yield* world.propose()
      const clone = join(world.root, "clone")
      git(world.root, "clone", "-q", "-b", branch, world.remoteOf("project-1"), clone)
      write(clone, { "notes.md": "mine\n" })
      git(clone, "add", "-A")
      git(clone, "commit", "-q", "-m", "Add notes")
      git(clone, "push", "-q", "origin", `${branch}:${branch}`, `${branch}:main`)
      world.gh.change((state) => ({ ...state, pulls: { "acme/project-1": pullsOf(world).map((pull) => ({ ...pull, state: "closed", merged_at: "2026-01-31T12:00:00Z" })) } }))
      write(world.template.folder, { "Taskfile.yml": "version: 4\n" })
      git(world.template.folder, "commit", "-q", "-a", "-m", "Release v1.2.0")
      git(world.template.folder, "tag", "v1.2.0")
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual(outcome?.pull, { action: "opened", url: "https://github.com/acme/project-1/pull/2" })
      assert.strictEqual(proposed(world, "notes.md"), "mine\n")
      assert.strictEqual(proposed(world, "Taskfile.yml"), "version: 4\n")
    })
  )

  it.scopedLive("are made from all files, whatever the checkout of the user looks like", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      const [project] = world.projects
      if (project === undefined) return
      git(project.path, "sparse-checkout", "set", "--no-cone", "/Taskfile.yml", "/.dev-infra.yml")
      git(project.path, "config", "core.autocrlf", "true")
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual([outcome?.state, outcome?.counts], ["clean", { new: 1, update: 2 }])
      assert.strictEqual(proposed(world, "docs/hub.md"), secondVersion["docs/hub.md"])
      assert.isUndefined(read(project.path, "docs/hub.md"))
    })
  )

  it.scopedLive("take away what an interruption would leave, and what a kill left", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      const [project] = world.projects
      if (project === undefined) return
      const before = seen(project.path)
      // Interrupted when GitHub is asked for the first time: the work tree is there by then.
      world.gh.change((state) => ({ ...state, planned: [{ to: "pulls?", output: answer(403, { "Retry-After": "3600" }, { message: "rate limit" }), exitCode: 1 }] }))
      const waiting = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(world.propose(world.projects, { onWait: () => Deferred.succeed(waiting, undefined) }))
      yield* Deferred.await(waiting)
      assert.include(git(project.path, "worktree", "list"), "dev-infra-update-")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(seen(project.path), before)

      const left = join(world.root, "dev-infra-update-abc/dev-infra-update-abc")
      git(project.path, "worktree", "add", "-q", "--detach", left, "main")
      const own = join(world.root, "own")
      git(project.path, "worktree", "add", "-q", "--detach", own, "main")
      fs.rmSync(left, { recursive: true })
      fs.renameSync(own, `${own}-on-a-disk-that-is-away`)
      const [outcome] = yield* world.propose()
      assert.strictEqual(outcome?.pull?.action, "opened")
      assert.notInclude(git(project.path, "worktree", "list"), "dev-infra-update-")
      assert.include(git(project.path, "worktree", "list"), own)
    })
  )

  it.scopedLive("are not made again if somebody closed one for the same version", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      yield* world.propose()
      world.gh.change((state) => ({ ...state, pulls: { "acme/project-1": pullsOf(world).map((pull) => ({ ...pull, state: "closed" })) } }))
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual(outcome?.pull?.action, "declined")
      assert.strictEqual(pullsOf(world).length, 1)
    })
  )

  it.scopedLive("are not needed once one was merged", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      yield* world.propose()
      git(world.remoteOf("project-1"), "update-ref", "refs/heads/main", `refs/heads/${branch}`)
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual([outcome?.state, outcome?.pull], ["up to date", undefined])
    })
  )

  it.scopedLive("are made in batches, of ten at most, before each of which GitHub is asked how much it takes", () =>
    Effect.gen(function* () {
      assert.strictEqual(PullRequests.batchSize, 10)
      const world = yield* makeWorld(3)
      const soon = Math.floor(Date.now() / 1000) - 5
      world.gh.change((state) => ({ ...state, limits: [{ remaining: 5000, reset: soon }, { remaining: 1, reset: soon }] }))
      const outcomes = yield* world.propose(world.projects, { batch: 2 })
      assert.deepStrictEqual(causes(outcomes), [])
      assert.strictEqual(outcomes.filter(({ pull }) => pull?.action === "opened").length, 3)
      const calls = world.gh.state().calls.map(({ words }) => (words.at(-1) === "rate_limit" ? "limit" : words.includes("POST") ? "open" : "look"))
      const limits = calls.flatMap((call, at) => (call === "limit" ? [at] : []))
      assert.strictEqual(limits.length, 2)
      assert.strictEqual(limits[0], 0)
      assert.strictEqual(calls.slice(0, limits[1]).filter((call) => call === "open").length, 2)
    })
  )

  it.scopedLive("wait as long as GitHub asks for, and go on", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      const output = answer(403, { "Retry-After": "1" }, { message: "You have exceeded a secondary rate limit" })
      world.gh.change((state) => ({ ...state, planned: [{ to: "POST", output, exitCode: 1 }] }))
      const [outcome] = yield* world.propose()
      assert.deepStrictEqual(outcome?.pull?.action, "opened")
      assert.deepStrictEqual(world.waits, [1])
    })
  )

  it.scopedLive("fail one by one, each with its reason", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(4)
      const [, second, third, fourth] = world.projects.map(({ path }) => path)
      git(second ?? "", "remote", "remove", "origin")
      git(third ?? "", "remote", "set-url", "origin", "/srv/git/elsewhere.git")
      git(fourth ?? "", "remote", "set-url", "origin", "https://github.com/acme/nowhere.git")
      const outcomes = yield* world.propose()
      assert.deepStrictEqual(outcomes.map(({ pull, state }) => [state, pull?.action]), [["clean", "opened"], ["failed", undefined], ["failed", undefined], ["failed", undefined]])
      const [noRemote, elsewhere, nowhere] = causes(outcomes)
      assert.match(noRemote ?? "", /NoRemote/)
      assert.match(elsewhere ?? "", /NotOnGitHub/)
      assert.match(nowhere ?? "", /GitFailed/)
    })
  )

  it.scopedLive("need somebody who commits", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1, () => ({}), false)
      const outcomes = yield* world.propose()
      assert.match(causes(outcomes)[0] ?? "", /NoIdentity/)
      assert.deepStrictEqual(pullsOf(world), [])
    })
  )

  it.scopedLive("are made of each project in a folder of one repository", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld(1)
      const [whole] = world.projects
      if (whole === undefined) return
      write(whole.path, Object.fromEntries(Object.entries({ ...firstVersion, ".dev-infra.yml": recordOf(world.template, 2) }).map(([path, content]) => [`apps/web one/${path}`, content])))
      git(whole.path, "add", "-A")
      git(whole.path, "commit", "-q", "-m", "Add an app")
      git(whole.path, "push", "-q", world.remoteOf("project-1"), "main")
      const inner: Project = { ...whole, path: `${whole.path}/apps/web one` as Project["path"] } // an absolute path with an inner folder is one
      const outcomes = yield* world.propose([whole, inner])
      assert.deepStrictEqual(causes(outcomes), [])
      assert.deepStrictEqual(pullsOf(world).map(({ head }) => head).toSorted(), [branch, `${branch}-apps-web-one`])
      assert.strictEqual(git(world.remoteOf("project-1"), "show", `${branch}-apps-web-one:apps/web one/Taskfile.yml`), secondVersion["Taskfile.yml"])
      assert.strictEqual(git(world.remoteOf("project-1"), "show", `${branch}-apps-web-one:Taskfile.yml`), firstVersion["Taskfile.yml"])
    })
  )

  it.effect("are only for projects that ask for them", () =>
    Effect.gen(function* () {
      const all = ["/code/1", "/code/2", "/code/3"].map((path, at): Project => ({ id: `00000000-0000-4000-8000-00000000000${at}`, name: `p${at}`, path, template: "t", version: "1", status: "active" }) as Project) // plain values of the brands
      const those = yield* PullRequests.automatic(all)
      assert.deepStrictEqual(those.map(({ path }): string => path), ["/code/2"])
    }).pipe(
      Effect.provide(
        RecordedTemplates.layerMemory({
          "/code/1": { template: "t", version: "1", autoUpdate: false },
          "/code/2": { template: "t", version: "1", autoUpdate: true }
        })
      )
    )
  )
})
