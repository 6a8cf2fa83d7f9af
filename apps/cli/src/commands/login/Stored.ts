/**
 * What `config.yml` says of the server, whatever the environment says, and what a login makes of it.
 *
 * @module
 */
import * as Configuration from "@dev-infra/registry/Configuration"
import { definitions } from "@dev-infra/registry/ConfigurationKey"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import { CommandFailed } from "../../CommandError.js"
import { Surroundings } from "../../Surroundings.js"

/** @category models */
export interface Stored {
  readonly url: ServerUrl.ServerUrl | undefined
  readonly key: Redacted.Redacted | undefined
  readonly insecure: boolean
  readonly caFile: string | undefined
  /** what this machine calls the server */
  readonly name: string
}

/** What is stored. A value that is wrong counts as none: it is about to be replaced. @category reading */
export const read: Effect.Effect<Stored, Configuration.ConfigurationReadError, Configuration.Configuration> = Effect.gen(function* () {
  const { stored } = yield* Effect.flatMap(Configuration.Configuration, (configuration) => configuration.list)
  const url = stored["api.url"]
  return {
    url: url === undefined ? undefined : Either.getOrUndefined(ServerUrl.read(url, "api.url in config.yml")),
    key: stored["api.key"],
    insecure: stored["api.insecure"] ?? false,
    caFile: stored["api.ca_file"],
    name: stored["api.name"] ?? definitions["api.name"].defaultValue ?? "work-prod"
  }
})

/** The file with certificates: the one given, as it counts from the working folder, else the stored one. @category reading */
export const caFileOf = (given: string | undefined, stored: Stored): Effect.Effect<string | undefined, CommandFailed, Surroundings> =>
  Effect.gen(function* () {
    if (given === undefined) return stored.caFile
    const { homeFolder, workingFolder } = yield* Surroundings
    const folders = { homeDirectory: homeFolder, workingDirectory: workingFolder }
    const { read: parse, toStore } = definitions["api.ca_file"]
    return yield* Either.mapLeft(parse([toStore?.(given, folders) ?? given], folders), (why) => new CommandFailed({ what: "could not log in", where: given, why: `--ca-file ${why}`, hint: "nothing was stored" }))
  })

/**
 * The changes of one login, to be made in one write: a key must never stand beside the URL of another server. `leave`: the key is not
 * of the file, and what is stored for this server stays.
 *
 * @category constructors
 */
export const changes = (login: {
  readonly url: ServerUrl.ServerUrl
  readonly isSame: boolean
  readonly key: Redacted.Redacted | "drop" | "leave"
  readonly insecure: boolean
  readonly name: string | undefined
  readonly caFile: string | undefined
}): ReadonlyArray<Configuration.ConfigurationChange> => [
  { key: "api.url", texts: [login.url.base] },
  ...(typeof login.key !== "string" ? [{ key: "api.key", texts: login.key } as const] : login.key === "leave" && login.isSame ? [] : [{ key: "api.key", texts: undefined } as const]),
  { key: "api.insecure", texts: login.insecure ? ["true"] : undefined },
  { key: "api.ca_file", texts: login.caFile === undefined ? undefined : [login.caFile] },
  ...(login.name === undefined ? [] : [{ key: "api.name", texts: [login.name] } as const])
]
