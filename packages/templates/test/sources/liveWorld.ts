/**
 * Templates on the disk: a repository, a folder and a home of their own in a temporary folder.
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { commitTo, git, gitEnvironment, newRepository } from "../../../git-repositories/test/gitHistory.js"
import type { World } from "./TemplateSources.contract.js"

/** The templates of a home in a folder, with git as its variables say. */
export const layerIn = (root: string, environment: { readonly [name: string]: string | undefined } = gitEnvironment) => {
  const places = { homeDirectory: join(root, "user"), workingDirectory: root }
  return TemplateSources.layer({ ...places, builtInFolder: join(root, "program"), environment }).pipe(
    Layer.provideMerge(UsedTemplates.layer),
    Layer.provide(Configuration.layer({ environment: {}, ...places })),
    Layer.provide([DevInfraHome.layerFolder(join(root, "home")), DurableFile.layer, NodeContext.layer])
  )
}

export interface LiveWorld extends World {
  /** the folder with all of it */
  readonly root: string
  readonly repository: string
}

const write = (path: string, file: TemplateSources.MemoryFile): void => {
  fs.mkdirSync(dirname(path), { recursive: true })
  if (typeof file === "string") fs.writeFileSync(path, file)
  else if (file.mode === "symlink") fs.symlinkSync(Buffer.from(file.content).toString(), path)
  else fs.writeFileSync(path, file.content, { mode: file.mode === "executable" ? 0o755 : 0o644 })
}

export const liveWorld: Effect.Effect<LiveWorld, never, Scope.Scope> = Effect.map(temporaryFolder, (root) => {
  const repository = join(root, "remote", "templates.git")
  const folder = join(root, "mine")
  return {
    root,
    repository,
    url: `file://${repository}`,
    folder,
    publish: (commit) =>
      Effect.sync(() => {
        if (!fs.existsSync(repository)) newRepository(repository)
        return commitTo(repository, commit)
      }),
    withdraw: (tag) => Effect.sync(() => void git(repository, ["update-ref", "-d", `refs/tags/${tag}`])),
    setFolder: (files) =>
      Effect.sync(() => {
        fs.rmSync(folder, { recursive: true, force: true })
        fs.mkdirSync(folder)
        for (const [path, file] of Object.entries(files)) write(join(folder, path), file)
      }),
    layer: Layer.orDie(layerIn(root))
  }
})
