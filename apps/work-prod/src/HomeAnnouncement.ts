/**
 * Tells the home of dev-infra that a server serves its database, so that `dev-infra up` finds it.
 *
 * @module
 */
import * as HomePaths from "@dev-infra/registry/HomePaths"
import * as HomeServer from "@dev-infra/registry/HomeServer"
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { existsSync } from "node:fs"
import { realpath } from "node:fs/promises"
import { hostname } from "node:os"
import { resolve } from "node:path"
import { Surroundings } from "./Surroundings.js"

/** The address as programs on this computer reach it: one that stands for all addresses is none to connect to. */
const reachable = (url: string): string => url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

/**
 * Write it down for as long as the scope is open, if `file` is the database of a home. That it cannot be written is no reason not to serve: it is logged.
 *
 * @category announcements
 */
export const announce = (file: string, { instance, url }: { readonly instance: string; readonly url: string }): Effect.Effect<void, never, Scope.Scope | Surroundings> =>
  Effect.gen(function* () {
    const { environment, homeFolder, workingFolder } = yield* Surroundings
    const options = { environment, homeDirectory: homeFolder, workingDirectory: workingFolder }
    const home = HomePaths.resolve(options)
    if (HomePaths.isFault(home) || resolve(home.folder, "work-prod/work-prod.db") !== file) return
    const database = yield* Effect.orElseSucceed(Effect.tryPromise(() => realpath(file)), () => file)
    yield* HomeServer.keepAnnounced({ url: reachable(url), instance, database, kind: "service" }, Effect.sync(() => existsSync(database))).pipe(
      Effect.provide(HomeServer.layer.pipe(Layer.provide(LocalRegistry.layer({ ...options, hostName: hostname() })))),
      Effect.catchAll((failure) => Effect.logWarning("dev-infra up will not find this server", failure.message))
    )
  })
