/** A server in memory. */
export * as MemoryWorkProd from "./MemoryWorkProd.js"
/** The client as programs on Node.js use it. */
export * as NodeWorkProd from "./NodeWorkProd.js"
/** Which proxy a server is reached through. */
export * as Proxy from "./Proxy.js"
/** A project as any server tells it. */
export * as RemoteProject from "./RemoteProject.js"
/** Which server it is and what it can do. */
export * as ServerFeatures from "./ServerFeatures.js"
/** Where a server is. */
export * as ServerUrl from "./ServerUrl.js"
/** Talks to a server. */
export * as WorkProd from "./WorkProd.js"
/** What can go wrong. */
export * as WorkProdError from "./WorkProdError.js"
/** With which server to talk and how. */
export * as WorkProdSettings from "./WorkProdSettings.js"
/** What became of fields that were sent. */
export * as Written from "./Written.js"
