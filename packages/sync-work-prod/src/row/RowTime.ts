/**
 * Times as servers write them.
 *
 * @module
 */

/** A time that names no zone means UTC. @category conversions */
export const inUtc = (time: string | null): string | null => (time !== null && /T[\d:.]+$/.test(time) ? `${time}Z` : time)
