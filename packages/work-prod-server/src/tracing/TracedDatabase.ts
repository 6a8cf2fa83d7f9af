/**
 * A database with a span for each read and each change that belongs to a request. There are none for single statements: they would
 * take longer than the statements.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { Database, type DatabaseShape } from "../Database.js"
import { RequestTracing } from "../RequestTracing.js"

const system = ({ sql }: DatabaseShape): string => sql.onDialectOrElse({ orElse: () => "sqlite", pg: () => "postgresql" })

const withSpans = (database: DatabaseShape, tracer: Tracer.Tracer): Effect.Effect<DatabaseShape> =>
  Effect.map(Effect.clock, (clock) => {
    const name = system(database)

    /** Runs it in a span below that of the request; what belongs to none gets no span. */
    const inSpan = <A, E>(operation: "read" | "write", run: (span: Tracer.Span | undefined) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.withFiberRuntime((fiber) => {
        const parent = Context.getOption(fiber.currentContext, Tracer.ParentSpan)
        if (Option.isNone(parent)) return run(undefined)
        const span = tracer.span(`database ${operation}`, parent, Context.empty(), [], clock.unsafeCurrentTimeNanos(), "client")
        span.attribute("db.system.name", name)
        span.attribute("db.operation.name", operation)
        return Effect.onExit(run(span), (exit) =>
          Effect.sync(() => {
            if (Exit.isFailure(exit)) span.attribute("work_prod.refused", true)
            span.end(clock.unsafeCurrentTimeNanos(), Exit.void)
          })
        )
      })

    return {
      ...database,
      get epoch() {
        return database.epoch
      },
      read: (reads) => inSpan("read", () => database.read(reads)),
      write: (change, account) =>
        inSpan("write", (span) =>
          span === undefined
            ? database.write(change, account)
            : database.write(
                Effect.suspend(() => {
                  span.event("turn", clock.unsafeCurrentTimeNanos())
                  return Effect.tap(change, () => Effect.sync(() => span.event("changed", clock.unsafeCurrentTimeNanos())))
                }),
                account
              )
        )
    }
  })

/**
 * The same database, with spans if somebody wants them.
 *
 * @category layers
 */
export const traced: Layer.Layer<Database, never, Database> = Layer.effect(
  Database,
  Effect.gen(function* () {
    const database = yield* Database
    const { tracer } = yield* RequestTracing
    return tracer === undefined ? database : yield* withSpans(database, tracer)
  })
)
