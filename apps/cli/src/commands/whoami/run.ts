import * as Configuration from "@dev-infra/registry/Configuration"
import { NoServer } from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import * as ConfigurationServices from "../../ConfigurationServices.js"
import type { CommandServices } from "../../Declaration.js"
import * as HomeServerServices from "../../HomeServerServices.js"
import { Output } from "../../Output.js"
import * as RemoteSettings from "../../RemoteSettings.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import * as ServerCheck from "../../ServerCheck.js"
import * as ServerFailure from "../../ServerFailure.js"
import * as OwnUrl from "../../server/OwnUrl.js"
import { Surroundings } from "../../Surroundings.js"
import * as SyncText from "../../SyncText.js"
import * as ThisMachine from "../../ThisMachine.js"
import type { WhoamiInput } from "./command.js"
import * as LastFetch from "./lastFetch.js"

type Line = readonly [key: string, value: SafeText, from: Configuration.ConfigurationSource | undefined]

const width = 9

const show = (lines: ReadonlyArray<Line>) =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const [key, value, source] of lines) {
      const from = source === undefined ? "" : Configuration.describeSource(source)
      const origin = from === "" ? text`` : output.isTerminal ? text`  ${styled("dim", text`from ${from}`)}` : text`\t${from}`
      yield* output.line(output.isTerminal ? text`${styled("bold", key)}${" ".repeat(Math.max(1, width - key.length))}${value}${origin}` : text`${key}\t${value}${origin}`)
    }
  })

/** What has no id of its own is told apart by what it is called here. */
const whoText = ({ features }: ServerCheck.CheckedServer, name: string): SafeText =>
  features.instance === null ? text`${ServerCheck.describe(features)}; called ${name} here` : text`${ServerCheck.describe(features)}`

const accessTexts = { Everything: text`works`, Read: text`works, may only read`, Nothing: styled("yellow", "is not accepted") } as const

const keyText = (settings: RemoteSettings.RemoteSettings["settings"], checked: Either.Either<ServerCheck.CheckedServer, unknown>): SafeText => {
  const access = Either.isRight(checked) ? checked.right.access : undefined
  if (settings.key === undefined) return access === "Everything" ? text`none, and none is needed` : text`none`
  const name = ServerCheck.publicPart(Redacted.value(settings.key)) ?? "set, hidden"
  return access === undefined ? text`${name}` : text`${name}, ${accessTexts[access]}`
}

const machineText = ({ isIntroduced, name, uid }: ThisMachine.ThisMachine): SafeText => text`${name} (${isIntroduced ? uid : "the first sync gives it an id"})`

const fetchText = (last: Option.Option<LastFetch.LastFetch>, now: number): SafeText =>
  Option.match(last, { onNone: () => styled("dim", "never"), onSome: ({ address, at }) => text`${SyncText.ageText(at, now)} ${styled("dim", text`(${address})`)}` })

const forScripts = (remote: RemoteSettings.RemoteSettings, machine: ThisMachine.ThisMachine, last: Option.Option<LastFetch.LastFetch>, now: number, checked: Either.Either<ServerCheck.CheckedServer, ServerCheck.ServerCheckError>) => {
  const { key, url } = remote.settings
  const server = Either.getOrUndefined(checked)
  return {
    url: url.base,
    url_source: ConfigurationServices.sourceForScripts(remote.urlFrom),
    name: remote.name,
    server: server === undefined ? null : { version: server.features.version, instance: server.features.instance },
    key: {
      set: key !== undefined,
      prefix: key === undefined ? null : (ServerCheck.publicPart(Redacted.value(key)) ?? null),
      source: remote.keyFrom === undefined ? null : ConfigurationServices.sourceForScripts(remote.keyFrom),
      read_only: server === undefined || server.access === "Nothing" || key === undefined ? null : server.access === "Read"
    },
    works: server !== undefined && server.access !== "Nothing",
    error: Either.isLeft(checked) ? ServerFailure.explain(checked.left) : server?.access === "Nothing" ? ServerFailure.explain(server.refusal) : null,
    machine: { id: machine.isIntroduced ? machine.uid : null, name: machine.name },
    last_fetch: Option.match(last, {
      onNone: () => null,
      onSome: ({ address, at, instance }) => ({ at, seconds_ago: Math.max(0, Math.round((now - Date.parse(at)) / 1000)), address, instance })
    })
  }
}

/** Say who this machine is to which server. @category commands */
export const run = (input: WhoamiInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const { environment } = yield* Surroundings
    const machine = yield* ThisMachine.identify
    const found = yield* RemoteSettings.read(undefined)
    if (Option.isNone(found)) {
      if (input.json) yield* output.json({ url: null, works: false, machine: { id: machine.isIntroduced ? machine.uid : null, name: machine.name } })
      else yield* show([["machine", machineText(machine), undefined]])
      return yield* new NoServer()
    }
    const remote = found.value
    const { settings, urlFrom } = remote
    const last = yield* LastFetch.read
    const now = yield* Clock.currentTimeMillis
    const checked = yield* Effect.either(ServerCheck.check(settings, environment))
    if (input.json) yield* output.json(forScripts(remote, machine, last, now, checked))
    else {
      yield* show([
        ["server", text`${settings.url.base}`, urlFrom],
        ["is", Either.isRight(checked) ? whoText(checked.right, remote.name) : styled("yellow", "not known, it did not answer as it should"), undefined],
        ["key", keyText(settings, checked), remote.keyFrom],
        ["machine", machineText(machine), undefined],
        ["fetched", fetchText(last, now), undefined]
      ])
    }
    const failed = ServerFailure.toFailure("the server cannot be used", settings.url.base, "dev-infra login stores another server or key")
    if (Either.isLeft(checked) && checked.left._tag === "Unreachable" && (yield* OwnUrl.isOwn(settings.url.base))) {
      return yield* new CommandFailed({ what: "the work-prod server of this machine is not running", where: settings.url.base, hint: `${OwnUrl.start} starts it` })
    }
    const server = yield* Either.mapLeft(checked, failed)
    if (server.access === "Nothing") return yield* failed(server.refusal)
  }).pipe(Effect.provide(HomeServerServices.layer))
