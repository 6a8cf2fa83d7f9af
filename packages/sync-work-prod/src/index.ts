/**
 * A work-prod account as the remote index of projects.
 *
 * @module
 */
/** What 0.3.0 has no column for, at the end of a description. */
export * as Envelope from "./Envelope.js"
/** The index itself. */
export * as WorkProdIndex from "./WorkProdIndex.js"
