/**
 * The endpoint that tells changes as they are committed.
 *
 * @module
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { Authentication } from "./Authentication.js"
import * as ErrorBody from "./ErrorBody.js"
import * as Events from "./Events.js"
import * as Limits from "./Limits.js"

const text = (description: string) => Schema.optional(Schema.String.annotations({ description }))

const description = `A stream of server-sent events that does not end. The event "change" has one change as its data, as in /api/projects/changes: the latest state of a project, or its deletion. "ready" comes once, when everything that was there at the beginning has been told. The id of an event is a cursor; a client that sends the last one again misses nothing. "reset" says that the cursor is of no use any more, with the reason; the stream ends, and the client has to read everything anew. A comment comes at least every ${Events.aliveSeconds} seconds. Who reads too slowly is cut off, and can go on from the last id. At most ${Limits.eventStreams} streams of an account may be open on a server; else 429.`

/** @category groups */
export const EventsApi = HttpApiGroup.make("events")
  .add(
    HttpApiEndpoint.get("events", Events.path)
      .setUrlParams(Schema.Struct({ since: text("Begin after this cursor of the feed; empty: from the beginning. Absent, and without Last-Event-ID: with what happens from now on.") }))
      .setHeaders(
        Schema.Struct({
          [Events.lastEventId]: text("The id of the last event that the client has. It counts more than since."),
          "x-dev-infra-machine": text("The UUID of the asking machine, whose paths are meant."),
          "x-dev-infra-machine-name": text("What people call that machine, percent-encoded UTF-8.")
        })
      )
      .addSuccess(HttpApiSchema.Text({ contentType: Events.contentType }))
      .annotate(OpenApi.Summary, "Follow the changes as they happen")
      .annotate(OpenApi.Description, description)
  )
  .addError(ErrorBody.BadRequest)
  .addError(ErrorBody.OtherServer)
  .addError(ErrorBody.TooManyRequests)
  .addError(ErrorBody.InternalError)
  .addError(ErrorBody.Unavailable)
  .middleware(Authentication)
  .annotate(OpenApi.Title, "Events")
  .annotate(OpenApi.Description, "What changes in the account that the key belongs to, while it changes.")
