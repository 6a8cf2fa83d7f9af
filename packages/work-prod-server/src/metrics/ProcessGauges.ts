/**
 * What is measured of the process, under the names that all programs have for it.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { monitorEventLoopDelay } from "node:perf_hooks"
import * as process from "node:process"
import type { ServerMetricsShape } from "../ServerMetrics.js"

const microsPerSecond = 1e6

const nanosPerSecond = 1e9

/** Milliseconds between two looks at the event loop. */
const resolution = 20

/** @category gauges */
export const add = ({ beforeText, counter, gauge }: ServerMetricsShape): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const delay = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const histogram = monitorEventLoopDelay({ resolution })
        histogram.enable()
        return histogram
      }),
      (histogram) => Effect.sync(() => histogram.disable())
    )
    const now = yield* Effect.clock
    const started = now.unsafeCurrentTimeMillis() / 1000 - process.uptime()
    yield* gauge({ name: "process_start_time_seconds", meaning: "When the process started, in seconds since 1970" }, Effect.succeed(started))
    yield* gauge({ name: "process_resident_memory_bytes", meaning: "Memory of the process" }, Effect.sync(() => process.memoryUsage.rss()))
    yield* gauge({ name: "nodejs_heap_size_used_bytes", meaning: "Memory of JavaScript values" }, Effect.sync(() => process.memoryUsage().heapUsed))
    yield* gauge(
      { name: "nodejs_eventloop_lag_p99_seconds", meaning: "How late the process comes to its work, at the 99th percentile since somebody looked last" },
      Effect.sync(() => {
        const lag = delay.percentile(99) / nanosPerSecond
        delay.reset()
        return Math.max(0, lag - resolution / 1000)
      })
    )
    const worked = counter({ name: "process_cpu_seconds_total", meaning: "Time that processors worked for the process" })
    let known = 0
    yield* beforeText(
      Effect.sync(() => {
        const { system, user } = process.cpuUsage()
        worked((system + user) / microsPerSecond - known)
        known = (system + user) / microsPerSecond
      })
    )
  })
