/**
 * The server of this home that runs already, as far as that can be proved: by the process that wrote itself down, and by the
 * database that it serves.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { HomeServer, type ServerRecord } from "@dev-infra/registry/HomeServer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as HomeDatabase from "./HomeDatabase.js"
import * as ServerProbe from "./ServerProbe.js"

/**
 * What is known of a server of this home. `Nothing`: none runs, and `record` is the last one. `Running`: it answers, as the one that
 * it says to be. `Silent`: its process runs, but no server of this home answers at its address. `Elsewhere`: its process is one of
 * another computer or container, of which nothing can be known here.
 *
 * @category models
 */
export type ServerState =
  | { readonly _tag: "Nothing"; readonly record: ServerRecord | undefined }
  | { readonly _tag: "Running" | "Silent" | "Elsewhere"; readonly record: ServerRecord }

/**
 * Look for it. A record that was copied together with a home is that of another home's server, which is none of ours.
 *
 * @category queries
 */
export const look: Effect.Effect<ServerState, FileFailure, DevInfraHome | DurableFile | HomeServer | LocalProcess> = Effect.gen(function* () {
  const known = Option.getOrUndefined(yield* Effect.flatMap(HomeServer, (server) => server.known))
  const database = yield* HomeDatabase.file
  if (known === undefined || known.record.database !== database) return { _tag: "Nothing", record: undefined }
  const { process, record } = known
  if (process === "Gone") return { _tag: "Nothing", record }
  const self = yield* Effect.flatMap(LocalProcess, (processes) => processes.self)
  // Numbers of processes mean nothing across containers.
  if (process === "Elsewhere" || record.process.namespace !== self.namespace) return { _tag: "Elsewhere", record }
  if (record.pid === self.pid) return { _tag: "Nothing", record }
  const instance = yield* ServerProbe.instanceAt(record.url)
  return { _tag: Option.contains(instance, record.instance) ? "Running" : "Silent", record }
})
