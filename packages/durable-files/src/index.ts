/** Read and change a file without loss. */
export * as DurableFile from "./DurableFile.js"
/** Named places for tests to crash at. */
export * as FaultPoint from "./FaultPoint.js"
/** What can go wrong. */
export * as FileFailure from "./FileFailure.js"
/** A lock between processes. */
export * as FileLock from "./FileLock.js"
/** The file operations beneath. */
export * as LocalFiles from "./LocalFiles.js"
/** Files that fail on purpose. */
export * as LocalFilesFailing from "./LocalFilesFailing.js"
/** Files in memory. */
export * as LocalFilesMemory from "./LocalFilesMemory.js"
/** Who this process is. */
export * as LocalProcess from "./LocalProcess.js"
/** One at a time within a process. */
export * as Turns from "./Turns.js"
