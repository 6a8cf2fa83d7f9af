/**
 * What a server says when it listens: where, with which data, and what to do next.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import type { FirstKey } from "./FirstKey.js"
import { printable } from "./PlainText.js"

/** @category models */
export interface Listening {
  readonly version: string
  readonly url: string
  /** where the metrics are, if they have an address of their own */
  readonly metricsUrl: string | undefined
  readonly database: string
  /** `NotAsked`: keys are off. `Known`: there are keys already. */
  readonly key: FirstKey | { readonly _tag: "Known" } | { readonly _tag: "NotAsked" }
}

const example = "{\"name\": \"first project\"}"

const post = (url: string, headers: string): string => `  curl ${headers}-H "Content-Type: application/json" -d '${example}' ${url}/api/projects`

/** A text as a word of a shell. */
const quoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

const next = ({ key, url }: Listening): ReadonlyArray<string> => {
  const withKey = post(url, '-H "Authorization: Bearer $KEY" ')
  switch (key._tag) {
    case "Shown":
      return [
        `key: ${Redacted.value(key.secret)}`,
        "     It is shown this once; keep it. It opens the account default.",
        "next: in another terminal",
        `  KEY=${Redacted.value(key.secret)}`,
        withKey
      ]
    case "InFile":
      return [
        `key: in ${printable(key.file)}, which only you can read. It opens the account default.`,
        "next: in another terminal",
        `  KEY=$(cat ${quoted(printable(key.file))})`,
        withKey
      ]
    case "NotAsked":
      return [
        "no key is asked for: every program on this computer can read and change the projects of the account default",
        "next: in another terminal",
        post(url, "")
      ]
    case "Known":
      return ["next: work-prod keys list shows the keys, work-prod keys create makes one"]
    default:
      return key satisfies never
  }
}

/** @category texts */
export const text = (listening: Listening): string =>
  [
    `work-prod ${listening.version} listens at ${listening.url}`,
    `database: ${printable(listening.database)}`,
    ...next(listening),
    `documentation: ${listening.url}/docs`,
    ...(listening.metricsUrl === undefined ? [] : [`metrics: ${listening.metricsUrl}`]),
    ""
  ].join("\n")
