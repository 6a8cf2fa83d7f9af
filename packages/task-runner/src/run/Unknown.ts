/**
 * What only a command could say, where no command may be run.
 *
 * @module
 */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"

const mark = "‹sh:"

/** What stands for the answer of a command that is not asked. */
export const placeholder = (name: string): string => `${mark}${name}›`

/** Whether a text has such a place in it. */
export const isUnknown = (value: GoValue | undefined): boolean => typeof value === "string" && value.includes(mark)

/** Whether any of them is not known. */
export const hasUnknown = (data: GoMap): boolean => [...data.values()].some(isUnknown)
