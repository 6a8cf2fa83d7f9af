/** Between a machine and a server: counts requests, cuts some off, and loses the answers of others. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as http from "node:http"
import type { AddressInfo } from "node:net"

export interface FaultyProxy {
  readonly url: string
  /** How many requests came, questions for the health of the server left out. */
  readonly requests: () => number
  /** After so many requests, so many are cut off before or after they reached the server. */
  readonly plan: (what: "fail" | "lose", after: number, times: number) => void
  readonly forget: () => void
}

export const start = (target: string): Effect.Effect<FaultyProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    let requests = 0
    let planned: { readonly what: "fail" | "lose"; after: number; times: number } | undefined
    const strike = (): "fail" | "lose" | undefined => {
      if (planned === undefined) return undefined
      if (planned.after > 0) {
        planned.after -= 1
        return undefined
      }
      const { what } = planned
      planned.times -= 1
      if (planned.times === 0) planned = undefined
      return what
    }
    const agent = new http.Agent({ keepAlive: true })
    const server = http.createServer((request, response) => {
      const isHealth = request.url === "/api/health"
      if (!isHealth) requests += 1
      const fate = isHealth ? undefined : strike()
      if (fate === "fail") {
        request.socket.destroy()
        return
      }
      const onward = http.request(new URL(request.url ?? "/", target), { method: request.method, headers: request.headers, agent }, (answer) => {
        if (fate === "lose") {
          answer.resume()
          request.socket.destroy()
          return
        }
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(response)
      })
      onward.on("error", () => request.socket.destroy())
      request.pipe(onward)
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))),
      () =>
        Effect.promise(
          () =>
            new Promise<void>((done) => {
              agent.destroy()
              server.close(() => done())
              server.closeAllConnections()
            })
        )
    )
    const { port } = server.address() as AddressInfo // a server that listens at a port has one
    return {
      url: `http://127.0.0.1:${port}`,
      requests: () => requests,
      plan: (what, after, times) => {
        planned = { what, after, times }
      },
      forget: () => {
        planned = undefined
      }
    }
  })
