/**
 * What the beginning of an answer says of the server that gave it, beside what is known of it.
 *
 * @module
 */
import * as Health from "@dev-infra/work-prod-api/Health"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as Option from "effect/Option"
import * as ServerFeatures from "../ServerFeatures.js"
import type { Head } from "./ServerRequest.js"

/**
 * `Same`: it is the server that is known. `Nothing`: that cannot be told. `Missing`: it does not name itself, though the known one does.
 * `Other`: it is another one, or can do other things. `TooNew`: it speaks a later generation of the contract.
 */
export type ServerEvidence =
  | { readonly _tag: "Same" | "Nothing" | "Missing" }
  | { readonly _tag: "Other"; readonly features: ServerFeatures.ServerFeatures }
  | { readonly _tag: "TooNew"; readonly api: number; readonly version: string | null }

/** Statuses that proxies give in the place of a server that is well. */
const ofProxies: ReadonlySet<number> = new Set([407, 408, 429, 502, 503, 504])

/** What the header of an answer says; none if there is none that can be read. */
export const headerOf = (head: Head | undefined): Option.Option<ServerHeader.ServerHeader> =>
  head?.server === undefined ? Option.none() : ServerHeader.read(head.server)

/**
 * Compares the beginning of an answer with what is known.
 *
 * @param head how the answer began
 * @param known the server that is thought to be there
 * @param isSilent whether it is known that something between takes the header away
 */
export const judge = (head: Head, known: ServerFeatures.ServerFeatures, isSilent: boolean): ServerEvidence => {
  const header = headerOf(head)
  if (Option.isSome(header)) {
    const { api, version } = header.value
    if (api > Health.api) return { _tag: "TooNew", api, version }
    const features = ServerFeatures.fromHeader(header.value)
    return ServerFeatures.isSame(features, known) ? { _tag: "Same" } : { _tag: "Other", features }
  }
  return { _tag: known.instance === null || isSilent || ofProxies.has(head.status) ? "Nothing" : "Missing" }
}
