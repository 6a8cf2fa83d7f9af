/**
 * Who answers at an address of this computer.
 *
 * @module
 */
import { Health } from "@dev-infra/work-prod-api/Health"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** More than a server of ours says of itself; others may send without end. */
const mostBytes = 65_536

const read = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > mostBytes) break
  }
  return text
}

const decode = Schema.decodeOption(Schema.parseJson(Health))

/**
 * The instance that a work-prod server names; none if nothing answers within two seconds, or something else.
 *
 * @param url where it listens, without a path
 * @category queries
 */
export const instanceAt = (url: string): Effect.Effect<Option.Option<string>> =>
  Effect.tryPromise((signal) => fetch(`${url}/api/health`, { signal, redirect: "manual", headers: { connection: "close" } }).then(read)).pipe(
    Effect.timeout("2 seconds"),
    Effect.map((text) => Option.map(decode(text), ({ instance }) => instance)),
    Effect.orElseSucceed(Option.none)
  )
