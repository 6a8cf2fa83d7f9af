/**
 * Which folder `project:NAME` means. The port; the live layer asks the registry, and only then.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { Registry } from "@dev-infra/registry/Registry"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { InheritanceRefused } from "./InheritanceFailure.js"

/** @category models */
export interface LinkedProject {
  /** its checkout, absolute */
  readonly folder: string
  /** the URL of its repository, if it is known */
  readonly repository: string | undefined
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { LinkedProjects } from "@dev-infra/inheritance/LinkedProjects"
 * import * as Effect from "effect/Effect"
 *
 * export const folder = Effect.flatMap(LinkedProjects, (projects) => Effect.map(projects.find("infra", "/home/me/api"), (project) => project.folder))
 * ```
 */
export class LinkedProjects extends Context.Tag("@dev-infra/inheritance/LinkedProjects")<
  LinkedProjects,
  {
    /** A project by its name, id, the beginning of its id, or a path that may be relative to `from`. Fails with `NoProject`. */
    readonly find: (reference: string, from: string) => Effect.Effect<LinkedProject, InheritanceRefused>
  }
>() {}

const refused = (reference: string, detail: string) => new InheritanceRefused({ subject: `project:${reference}`, reason: "NoProject", detail })

const absolute = (reference: string, from: string): string => {
  const parts: Array<string> = []
  for (const part of (reference.startsWith("/") ? reference : `${from}/${reference}`).split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "" && part !== ".") parts.push(part)
  }
  return `/${parts.join("/")}`
}

/**
 * Projects of the registry of this computer; a path needs no entry.
 *
 * @category layers
 * @example
 * ```ts
 * import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
 * import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
 * import * as Layer from "effect/Layer"
 *
 * const registry = LocalRegistry.layer({ environment: {}, homeDirectory: "/home/me", hostName: "laptop", workingDirectory: "/home/me" })
 * export const projects = LinkedProjects.layer.pipe(Layer.provide(registry))
 * ```
 */
export const layer: Layer.Layer<LinkedProjects, never, Registry | LocalFiles> = Layer.effect(
  LinkedProjects,
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* LocalFiles
    return {
      find: (reference, from) =>
        Effect.gen(function* () {
          if (/^(?:\/|\.{1,2}(?:\/|$))/.test(reference)) {
            const folder = absolute(reference, from)
            return files.existing([folder])[0] === true ? { folder, repository: undefined } : yield* refused(reference, `there is no folder ${folder}`)
          }
          const project = yield* Effect.mapError(registry.find(reference, { folder: from }), (failure) => refused(reference, failure.message))
          if (files.existing([project.path])[0] !== true) return yield* refused(reference, `its folder ${project.path} is not there`)
          return { folder: project.path, repository: project.repository }
        })
    }
  })
)

/**
 * Projects in memory, by what they are called.
 *
 * @category layers
 * @example
 * ```ts
 * import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
 *
 * export const projects = LinkedProjects.layerMemory(new Map([["infra", { folder: "/home/me/infra", repository: undefined }]]))
 * ```
 */
export const layerMemory = (projects: ReadonlyMap<string, LinkedProject>): Layer.Layer<LinkedProjects> =>
  Layer.succeed(LinkedProjects, {
    find: (reference) => {
      const project = projects.get(reference)
      return project === undefined ? Effect.fail(refused(reference, "no project has this name")) : Effect.succeed(project)
    }
  })
