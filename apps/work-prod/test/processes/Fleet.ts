/**
 * Several server processes on one database. Whoever asks takes any of them: nothing that a client needs is in one process alone.
 */
import { type Place, serve, type Served } from "../Binary.js"
import { type Answer, request, type Sent } from "../Http.js"

export interface Fleet {
  readonly size: number
  /** Sends a request to the next process in turn; fails as `fetch` does if that is gone. */
  readonly ask: (path: string, sent?: Sent) => Promise<Answer>
  /** Sends a request to one of them. */
  readonly askOne: (index: number, path: string, sent?: Sent) => Promise<Answer>
  readonly server: (index: number) => Served
  /** `kill -9`, and another process in its place. */
  readonly replace: (index: number) => Promise<void>
}

export interface FleetOptions {
  readonly size: number
  /** how the database is named */
  readonly environment: { readonly [name: string]: string }
  readonly words?: ReadonlyArray<string>
}

/** Start processes, all at the same moment, and wait until each of them listens. */
export const startFleet = async (place: Place, { environment, size, words = ["--no-auth"] }: FleetOptions): Promise<Fleet> => {
  const start = () => serve(place, [...words, "--log-level", "warning"], { environment })
  const servers = await Promise.all(Array.from({ length: size }, start))
  let turn = 0
  const server = (index: number): Served => {
    const found = servers[index % size]
    if (found === undefined) throw new Error("a fleet has at least one server")
    return found
  }
  const askOne = (index: number, path: string, sent?: Sent) => request(`${server(index).url}${path}`, sent)
  return {
    size,
    ask: (path, sent) => askOne(turn++, path, sent),
    askOne,
    server,
    replace: async (index) => {
      await server(index).stop("SIGKILL")
      servers[index % size] = await start()
    }
  }
}
