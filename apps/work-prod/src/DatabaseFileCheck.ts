/**
 * What is wrong around the file of a database: who may read it, and whether there is room to go on.
 *
 * @module
 */
import type { Finding } from "@dev-infra/work-prod-server/Doctor"
import * as Effect from "effect/Effect"
import { access, constants, stat, statfs } from "node:fs/promises"
import { dirname } from "node:path"
import * as BackupReport from "./BackupReport.js"
import * as DatabasePlace from "./DatabasePlace.js"
import { printable } from "./PlainText.js"

/** What the system says of a path; undefined if nothing is there. */
const look = (path: string) =>
  Effect.tryPromise(() => stat(path)).pipe(
    Effect.map(({ mode, size }) => ({ mode: mode & 0o777, size })),
    Effect.orElseSucceed(() => undefined)
  )

const octal = (mode: number): string => mode.toString(8).padStart(4, "0")

/** The files of a database, and whose they are. */
const permissions = (file: string): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const findings: Array<Finding> = []
    for (const ending of ["", "-wal", "-shm", ".lock", ".mark", ".origin", ".key"]) {
      const found = yield* look(file + ending)
      if (found === undefined || (found.mode & 0o077) === 0) continue
      findings.push({ subject: "permissions", severity: "error", what: `others on this computer can use ${printable(file + ending)} (mode ${octal(found.mode)})`, fix: `chmod 600 '${printable(file + ending)}'` })
    }
    for (const [path, what] of [[file, "the database"], [dirname(file), "the folder of the database"]] as const) {
      yield* Effect.tryPromise({ try: () => access(path, constants.W_OK), catch: DatabasePlace.clause }).pipe(
        Effect.catchAll((clause) =>
          Effect.sync(() => void findings.push({ subject: "permissions", severity: "error", what: `${what} ${printable(path)} cannot be written: ${clause}`, fix: "run this, and the server, as the user who owns it" }))
        )
      )
    }
    if (findings.length === 0) findings.push({ subject: "permissions", severity: "ok", what: "only its owner can use the database" })
    if ((yield* look(`${file}.key`)) !== undefined) {
      findings.push({ subject: "permissions", severity: "note", what: `the first key still lies in ${printable(`${file}.key`)}`, fix: "remove the file once the key is where you want it" })
    }
    return findings
  })

/** Less than this is not enough for a day. */
const least = 64 * 1024 * 1024

const disk = (file: string): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.tryPromise({ try: () => statfs(dirname(file)), catch: DatabasePlace.clause }).pipe(
    Effect.matchEffect({
      onFailure: (clause): Effect.Effect<ReadonlyArray<Finding>> => Effect.succeed([{ subject: "disk", severity: "warning", what: `it cannot be told how much space is left: ${clause}`, fix: "look with df" }]),
      onSuccess: ({ bavail, bsize }) =>
        Effect.gen(function* () {
          const size = ((yield* look(file))?.size ?? 0) + ((yield* look(`${file}-wal`))?.size ?? 0)
          const free = bavail * bsize
          const what = `${BackupReport.size(free)} are free beside a database of ${BackupReport.size(size)}`
          if (free >= Math.max(least, 2 * size)) return [{ subject: "disk", severity: "ok", what }]
          return [{ subject: "disk", severity: free < least ? "error" : "warning", what: `${what}, which is little`, fix: "free some space, or move the database: work-prod backup, work-prod restore" }]
        })
    })
  )

/**
 * Everything that was found.
 *
 * @param file an absolute path
 * @category checking
 */
export const examine = (file: string): Effect.Effect<ReadonlyArray<Finding>> => Effect.map(Effect.all([permissions(file), disk(file)]), (findings) => findings.flat())
