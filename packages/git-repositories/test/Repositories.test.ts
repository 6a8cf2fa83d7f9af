import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import * as Repositories from "@dev-infra/git-repositories/Repositories"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { join } from "node:path"
import { commitTo, gitEnvironment, newRepository } from "./gitHistory.js"
import { testRepositories } from "./Repositories.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testRepositories(
  "git",
  Effect.map(temporaryFolder, (root) => {
    const repository = join(root, "library.git")
    newRepository(repository)
    return {
      url: `file://${repository}`,
      publish: (commit) => Effect.sync(() => commitTo(repository, commit)),
      layer: GitRepositories.layer(gitEnvironment).pipe(Layer.provide([DevInfraHome.layerFolder(join(root, "home")), DurableFile.layer, NodeContext.layer]))
    }
  })
)

testRepositories(
  "memory",
  Effect.map(Ref.make<{ readonly [url: string]: Repositories.MemoryRepository }>({}), (remote) => {
    const url = "https://example.com/library.git"
    const commit = "1".repeat(40)
    return {
      url,
      publish: ({ files }) => Effect.as(Ref.set(remote, { [url]: { head: "main", branches: { main: commit }, tags: {}, commits: [{ commit, files }] } }), commit),
      layer: Repositories.layerMemory(remote)
    }
  })
)
