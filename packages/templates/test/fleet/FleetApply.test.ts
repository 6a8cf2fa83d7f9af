import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { Project } from "@dev-infra/metadata/Project"
import { Registry } from "@dev-infra/registry/Registry"
import * as FleetApply from "@dev-infra/templates/FleetApply"
import { FleetJournal } from "@dev-infra/templates/FleetJournal"
import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
import * as FleetPlan from "@dev-infra/templates/FleetPlan"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { projectAt } from "./fleetProjects.js"
import { firstVersion, git, makeProject, makeTemplate, read, register, secondVersion, services } from "./fleetWorld.js"

const options: FleetApply.UpdateOptions = { onConflict: "markers", ask: "skip", allowDirty: false }

const conflicting = { "docs/hub.md": "# Documentation\n\nBegin elsewhere.\n" }

/** Five projects: two as they were made, one with a conflict, one that says nothing of a template, one whose file is damaged. */
const makeFleet = Effect.gen(function* () {
  const root = yield* temporaryFolder
  const template = makeTemplate(root)
  const projects = [
    makeProject(root, template, 1),
    makeProject(root, template, 2, conflicting),
    makeProject(root, template, 3, { ".dev-infra.yml": "description: alone\n" }),
    makeProject(root, template, 4, { ".dev-infra.yml": "template: [\n" }),
    makeProject(root, template, 5, { "notes.md": "mine\n" }),
    projectAt(join(root, "code/gone"), 6, { template: "standard" })
  ]
  register(join(root, "home"), projects)
  return { root, template, projects, layer: services(root) }
})

const fetched = (source: string) => Effect.flatMap(TemplateSources, (sources) => Effect.flatMap(sources.parse(source), sources.fetchMissing))

const statesOf = (outcomes: Iterable<FleetOutcome.FleetOutcome<unknown>>) =>
  Object.fromEntries([...outcomes].map(({ project, state }) => [project.name, state] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const nobody = () => Effect.void

describe("a fleet", { timeout: 600_000 }, () => {
  it.scopedLive("is planned without writing anything, whatever is wrong with some of it", () =>
    Effect.gen(function* () {
      const { layer, projects, root, template } = yield* makeFleet
      const outcomes = yield* Effect.provide(Effect.zipRight(fetched(template.source), Stream.runCollect(FleetPlan.plan(projects))), layer)
      assert.deepStrictEqual(statesOf(outcomes), {
        "project-1": "clean", "project-2": "conflicts", "project-3": "no template", "project-4": "failed", "project-5": "clean", "project-6": "missing"
      })
      const first = Chunk.findFirst(outcomes, ({ project }) => project.name === "project-1")
      const { counts, from, to } = Option.getOrThrow(first)
      assert.deepStrictEqual({ counts, from: from?.version, to: to?.version }, { counts: { new: 1, update: 2 }, from: "v1.0.0", to: "v1.1.0" })
      assert.strictEqual(read(join(root, "code/project-1"), "Taskfile.yml"), firstVersion["Taskfile.yml"])
      assert.isUndefined(read(join(root, "code/project-1"), ".editorconfig"))
    })
  )

  it.scopedLive("is updated, and a second time there is nothing to do", () =>
    Effect.gen(function* () {
      const { layer, projects, root, template } = yield* makeFleet
      const heard: Array<string> = []
      const apply = FleetApply.apply(projects, options, ({ project }) => Effect.sync(() => void heard.push(project.name)))
      const outcomes = yield* Effect.provide(Effect.zipRight(fetched(template.source), apply), layer)
      assert.deepStrictEqual(statesOf(outcomes), {
        "project-1": "clean", "project-2": "conflicts", "project-3": "no template", "project-4": "failed", "project-5": "clean", "project-6": "missing"
      })
      assert.strictEqual(heard.length, 6)
      for (const number of [1, 5]) {
        for (const [path, content] of Object.entries(secondVersion)) assert.strictEqual(read(join(root, `code/project-${number}`), path), content)
        assert.match(read(join(root, `code/project-${number}`), ".dev-infra.yml") ?? "", /^version: v1\.1\.0$/m)
      }
      assert.match(read(join(root, "code/project-2"), "docs/hub.md") ?? "", /^<<<<<<< .*\nBegin elsewhere\.\n=======\nBegin there\.\n>>>>>>> .*$/m)
      assert.strictEqual(read(join(root, "code/project-5"), "notes.md"), "mine\n")
      const { projects: known } = yield* Effect.provide(Effect.flatMap(Registry, (registry) => registry.list()), layer)
      assert.deepStrictEqual(known.filter(({ version }) => version === "v1.1.0").map(({ name }): string => name).toSorted(), ["project-1", "project-2", "project-5"])

      const again = yield* Effect.provide(apply, layer)
      assert.deepStrictEqual(FleetOutcome.summarise(again), { "up to date": 3, clean: 0, conflicts: 0, failed: 1, "no template": 1, missing: 1 })
    })
  )

  it.scopedLive("reads the objects of a version once, however many projects there are", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const template = makeTemplate(root)
      const projects = Array.from({ length: 12 }, (_, at) => makeProject(root, template, at + 1))
      const batches: Array<string> = []
      const noting = Layer.effect(
        CommandExecutor.CommandExecutor,
        Effect.map(CommandExecutor.CommandExecutor, (executor) =>
          CommandExecutor.makeExecutor((command) => {
            const words = Command.flatten(command).flatMap((each) => [each.command, ...each.args])
            if (words.includes("cat-file") && words.includes("--batch")) batches.push(words.join(" "))
            return executor.start(command)
          })
        )
      ).pipe(Layer.provide(NodeContext.layer))
      const outcomes = yield* Effect.provide(Effect.zipRight(fetched(template.source), Stream.runCollect(FleetPlan.plan(projects))), services(root, noting))
      assert.deepStrictEqual(FleetOutcome.summarise(outcomes).clean, 12)
      assert.strictEqual(batches.length, 2, "one for each of two versions")
    })
  )

  it.scopedLive("goes on after an interruption with what is left, in the way in which it was begun", () =>
    Effect.gen(function* () {
      const { layer, projects, root, template } = yield* makeFleet
      const resumed = yield* Effect.gen(function* () {
        yield* fetched(template.source)
        const reached = yield* Deferred.make<void>()
        // The first project that is done is the last one that this run hears of.
        const fiber = yield* Effect.fork(
          FleetApply.apply(projects, { ...options, onConflict: "ours" }, () => Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never), { concurrency: 1 })
        )
        yield* Deferred.await(reached)
        yield* Fiber.interrupt(fiber)
        const left: Array<string> = []
        const went = yield* FleetApply.resume(projects, (todo) => Effect.sync(() => void left.push(...todo.map(({ name }) => name))), nobody)
        return { ...went, left }
      }).pipe(Effect.provide(layer))
      assert.strictEqual(resumed.left.length, 5)
      assert.strictEqual(resumed.run.onConflict, "ours")
      assert.deepStrictEqual(statesOf(resumed.outcomes), {
        "project-1": "clean", "project-2": "clean", "project-3": "no template", "project-4": "failed", "project-5": "clean", "project-6": "missing"
      })
      assert.strictEqual(read(join(root, "code/project-2"), "docs/hub.md"), conflicting["docs/hub.md"])
    })
  )

  it.scopedLive("tries those again that failed, until none is left", () =>
    Effect.gen(function* () {
      const { layer, projects, root, template } = yield* makeFleet
      yield* Effect.gen(function* () {
        yield* fetched(template.source)
        yield* FleetApply.apply(projects, options, nobody)
        fs.writeFileSync(join(root, "code/project-4/.dev-infra.yml"), read(join(root, "code/project-5"), ".dev-infra.yml")?.replace("v1.1.0", "v1.0.0").replace(template.commits["v1.1.0"] ?? "", template.commits["v1.0.0"] ?? "") ?? "")
        const left: Array<string> = []
        const went = yield* FleetApply.resume(projects, (todo) => Effect.sync(() => void left.push(...todo.map(({ name }) => name))), nobody)
        assert.deepStrictEqual(left, ["project-4"])
        assert.strictEqual(statesOf(went.outcomes)["project-4"], "clean")
        assert.strictEqual(FleetOutcome.summarise(went.outcomes).clean, 3)
        assert.isTrue(Option.isNone(yield* Effect.flatMap(FleetJournal, (journal) => journal.unfinished)))
        const none = yield* Effect.flip(FleetApply.resume(projects, nobody, nobody))
        assert.strictEqual(none._tag, "NothingToResume")
      }).pipe(Effect.provide(layer))
    })
  )

  it.scopedLive("leaves a project alone that has changes in no commit, and updates the others", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const template = makeTemplate(root)
      const [clean, dirty] = [makeProject(root, template, 1), makeProject(root, template, 2)]
      for (const { path } of [clean, dirty]) {
        git(path, "init", "-q")
        git(path, "add", "-A")
        git(path, "commit", "-q", "-m", "Begin")
      }
      fs.writeFileSync(join(dirty.path, "Taskfile.yml"), "mine\n")
      const both: ReadonlyArray<Project> = [clean, dirty]
      yield* Effect.gen(function* () {
        yield* fetched(template.source)
        const outcomes = yield* FleetApply.apply(both, options, nobody)
        assert.deepStrictEqual(statesOf(outcomes), { "project-1": "clean", "project-2": "failed" })
        assert.strictEqual(read(dirty.path, "Taskfile.yml"), "mine\n")
        // The update of the first one is in no commit yet, and is no obstacle: there is nothing to do.
        assert.deepStrictEqual(statesOf(yield* FleetApply.apply(both, { ...options, allowDirty: true }, nobody)), { "project-1": "up to date", "project-2": "conflicts" })
      }).pipe(Effect.provide(services(root)))
    })
  )
})
