/** Read and change a file without loss. */
export * as DurableFile from "./DurableFile.js"
/** Named places for tests to crash at. */
export * as FaultPoint from "./FaultPoint.js"
/** What can go wrong. */
export * as FileFailure from "./FileFailure.js"
/** What a file system can do. */
export * as FileOperations from "./FileOperations.js"
/** A lock between processes. */
export * as FileLock from "./FileLock.js"
/** The file operations beneath. */
export * as LocalFiles from "./LocalFiles.js"
/** Files that fail on purpose. */
export * as LocalFilesFailing from "./LocalFilesFailing.js"
/** Who this process is. */
export * as LocalProcess from "./LocalProcess.js"
/** Files in memory, under a test's control. */
export * as MemoryFiles from "./MemoryFiles.js"
/** One at a time within a process. */
export * as Turns from "./Turns.js"
