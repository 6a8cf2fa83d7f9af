/**
 * Databases of PostgreSQL for tests: each is made for one test and dropped with it.
 *
 * The server is the one that DATABASE_URL names, else the one of this computer. Without it, tests that need it are skipped; with CI
 * set they fail instead.
 *
 * @module
 */
import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { Client } from "pg"
import { until } from "./until.js"

/** The server, by the URL of a database that is always there. */
const serverUrl = process.env["DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres"

/** What to do with tests of PostgreSQL: run them, or skip them because there is none, as was said before. With CI set they are run, and fail. */
export const isMissing: boolean = process.env["DEV_INFRA_TEST_POSTGRES"] === "missing" && process.env["CI"] === undefined

const asOwner = <A>(use: (client: Client) => Promise<A>, url = serverUrl): Effect.Effect<A> =>
  Effect.promise(async () => {
    const client = new Client(url)
    await client.connect()
    try {
      return await use(client)
    } finally {
      await client.end()
    }
  })

const urlOf = (name: string): Redacted.Redacted => {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return Redacted.make(url.href)
}

/** The name of a new database that is dropped when the scope ends, whoever still uses it. */
const made = (from: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const name = `work_prod_test_${randomBytes(8).toString("hex")}`
      return Effect.as(asOwner((client) => client.query(`CREATE DATABASE ${name} ${from}`)), name)
    }),
    (name) => asOwner((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  )

/** The fewest pages to copy, and an order of texts that is not that of their bytes if there is one. */
const empty = made("TEMPLATE template0 ENCODING 'UTF8'")

/** The URL of a new, empty database that is dropped when the scope ends, whoever still uses it. */
export const emptyDatabase: Effect.Effect<Redacted.Redacted, never, Scope.Scope> = Effect.map(empty, urlOf)

/** Runs a statement in a database; gives its rows. */
export const run = (url: Redacted.Redacted, text: string): Effect.Effect<ReadonlyArray<unknown>> =>
  asOwner((client) => client.query(text).then(({ rows }) => rows), Redacted.value(url))

const serving = (database: Effect.Effect<Redacted.Redacted, never, Scope.Scope>) =>
  Layer.orDie(Layer.unwrapScoped(Effect.map(database, (url) => PostgresDatabase.layer({ url, use: "server", connections: 6 }))))

/**
 * A layer that gives each test a database of its own, ready for a server. Its tables are made once, in a database that lasts as long as the scope, and
 * copied for each.
 */
export const copies: Effect.Effect<ReturnType<typeof serving>, never, Scope.Scope> = Effect.gen(function* () {
  const template = yield* empty
  const url = urlOf(template)
  yield* Effect.orDie(Effect.scoped(Layer.build(PostgresDatabase.layer({ url, use: "beside", connections: 1 }))))
  // Each copy is to be a database of its own.
  yield* run(url, "DELETE FROM server")
  // What somebody still uses cannot be copied.
  yield* Effect.promise(() => until(serverUrl, `NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${template}' AND backend_type = 'client backend')`))
  return serving(Effect.map(made(`TEMPLATE ${template}`), urlOf))
})
