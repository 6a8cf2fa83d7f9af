/**
 * The home folder, the configuration and the machine id.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Configuration, describeSource } from "../Configuration.js"
import { DevInfraHome, HomeUnusable } from "../DevInfraHome.js"
import { explainFault, folderMode, type HomePaths, secretFileMode } from "../HomePaths.js"
import { Machine } from "../Machine.js"
import { type Finding, octal } from "./Finding.js"

const unusable = (home: HomePaths, reason: HomeUnusable["reason"]): Finding => ({
  subject: "home",
  severity: "error",
  path: home.folder,
  ...explainFault({ reason, folder: home.folder, fromVariable: home.fromVariable })
})

/** What is no fault of its own but follows from the home, which has a finding already, is not told again. */
export const unlessOfHome = (home: HomePaths, failure: FileFailure, finding: Finding): ReadonlyArray<Finding> =>
  HomeUnusable.fromFileFailure(home, failure)?.reason === "NotAFolder" ? [] : [finding]

const fromFailure = (home: HomePaths, failure: FileFailure): Finding => {
  const fault = HomeUnusable.fromFileFailure(home, failure)
  return fault === undefined
    ? { subject: "home", severity: "error", path: failure.path, what: failure.message, fix: `see what is wrong with ${failure.path}` }
    : unusable(home, fault.reason)
}

/** The nearest folder on the way to the home that exists decides whether the home can be made. */
const nearestExisting = (path: string): Effect.Effect<string, FileFailure, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const found = yield* Effect.catchIf(files.stat(path), (failure) => failure.reason === "NotAFolder", () => Effect.succeedNone)
    return Option.isSome(found) || path === "/" ? path : yield* nearestExisting(path.slice(0, path.lastIndexOf("/")) || "/")
  })

/** Where the home is, whether it can be written, and who else may look into it. */
export const examineHome: Effect.Effect<ReadonlyArray<Finding>, never, DevInfraHome | LocalFiles> = Effect.gen(function* () {
  const home = yield* DevInfraHome
  const files = yield* LocalFiles
  return yield* Effect.gen(function* (): Effect.fn.Return<ReadonlyArray<Finding>, FileFailure, LocalFiles> {
    const nearest = yield* nearestExisting(home.folder)
    const target = yield* files.resolve(nearest)
    const identity = Option.getOrUndefined(yield* files.stat(target))
    if (identity !== undefined && identity.kind !== "Folder") return [unusable(home, "NotAFolder")]
    yield* files.checkWritable(target)
    if (nearest !== home.folder) return [{ subject: "home", severity: "ok", path: home.folder, what: "nothing is stored yet; the first write makes the folder" }]
    if (identity !== undefined && (identity.mode & 0o077) !== 0) {
      return [
        {
          subject: "home",
          severity: "warning",
          path: home.folder,
          what: `others may look into the folder (permissions ${octal(identity.mode)})`,
          fix: `chmod ${octal(folderMode)} on it`,
          repair: { _tag: "ChangeMode", path: target, mode: folderMode }
        }
      ]
    }
    return [{ subject: "home", severity: "ok", path: home.folder, what: "is private and can be written" }]
  }).pipe(Effect.catchAll((failure) => Effect.succeed([fromFailure(home, failure)])))
})

/** Whether the configuration can be read, what in it is wrong, and whether others may read the key in it. */
export const examineConfiguration: Effect.Effect<ReadonlyArray<Finding>, never, Configuration | DevInfraHome | LocalFiles> = Effect.gen(function* () {
  const home = yield* DevInfraHome
  const configuration = yield* Configuration
  const files = yield* LocalFiles
  const { path } = configuration
  return yield* Effect.gen(function* () {
    const { problems, settings, storedKeys, unknownKeys } = yield* configuration.list
    const findings: Array<Finding> = problems.map((problem) => ({
      subject: "configuration",
      severity: "error",
      path,
      what: problem.message,
      fix: problem.origin.startsWith(path) ? `dev-infra config unset ${problem.key}, or edit the file` : `correct or unset ${problem.origin}`
    }))
    for (const { key, position } of unknownKeys) {
      findings.push({ subject: "configuration", severity: "note", path, what: `line ${position.line}: the key ${key} is not known to this version and is left alone` })
    }
    const identity = storedKeys.includes("api.key") ? yield* Effect.flatMap(files.resolve(path), files.stat) : Option.none()
    if (Option.isSome(identity) && (identity.value.mode & 0o077) !== 0) {
      findings.push({
        subject: "configuration",
        severity: "error",
        path,
        what: `others may read the API key in it (permissions ${octal(identity.value.mode)})`,
        fix: `chmod ${octal(secretFileMode)} on it; if somebody else could have read it, ask for a new key`,
        repair: { _tag: "ChangeMode", path, mode: secretFileMode }
      })
    }
    const sources = new Set(settings.filter(({ source }) => source._tag !== "Default").map(({ source }) => (source._tag === "File" ? path : describeSource(source))))
    if (!findings.some(({ severity }) => severity === "error")) {
      findings.unshift({ subject: "configuration", severity: "ok", path, what: sources.size === 0 ? "nothing is set" : `is in order; values come from ${[...sources].join(" and ")}` })
    }
    return findings
  }).pipe(
    Effect.catchTags({
      ConfigurationUnreadable: (failure) =>
        Effect.succeed<ReadonlyArray<Finding>>([
          { subject: "configuration", severity: "error", path, what: failure.message, fix: "correct the file by hand; it is never overwritten as long as it cannot be read" }
        ]),
      FileFailure: (failure) =>
        Effect.succeed(unlessOfHome(home, failure, { subject: "configuration", severity: "error", path, what: failure.message, fix: `see what is wrong with ${failure.path}` }))
    })
  )
})

/** Whether the machine's id can be read, and whether the home came from another machine. */
export const examineMachine: Effect.Effect<ReadonlyArray<Finding>, never, DevInfraHome | Machine> = Effect.gen(function* () {
  const home = yield* DevInfraHome
  const { machineFile } = home
  const machine = yield* Machine
  return yield* machine.identify.pipe(
    Effect.map(({ id, previous, stored, syncId }): ReadonlyArray<Finding> =>
      !stored && previous.length > 0
        ? [
            {
              subject: "machine",
              severity: "note",
              path: machineFile,
              what: `this home was copied from another machine (${previous.at(-1) ?? ""}); the next write that needs it stores the new id ${id}`
            }
          ]
        : [{ subject: "machine", severity: "ok", path: machineFile, what: `this machine is ${syncId}` }]
    ),
    Effect.catchTags({
      MachineUnreadable: (failure) =>
        Effect.succeed<ReadonlyArray<Finding>>([
          {
            subject: "machine",
            severity: "error",
            path: machineFile,
            what: failure.message,
            fix: "move the file to backups; the next write makes a new one, with the same id unless the home was moved or this computer renamed since",
            repair: { _tag: "SetAside", path: machineFile, lockTarget: machineFile }
          }
        ]),
      FileFailure: (failure) =>
        Effect.succeed(unlessOfHome(home, failure, { subject: "machine", severity: "error", path: machineFile, what: failure.message, fix: `see what is wrong with ${failure.path}` }))
    })
  )
})
