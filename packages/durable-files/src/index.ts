/** Read and change a file without loss. */
export * as DurableFile from "./DurableFile.js"
/** What can go wrong. */
export * as FileFailure from "./FileFailure.js"
