/**
 * How far an update came, as the project shows it: each path is as it was before, as it is to be, or something else.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import type { Entry, Journal } from "./Journal.js"
import { hashOf, look } from "./ProjectTree.js"

type Files = LocalFiles["Type"]

/** `Other`: somebody changed it meanwhile. */
interface Standing {
  readonly state: "Before" | "After" | "Other"
  /** which file it is; undefined if nothing is there */
  readonly identity: FileIdentity | undefined
}

/** @category models */
export type Standings = ReadonlyMap<string, Standing>

/** Whether a path is blocked only because of the update itself: a folder makes room for a file, or a file for a folder. */
const inTransition = (journal: Journal, { after, before, path }: Entry, gone: ReadonlySet<string>): Standing["state"] => {
  if (before === null) return gone.has(path) || journal.entries.some((other) => other.after === null && path.startsWith(`${other.path}/`)) ? "Before" : "Other"
  const isReplaced = after === null && journal.entries.some((other) => other.after !== null && (path.startsWith(`${other.path}/`) || other.path.startsWith(`${path}/`)))
  return isReplaced ? "After" : "Other"
}

const standingOf = (files: Files, journal: Journal, entry: Entry, gone: ReadonlySet<string>): Effect.Effect<Standing, FileFailure> =>
  Effect.map(look(files, journal.project, entry.path), (found) => {
    if (found._tag === "Blocked") return { state: inTransition(journal, entry, gone), identity: undefined }
    if (found._tag === "Nothing") return { state: entry.before === null ? "Before" : entry.after === null ? "After" : "Other", identity: undefined }
    const hash = hashOf(found.state)
    return { state: hash === entry.before?.hash ? "Before" : hash === entry.after?.hash ? "After" : "Other", identity: found.identity }
  })

/** Look at every path of an update. @category reading */
export const survey = (files: Files, journal: Journal): Effect.Effect<Standings, FileFailure> =>
  Effect.gen(function* () {
    const gone = new Set(journal.removedFolders.map(({ path }) => path))
    const standings = new Map<string, Standing>()
    for (const entry of journal.entries) standings.set(entry.path, yield* standingOf(files, journal, entry, gone))
    return standings
  })
