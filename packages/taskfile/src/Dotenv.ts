/**
 * The format of `.env` files, as Taskfiles know it: `export`, quotes, variables, comments, values over several lines.
 *
 * @module
 */
import * as Either from "effect/Either"

/** @category models */
export interface DotenvProblem {
  readonly line: number
  readonly problem: string
}

/** Names and values, in the order of the file. `environment` is what `$NAME` may name besides earlier lines. @category combinators */
export const parse = (_text: string, _environment: { readonly [name: string]: string | undefined } = {}): Either.Either<ReadonlyMap<string, string>, DotenvProblem> => Either.right(new Map())
