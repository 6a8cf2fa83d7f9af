/**
 * Where the next page of a list begins: behind a project, in the order in which the list is.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import type { ProjectQuery } from "../Projects.js"

/** `account` is the tag of the account; `value` what the last project has in the column that the list is sorted by. */
const Position = Schema.parseJson(
  Schema.Struct({
    account: Schema.String,
    by: Schema.Literal("id", "name", "created_at", "updated_at"),
    descending: Schema.Boolean,
    value: Schema.Union(Schema.String, Schema.Int),
    id: Schema.Int
  })
)

/** The last project of a page. */
export interface LastProject {
  readonly value: string | number
  readonly id: number
}

const invalid = new InvalidInput({ text: "Invalid cursor" })

/** The cursor behind a project. */
export const write = (account: string, { by, descending }: ProjectQuery["sort"], last: LastProject): string =>
  Encoding.encodeBase64Url(JSON.stringify({ account, by, descending, ...last }))

/** The project behind which a page begins; undefined for the first page. Fails if the cursor is none of this account and order. */
export const read = (account: string, { by, descending }: ProjectQuery["sort"], cursor: string): Effect.Effect<LastProject | undefined, InvalidInput> => {
  if (cursor === "") return Effect.succeed(undefined)
  const position = Encoding.decodeBase64UrlString(cursor).pipe(Either.flatMap(Schema.decodeUnknownEither(Position)))
  if (Either.isLeft(position)) return Effect.fail(invalid)
  const { right } = position
  const fits = right.account === account && right.by === by && right.descending === descending && (typeof right.value === "number") === (by === "id")
  return fits ? Effect.succeed({ value: right.value, id: right.id }) : Effect.fail(invalid)
}
