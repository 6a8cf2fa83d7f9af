/**
 * How far long work has come, on standard error: only on a terminal, never in pipes or CI.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { GlobalFlags } from "./GlobalFlags.js"
import { escape } from "./SafeText.js"
import { StandardStreams } from "./StandardStreams.js"
import { Surroundings } from "./Surroundings.js"

/** Tell how far the work is: a count, what it is at, and the total where that is known only now. Cheap to call often. @category models */
export type Report = (count: number, current: string, total?: number) => Effect.Effect<void>

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Progress } from "./Progress.js"
 *
 * const program = Effect.flatMap(Progress, (progress) =>
 *   progress.during({ label: "searching", total: 3 }, (report) => report(1, "/home/me/api"))
 * )
 * ```
 *
 * @category tags
 */
export class Progress extends Context.Tag("dev-infra/Progress")<
  Progress,
  {
    /** Show a bar while `work` runs (a count alone where `total` is not known), and take it away at the end, however that comes. */
    readonly during: <A, E, R>(
      options: { readonly label: string; readonly total?: number },
      work: (report: Report) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E, R>
  }
>() {}

const redrawMillis = 100
const barWidth = 20

const line = (label: string, count: number, total: number | undefined, current: string, columns: number): string => {
  const share = total === undefined || total === 0 ? undefined : Math.min(1, count / total)
  const filled = Math.round((share ?? 0) * barWidth)
  const bar = share === undefined ? "" : ` [${"#".repeat(filled)}${" ".repeat(barWidth - filled)}]`
  const text = `${label}${bar} ${count}${total === undefined ? "" : `/${total}`} ${escape(current)}`
  // Half the width is enough for wide letters, whose width is not worth measuring here.
  const room = Math.max(20, columns - 1)
  return /^[\x20-\x7e]*$/.test(text) ? text.slice(0, room) : [...text].slice(0, Math.floor(room / 2)).join("")
}

const silent: Progress["Type"] = { during: (_, work) => work(() => Effect.void) }

/**
 * On the given streams.
 *
 * @category constructors
 */
export const make = (
  { stderr }: StandardStreams["Type"],
  flags: GlobalFlags["Type"],
  { environment }: Surroundings["Type"]
): Progress["Type"] => {
  const inCi = !["", "false", "0"].includes(environment["CI"] ?? "")
  const shows = stderr.isTerminal && !flags.quiet && !inCi && environment["TERM"] !== "dumb"
  if (!shows) return silent
  return {
    during: (options, work) =>
      Effect.suspend(() => {
        let drawnAt = Number.NEGATIVE_INFINITY
        const report: Report = (count, current, total = options.total) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            if (now - drawnAt < redrawMillis) return Effect.void
            drawnAt = now
            return stderr.status(line(options.label, count, total, current, stderr.columns))
          })
        return Effect.ensuring(work(report), stderr.status(""))
      })
  }
}

/**
 * On standard error.
 *
 * @category layers
 */
export const layer: Layer.Layer<Progress, never, StandardStreams | GlobalFlags | Surroundings> = Layer.effect(
  Progress,
  Effect.map(Effect.all([StandardStreams, GlobalFlags, Surroundings]), (all) => make(...all))
)
