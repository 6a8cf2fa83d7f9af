/**
 * What only others can say: the work-prod server that is set up, and GitHub.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import type { Configuration } from "@dev-infra/registry/Configuration"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { Finding } from "@dev-infra/registry/Doctor"
import * as HomeServer from "@dev-infra/registry/HomeServer"
import type { WorkProdSettings } from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Command from "@effect/platform/Command"
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RemoteSettings from "../../RemoteSettings.js"
import * as ServerCheck from "../../ServerCheck.js"
import * as ServerFailure from "../../ServerFailure.js"
import * as OwnUrl from "../../server/OwnUrl.js"
import { Surroundings } from "../../Surroundings.js"

const server = (severity: Finding["severity"], what: string, fix?: string): Finding => ({ subject: "server", severity, what, ...(fix === undefined ? {} : { fix }) })

const fixFor = (error: ServerCheck.ServerCheckError): string => {
  switch (error._tag) {
    case "Unreachable":
    case "TimedOut":
      return "start the server, or name another: dev-infra login URL; dev-infra up --detach starts one on this machine"
    case "ServerTooNew":
      return "update dev-infra"
    default:
      return "dev-infra login URL names another server"
  }
}

const findingOf = (settings: WorkProdSettings, checked: ServerCheck.CheckedServer): Finding => {
  const who = `${settings.url.base} is ${ServerCheck.describe(checked.features)}`
  switch (checked.access) {
    case "Nothing":
      return server("error", `${who}, but ${ServerFailure.explain(checked.refusal)}`, "dev-infra login stores a key; work-prod keys create makes one")
    case "Read":
      return server("note", `${who}, and accepts the key, which may only read: push will be refused`)
    case "Everything":
      return server("ok", settings.key === undefined ? `${who}, and asks for no key` : `${who}, and accepts the key`)
  }
}

const examine = ({ settings }: RemoteSettings.RemoteSettings, environment: { readonly [name: string]: string | undefined }) =>
  Effect.matchEffect(ServerCheck.check(settings, environment), {
    onFailure: (error) =>
      Effect.map(OwnUrl.isOwn(settings.url.base), (own) =>
        own && error._tag === "Unreachable"
          ? server("warning", `the work-prod server of this machine (${settings.url.base}) is not running`, `start it: ${OwnUrl.start}`)
          : server("error", ServerFailure.explain(error), fixFor(error))
      ),
    onSuccess: (checked) => Effect.succeed(findingOf(settings, checked))
  })

/** Whether the server answers and accepts the key. */
const examineServer: Effect.Effect<ReadonlyArray<Finding>, never, Configuration | DevInfraHome | DurableFile | LocalProcess | Surroundings> = Effect.gen(function* () {
  const { environment } = yield* Surroundings
  const found = yield* Effect.either(RemoteSettings.read(undefined))
  // What is wrong with the configuration itself has its own finding.
  if (found._tag === "Left") return [server("error", found.left.message, "dev-infra login URL stores a server that answers")]
  return [Option.isNone(found.right) ? server("note", "no server is set up: dev-infra login URL, or dev-infra up for one on this machine") : yield* Effect.provide(examine(found.right.value, environment), HomeServer.layer)]
})

const ghSeconds = 15

/** Whether gh is logged in. That it is there at all was looked at before. */
const examineGitHub: Effect.Effect<ReadonlyArray<Finding>, never, CommandExecutor> = Command.make("gh", "auth", "status").pipe(
  Command.env({ GH_NO_UPDATE_NOTIFIER: "1", GH_PROMPT_DISABLED: "1" }),
  Command.exitCode,
  Effect.timeout(ghSeconds * 1000),
  Effect.map((code): ReadonlyArray<Finding> => [
    code === 0
      ? { subject: "gh", severity: "ok", what: "gh is logged in" }
      : { subject: "gh", severity: "warning", what: "gh is not logged in to GitHub, or cannot reach it", fix: "gh auth status says more, gh auth login logs in" }
  ]),
  Effect.catchTags({
    TimeoutException: () => Effect.succeed<ReadonlyArray<Finding>>([{ subject: "gh", severity: "warning", what: `gh did not say within ${ghSeconds} seconds whether it is logged in`, fix: "check the network" }]),
    // Without gh there is nothing to ask, and that was said.
    BadArgument: () => Effect.succeed<ReadonlyArray<Finding>>([]),
    SystemError: () => Effect.succeed<ReadonlyArray<Finding>>([])
  })
)

/** What the server and GitHub say. @category checking */
export const examineOnline: Effect.Effect<ReadonlyArray<Finding>, never, CommandExecutor | Configuration | DevInfraHome | DurableFile | LocalProcess | Surroundings> = Effect.map(
  Effect.all([examineServer, examineGitHub], { concurrency: 2 }),
  (findings) => findings.flat()
)
