/**
 * How much of everything a work-prod server of ours takes. They are part of the contract: a client cuts its requests by them.
 *
 * @module
 */

/** Bytes of a request body. @category constants */
export const bodyBytes = 10 * 1024 * 1024

/** Items of one batch. @category constants */
export const batchItems = 1000

/** Projects or changes of one page. @category constants */
export const pageSize = 1000

/** Bytes of a project's metadata, written as compact JSON in UTF-8. @category constants */
export const metadataBytes = 64 * 1024

/** Levels of lists and objects inside each other in a request body. @category constants */
export const jsonDepth = 64

/** Seconds that a request may take, its body included. @category constants */
export const requestSeconds = 30

/** Bytes of all request headers together. @category constants */
export const headerBytes = 16 * 1024

/** Characters of a request's path and query. @category constants */
export const urlLength = 8 * 1024

/** Characters of an `Idempotency-Key`. @category constants */
export const idempotencyKeyLength = 255

/** Hours for which the results of a batch with an `Idempotency-Key` can be asked for again, at least. @category constants */
export const idempotencyHours = 24

/** Days for which a deletion is told by the changes feed, at least. @category constants */
export const tombstoneDays = 90

/** Requests of one key in a minute, where a limit is in force. @category constants */
export const requestsPerMinute = 600

/** Characters of a machine's name; a longer one is cut. @category constants */
export const machineNameLength = 200

/** Event streams of one account that a server keeps open at once. @category constants */
export const eventStreams = 2000

/** Seconds in which a client has to take what an event stream sends it. @category constants */
export const eventSeconds = 20
