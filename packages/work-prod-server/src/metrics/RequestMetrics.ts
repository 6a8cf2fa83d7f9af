/**
 * What is measured of requests: how many, how long, how much, by route and never by path, so that nobody can make up new ones.
 *
 * @module
 */
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApi from "@effect/platform/HttpApi"
import * as Effect from "effect/Effect"
import * as MetricBoundaries from "effect/MetricBoundaries"
import type * as Scope from "effect/Scope"
import type { ServerMetricsShape } from "../ServerMetrics.js"

/** What became of a request. */
interface Measured {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly seconds: number
  /** of the answer's body before it was compressed */
  readonly bytes: number
}

/** @category models */
export interface RequestMetrics {
  readonly began: () => void
  readonly ended: (measured: Measured) => void
}

/** What all paths are called that the server does not have. */
const noRoute = "none"

const otherMethod = "OTHER"

const methods = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])

/** Connections of listeners last as long as these want, which says nothing of the speed of the server. */
const longRoutes = new Set(["/api/events"])

const bounds = MetricBoundaries.fromIterable([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])

/**
 * Tells the route of a path as the contract writes it, such as `/api/projects/:id`.
 *
 * @param others routes that are not in the contract
 * @category constructors
 */
export const makeRouteOf = (others: ReadonlyArray<string>): ((path: string) => string) => {
  const plain = new Set(others)
  const patterns = new Map<string, RegExp>()
  HttpApi.reflect(WorkProdApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { path } }) => {
      if (path.includes(":")) patterns.set(path, new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`))
      else plain.add(path)
    }
  })
  return (path) => {
    if (plain.has(path)) return path
    for (const [route, pattern] of patterns) if (pattern.test(path)) return route
    return noRoute
  }
}

/** Adds them to what a server measures. @category constructors */
export const make = ({ counter, gauge, histogram }: ServerMetricsShape): Effect.Effect<RequestMetrics, never, Scope.Scope> =>
  Effect.gen(function* () {
    const counts = new Map<string, (amount: number) => void>()
    const times = new Map<string, (value: number) => void>()
    const sent = counter({ name: "work_prod_http_response_bytes_total", meaning: "Bytes of the bodies of answers, before compression" })
    let running = 0
    yield* gauge({ name: "work_prod_http_requests_running", meaning: "Requests that are being answered now, listeners to events included" }, Effect.sync(() => running))

    const count = (method: string, route: string, status: number): void => {
      const key = `${method} ${route} ${status}`
      const known = counts.get(key)
      const add = known ?? counter({ name: "work_prod_http_requests_total", meaning: "Requests that were answered" }, { method, route, status: String(status) })
      if (known === undefined) counts.set(key, add)
      add(1)
    }
    const time = (method: string, route: string, seconds: number): void => {
      const key = `${method} ${route}`
      const known = times.get(key)
      const observe = known ?? histogram({ name: "work_prod_http_request_duration_seconds", meaning: "Time from the headers of a request to the end of its answer" }, bounds, { method, route })
      if (known === undefined) times.set(key, observe)
      observe(seconds)
    }

    return {
      began: () => {
        running += 1
      },
      ended: ({ bytes, method, route, seconds, status }) => {
        running -= 1
        const named = methods.has(method) ? method : otherMethod
        count(named, route, status)
        if (!longRoutes.has(route)) time(named, route, seconds)
        sent(bytes)
      }
    }
  })
