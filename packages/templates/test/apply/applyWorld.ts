/**
 * A project, its template's plan, and everything around them, on a disk or in memory.
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import type { FileOperations } from "@dev-infra/durable-files/FileOperations"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Digest from "@dev-infra/git-repositories/Digest"
import type { FileMode } from "@dev-infra/git-repositories/FileTree"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as GitStatus from "@dev-infra/registry/GitStatus"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import type { Checkout, Unavailable } from "@dev-infra/registry/CheckoutState"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import type { PlannedContent, PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** The files of a project by path: text, with `!` before it for one that can be run, with `->` for a link. */
export type Files = { readonly [path: string]: string }

export const record = (version: string): string => `# what it is\ntemplate: standard # ours\nversion: ${version}\nsource: git+https://example.org/t.git\ncommit: ${version}-commit\nanswers:\n  name: api\nstatus: active\n`

export const contentOf = (text: string): PlannedContent => {
  const [mode, content]: readonly [FileMode, string] = text.startsWith("->") ? ["symlink", text.slice(2)] : text.startsWith("!") ? ["executable", text.slice(1)] : ["file", text]
  return { mode, content: new TextEncoder().encode(content) }
}

const hashOf = (text: string | undefined): string | undefined => (text === undefined ? undefined : Digest.ofFile(contentOf(text)))

/** A file of a plan that makes `after` of `before`. */
export const planned = (path: string, before: string | undefined, after: string | undefined, more: Partial<PlannedFile> = {}): PlannedFile => ({
  path,
  class: before === undefined ? "new" : after === undefined ? "delete" : "update",
  isBinary: false,
  before: hashOf(before),
  after: after === undefined ? undefined : contentOf(after),
  ...more
})

export const planOf = (path: string, files: ReadonlyArray<PlannedFile>, more: Partial<UpdatePlan> = {}): UpdatePlan => ({
  project: { name: "api", path },
  template: "standard",
  source: "git+https://example.org/t.git",
  from: { version: "v1", commit: "v1-commit" },
  to: { version: "v2", commit: "v2-commit" },
  answers: { name: "api", license: "MIT" },
  files,
  warnings: [],
  ...more
})

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

/** Write the files of a project. */
export const write = (root: string, files: Files) =>
  Effect.flatMap(LocalFiles.LocalFiles, (local) =>
    Effect.forEach(Object.entries(files), ([path, text]) =>
      Effect.gen(function* () {
        const { content, mode } = contentOf(text)
        const target = `${root}/${path}`
        yield* local.makeFolder(folderOf(target), 0o755)
        yield* local.remove(target)
        if (mode === "symlink") return yield* local.makeLink(target, new TextDecoder().decode(content))
        yield* local.create(target, 0o644, (file) => Effect.zipRight(file.write(content), file.adopt(mode === "executable" ? 0o755 : 0o644)))
      }), { discard: true }))

/** Everything below a folder: texts as above, `/` for a folder that is empty. */
export const contents = (root: string): Effect.Effect<Files, never, LocalFiles.LocalFiles> =>
  Effect.gen(function* () {
    const local = yield* LocalFiles.LocalFiles
    const found: { [path: string]: string } = {}
    const visit = (folder: string, prefix: string): Effect.Effect<void, never, never> =>
      Effect.gen(function* () {
        const names = [...(yield* local.list(folder))].sort()
        if (names.length === 0 && prefix !== "") found[prefix] = "/"
        for (const name of names) {
          const [path, key] = [`${folder}/${name}`, `${prefix}${name}`]
          const identity = Option.getOrThrow(yield* local.stat(path))
          if (identity.kind === "Folder") yield* visit(path, `${key}/`)
          else if (identity.kind === "Link") found[key] = `->${Option.getOrThrow(yield* local.readLink(path))}`
          else found[key] = `${(identity.mode & 0o100) === 0 ? "" : "!"}${new TextDecoder().decode(Option.getOrThrow(yield* local.read(path, 1e8)).bytes)}`
        }
      }).pipe(Effect.orDie)
    yield* visit(root, "")
    return found
  })

export interface WorldOptions {
  readonly git?: Checkout | Unavailable
  readonly files?: (layer: Layer.Layer<LocalFiles.LocalFiles>) => Layer.Layer<LocalFiles.LocalFiles>
}

/** Everything that applying takes. The home is `<base>/home`, the registered project `<base>/code/api`. */
export const world = (base: string, operations: FileOperations, options: WorldOptions = {}) => {
  const path = `${base}/code/api`
  const projects = [{ id: "11111111-1111-4111-8111-000000000001", name: "api", path, template: "standard", version: "v1", status: "active" }]
  const files = Layer.succeed(LocalFiles.LocalFiles, operations)
  return Layer.mergeAll(Registry.layer, MetadataFile.layer).pipe(
    Layer.provideMerge(DurableFile.layerOver),
    Layer.provideMerge(FileLock.layer),
    Layer.provideMerge(
      Layer.mergeAll(
        options.files === undefined ? files : options.files(files),
        LocalProcess.layer,
        RegistryStore.layerMemory({ version: "1.0", projects, rest: {} }),
        Machine.layerMemory,
        IdGenerator.layerMemory,
        DevInfraHome.layerFolder(`${base}/home`),
        GitStatus.layerMemory([options.git ?? { _tag: "Unavailable", path, reason: "NotARepository", detail: "" }]),
        TemplateSources.layerMemory()
      )
    )
  )
}
