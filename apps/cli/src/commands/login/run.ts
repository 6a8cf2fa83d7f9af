import * as Configuration from "@dev-infra/registry/Configuration"
import { definitions } from "@dev-infra/registry/ConfigurationKey"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { CommandError } from "../../CommandError.js"
import * as ConfigurationServices from "../../ConfigurationServices.js"
import type { CommandServices } from "../../Declaration.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import { styled, text } from "../../SafeText.js"
import * as ServerCheck from "../../ServerCheck.js"
import * as ServerFailure from "../../ServerFailure.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { LoginInput } from "./command.js"
import * as Namesake from "./Namesake.js"
import * as Stored from "./Stored.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["login"], message, ...(hint === undefined ? {} : { hint }) })

/** The URL that is meant, and where that was said. */
const urlOf = (input: LoginInput, stored: Stored.Stored) =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    if (Option.isSome(input.url)) return yield* ServerUrl.read(input.url.value, "as given")
    const named = environment[WorkProdSettings.urlVariable]?.trim() ?? ""
    if (named !== "") return yield* ServerUrl.read(named, WorkProdSettings.urlVariable)
    if (stored.url !== undefined) return stored.url
    const prompt = yield* Prompt
    const typed = yield* prompt.text({ question: text`What is the URL of the work-prod server?`, flag: "its URL: dev-infra login URL" })
    return yield* ServerUrl.read(typed, "as typed")
  })

/** What is piped in; nothing is waited for where somebody would have to type it unseen. */
const piped = Effect.gen(function* () {
  const { stdin } = yield* StandardStreams
  if (stdin.isTerminal) return yield* wrong("standard input is a terminal, so the key cannot be read from it", "leave --with-token out to be asked, or pipe the key: dev-infra login URL --with-token < FILE")
  const key = yield* stdin.readAll
  if (key.trim() === "") return yield* wrong("no key came from standard input", "pipe it: dev-infra login URL --with-token < FILE")
  return key
})

interface Key {
  readonly value: string
  /** it is not to be stored, for it comes from the environment */
  readonly isForeign: boolean
}

/** The key that was given before anybody is asked for one. */
const givenKey = (input: LoginInput, stored: Stored.Stored, isSame: boolean) =>
  Effect.gen(function* () {
    const { environment } = yield* Surroundings
    const { isPossible } = yield* Prompt
    if (input.withToken) return { value: yield* piped, isForeign: false } satisfies Key
    const named = environment[WorkProdSettings.keyVariable] ?? ""
    if (named.trim() !== "") return { value: named, isForeign: true } satisfies Key
    return isSame && !isPossible && stored.key !== undefined ? ({ value: Redacted.value(stored.key), isForeign: false } satisfies Key) : undefined
  })

const askForKey = (url: ServerUrl.ServerUrl, stored: Stored.Stored, isSame: boolean) =>
  Effect.gen(function* () {
    const prompt = yield* Prompt
    const kept = isSame ? stored.key : undefined
    const question = text`What is the key to ${url.host}? What is typed is not shown${kept === undefined ? "" : "; nothing keeps the stored one"}.`
    const typed = Redacted.value(yield* prompt.secret({ question, flag: "--with-token and pipe the key in" })).trim()
    const value = typed === "" && kept !== undefined ? Redacted.value(kept) : typed
    return value === "" ? yield* wrong("no key was typed") : ({ value, isForeign: false } satisfies Key)
  })

/** The name, if one was given that can be one. */
const nameOf = (input: LoginInput) =>
  Option.match(input.name, {
    onNone: () => Either.right(undefined),
    onSome: (name) => Either.mapBoth(definitions["api.name"].read([name], { homeDirectory: undefined, workingDirectory: "/" }), { onLeft: (clause) => wrong(`--name ${clause}`), onRight: (value): string | undefined => value })
  })

/** Ask the server, and only then store. @category commands */
export const run = (input: LoginInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    const output = yield* Output
    const { environment } = yield* Surroundings
    const name = yield* nameOf(input)
    const stored = yield* Stored.read
    const url = yield* urlOf(input, stored)
    const isSame = stored.url?.base === url.base
    const given = yield* givenKey(input, stored, isSame)
    const insecure = input.insecure || (isSame && stored.insecure)
    const caFile = yield* Stored.caFileOf(Option.getOrUndefined(input.caFile), stored)
    const settingsWith = (key: Key | undefined) =>
      WorkProdSettings.resolve({ environment: {}, flags: { url: url.base, key: key?.value, insecure, caFile } })
    const failed = ServerFailure.toFailure("could not log in", url.base, "nothing was stored")
    const ask = (key: Key | undefined) =>
      Effect.mapError(
        Effect.flatMap(settingsWith(key), (settings) => ServerCheck.check(settings, environment)),
        failed
      )
    // A key that must not be sent is refused before anything is asked.
    if (given !== undefined) yield* Either.mapLeft(settingsWith(given), failed)
    const open = yield* ask(undefined)
    const needsKey = open.access === "Nothing"
    // Nobody is to type a key that could not be sent.
    if (needsKey && given === undefined) yield* Either.mapLeft(settingsWith({ value: "not-typed-yet", isForeign: true }), failed)
    const key = needsKey ? (given ?? (yield* askForKey(url, stored, isSame))) : undefined
    const checked = key === undefined ? open : yield* ask(key)
    if (checked.access === "Nothing") return yield* failed(checked.refusal)
    const { access, features } = checked
    yield* configuration.change(
      Stored.changes({ url, isSame, name, caFile, insecure: insecure && key !== undefined, key: key === undefined ? "drop" : key.isForeign ? "leave" : Redacted.make(key.value) })
    )

    const prefix = key === undefined ? undefined : ServerCheck.publicPart(key.value)
    if (input.json) {
      yield* output.json({
        url: url.base,
        server: { version: features.version, instance: features.instance },
        key: { needed: needsKey, stored: key !== undefined && !key.isForeign, prefix: prefix ?? null, read_only: access === "Read" },
        path: configuration.path
      })
    }
    yield* output.message(text`Logged in to ${url.host} (${ServerCheck.describe(features)})${prefix === undefined ? "" : ` with the key ${prefix}`}.`)
    if (!needsKey && given !== undefined) yield* output.message(text`This server needs no key, so the one given was not stored.`)
    if (key?.isForeign === true) yield* output.message(text`The key comes from ${WorkProdSettings.keyVariable} and was not stored.`)
    if (access === "Read") yield* output.warning(text`this key may only read: fetch and pull work with it, push does not`)
    if (!url.isHttps && !url.isLoopback && key !== undefined) yield* output.warning(text`the key goes to ${url.host} over plain http, where everybody on the way can read it`)
    const namesake = yield* Namesake.find(features, name ?? stored.name, url.host)
    if (Option.isSome(namesake)) {
      yield* output.warning(text`this server does not say which it is, so it is taken for the one that was at ${namesake.value}; if it is another, give it a name: dev-infra login ${url.base} --name NAME`)
    }
    const overriding = environment[WorkProdSettings.urlVariable]?.trim() ?? ""
    if (overriding !== "" && Either.getOrUndefined(ServerUrl.read(overriding, ""))?.base !== url.base) {
      yield* output.warning(text`${WorkProdSettings.urlVariable} wins over what is stored: commands go to ${overriding} as long as it is set`)
    }
    yield* output.message(text`${yield* Next.line("pull")}   ${styled("dim", "take what other machines gave; push gives what is here")}`)
  }).pipe(Effect.provide(ConfigurationServices.layer))
