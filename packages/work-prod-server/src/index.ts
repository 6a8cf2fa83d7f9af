/** Whose projects they are. */
export * as Accounts from "./Accounts.js"
/** The keys by which callers prove which account they are. */
export * as ApiKeys from "./ApiKeys.js"
/** Where the spans of requests go, as variables say it. */
export * as ConfiguredTraces from "./ConfiguredTraces.js"
/** The database of a server, whichever it is. */
export * as Database from "./Database.js"
/** A server inside another program. */
export * as EmbeddedServer from "./EmbeddedServer.js"
/** The embedded database. */
export * as LibsqlDatabase from "./LibsqlDatabase.js"
/** Where a server listens, and why it cannot. */
export * as ListeningServer from "./ListeningServer.js"
/** Spans of requests to a collector of OpenTelemetry. */
export * as OtlpTraces from "./OtlpTraces.js"
/** Many changes in one request. */
export * as ProjectBatch from "./ProjectBatch.js"
/** The feed of changes. */
export * as ProjectChanges from "./ProjectChanges.js"
/** Changes told while they happen. */
export * as ProjectEvents from "./ProjectEvents.js"
/** Many new projects at once. */
export * as ProjectImport from "./ProjectImport.js"
/** The projects of all accounts. */
export * as Projects from "./Projects.js"
/** Where keys and ids come from. */
export * as RandomValues from "./RandomValues.js"
/** Where the spans of requests go. */
export * as RequestTracing from "./RequestTracing.js"
/** Forgets what is old. */
export * as Retention from "./Retention.js"
/** What a server counts and measures of itself. */
export * as ServerMetrics from "./ServerMetrics.js"
/** The database could not do what it was asked. */
export * as StorageFailure from "./StorageFailure.js"
/** Times as they are stored and sent. */
export * as Timestamp from "./Timestamp.js"
/** A line for each request. */
export * as RequestLog from "./RequestLog.js"
/** The whole server over a database, in one layer. */
export * as WorkProdServer from "./WorkProdServer.js"
