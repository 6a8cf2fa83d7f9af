/**
 * Clones on the disk: how large they may become, and what is left of processes that were killed.
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import { Repositories } from "@dev-infra/git-repositories/Repositories"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { join } from "node:path"
import { commitTo, gitEnvironment, type NewCommit, newRepository } from "./gitHistory.js"
import { temporaryFolder } from "./temporaryFolder.js"

const layerIn = (root: string, largest?: number) =>
  GitRepositories.layer(gitEnvironment, largest).pipe(Layer.provide([DevInfraHome.layerFolder(join(root, "home")), DurableFile.layer, NodeContext.layer]))

/** A repository that others publish to, and a home beside it. */
const liveWorld = Effect.map(temporaryFolder, (root) => {
  const repository = join(root, "remote", "library.git")
  return {
    root,
    url: `file://${repository}`,
    publish: (commit: NewCommit) =>
      Effect.sync(() => {
        if (!fs.existsSync(repository)) newRepository(repository)
        return commitTo(repository, commit)
      })
  }
})

const fetchFrom = (url: string) => Effect.flatMap(Repositories, (repositories) => repositories.fetch(url))

describe("a clone", () => {
  it.scopedLive("that is too large is not kept", () =>
    Effect.gen(function* () {
      const { publish, root, url } = yield* liveWorld
      yield* publish({ files: { noise: { mode: "file", content: randomBytes(200_000) } } })
      const failure = yield* Effect.flip(Effect.provide(fetchFrom(url), layerIn(root, 100_000)))
      assert.include(failure.message, "the repository is larger than 1 MiB")
      assert.deepStrictEqual(fs.readdirSync(join(root, "home/cache/templates")), [])
      assert.isTrue(yield* Effect.provide(fetchFrom(url), layerIn(root)))
    }))

  it.scopedLive("that another process did not finish is removed after a day, and what it fetched in part with the next update", () =>
    Effect.gen(function* () {
      const { publish, root, url } = yield* liveWorld
      yield* publish({ files: { a: "1" } })
      const clones = join(root, "home/cache/templates")
      for (const name of ["new-old", "new-fresh"]) fs.mkdirSync(join(clones, name, "clone.git"), { recursive: true })
      fs.utimesSync(join(clones, "new-old"), 1_700_000_000, 1_700_000_000)
      yield* Effect.provide(fetchFrom(url), layerIn(root))
      const names = fs.readdirSync(clones)
      const [clone = ""] = names.filter((name) => name.endsWith(".git"))
      assert.deepStrictEqual(names.filter((name) => name !== clone), ["new-fresh"])
      const part = join(clones, clone, "objects/pack/tmp_pack_x1y2z3")
      fs.writeFileSync(part, "half")
      yield* Effect.provide(fetchFrom(url), layerIn(root))
      assert.isFalse(fs.existsSync(part))
    }))
})
