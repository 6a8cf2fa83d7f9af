/**
 * Sentences for what can go wrong with inherited tasks, and with tasks of many projects.
 *
 * @module
 */
import type { HistoryUnreadable } from "@dev-infra/inheritance/GitHistory"
import type { NoSuchVersion } from "@dev-infra/inheritance/InheritanceImpact"
import type { InheritanceRefused, InheritsInvalid, LockUnreadable, TrustUnreadable } from "@dev-infra/inheritance/InheritanceFailure"
import type { RepositoryUnavailable, TreeInvalid } from "@dev-infra/git-repositories/RepositoryFailure"
import type { FleetCycle, FleetReferenceAmbiguous } from "@dev-infra/task-runner/FleetPlanFailure"
import type { RunBusy } from "@dev-infra/task-runner/FleetRunJournal"
import { join, type SafeText, text } from "./SafeText.js"

/** @category models */
export type InheritanceError =
  | FleetCycle
  | FleetReferenceAmbiguous
  | HistoryUnreadable
  | InheritanceRefused
  | InheritsInvalid
  | LockUnreadable
  | NoSuchVersion
  | RepositoryUnavailable
  | RunBusy
  | TreeInvalid
  | TrustUnreadable

/** @category models */
export interface Sentence {
  readonly what: SafeText
  readonly hint?: SafeText
}

const refusalHints: { readonly [reason in InheritanceRefused["reason"]]?: SafeText } = {
  Floating: text`name a tag or a commit, or say --floating`,
  NotLocked: text`dev-infra inherit sync without --frozen writes the lock`,
  LockDiffers: text`dev-infra inherit sync without --frozen brings the lock up to date`,
  NoSuchEntry: text`dev-infra inherit list shows what is inherited`
}

const unavailable = ({ detail, reason, source, version }: RepositoryUnavailable): Sentence => {
  const why = detail === undefined ? text`` : text`: ${detail}`
  switch (reason) {
    case "NotFound":
      return { what: text`there is no repository at ${source}${why}` }
    case "NotCached":
      return { what: text`the repository ${source} is not on this computer yet`, hint: text`dev-infra inherit sync fetches it` }
    case "NoSuchVersion":
      return { what: text`the repository ${source} has no version ${version ?? "at all"}${why}` }
    case "NoSuchFolder":
      return { what: text`the repository ${source} has no folder ${detail ?? ""}${version === undefined ? text`` : text` at ${version}`}` }
    case "GitMissing":
      return { what: text`git is needed for ${source}, and is not installed or not on the PATH` }
    case "GitFailed":
      return { what: text`git could not read ${source}${why}`, hint: text`what is here already can be used without a network` }
    case "NotAllowed":
      return { what: text`the copy of ${source} cannot be read or made${why}` }
  }
}

/** @category combinators */
export const sentenceOf = (error: InheritanceError): Sentence => {
  switch (error._tag) {
    case "FleetCycle":
      return {
        what: text`projects depend on each other in a circle: ${error.projects.map(({ name }) => name).join(" -> ")}; nothing was started`,
        hint: text`take one of them out of depends_on, e.g. in ${error.projects[0]?.path ?? ""}/.dev-infra.yml`
      }
    case "FleetReferenceAmbiguous":
      return {
        what: text`depends_on of ${error.project} names ${error.reference}, which could be ${error.candidates.map(({ path }) => path).join(" or ")}`,
        hint: text`write the path or the id in ${error.path}/.dev-infra.yml`
      }
    case "RunBusy":
      return { what: text`the run ${error.run} is still under way (${error.holder})`, hint: text`wait until it has ended, or begin another run without --resume` }
    case "HistoryUnreadable":
      return { what: text`the repository in ${error.folder} cannot be read: ${error.detail}` }
    case "InheritsInvalid":
      return { what: text`${error.path}:${error.line}:${error.column}: ${error.problem}` }
    case "LockUnreadable":
      return { what: text`${error.path}:${error.line}: ${error.problem}`, hint: text`take it from git again, or remove it and run dev-infra inherit sync` }
    case "NoSuchVersion":
      return { what: text`the repository in ${error.folder} has no tag, branch or commit ${error.ref}`, hint: text`if it is new at the remote: git fetch, or dev-infra inherit sync` }
    case "RepositoryUnavailable":
      return unavailable(error)
    case "TreeInvalid": {
      const shown = error.problems.slice(0, 10).map(({ path, problem }) => text`\n  ${path === "" ? "all of it" : path}: ${problem}`)
      return { what: text`the files of ${error.source} cannot be used:${join(shown, "")}`, hint: text`nothing was changed` }
    }
    case "TrustUnreadable":
      return { what: text`${error.path}: ${error.problem}` }
    case "InheritanceRefused": {
      const hint = refusalHints[error.reason]
      return { what: text`${error.subject}: ${error.detail}`, ...(hint === undefined ? {} : { hint }) }
    }
  }
}
