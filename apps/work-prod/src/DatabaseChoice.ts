/**
 * Which database a line means: the one in PostgreSQL that DATABASE_URL says, or one in a file.
 *
 * A URL may hold a password, so it comes from the environment only, and nothing of it is told but where the database is.
 *
 * @module
 */
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type CommandFailed, UsageError } from "./CommandError.js"
import * as DatabasePlace from "./DatabasePlace.js"
import type { Line } from "./Declaration.js"
import * as PostgresReport from "./PostgresReport.js"
import * as StorageReport from "./StorageReport.js"
import { Surroundings } from "./Surroundings.js"

/** `name`: which it is, for people. @category models */
export type DatabaseChoice =
  | { readonly _tag: "File"; readonly name: string; readonly file: string }
  | { readonly _tag: "Postgres"; readonly name: string; readonly url: Redacted.Redacted }

const variable = "DATABASE_URL"

const refuse = (what: string, hint: string) => new UsageError({ command: [], what, hint })

/** `NAME at HOST:PORT`; undefined if it is no URL of PostgreSQL. */
const describe = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const { hostname, pathname, port, protocol, searchParams, username } = new URL(text)
  if (protocol !== "postgres:" && protocol !== "postgresql:") return undefined
  const host = searchParams.get("host") ?? (hostname === "" ? "localhost" : hostname)
  return `${pathname.slice(1) || username || "postgres"} at ${host}:${port === "" ? "5432" : port}`
}

const looksLikeUrl = (text: string | true | undefined): boolean => typeof text === "string" && /^\s*postgres(?:ql)?:/i.test(text)

const postgres = (line: Line): Effect.Effect<Extract<DatabaseChoice, { readonly _tag: "Postgres" }> | undefined, UsageError, Surroundings> =>
  Effect.flatMap(Surroundings, ({ environment }) => {
    const named = line.flags.get("database")
    if (looksLikeUrl(named)) return refuse("the URL of a database does not belong in an argument: others can see it, with its password", `set ${variable} in the environment`)
    if (looksLikeUrl(environment["WORK_PROD_DATABASE"])) return refuse("WORK_PROD_DATABASE names a file", `the URL of a database goes to ${variable}`)
    const text = environment[variable]
    if (text === undefined || text === "" || named !== undefined) return Effect.succeed(undefined)
    if ((environment["WORK_PROD_DATABASE"] ?? "") !== "") return refuse(`both ${variable} and WORK_PROD_DATABASE say where the database is`, "set one of them")
    const name = describe(text)
    if (name === undefined) return refuse(`${variable} is no URL of a PostgreSQL database`, "it looks like postgres://USER:PASSWORD@HOST:PORT/NAME; characters such as @ : / ? # in the password are written as %40 %3A %2F %3F %23")
    return Effect.succeed({ _tag: "Postgres", name, url: Redacted.make(text) } as const)
  })

const fileOr =
  (file: (line: Line) => Effect.Effect<string, CommandFailed, Surroundings>) =>
  (line: Line): Effect.Effect<DatabaseChoice, CommandFailed | UsageError, Surroundings> =>
    Effect.flatMap(postgres(line), (found) =>
      found === undefined ? Effect.map(file(line), (path): DatabaseChoice => ({ _tag: "File", name: path, file: path })) : Effect.succeed(found)
    )

/** The database of a server, which is made if there is none. @category databases */
export const forServer = fileOr(DatabasePlace.forServer)

/** A database that a server has made before. @category databases */
export const existing = fileOr(DatabasePlace.existing)

/** What a failure of the database means. @category sentences */
export const tell = (choice: DatabaseChoice): ((failure: StorageFailure) => CommandFailed) =>
  choice._tag === "File" ? StorageReport.tell(choice.file) : PostgresReport.tell(choice.name)
