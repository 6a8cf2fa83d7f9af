/**
 * Which work-prod server is meant, with which key: the environment counts before `config.yml`.
 *
 * @module
 */
import * as Configuration from "@dev-infra/registry/Configuration"
import type { ConfigurationInvalid } from "@dev-infra/registry/ConfigurationFile"
import type { ConfigurationKey } from "@dev-infra/registry/ConfigurationKey"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Surroundings } from "./Surroundings.js"

/** Settings that can be used. `urlFrom` and `keyFrom` say where they stand, `name` is what this machine calls the server. @category models */
export interface RemoteSettings {
  readonly settings: WorkProdSettings.WorkProdSettings
  readonly urlFrom: Configuration.ConfigurationSource
  readonly keyFrom: Configuration.ConfigurationSource | undefined
  readonly name: string
}

/** @category errors */
export type RemoteSettingsError = Configuration.ConfigurationReadError | ConfigurationInvalid | WorkProdSettings.SettingsError

/** What a variable of the environment says; nothing if it is empty. @category reading */
export const variable = (environment: { readonly [name: string]: string | undefined }, name: string): string | undefined => {
  const value = environment[name] ?? ""
  return value.trim() === "" ? undefined : value
}

/** Which keys count here, and the variables that come before them: the client says more of those that are wrong. */
const keys: ReadonlyMap<ConfigurationKey, string | undefined> = new Map<ConfigurationKey, string | undefined>([
  ["api.url", WorkProdSettings.urlVariable],
  ["api.key", WorkProdSettings.keyVariable],
  ["api.name", undefined],
  ["api.insecure", undefined],
  ["api.ca_file", undefined]
])

/**
 * The settings; none if no server is named. That the key may go over plain http is stored for the stored server alone: for one that the
 * environment names, the environment has to say that too.
 *
 * @param machine in whose name the server is asked
 * @category reading
 */
export const read = (
  machine: WorkProdSettings.AskingMachine | undefined
): Effect.Effect<Option.Option<RemoteSettings>, RemoteSettingsError, Configuration.Configuration | Surroundings> =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const { problems, settings: all } = yield* Effect.flatMap(Configuration.Configuration, (configuration) => configuration.list)
    const said = (name: string | undefined) => (name === undefined ? undefined : variable(environment, name))
    for (const problem of problems) {
      for (const [key, name] of keys) if (problem.key === key && said(name) === undefined) return yield* problem
    }
    const setting = <K extends ConfigurationKey>(key: K) => all.find((each): each is Configuration.Setting<K> => each.key === key)
    const [urlSetting, keySetting, insecure] = [setting("api.url"), setting("api.key"), setting("api.insecure")]
    const urlFrom: Configuration.ConfigurationSource | undefined =
      said(WorkProdSettings.urlVariable) === undefined ? urlSetting?.source : { _tag: "Environment", variable: WorkProdSettings.urlVariable }
    if (urlFrom === undefined || urlFrom._tag === "Default") return Option.none()
    const isInsecure = insecure?.value === true && (insecure.source._tag !== "File" || urlFrom._tag === "File")
    const settings = yield* WorkProdSettings.resolve({
      environment,
      configuration: { url: urlSetting?.value, key: keySetting?.value, caFile: setting("api.ca_file")?.value },
      flags: { insecure: isInsecure },
      machine
    })
    const keyFrom: Configuration.ConfigurationSource | undefined =
      said(WorkProdSettings.keyVariable) === undefined ? keySetting?.source : { _tag: "Environment", variable: WorkProdSettings.keyVariable }
    return Option.some({ settings, urlFrom, keyFrom: settings.key === undefined ? undefined : keyFrom, name: setting("api.name")?.value ?? "work-prod" })
  })
