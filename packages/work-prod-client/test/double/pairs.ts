/** All pairs. */
import type { Pair } from "./Pair.js"
import { endpoints } from "./pairs/endpoints.js"
import { filters } from "./pairs/filters.js"
import { imports } from "./pairs/imports.js"
import { values } from "./pairs/values.js"
import { writes } from "./pairs/writes.js"

export const pairs: ReadonlyArray<Pair> = [...endpoints, ...values, ...filters, ...writes, ...imports]
