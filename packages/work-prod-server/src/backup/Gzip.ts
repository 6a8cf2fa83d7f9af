/**
 * Compresses and expands streams.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createGunzip, createGzip, type Gunzip, type Gzip } from "node:zlib"

/** What one piece becomes is given before the next one is asked for, so that no more is in memory than that. */
const through =
  <E>(begin: () => Gunzip | Gzip, onError: (cause: unknown) => E) =>
  <E2, R>(bytes: Stream.Stream<Uint8Array, E2, R>): Stream.Stream<Uint8Array, E | E2, R> =>
    Stream.unwrapScoped(
      Effect.gen(function* () {
        const made: Array<Uint8Array> = []
        let fail: (cause: unknown) => void = () => undefined
        const machine = yield* Effect.acquireRelease(
          Effect.sync(() => begin().on("data", (piece: Uint8Array) => made.push(piece)).on("error", (cause) => fail(cause))),
          (open) => Effect.sync(() => open.destroy())
        )
        const step = (run: (done: () => void) => void): Effect.Effect<Chunk.Chunk<Uint8Array>, E> =>
          Effect.async((resume) => {
            fail = (cause) => resume(Effect.fail(onError(cause)))
            run(() => resume(Effect.sync(() => Chunk.unsafeFromArray(made.splice(0)))))
          })
        const write = (piece: Uint8Array) =>
          step((done) => {
            machine.write(piece, (cause) => (cause === null || cause === undefined ? done() : undefined)) // `error` says why
          })
        const end = step((done) => {
          machine.once("end", done).end()
        })
        return Stream.concat(Stream.flattenChunks(Stream.mapEffect(bytes, write)), Stream.flattenChunks(Stream.fromEffect(end)))
      })
    )

const neverFails = (cause: unknown): never => {
  throw cause // compressing has no input that it refuses
}

/** @category conversions */
export const compress: <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Uint8Array, E, R> = through(createGzip, neverFails)

/** The bytes end too early, are damaged, or were never made by gzip. @category models */
export type GzipFault = "Cut" | "Damaged" | "Other"

const faultOf = (cause: unknown): GzipFault => {
  if (!(cause instanceof Error) || !("code" in cause)) return "Damaged"
  return cause.code === "Z_BUF_ERROR" ? "Cut" : cause.message === "incorrect header check" ? "Other" : "Damaged"
}

/**
 * @param onError what it means that the bytes are not whole and right
 * @category conversions
 */
export const expand = <F>(onError: (fault: GzipFault) => F): (<E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<Uint8Array, E | F, R>) =>
  through(createGunzip, (cause) => onError(faultOf(cause)))
