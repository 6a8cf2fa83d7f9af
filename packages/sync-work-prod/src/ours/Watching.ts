/**
 * Watching: that something changed, as our server tells it while it happens.
 *
 * @module
 */
import * as Events from "@dev-infra/work-prod-api/Events"
import type { RemoteFailed, RemoteNews } from "@dev-infra/sync/RemoteIndex"
import type { ProjectEvent, WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as RemoteFailure from "../remote/RemoteFailure.js"

/**
 * Whether the server has no events to tell: 0.3.0, one in which they are turned off, or one behind a proxy that does not let them through. Who it is was seen
 * before.
 */
const isSilent = (error: WorkProdError): boolean => {
  switch (error._tag) {
    case "Unsupported":
      return error.capability === "events"
    case "NotFound":
      return error.path === Events.path
    case "NotWorkProd":
    case "Rejected":
    case "ServerFault":
      return error.path === Events.path && [404, 405, 501].includes(error.status)
    default:
      return false
  }
}

const silent: RemoteNews = { _tag: "Silent" }

/**
 * What a server tells from now on. What it was about is not passed on: whoever hears it fetches, from where it has read to.
 *
 * @param address what a person calls the server
 * @category constructors
 */
export const news = (workProd: WorkProdShape, address: string): Stream.Stream<RemoteNews, RemoteFailed> => {
  const newsOf = (event: ProjectEvent): RemoteNews => {
    switch (event.type) {
      case "ready":
        return { _tag: "Ready" }
      case "change":
        return { _tag: "Changed" }
      case "disconnected":
        return { _tag: "Disconnected", failure: RemoteFailure.toRemoteFailed(event.failure, address), seconds: event.seconds }
    }
  }
  // After a restored backup the place where it stopped means nothing: it begins at now again, and the fetch after `Ready` finds out the rest.
  const following: Stream.Stream<ProjectEvent, WorkProdError> = Stream.suspend(() => {
    let isReady = false
    const noted = Stream.tap(workProd.events(), ({ type }) =>
      Effect.sync(() => {
        isReady ||= type === "ready"
      })
    )
    return Stream.catchTag(noted, "CursorGone", (gone) => (isReady ? following : Stream.fail(gone)))
  })
  return Stream.catchAll(Stream.map(following, newsOf), (error) => (isSilent(error) ? Stream.succeed(silent) : Stream.fail(RemoteFailure.toRemoteFailed(error, address))))
}
