/**
 * What changing the inheritance of projects takes: git, the network, the registry and files.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import * as Inheritance from "@dev-infra/inheritance/Inheritance"
import * as Library from "@dev-infra/inheritance/Library"
import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
import * as Trust from "@dev-infra/inheritance/Trust"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as GitConfig from "@dev-infra/registry/GitConfig"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RegistryServices from "./RegistryServices.js"
import { Surroundings } from "./Surroundings.js"
import { loadOptions } from "./TaskServices.js"
import type { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type InheritanceChangeServices = Inheritance.Inheritance | LocalRegistry

/** A redirect is a decision of ours, so the client follows none. */
const http = FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })))

const clones = Layer.unwrapEffect(Effect.map(Surroundings, ({ environment }) => GitRepositories.layer(environment))).pipe(
  Layer.provide(NodeCommandExecutor.layer),
  Layer.provide(NodeFileSystem.layer)
)

/** @param insecure plain http is allowed @category layers */
export const layer = (insecure: boolean = false): Layer.Layer<InheritanceChangeServices, HomeUnusable | UsageError, Surroundings> =>
  Layer.unwrapEffect(Effect.map(loadOptions, (load) => Inheritance.layer({ load, insecure }))).pipe(
    Layer.provide([Library.layer, LinkedProjects.layer, Trust.layer, RemoteFiles.layer().pipe(Layer.provide(http)), clones, MetadataFile.layer]),
    Layer.provideMerge(RegistryServices.layer)
  )

const configLimit = 1024 * 1024

const nameIn = (text: string): string | undefined => {
  const variables = GitConfig.parse(text).filter(({ section, subsection }) => section === "user" && subsection === undefined)
  return ["name", "email"].map((wanted) => variables.findLast(({ name }) => name === wanted)?.value).find((value) => value !== undefined && value.trim() !== "")
}

/**
 * Who approves, as the lock names them: as git would call the author of a commit, else the user of this computer. Read from files; git is not asked.
 *
 * @category reading
 */
export const approver = (project: string): Effect.Effect<string, never, LocalFiles | Surroundings> =>
  Effect.gen(function* () {
    const { environment, homeFolder } = yield* Surroundings
    const files = yield* LocalFiles
    const xdg = environment["XDG_CONFIG_HOME"] ?? (homeFolder === undefined ? undefined : `${homeFolder}/.config`)
    const users = environment["GIT_CONFIG_GLOBAL"] === undefined ? [homeFolder === undefined ? undefined : `${homeFolder}/.gitconfig`, xdg === undefined ? undefined : `${xdg}/git/config`] : [environment["GIT_CONFIG_GLOBAL"]]
    const configured = Effect.gen(function* () {
      for (const path of [`${project}/.git/config`, ...users]) {
        if (path === undefined || !path.startsWith("/")) continue
        const found = yield* Effect.orElseSucceed(files.read(path, configLimit), () => Option.none())
        const name = Option.isNone(found) ? undefined : nameIn(new TextDecoder().decode(found.value.bytes))
        if (name !== undefined) return name
      }
      return undefined
    })
    const given = (...names: ReadonlyArray<string>) => names.map((name) => environment[name]).find((value) => value !== undefined && value.trim() !== "")
    return given("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL") ?? (yield* configured) ?? given("EMAIL", "USER", "LOGNAME") ?? "unknown"
  })
