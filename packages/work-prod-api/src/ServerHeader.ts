/**
 * The header by which every answer says which server gave it and what that can do, so that clients who know it already need not ask.
 *
 * `api=1; instance=UUID; version=0.1.0; can=batch,changes,…`. Later generations keep the form and begin with their number.
 *
 * @module
 */
import * as Option from "effect/Option"

/** What the header says; `version` and `instance` are null where it leaves them out. @category models */
export interface ServerHeader {
  readonly api: number
  readonly instance: string | null
  readonly version: string | null
  readonly capabilities: ReadonlyArray<string>
}

const parts = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const part of text.split(";")) {
    const [name = "", value = ""] = part.split(/=(.*)/s)
    found.set(name.trim(), value.trim())
  }
  return found
}

const textOrNull = (text: string | undefined): string | null => (text === undefined || text === "" ? null : text)

/**
 * The text of the header.
 *
 * @category conversions
 */
export const write = ({ api, capabilities, instance, version }: ServerHeader): string =>
  [`api=${api}`, ...(instance === null ? [] : [`instance=${instance}`]), ...(version === null ? [] : [`version=${version}`]), `can=${capabilities.join(",")}`].join("; ")

/**
 * What the text says; none if it does not say which generation it is.
 *
 * @category conversions
 * @example
 * ```ts
 * import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
 *
 * ServerHeader.read("api=2; later=things") // Some: a server of a later generation
 * ServerHeader.read("nginx") // None
 * ```
 */
export const read = (text: string): Option.Option<ServerHeader> => {
  const found = parts(text)
  const api = found.get("api") ?? ""
  if (!/^[1-9]\d{0,8}$/.test(api)) return Option.none()
  const capabilities = (found.get("can") ?? "").split(",").map((name) => name.trim())
  return Option.some({
    api: Number(api),
    instance: textOrNull(found.get("instance")),
    version: textOrNull(found.get("version")),
    capabilities: capabilities.filter((name) => name !== "")
  })
}
