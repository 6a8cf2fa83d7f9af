/**
 * With which server to talk and how: a flag counts before the environment, that before the configuration file.
 *
 * @module
 */
import { Uid } from "@dev-infra/work-prod-api/Project"
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as ServerUrl from "./ServerUrl.js"

/** The machine in whose name the client asks. `name` is for display. @category models */
export interface AskingMachine {
  readonly uid: string
  readonly name: string
}

/**
 * How to talk to a server. `insecure`: the key may go over http to another computer. `caFile` is the path of certificates in PEM
 * form that are trusted besides the usual ones; only `NodeWorkProd.layer` knows how.
 *
 * @category models
 */
export interface WorkProdSettings {
  readonly url: ServerUrl.ServerUrl
  readonly key?: Redacted.Redacted
  readonly insecure: boolean
  readonly machine?: AskingMachine
  readonly caFile?: string
}

/** Values of one source. @category models */
export interface SettingsValues {
  readonly url?: string | undefined
  readonly key?: string | Redacted.Redacted | undefined
  readonly caFile?: string | undefined
}

/**
 * Where settings come from. `configuration` holds the values of `config.yml`.
 *
 * @category models
 */
export interface SettingsSources {
  readonly flags?: SettingsValues & { readonly insecure?: boolean | undefined }
  readonly environment: { readonly [variable: string]: string | undefined }
  readonly configuration?: SettingsValues
  readonly machine?: AskingMachine | undefined
}

/** The variable of the environment that names the server. @category constants */
export const urlVariable = "DEV_INFRA_API_URL"

/** The variable of the environment that holds the key. @category constants */
export const keyVariable = "DEV_INFRA_API_KEY"

/** No server is named anywhere. @category errors */
export class NoServer extends Data.TaggedError("NoServer")<Record<never, never>> {
  override get message(): string {
    return `no work-prod server is named: set ${urlVariable}, or api.url in config.yml, to its URL, for example https://work.example.org`
  }
}

/** The key cannot be sent in a header. It is not shown. @category errors */
export class InvalidKey extends Data.TaggedError("InvalidKey")<{ readonly source: string; readonly problem: "Empty" | "Characters" | "TooLong" }> {
  override get message(): string {
    return `the work-prod key (${this.source}) ${keyProblemTexts[this.problem]}: copy it again as \`work-prod keys create\` printed it`
  }
}

const keyProblemTexts = {
  Empty: "is empty",
  Characters: "holds characters that no key has, such as line breaks or letters beyond ASCII",
  TooLong: "is longer than 4,096 characters"
} as const

/** The key would be readable on the way. Nothing was sent. @category errors */
export class KeyNeedsHttps extends Data.TaggedError("KeyNeedsHttps")<{ readonly host: string }> {
  override get message(): string {
    return `the key would go to ${this.host} over http, where everybody on the way can read it: use https://, or --insecure if the network is yours`
  }
}

/** The asking machine cannot be named. @category errors */
export class InvalidMachine extends Data.TaggedError("InvalidMachine")<{ readonly uid: string }> {
  override get message(): string {
    return `the id of this machine, ${JSON.stringify(this.uid)}, is no UUID: let \`dev-infra doctor\` look at state/machine.json`
  }
}

/** Why settings cannot be used. @category errors */
export type SettingsError = ServerUrl.InvalidUrl | NoServer | InvalidKey | KeyNeedsHttps | InvalidMachine

interface Sourced<A> {
  readonly value: A
  readonly source: string
}

const plain = (key: string | Redacted.Redacted): string => (typeof key === "string" ? key : Redacted.value(key))

const isSaid = (value: string | undefined): value is string => value !== undefined && value.trim() !== ""

const isUid = Schema.is(Uid)

/** The flag, which counts even if it is empty, else the first of the others that says something. */
const first = (flag: string | undefined, others: ReadonlyArray<Sourced<string | undefined>>): Sourced<string> | undefined => {
  if (flag !== undefined) return { source: "as given", value: flag }
  for (const { source, value } of others) if (isSaid(value)) return { source, value }
  return undefined
}

const readKey = ({ source, value }: Sourced<string>): Either.Either<Redacted.Redacted, InvalidKey> => {
  const key = value.trim()
  const problem = key === "" ? "Empty" : !/^[\t\x20-\x7e]*$/.test(key) ? "Characters" : key.length > 4096 ? "TooLong" : undefined
  return problem === undefined ? Either.right(Redacted.make(key)) : Either.left(new InvalidKey({ source, problem }))
}

/**
 * Refuses settings by which a key could be read on the way. The layers ask again, whoever made the settings.
 *
 * @category predicates
 */
export const check = (settings: WorkProdSettings): Either.Either<WorkProdSettings, KeyNeedsHttps> => {
  const { insecure, key, url } = settings
  return key === undefined || url.isHttps || url.isLoopback || insecure ? Either.right(settings) : Either.left(new KeyNeedsHttps({ host: url.host }))
}

/**
 * Finds out the settings. A variable that is empty counts as not set.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
 *
 * const settings = WorkProdSettings.resolve({ environment: { DEV_INFRA_API_URL: "http://127.0.0.1:5055" } })
 * ```
 */
export const resolve = (sources: SettingsSources): Either.Either<WorkProdSettings, SettingsError> =>
  Either.gen(function* () {
    const { configuration = {}, environment, flags = {}, machine } = sources
    const url = first(flags.url, [
      { source: urlVariable, value: environment[urlVariable] },
      { source: "api.url in config.yml", value: configuration.url }
    ])
    const key = first(flags.key === undefined ? undefined : plain(flags.key), [
      { source: keyVariable, value: environment[keyVariable] },
      { source: "api.key in config.yml", value: configuration.key === undefined ? undefined : plain(configuration.key) }
    ])
    const caFile = flags.caFile ?? configuration.caFile
    if (url === undefined) return yield* Either.left(new NoServer())
    if (machine !== undefined && !isUid(machine.uid.toLowerCase())) return yield* Either.left(new InvalidMachine({ uid: machine.uid }))
    const read: WorkProdSettings = {
      url: yield* ServerUrl.read(url.value, url.source),
      insecure: flags.insecure ?? false,
      ...(key === undefined ? {} : { key: yield* readKey(key) }),
      ...(machine === undefined ? {} : { machine }),
      ...(caFile === undefined ? {} : { caFile })
    }
    return yield* check(read)
  })
