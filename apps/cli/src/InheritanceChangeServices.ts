/**
 * What changing the inheritance of projects takes: git, the network, the registry and files.
 *
 * @module
 */
import * as GitRepositories from "@dev-infra/git-repositories/GitRepositories"
import * as Inheritance from "@dev-infra/inheritance/Inheritance"
import * as Library from "@dev-infra/inheritance/Library"
import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
import * as Trust from "@dev-infra/inheritance/Trust"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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

/** Who approves, as the lock names them. @category reading */
export const approver: Effect.Effect<string, never, Surroundings> = Effect.map(Surroundings, ({ environment }) => {
  const named = [environment["GIT_AUTHOR_EMAIL"], environment["EMAIL"], environment["USER"], environment["LOGNAME"]].find((name) => name !== undefined && name.trim() !== "")
  return named ?? "unknown"
})
