/**
 * The flags that every command has.
 *
 * @module
 */
import * as Context from "effect/Context"

/** @category models */
export const colorChoices = ["auto", "always", "never"] as const
/** @category models */
export const logLevels = ["none", "error", "warning", "info", "debug"] as const

/** @category models */
export interface GlobalValues {
  readonly quiet: boolean
  readonly color: (typeof colorChoices)[number]
  /** `--color` was given, so that no configuration counts */
  readonly colorIsGiven: boolean
  /** prompts are allowed, if there is a terminal to ask on */
  readonly input: boolean
  readonly logLevel: (typeof logLevels)[number]
}

/** @category constructors */
export const defaults: GlobalValues = { quiet: false, color: "auto", colorIsGiven: false, input: true, logLevel: "warning" }

/**
 * The service: what was given on the command line.
 *
 * @category tags
 */
export class GlobalFlags extends Context.Tag("dev-infra/GlobalFlags")<GlobalFlags, GlobalValues>() {}
