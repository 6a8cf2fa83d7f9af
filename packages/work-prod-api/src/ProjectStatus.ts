/**
 * Where a project can stand on work-prod. An archived project is one of classification `archive` and status `completed`.
 *
 * @module
 */

/** @category constants */
export const workStatuses = ["active", "paused", "completed", "cancelled"] as const
