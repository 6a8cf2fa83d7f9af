/** Who is asking. */
export * as Authentication from "./Authentication.js"
/** Many changes in one request. */
export * as Batch from "./Batch.js"
/** What changed since. */
export * as Changes from "./Changes.js"
/** The bodies of answers that say no. */
export * as ErrorBody from "./ErrorBody.js"
/** The texts of errors that programs compare. */
export * as ErrorText from "./ErrorText.js"
/** What a stream of events tells. */
export * as Events from "./Events.js"
/** The endpoint that tells changes as they are committed. */
export * as EventsApi from "./EventsApi.js"
/** What a server says of itself. */
export * as Health from "./Health.js"
/** The endpoints that need no key. */
export * as HealthApi from "./HealthApi.js"
/** How much of everything a server takes. */
export * as Limits from "./Limits.js"
/** A project as the server tells it. */
export * as Project from "./Project.js"
/** The fields of a project as clients send them. */
export * as ProjectBody from "./ProjectBody.js"
/** Why a server does not do what it is asked. */
export * as ProjectFailure from "./ProjectFailure.js"
/** What a client may say of a project. */
export * as ProjectInput from "./ProjectInput.js"
/** Where a project can stand. */
export * as ProjectStatus from "./ProjectStatus.js"
/** The endpoints for projects. */
export * as ProjectsApi from "./ProjectsApi.js"
/** How Python writes a value. */
export * as PythonText from "./PythonText.js"
/** Names of headers. */
export * as RequestHeader from "./RequestHeader.js"
/** The header that names the server. */
export * as ServerHeader from "./ServerHeader.js"
/** The whole contract. */
export * as WorkProdApi from "./WorkProdApi.js"
