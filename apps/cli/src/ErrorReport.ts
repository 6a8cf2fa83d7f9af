/**
 * Failures as sentences: what failed, where, why, what to do. The only place where errors become text.
 *
 * @module
 */
import { reasonClauses } from "@dev-infra/durable-files/FileFailure"
import { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as HomePaths from "@dev-infra/registry/HomePaths"
import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import * as Cause from "effect/Cause"
import type { CommandError } from "./CommandError.js"
import * as ExitCode from "./ExitCode.js"
import { join, type SafeText, styled, text } from "./SafeText.js"

/** What to print, and how to end. @category models */
export interface Report {
  readonly message: SafeText
  readonly exitCode: ExitCode.ExitCode
}

interface Sentence {
  readonly what: SafeText
  readonly hint?: SafeText
}

const folderReasons = {
  NotFound: "does not exist",
  NotAFolder: "is not a folder",
  Unreadable: "cannot be read",
  Broken: "has a .git that is of no use",
  Bare: "is a bare repository: it has no place for a file"
} as const

const fileHints: { readonly [reason in keyof typeof reasonClauses]?: SafeText } = {
  WriteProtected: text`if that is not on purpose: chmod u+w it`,
  NoSpace: text`free some space and try again; nothing was changed`,
  PermissionDenied: text`check who owns it and its permissions`
}

/** What helps beside what the error says of itself. */
const remoteHints: { readonly [reason in RemoteFailed["reason"]]: { readonly hint?: SafeText } } = {
  Unreachable: { hint: text`all that does not sync works without it; dev-infra whoami says which server is meant, and where that is set` },
  Unauthorized: { hint: text`dev-infra login stores a key that it accepts` },
  ReadOnly: { hint: text`dev-infra login stores another key; fetch and pull work with this one` },
  NotARemote: { hint: text`dev-infra login URL names another server` },
  TooNew: { hint: text`update dev-infra` },
  Busy: { hint: text`wait a little, then try again; what was done is kept` },
  Lost: { hint: text`run the command again: it finds out what was done, and does the rest` },
  Refused: {},
  Faulty: { hint: text`what was done is kept; run the command again once the server is in order` },
  NotConfigured: {}
}

const upperFirst = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** The sentence for each error; a new tag does not compile until it has one. */
const sentence = (error: CommandError): Sentence => {
  switch (error._tag) {
    case "UsageError": {
      const help = error.command.length === 0 ? "dev-infra help" : `dev-infra help ${error.command.join(" ")}`
      return { what: text`${error.message}`, hint: error.hint === undefined ? text`see ${help}` : text`${error.hint}` }
    }
    case "CommandFailed": {
      const where = error.where === undefined ? text`` : text` (${error.where})`
      const why = error.why === undefined ? text`` : text`: ${error.why}`
      return { what: text`${error.what}${where}${why}`, ...(error.hint === undefined ? {} : { hint: text`${error.hint}` }) }
    }
    case "OutputFailed":
      return { what: text`could not write to standard output: ${error.code === "ENOSPC" ? "no space left on the disk" : error.code}` }
    case "FileFailure": {
      const hint = fileHints[error.reason]
      const code = error.code === undefined || error.reason !== "Other" ? text`` : text` (${error.code})`
      return { what: text`could not ${error.operation} ${error.path}: ${reasonClauses[error.reason]}${code}`, ...(hint === undefined ? {} : { hint }) }
    }
    case "LockUnavailable": {
      const seconds = Math.round(error.waitedMillis / 1000)
      const holder = error.holder === undefined ? text`another process` : text`process ${error.holder.pid} on ${error.holder.host}`
      switch (error.reason) {
        case "Held":
          return { what: text`${error.path} is held by ${holder}; waited ${seconds} seconds`, hint: text`wait for it to end, then try again` }
        case "HeldOnOtherHost":
          return { what: text`${error.path} is held by ${holder}, another computer`, hint: text`if nothing runs there, dev-infra doctor says how to remove the lock` }
        case "Unreadable":
          return { what: text`the lock ${error.path} cannot be read`, hint: text`dev-infra doctor says what is wrong with it` }
      }
    }
    case "RegistryUnreadable": {
      const where = error.position === undefined ? text`${error.path}` : text`${error.path}:${error.position.line}:${error.position.column}`
      return { what: text`the registry cannot be read: ${where}: ${error.detail}`, hint: text`dev-infra doctor shows what can be repaired; the file was left as it is` }
    }
    case "RegistryNewer":
      return {
        what: text`${error.path} was written by a newer dev-infra (format ${error.found}; this one writes up to ${error.supported}), so it was left as it is`,
        hint: text`update dev-infra`
      }
    case "ProjectNotFound": {
      const close = error.suggestions.map((name) => text`${name}`)
      const hint = close.length === 0 ? text`dev-infra list shows what is registered` : text`did you mean ${join(close, ", ")}?`
      return { what: text`no project is called ${quoted(error.reference)}`, hint }
    }
    case "AmbiguousProject": {
      const shown = error.candidates.slice(0, 10).map((each) => text`\n  ${each.id}  ${each.name}  ${each.path}`)
      const more = error.candidates.length > shown.length ? text`\n  and ${error.candidates.length - shown.length} more` : text``
      return { what: text`${quoted(error.reference)} may be any of ${error.candidates.length} projects:${join(shown, "")}${more}`, hint: text`name one by its id or path` }
    }
    case "IdentityConflict":
      return {
        what: text`${error.path} carries the id of the project at ${error.registeredPath}, but has another repository (${error.repository ?? "none"}, not ${error.registeredRepository ?? "none"})`,
        hint: text`give it an id of its own, or say that they are the same project`
      }
    case "ProjectInvalid":
      return { what: join(error.problems.map(({ message }) => text`${message}`), ", "), hint: text`nothing was changed` }
    case "MetadataInvalid": {
      const more = error.problems.length > 1 ? text` (and ${error.problems.length - 1} more)` : text``
      return { what: text`${error.path}:${error.line}:${error.column}: ${error.problem}${more}`, hint: text`${error.hint}; nothing was changed` }
    }
    case "MetadataEditRefused":
      return { what: text`${error.path}: ${error.problem}`, hint: text`nothing was changed` }
    case "MetadataUnavailable":
      return { what: text`${error.message}`, ...(error.reason === "AlreadyExists" ? { hint: text`dev-infra update changes what it states` } : {}) }
    case "MachineUnreadable":
      return { what: text`${error.path}: ${error.detail}`, hint: text`it was left as it is; move it away to get a new one` }
    case "ProjectListUnreadable":
      return { what: text`${error.message}`, hint: error.format === undefined ? text`say what it is with --format` : text`nothing was imported` }
    case "ConfigurationInvalid":
      return { what: text`${error.message}`, hint: text`dev-infra config list shows all settings and where they come from` }
    case "ConfigurationUnreadable":
      return { what: text`${error.message}`, hint: text`correct it by hand; it was left as it is` }
    case "FolderUnusable": {
      const detail = error.detail === undefined || error.reason === "NotFound" || error.reason === "NotAFolder" ? text`` : text`: ${error.detail}`
      const hint = error.reason === "Bare" ? text`clone it, or register it as it is with dev-infra add` : text`nothing was changed`
      return { what: text`${error.path} ${folderReasons[error.reason]}${detail}`, hint }
    }
    case "RemoteFailed":
      return { what: text`${error.detail}`, ...remoteHints[error.reason] }
    case "SyncStateUnreadable":
      return { what: text`what is remembered of the last syncs cannot be read: ${error.path}: ${error.detail}`, hint: text`put back a copy of it, or move it away: then differences show as conflicts, and nothing is lost` }
    case "TooManyGone":
      return {
        what: text`${error.gone} of ${error.known} known projects are gone from ${error.address} at once, so nothing was changed`,
        hint: text`check that it is the right server with the right database; if they were really deleted, run the command again with --accept-deletions`
      }
    case "EntryNotFound":
      return error.isAmbiguous
        ? { what: text`several entries of the log begin with ${quoted(error.entry)}`, hint: text`give more of it` }
        : { what: text`the log has no entry ${quoted(error.entry)}`, hint: text`dev-infra sync log lists them` }
    case "CannotUndo":
      return { what: text`${error.detail}`, ...(error.reason === "ChangedSince" ? { hint: text`--force puts the old value back all the same` } : {}) }
    case "InvalidMachine":
      return { what: text`the id of this machine, ${quoted(error.uid)}, is no UUID`, hint: text`dev-infra doctor says what is wrong with state/machine.json` }
    case "NoServer":
      return { what: text`no work-prod server is set up`, hint: text`dev-infra login URL, or dev-infra up for one on this machine` }
    case "KeyNeedsHttps":
      return {
        what: text`the key would go to ${error.host} over plain http, where everybody on the way can read it, so nothing was sent`,
        hint: text`use https://, or if the network is yours: dev-infra login --insecure, or for a URL of the environment DEV_INFRA_API_INSECURE=true`
      }
    case "CertificatesUnreadable":
    case "HomeUnusable":
    case "InvalidKey":
    case "InvalidProxy":
    case "InvalidUrl":
    case "SyncBusy":
      return { what: text`${error.message}` }
    default:
      return error satisfies never
  }
}

/**
 * The sentence for an error that is no end, for a warning.
 *
 * @category reports
 */
export const describe = (error: CommandError): SafeText => sentence(error).what

const quoted = (content: string): SafeText => text`"${content}"`

const exitCodeOf = (error: CommandError): ExitCode.ExitCode => (error._tag === "UsageError" ? ExitCode.usage : ExitCode.failed)

/** Causes and stack, for `--log-level debug`. @category reports */
export const details = (cause: Cause.Cause<unknown>): string => Cause.pretty(cause, { renderErrorCause: true })

const indented = (lines: string): SafeText => join(lines.split("\n").map((line) => text`\n  ${line}`), "")

/**
 * A file that cannot be reached because the home itself cannot be one is told as that: the file is not at fault.
 *
 * @param options where the home is
 * @category reports
 */
export const atHome =
  (options: HomePaths.HomeOptions) =>
  (error: CommandError): CommandError => {
    if (error._tag !== "FileFailure") return error
    const home = HomePaths.resolve(options)
    return HomePaths.isFault(home) ? error : (HomeUnusable.fromFileFailure(home, error) ?? error)
  }

/**
 * The paragraph for a failure, followed by `more` (its {@link details}) where that is wanted.
 *
 * @category reports
 */
export const report = (cause: Cause.Cause<CommandError>, options: { readonly more?: string } = {}): Report => {
  const failure = Cause.failureOption(cause)
  const more = options.more === undefined ? text`` : styled("dim", indented(options.more))
  if (failure._tag === "Some") {
    const { hint, what } = sentence(failure.value)
    const told = hint === undefined ? what : text`${what}\n${styled("dim", "hint:")} ${hint}`
    return { message: text`${styled("red", "error:")} ${told}${more}`, exitCode: exitCodeOf(failure.value) }
  }
  const defect = Cause.squash(cause)
  const brief = defect instanceof Error ? upperFirst(defect.message) : String(defect)
  const hint = options.more !== undefined ? text`please report it with what stands below` : text`run it again with --log-level debug to see more, and please report it`
  return {
    message: text`${styled("red", "error:")} this is a defect of dev-infra: ${brief}\n${styled("dim", "hint:")} ${hint}${more}`,
    exitCode: ExitCode.defect
  }
}
