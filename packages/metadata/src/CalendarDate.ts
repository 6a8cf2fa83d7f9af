/**
 * A day without a time of day or a time zone.
 *
 * @module
 */
import * as Schema from "effect/Schema"

const isCalendarDate = (text: string): boolean => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])))
  return date.toISOString().slice(0, 10) === text
}

/**
 * A day that exists, written `YYYY-MM-DD`.
 *
 * @category schemas
 */
export const CalendarDate = Schema.String.pipe(
  Schema.filter(isCalendarDate, { message: () => "a date is written YYYY-MM-DD, such as 2025-12-19" }),
  Schema.brand("@dev-infra/metadata/CalendarDate"),
  Schema.annotations({ identifier: "CalendarDate" })
)

/** @category models */
export type CalendarDate = typeof CalendarDate.Type
