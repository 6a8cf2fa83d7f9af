/**
 * A time as Go prints it.
 *
 * @module
 */
import type { GoTime } from "../GoValue.js"
import { formatTime } from "./Layout.js"

/** `2006-01-02 15:04:05.999999999 -0700 MST` @category combinators */
export const timeText = (time: GoTime): string => formatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST")
