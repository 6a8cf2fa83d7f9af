/**
 * Failures as sentences: what failed, where, why, what to do. The only place where errors become text.
 *
 * @module
 */
import { reasonClauses } from "@dev-infra/durable-files/FileFailure"
import { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import * as HomePaths from "@dev-infra/registry/HomePaths"
import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { GitHubUnavailable } from "@dev-infra/templates/GitHub"
import type { ProposalFailed } from "@dev-infra/templates/ProposalFailed"
import type { TemplateUnavailable } from "@dev-infra/templates/TemplateFailure"
import * as Cause from "effect/Cause"
import type { CommandError } from "./CommandError.js"
import * as ExitCode from "./ExitCode.js"
import { word } from "./Next.js"
import { join, own, type SafeText, styled, text } from "./SafeText.js"
import * as InheritanceErrorText from "./InheritanceErrorText.js"
import { sentenceOf } from "./TaskErrorText.js"

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

const unavailableTemplate = ({ detail, reason, source, version }: TemplateUnavailable): Sentence => {
  const why = detail === undefined ? text`` : text`: ${detail}`
  switch (reason) {
    case "NotFound":
      return { what: text`there is no template at ${source}${why}` }
    case "NotCached":
      return { what: text`the template ${source} is not on this computer yet`, hint: text`dev-infra template update ${own(word(source))} fetches it; nothing else asks the network` }
    case "NoSuchVersion":
      return { what: text`the template ${source} has no version ${version ?? "at all"}${why}`, hint: text`dev-infra template update looks for new ones` }
    case "NoSuchFolder":
      return { what: text`the template ${source} has no folder ${detail ?? ""}${version === undefined ? text`` : text` at ${version}`}` }
    case "GitMissing":
      return { what: text`git is needed for the template ${source}, and is not installed or not on the PATH` }
    case "GitFailed":
      return { what: text`git could not read the template ${source}${why}` }
    case "NotAllowed":
      return { what: text`the template ${source} cannot be read${why}` }
  }
}

const gitHubReasons: { readonly [reason in GitHubUnavailable["reason"]]: Sentence } = {
  Missing: { what: text`gh is not installed, or not on the PATH, so no repository can be made on GitHub`, hint: text`install it (https://cli.github.com), or leave out --github` },
  LoggedOut: { what: text`gh is not logged in, so no repository can be made on GitHub`, hint: text`gh auth login, or leave out --github` },
  Refused: { what: text`gh could not do it` },
  Broken: { what: text`gh cannot be run` },
  TimedOut: { what: text`gh gave no answer` }
}

const unavailableFolders = { NotFound: "does not exist", NotAFolder: "is not a folder", Unreadable: "cannot be read" } as const

/** One a line, the first ten. */
const listed = (lines: ReadonlyArray<SafeText>): SafeText => {
  const more = lines.length > 10 ? text`\n  and ${lines.length - 10} more` : text``
  return text`${join(lines.slice(0, 10).map((line) => text`\n  ${line}`), "")}${more}`
}

const upperFirst = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** The sentence for each error; a new tag does not compile until it has one. */
const proposalFailed = ({ detail, project, reason }: ProposalFailed): Sentence => {
  const why = detail === undefined ? text`` : text`: ${detail}`
  switch (reason) {
    case "NotARepository":
      return { what: text`${project} is in no git repository, so nothing can be proposed to it` }
    case "NoRemote":
      return { what: text`the repository of ${project} has no remote called origin`, hint: text`git remote add origin URL` }
    case "NotOnGitHub":
      return { what: text`the origin of ${project} is no repository that gh knows`, hint: text`without --pull-requests it is updated here` }
    case "NoDefaultBranch":
      return { what: text`the origin of ${project} does not say which its default branch is` }
    case "NoIdentity":
      return { what: text`git does not know who commits in ${project}`, hint: text`git config --global user.name and user.email, or GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL and the same for GIT_COMMITTER` }
    case "GitMissing":
      return { what: text`git is not installed, or not on the PATH` }
    case "GitFailed":
      return { what: text`git refused for ${project}${why}` }
  }
}

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
    case "CreationRefused":
      return { what: text`${error.subject}: ${error.detail ?? error.reason}`, hint: error.reason === "Taken" ? text`--dir names another folder; nothing was changed` : text`choose another name; nothing was changed` }
    case "GitHubUnavailable": {
      const { hint, what } = gitHubReasons[error.reason]
      const detail = error.detail === undefined || error.reason === "Missing" || error.reason === "LoggedOut" ? text`` : text`: ${error.detail}`
      return { what: text`${what}${detail}`, hint: hint ?? text`nothing is left on this computer` }
    }
    case "NoServer":
      return { what: text`no work-prod server is set up`, hint: text`dev-infra login URL, or dev-infra up for one on this machine` }
    case "KeyNeedsHttps":
      return {
        what: text`the key would go to ${error.host} over plain http, where everybody on the way can read it, so nothing was sent`,
        hint: text`use https://, or if the network is yours: dev-infra login --insecure, or for a URL of the environment DEV_INFRA_API_INSECURE=true`
      }
    case "SourceInvalid": {
      const close = error.suggestions.map((name) => text`${name}`)
      const what = text`${quoted(error.text)} is no template: ${error.reason}`
      if (close.length > 0) return { what, hint: text`did you mean ${join(close, ", ")}?` }
      return /[:/]/.test(error.text) ? { what } : { what, hint: text`dev-infra template list shows those that have a name` }
    }
    case "TemplateUnavailable":
      return unavailableTemplate(error)
    case "TemplateInvalid": {
      const shown = error.problems.slice(0, 10).map(({ line, path, problem }) => text`\n  ${path === "" ? "all of it" : path}${line === undefined ? "" : `:${line}`}: ${problem}`)
      const more = error.problems.length > shown.length ? text`\n  and ${error.problems.length - shown.length} more` : text``
      return { what: text`the template ${error.source} cannot be used:${join(shown, "")}${more}`, hint: text`nothing was changed` }
    }
    case "AnswersInvalid": {
      const lines = error.problems.map(({ name, problem }) => text`\n  ${name}: ${problem}`)
      return { what: text`variables of the template have no answer that can be used:${join(lines, "")}`, hint: text`answer with --var NAME=VALUE` }
    }
    case "NoTemplate":
      return { what: text`${error.path} names no template, so there is nothing to update it from`, hint: text`dev-infra adopt finds the one that fits best` }
    case "FolderUnavailable":
      return { what: text`${error.path} ${unavailableFolders[error.reason]}` }
    case "SavedPlanInvalid":
      return { what: text`${error.path}: ${error.problem}`, hint: text`dev-infra plan --out FILE writes a plan` }
    case "PlanStale":
      return { what: text`${error.project} is no longer as the plan saw it:${listed(error.problems.map(({ path, problem }) => text`${path} ${problem}`))}`, hint: text`nothing was changed; make a new plan` }
    case "WorkingTreeDirty": {
      if (error.detail !== undefined) {
        return { what: text`whether ${error.project} has changes that are in no commit cannot be said: ${error.detail}`, hint: text`--allow-dirty goes on all the same; nothing was changed` }
      }
      const counts = [`${error.modified} modified`, `${error.untracked} untracked`, `${error.conflicted} in conflict`].filter((count) => !count.startsWith("0 "))
      return { what: text`${error.project} has changes that are in no commit (${counts.join(", ")})`, hint: text`commit them first, or say --allow-dirty; nothing was changed` }
    }
    case "ConflictsRefused":
      return { what: text`the changes of the template and those of ${error.project} do not fit together in:${listed(error.paths.map((path) => text`${path}`))}`, hint: text`--on-conflict markers writes both into the files; nothing was changed` }
    case "NothingFits":
      return {
        what: text`no template fits ${error.path}: nothing in it is as in ${error.templates.slice(0, 5).join(", ")}${error.templates.length > 5 ? " and others" : ""}`,
        hint: text`--template TEMPLATE names another one; dev-infra init writes a .dev-infra.yml without a template`
      }
    case "NothingToResume":
      return { what: text`no update of many projects was cut off, and in the last one none failed`, hint: text`dev-infra apply --all --yes begins one` }
    case "ProposalFailed":
      return proposalFailed(error)
    case "RateLimited":
      return { what: text`GitHub takes no more requests for ${error.seconds} seconds: ${error.detail}`, hint: text`run it again later; what is done is not done twice` }
    case "NothingToUndo":
      return { what: text`${error.message}`, hint: error.reason === "Undone" ? text`dev-infra apply makes it again` : text`dev-infra apply makes updates that can be undone` }
    case "ChangedSince":
      return { what: text`these files of ${error.project} were changed since the update:${listed(error.paths.map((path) => text`${path}`))}`, hint: text`--force puts them back all the same, and keeps copies; nothing was changed` }
    case "JournalUnreadable":
      return { what: text`the record of an update cannot be read: ${error.path}: ${error.detail}`, hint: text`it was left as it is; move it away if the project is in order` }
    case "ApplyIncomplete":
      return { what: text`${error.project} is half changed: ${error.cause}, and putting it back failed: ${error.problem}`, hint: text`put that right, then run the command again: it ends what was begun` }
    case "FleetCycle":
    case "FleetReferenceAmbiguous":
    case "HistoryUnreadable":
    case "InheritanceRefused":
    case "InheritsInvalid":
    case "LockUnreadable":
    case "NoSuchVersion":
    case "RunBusy":
    case "RepositoryUnavailable":
    case "TreeInvalid":
    case "TrustUnreadable":
      return InheritanceErrorText.sentenceOf(error)
    case "CommandTimedOut":
    case "IncludeCycle":
    case "IncludeUnavailable":
    case "NameConflict":
    case "PreconditionFailed":
    case "RunCancelled":
    case "SystemFailed":
    case "TaskCommandFailed":
    case "TaskCycle":
    case "TaskInternal":
    case "TaskNotFound":
    case "TaskfileInvalid":
    case "TaskfileNotFound":
    case "TaskfileVersion":
    case "TextFailed":
    case "TooManyCalls":
    case "Unsupported":
    case "VariableFailed":
    case "VariableNotAllowed":
    case "VariablesMissing":
      return sentenceOf(error)
    case "CertificatesUnreadable":
    case "FleetBusy":
    case "HomeUnusable":
    case "InvalidKey":
    case "InvalidProxy":
    case "InvalidUrl":
    case "MergeFailed":
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
