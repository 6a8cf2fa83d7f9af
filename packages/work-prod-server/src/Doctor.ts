/**
 * What is wrong with a database, and what mends it. Examining changes nothing, and servers may go on meanwhile.
 *
 * @module
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Database } from "./Database.js"
import * as ContentChecks from "./doctor/ContentChecks.js"
import { type Finding, putBack } from "./doctor/Finding.js"
import * as StorageChecks from "./doctor/StorageChecks.js"
import { fromSqlError, type StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"

export type { Finding, Severity } from "./doctor/Finding.js"

const damaged = (subject: string): Finding => ({ subject, severity: "error", what: "the database is damaged: a part of it cannot be read", fix: putBack })

/** A part that cannot be read for damage is a finding like others. */
const toldDamaged = (subject: string, check: Effect.Effect<ReadonlyArray<Finding>, SqlError>): Effect.Effect<ReadonlyArray<Finding>, SqlError> =>
  Effect.catchAll(check, (error) => (fromSqlError(error).reason === "Damaged" ? Effect.succeed([damaged(subject)]) : Effect.fail(error)))

/**
 * Everything that was found, also what is as it should be.
 *
 * @example
 * ```ts
 * import * as Doctor from "@dev-infra/work-prod-server/Doctor"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as Effect from "effect/Effect"
 *
 * export const findings = Doctor.examine.pipe(
 *   Effect.provide(LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: false }))
 * )
 * ```
 *
 * @category examining
 */
export const examine: Effect.Effect<ReadonlyArray<Finding>, StorageFailure, Database> = Effect.gen(function* () {
  const { snapshot, sql } = yield* Database
  const millis = yield* Clock.currentTimeMillis
  const checks = [
    toldDamaged("integrity", StorageChecks.integrity(sql)),
    toldDamaged("schema", StorageChecks.schema(sql)),
    toldDamaged("content", ContentChecks.amounts(sql, Timestamp.fromMillis(millis))),
    toldDamaged("feed", ContentChecks.feed(sql)),
    toldDamaged("references", ContentChecks.references(sql)),
    toldDamaged("values", ContentChecks.values(sql)),
    toldDamaged("numbers", ContentChecks.numbers(sql)),
    toldDamaged("clock", StorageChecks.clock(sql, millis))
  ]
  return (yield* snapshot(Effect.all(checks))).flat()
})
