/**
 * `--download` and `--clear-cache`: the only parts of `dev-infra task` that are about the network. They run nothing.
 *
 * @module
 */
import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { Entry } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import * as InheritanceChangeServices from "../../InheritanceChangeServices.js"
import * as InheritancePrint from "../../InheritancePrint.js"
import * as InheritanceTrust from "../../InheritanceTrust.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as RegistryServices from "../../RegistryServices.js"
import { text } from "../../SafeText.js"
import type { TaskLine } from "./line.js"
import { graph, projectOf } from "./load.js"

const notTrusted: ExitCode.ExitCode = 104

const hostOf = (url: string): string => /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:]+)/i.exec(url)?.[1] ?? /^[^@/]+@([^:/]+):/.exec(url)?.[1] ?? ""

/** Bring what the Taskfiles of a project include from elsewhere. What nobody has trusted is asked about on a terminal. @category commands */
export const run = (line: TaskLine, entry: Entry): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices | TaskfileSources> =>
  Effect.gen(function* () {
    const project = yield* projectOf(entry)
    const output = yield* Output
    const prompt = yield* Prompt
    const inheritance = yield* Inheritance
    const { entries, remotes, unread } = yield* inheritance.sync(project, { frozen: line.has("frozen"), refresh: !line.has("frozen") })
    for (const entry of entries) yield* output.message(InheritancePrint.entryLine(entry))
    for (const remote of remotes) yield* output.message(InheritancePrint.remoteLine(remote))
    // Read once more, for what is wrong and where.
    if (unread !== undefined) yield* Effect.asVoid(graph(entry, false))
    if (line.has("frozen")) return ExitCode.done
    const hosts = new Set((line.text("trusted-hosts") ?? "").split(",").map((host) => host.trim()))
    let isOpen = false
    for (const { isTrusted, locked } of remotes) {
      if (isTrusted || hosts.has(hostOf(locked.key))) continue
      if (line.has("trust")) yield* inheritance.trust(project, locked.key, { by: yield* InheritanceChangeServices.approver(project) })
      else if (!prompt.isPossible || !(yield* InheritanceTrust.ask(project, locked.key, "--trust"))) isOpen = true
    }
    if (!isOpen) return ExitCode.done
    yield* output.warning(text`not all of it is trusted yet, and what includes it does not run; dev-infra inherit trust URL shows one and asks`)
    return notTrusted
  }).pipe(Effect.provide(InheritanceChangeServices.layer(line.has("insecure"))))

/** Forget the files that were fetched for includes. @category commands */
export const clear: Effect.Effect<void, CommandError, CommandServices> = Effect.gen(function* () {
  const { cacheFolder } = yield* DevInfraHome
  const files = yield* FileSystem
  const folder = `${cacheFolder}/taskfiles`
  yield* Effect.mapError(files.remove(folder, { recursive: true, force: true }), (error) => new CommandFailed({ what: `${folder} cannot be removed`, why: error.message }))
  yield* Effect.flatMap(Output, (output) => output.message(text`forgot the remote Taskfiles in ${folder}`))
}).pipe(Effect.provide(NodeFileSystem.layer), Effect.provide(RegistryServices.layer))
