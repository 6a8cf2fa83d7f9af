/**
 * Whether a URL is that of the server that this home runs by itself.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { HomeServer } from "@dev-infra/registry/HomeServer"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as HomeDatabase from "./HomeDatabase.js"

/**
 * Whether the last server of this home listened there. A record that came with a copy of another home is of no server here.
 *
 * @param base as `ServerUrl` has it
 * @category queries
 */
export const isOwn = (base: string): Effect.Effect<boolean, never, DevInfraHome | DurableFile | HomeServer> =>
  Effect.gen(function* () {
    const known = yield* Effect.flatMap(HomeServer, (servers) => servers.known)
    if (Option.isNone(known)) return false
    const { database, url } = known.value.record
    return Either.getOrUndefined(ServerUrl.read(url, ""))?.base === base && database === (yield* HomeDatabase.file)
    // It is only asked for a better hint.
  }).pipe(Effect.orElseSucceed(() => false))

/** What to type to have it again. @category texts */
export const start = "dev-infra up --detach"
