/**
 * A day without a time of day or a time zone.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { allowed, isCalendarDate } from "./ProjectRules.js"

/**
 * A day that exists, written `YYYY-MM-DD`.
 *
 * @category schemas
 */
export const CalendarDate = Schema.String.pipe(
  Schema.filter(isCalendarDate, {
    message: () => `a date must be ${allowed.created}`,
    arbitrary: () => (fc) =>
      fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
  }),
  Schema.brand("@dev-infra/metadata/CalendarDate"),
  Schema.annotations({ identifier: "CalendarDate" })
)

/** @category models */
export type CalendarDate = typeof CalendarDate.Type
