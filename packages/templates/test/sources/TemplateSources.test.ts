import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { liveWorld } from "./liveWorld.js"
import { testTemplateSources, type World } from "./TemplateSources.contract.js"

const inMemory: Effect.Effect<World> = Effect.gen(function* () {
  const url = "https://example.invalid/acme/templates.git"
  const folder = "/templates/mine"
  const repository = yield* Ref.make<TemplateSources.MemoryRepository>({ head: "main", branches: {}, tags: {}, commits: [] })
  // Services hold what is in memory, so the same ones are used for the tests and for what happens outside.
  const context = yield* Effect.scoped(Layer.build(TemplateSources.layerMemory()))
  const change = (next: (before: TemplateSources.MemoryRepository) => TemplateSources.MemoryRepository) =>
    Effect.gen(function* () {
      const templates = yield* TemplateSources.MemoryTemplates
      yield* templates.setRepository(url, yield* Ref.updateAndGet(repository, next))
    }).pipe(Effect.provide(context))
  return {
    url,
    folder,
    publish: ({ branch = "main", files, subject, tags = [] }) =>
      Effect.gen(function* () {
        const count = (yield* Ref.get(repository)).commits.length
        const commit = `${(count + 10).toString(16)}ab`.repeat(20).slice(0, 40)
        yield* change((before) => ({
          ...before,
          branches: { ...before.branches, [branch]: commit },
          tags: { ...before.tags, ...Object.fromEntries(tags.map((tag) => [tag, commit])) },
          commits: [...before.commits, { commit, files, ...(subject === undefined ? {} : { subject }) }]
        }))
        return commit
      }),
    withdraw: (tag) => change((before) => ({ ...before, tags: Object.fromEntries(Object.entries(before.tags).filter(([each]) => each !== tag)) })),
    setFolder: (files) => Effect.provide(Effect.flatMap(TemplateSources.MemoryTemplates, (templates) => templates.setFolder(folder, files)), context),
    layer: Layer.succeedContext(context)
  }
})

testTemplateSources("memory", inMemory)
testTemplateSources("disk and git", liveWorld)
