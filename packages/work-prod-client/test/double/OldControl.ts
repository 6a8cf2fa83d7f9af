/** What a test can look at in a double of 0.3.0, and make happen to it: the same whether it runs in this process or in its own. */
import { isObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Effect from "effect/Effect"
import type { Row } from "./OldProjects.js"

/** A request as the double got it, and what it answered: null if the connection was closed instead. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly bytes: number
  readonly status: number | null
}

/** Requests by method and by a part of their path, for the first `after` of which nothing happens. */
export interface Which {
  readonly method?: string
  readonly path?: string
  readonly after?: number
}

/**
 * What becomes of a request. `lose`: it is done, and the connection is closed instead of an answer. `close`: the connection is closed and
 * nothing is done. `hang`: no answer ever comes. `fail`: nothing is done, and a page with this status comes.
 */
export type Fate = { readonly type: "lose" | "close" | "hang" } | { readonly type: "fail"; readonly status: number; readonly headers?: { readonly [name: string]: string } }

/** Fields of a row as a person sends them from the user interface. */
export type Fields = { readonly [field: string]: unknown }

export type Command =
  | { readonly do: "rows" | "requests" | "forgetRequests" | "raceNextImport" | "finishImports" | "disconnect" | "reconnect" }
  | { readonly do: "restore"; readonly rows: ReadonlyArray<Row> }
  | { readonly do: "setTime"; readonly time: string | null }
  | { readonly do: "add"; readonly fields: Fields }
  | { readonly do: "edit"; readonly id: number; readonly fields: Fields }
  | { readonly do: "remove"; readonly id: number }
  | { readonly do: "setColumns"; readonly id: number; readonly columns: Partial<Row> }
  | { readonly do: "plan"; readonly which: Which; readonly fate: Fate; readonly count: number }
  | { readonly do: "killNextImport"; readonly elements: number }
  | { readonly do: "letGoOfNextImport"; readonly elements: number; readonly millis: number | null }

/** A command could not be done. */
export class ControlFailed extends Error {}

export interface OldControl {
  readonly rows: Effect.Effect<ReadonlyArray<Row>>
  /** Replaces everything by rows that `rows` gave before, or by none: a backup that was put back, a server that was emptied. */
  readonly restore: (rows: ReadonlyArray<Row>) => Effect.Effect<void>
  readonly requests: Effect.Effect<ReadonlyArray<Seen>>
  readonly forgetRequests: Effect.Effect<void>
  /** The time that is stored from now on, like 2026-01-01T00:00:00; null: that of the computer. */
  readonly setTime: (time: string | null) => Effect.Effect<void>
  /** What a person does in the user interface: through the same views, but not counted. Gives the id. */
  readonly add: (fields: Fields) => Effect.Effect<number>
  readonly edit: (id: number, fields: Fields) => Effect.Effect<void>
  readonly remove: (id: number) => Effect.Effect<void>
  /** What only SQL can do. */
  readonly setColumns: (id: number, columns: Partial<Row>) => Effect.Effect<void>
  /** The next requests of this kind have this fate. */
  readonly plan: (which: Which, fate: Fate, count?: number) => Effect.Effect<void>
  /** The worker of the next import is ended after so many elements: they stay, the rest is never read, no answer comes. */
  readonly killNextImport: (elements: number) => Effect.Effect<void>
  /** After so many elements the connection of the next import is closed; one more is done every so many milliseconds, or with null when `finishImports` says so. */
  readonly letGoOfNextImport: (elements: number, millis: number | null) => Effect.Effect<void>
  readonly finishImports: Effect.Effect<void>
  /** The next import does not see what the one before made, as if both ran at the same time. */
  readonly raceNextImport: Effect.Effect<void>
  /** Until `reconnect` nothing listens at the port. */
  readonly disconnect: Effect.Effect<void>
  readonly reconnect: Effect.Effect<void>
}

/** @param send gives what a command gives */
export const make = (send: (command: Command) => Effect.Effect<unknown>): OldControl => {
  const run = (command: Command) => Effect.asVoid(send(command))
  return {
    // The double gives what its commands are said to give.
    rows: Effect.map(send({ do: "rows" }), (rows) => rows as ReadonlyArray<Row>),
    requests: Effect.map(send({ do: "requests" }), (requests) => requests as ReadonlyArray<Seen>), // the same
    restore: (rows) => run({ do: "restore", rows }),
    forgetRequests: run({ do: "forgetRequests" }),
    setTime: (time) => run({ do: "setTime", time }),
    add: (fields) => Effect.map(send({ do: "add", fields }), (row) => (isObject(row) ? Number(row["id"]) : 0)),
    edit: (id, fields) => run({ do: "edit", id, fields }),
    remove: (id) => run({ do: "remove", id }),
    setColumns: (id, columns) => run({ do: "setColumns", id, columns }),
    plan: (which, fate, count = 1) => run({ do: "plan", which, fate, count }),
    killNextImport: (elements) => run({ do: "killNextImport", elements }),
    letGoOfNextImport: (elements, millis) => run({ do: "letGoOfNextImport", elements, millis }),
    finishImports: run({ do: "finishImports" }),
    raceNextImport: run({ do: "raceNextImport" }),
    disconnect: run({ do: "disconnect" }),
    reconnect: run({ do: "reconnect" })
  }
}
