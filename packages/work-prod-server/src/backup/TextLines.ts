/**
 * Pieces of text as whole lines.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * The lines that each piece ends, without their ends. A line that is too long, or that has no end, fails.
 *
 * @param longest how many characters a line may have
 */
export const split = <F>(longest: number, tooLong: () => F, unended: () => F) =>
  <E, R>(text: Stream.Stream<string, E, R>): Stream.Stream<ReadonlyArray<string>, E | F, R> =>
    Stream.suspend(() => {
      /** pieces of a line that has not ended */
      let begun: Array<string> = []
      let length = 0
      const take = (piece: string): Effect.Effect<ReadonlyArray<string>, F> =>
        Effect.suspend(() => {
          const [first = "", ...others] = piece.split("\n")
          begun.push(first)
          length += first.length
          if (length > longest) return Effect.fail(tooLong())
          const last = others.pop()
          if (last === undefined) return Effect.succeed([])
          const lines = [begun.join(""), ...others]
          begun = [last]
          length = last.length
          return Effect.succeed(lines)
        })
      const rest = Stream.fromEffectOption<never, F, never>(Effect.suspend(() => (length === 0 ? Effect.fail(Option.none()) : Effect.fail(Option.some(unended())))))
      return Stream.concat(Stream.filter(Stream.mapEffect(text, take), (lines) => lines.length > 0), rest)
    })
