/**
 * What can go wrong in a sync itself, beside what its ports say.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** On v0.3.0 too many of the known projects are gone at once: nothing was changed. @category errors */
export class TooManyGone extends Schema.TaggedError<TooManyGone>("@dev-infra/sync/TooManyGone")("TooManyGone", {
  address: Schema.String,
  gone: Schema.Number,
  known: Schema.Number
}) {
  override get message(): string {
    return `${this.gone} of ${this.known} known projects are gone from ${this.address} at once, which looks like another or an emptied database: nothing was changed. Check the URL and the server's database; if they were really deleted, run the command again with --accept-deletions`
  }
}

/** There is no such entry in the log. @category errors */
export class EntryNotFound extends Schema.TaggedError<EntryNotFound>("@dev-infra/sync/EntryNotFound")("EntryNotFound", {
  entry: Schema.String,
  isAmbiguous: Schema.Boolean
}) {
  override get message(): string {
    return this.isAmbiguous ? `several entries of the log begin with ${this.entry}: give more of it` : `there is no entry ${this.entry} in the log: dev-infra sync log lists them`
  }
}

/** An entry of the log cannot be undone. @category errors */
export class CannotUndo extends Schema.TaggedError<CannotUndo>("@dev-infra/sync/CannotUndo")("CannotUndo", {
  entry: Schema.String,
  reason: Schema.Literal("NotAnOverride", "ChangedSince", "NoProject", "OtherBranch"),
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}
