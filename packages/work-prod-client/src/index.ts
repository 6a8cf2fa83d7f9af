/** A project as any server tells it. */
export * as RemoteProject from "./RemoteProject.js"
/** Which server it is and what it can do. */
export * as ServerFeatures from "./ServerFeatures.js"
/** Talks to a server. */
export * as WorkProd from "./WorkProd.js"
/** What can go wrong. */
export * as WorkProdError from "./WorkProdError.js"
/** What became of fields that were sent. */
export * as Written from "./Written.js"
