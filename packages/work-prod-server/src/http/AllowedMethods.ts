/**
 * Which methods a path has, for answers to those that it has not.
 *
 * @module
 */
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApi from "@effect/platform/HttpApi"

const routes = (others: ReadonlyArray<string>): ReadonlyArray<{ readonly method: string; readonly pattern: RegExp }> => {
  const found = others.map((path) => ({ method: "GET", pattern: patternOf(path) }))
  HttpApi.reflect(WorkProdApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint }) => {
      found.push({ method: endpoint.method, pattern: patternOf(endpoint.path) })
    }
  })
  return found
}

/** A pattern for paths: `:name` stands for one part. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+")}$`)

/**
 * Makes the question: the value of an `Allow` header for a path, or undefined if there is nothing at this path.
 *
 * @param others paths to read that are not in the contract
 * @category constructors
 */
export const make = (others: ReadonlyArray<string>): ((path: string) => string | undefined) => {
  const all = routes(others)
  return (path) => {
    const methods = new Set(all.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
    if (methods.size === 0) return undefined
    if (methods.has("GET")) methods.add("HEAD")
    return [...methods.add("OPTIONS")].toSorted().join(", ")
  }
}
