/**
 * Cursors of the feed of changes. To clients they are words without a meaning.
 *
 * A follower that starts from the beginning is told old positions first. What was deleted before it started does not concern it,
 * so its cursor also says where the account stood then: `from`. It is complete as long as no deletion after
 * `completeFrom(cursor)` has left the feed.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/**
 * - `epoch`: the life of the database that the positions are of
 * - `account`: the account's tag
 * - `position`: that of the last change that was told
 * - `from`: the account's position when the follower started
 *
 * @category models
 */
export interface ChangeCursor {
  readonly epoch: string
  readonly account: string
  readonly position: number
  readonly from: number
}

const Encoded = Schema.StringFromBase64Url.pipe(
  Schema.compose(Schema.parseJson(Schema.Tuple(Schema.String, Schema.String, Schema.NonNegativeInt, Schema.NonNegativeInt)))
)

const encodeTuple = Schema.encodeSync(Encoded)
const decodeTuple = Schema.decodeEither(Encoded)

/**
 * The cursor as text that fits into a URL.
 *
 * @category conversions
 */
export const write = ({ epoch, account, position, from }: ChangeCursor): string => encodeTuple([epoch, account, position, from])

/**
 * The cursor that a text says; undefined if it says none.
 *
 * @param text what a client sent
 * @category conversions
 */
export const read = (text: string): ChangeCursor | undefined =>
  Either.match(decodeTuple(text), {
    onLeft: () => undefined,
    onRight: ([epoch, account, position, from]) => ({ epoch, account, position, from })
  })

/** The position from which on every deletion must still be told. */
export const completeFrom = ({ position, from }: ChangeCursor): number => Math.max(position, from)

/** The same cursor in the form that all have who come as far: where somebody started matters only until that is reached. */
export const settled = (cursor: ChangeCursor): ChangeCursor => ({ ...cursor, from: completeFrom(cursor) })
