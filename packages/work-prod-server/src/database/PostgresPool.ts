/**
 * Connections to a PostgreSQL server: how they are made, and a bounded pool of them.
 *
 * Statements that come again are prepared once in each connection. Every wait has an end: for a connection, for a lock, for a statement, and for
 * a transaction whose process was stopped.
 *
 * @module
 */
import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Client, type ClientConfig, type CustomTypesConfig, Pool, types as parsers } from "pg"
import * as StatementNames from "./StatementNames.js"

/** The time for a connection to be made, or to become free. */
const connectMillis = 5000

/** Less than a request may take, so that the database says no before the request is given up. */
const statementMillis = 25_000

/** How long another transaction may hold what a change needs. */
const lockMillis = 5000

/** After this the server ends a transaction whose process does nothing, so that a stopped process does not hold up the others. */
const idleInTransactionMillis = 10_000

/** After this a server that says nothing at all counts as gone. */
const silenceMillis = 30_000

const bigint = 20
const numeric = 1700

/** Positions, versions and counts fit into a number; sums of them come as `numeric`. */
const types: CustomTypesConfig = {
  // What is parsed as a number is always text: nothing here asks for the binary form.
  getTypeParser: ((oid: number, format?: "text") => (oid === bigint || oid === numeric ? Number : parsers.getTypeParser(oid, format))) as typeof parsers.getTypeParser
}

const connection = (url: Redacted.Redacted): ClientConfig => ({
  connectionString: Redacted.value(url),
  application_name: "work-prod",
  connectionTimeoutMillis: connectMillis,
  // Compiling a statement takes longer than it ever runs here, and so does planning it: one plan has to do for all values. Every statement has its index,
  // which gives rows in their order; plans that are made while tables are new and small would read them from end to end, and be kept when they have grown.
  options: "-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off",
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types
})

const bounded: ClientConfig = {
  statement_timeout: statementMillis,
  query_timeout: silenceMillis,
  lock_timeout: lockMillis,
  idle_in_transaction_session_timeout: idleInTransactionMillis
}

type Callback = (cause: Error | null | undefined, result: unknown) => void

/** A client that gives names to statements, and that ends if the server does not answer: what comes later would be taken for the answer to another question. */
const namingClient = (names: StatementNames.StatementNames) =>
  class NamingClient extends Client {
    constructor(config?: string | ClientConfig) {
      super(config)
      const ask = (...given: ReadonlyArray<unknown>): unknown => Reflect.apply(Client.prototype.query, this, given)
      const guarded =
        (callback: Callback): Callback =>
        (cause, result) => {
          if (cause instanceof Error && cause.message === "Query read timeout") void this.end()
          callback(cause, result)
        }
      Object.defineProperty(this, "query", {
        value: (...[text, values, callback]: ReadonlyArray<unknown>): unknown => {
          if (typeof text !== "string" || !Array.isArray(values) || typeof callback !== "function") return callback === undefined ? ask(text, values) : ask(text, values, callback)
          // What is called last takes a failure and a result.
          const answer = guarded(callback as Callback)
          const name = names.of(text)
          return name === undefined ? ask(text, values, answer) : ask({ name, text, values }, answer)
        }
      })
    }
  }

const ended = (end: () => Promise<unknown>) => Effect.tryPromise(end).pipe(Effect.interruptible, Effect.timeout("5 seconds"), Effect.ignore)

/**
 * A pool that is closed with the scope. Connections are made when they are needed.
 *
 * @param url where the server is
 * @param connections how many at most
 */
export const make = (url: Redacted.Redacted, connections: number): Effect.Effect<Pool, SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const pool = new Pool({ ...connection(url), ...bounded, max: connections, idleTimeoutMillis: 60_000, Client: namingClient(StatementNames.make()) })
        // A connection that breaks while nobody uses it is replaced by the next one that is needed.
        pool.on("error", () => {})
        return pool
      },
      catch: (cause) => new SqlError({ cause, message: "the connections cannot be prepared" })
    }),
    (pool) => ended(() => pool.end())
  )

/**
 * A connection of its own, outside the pool and without limits of time, that is closed with the scope.
 *
 * @param url where the server is
 */
export const connect = (url: Redacted.Redacted): Effect.Effect<Client, SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const client = new Client(connection(url))
        // Whoever waits for an answer is told; nobody else needs to know here.
        client.on("error", () => {})
        await client.connect()
        return client
      },
      catch: (cause) => new SqlError({ cause, message: "the database cannot be reached" })
    }),
    (client) => ended(() => client.end())
  )
