/**
 * What clients of all kinds do at once, in a fixed mixture: as fast as it goes, to see how fast that is, or at a given rate.
 *
 * At a given rate the time of a request counts from the moment when it was due, also if it had to wait for those before: a server
 * that stops for a second is late for everybody who came in that second.
 */
import { randomUUID } from "node:crypto"
import { Agent, request } from "node:http"

/** What one kind of request took, in milliseconds. */
export interface Times {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

export interface Outcome {
  readonly perSecond: number
  readonly all: Times
  readonly byKind: ReadonlyMap<string, Times>
  /** what was answered otherwise than it had to be, in words */
  readonly errors: ReadonlyArray<string>
}

export interface Traffic {
  /** Requests as fast as a few clients can send them, for so many seconds. */
  readonly rush: (seconds: number) => Promise<Outcome>
  /** Requests at a rate, for so many seconds. */
  readonly sustain: (perSecond: number, seconds: number) => Promise<Outcome>
  readonly close: () => void
}

interface Target {
  readonly urls: ReadonlyArray<string>
  readonly key: string
}

/** Connections of all clients together. */
const connections = 8

/** Projects that are there all the time. */
const standing = 2000

/** Milliseconds between two looks at what is due. */
const beat = 4

const quantile = (sorted: ReadonlyArray<number>, part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

const timesOf = (times: ReadonlyArray<number>): Times => {
  const sorted = times.toSorted((one, other) => one - other)
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), worst: sorted.at(-1) ?? 0 }
}

/** Puts some projects there, and gives what asks for them. */
export const makeTraffic = async ({ key, urls }: Target): Promise<Traffic> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let turn = 0

  const send = (method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> =>
    new Promise((done, failed) => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const headers = { authorization: `Bearer ${key}`, ...(bytes === undefined ? {} : { "content-type": "application/json", "content-length": bytes.length }) }
      const started = request(`${urls[turn++ % urls.length]}${path}`, { method, agent, headers }, (response) => {
        const parts: Array<Buffer> = []
        response.on("data", (part: Buffer) => parts.push(part))
        response.on("end", () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }))
        response.on("error", failed)
      })
      started.once("error", failed)
      started.end(bytes)
    })

  const uids = Array.from({ length: standing }, () => randomUUID())
  const ids: Array<number> = []
  for (let first = 0; first < standing; first += 500) {
    const items = uids.slice(first, first + 500).map((uid, index) => ({ uid, project: { name: `project ${first + index}`, description: "what it is for", organization: `team ${index % 20}` } }))
    const { text } = await send("POST", "/api/projects/batch", { items })
    ids.push(...JSON.parse(text).results.map((result: { readonly project: { readonly id: number } }) => result.project.id))
  }

  /** made here, and not deleted yet */
  const made: Array<number> = []
  let cursor: string = JSON.parse((await send("GET", "/api/projects/changes?since=&limit=1")).text).cursor
  let changes = 0
  const someId = () => ids[Math.floor(Math.random() * ids.length)]

  /** A request of a kind, and whether it was answered as it should be. */
  type Ask = () => Promise<{ readonly status: number; readonly text: string; readonly isRight: boolean }>
  const expect = async (status: number, answer: Promise<{ readonly status: number; readonly text: string }>) => {
    const given = await answer
    return { ...given, isRight: given.status === status }
  }
  const create: Ask = async () => {
    const answer = await expect(201, send("POST", "/api/projects", { name: `made ${changes++}` }))
    if (answer.isRight) made.push(JSON.parse(answer.text).id)
    return answer
  }
  const asks: { readonly [kind: string]: Ask } = {
    get: () => expect(200, send("GET", `/api/projects/${someId()}`)),
    page: () => expect(200, send("GET", "/api/projects?cursor=&limit=50&sort=-updated_at")),
    search: () => expect(200, send("GET", `/api/projects?search=project%201${changes % 1000}`)),
    changes: async () => {
      const answer = await expect(200, send("GET", `/api/projects/changes?since=${cursor}&limit=100`))
      if (answer.isRight) cursor = JSON.parse(answer.text).cursor
      return answer
    },
    patch: () => expect(200, send("PATCH", `/api/projects/${someId()}`, { description: `change ${changes++}` })),
    create,
    remove: () => {
      const id = made.shift()
      return id === undefined ? create() : expect(204, send("DELETE", `/api/projects/${id}`))
    },
    batch: () => {
      const from = Math.floor(Math.random() * (standing - 5))
      return expect(200, send("POST", "/api/projects/batch", { items: uids.slice(from, from + 5).map((uid) => ({ uid, project: { description: `batch ${changes++}` } })) }))
    }
  }
  /** Seven of ten only read. */
  const mixture = ["get", "patch", "get", "page", "get", "create", "get", "changes", "get", "patch", "get", "search", "get", "remove", "get", "patch", "get", "page", "get", "batch"]

  let sent = 0
  const times = new Map<string, Array<number>>()
  const errors: Array<string> = []
  const ask = async (due: number): Promise<void> => {
    const kind = mixture[sent++ % mixture.length] ?? "get"
    const wrong = await (asks[kind]?.() ?? Promise.reject(new Error(kind))).then(
      ({ isRight, status, text }) => (isRight ? undefined : `${kind}: ${status} ${text.slice(0, 200)}`),
      (error: unknown) => `${kind}: ${String(error)}`
    )
    if (wrong !== undefined) errors.push(wrong)
    const known = times.get(kind) ?? []
    known.push(performance.now() - due)
    times.set(kind, known)
  }
  const measured = async (run: () => Promise<unknown>): Promise<Outcome> => {
    times.clear()
    errors.length = 0
    const begin = performance.now()
    await run()
    const all = timesOf([...times.values()].flat())
    return { perSecond: all.count / ((performance.now() - begin) / 1000), all, byKind: new Map([...times].map(([kind, taken]) => [kind, timesOf(taken)])), errors: [...errors] }
  }

  return {
    rush: (seconds) => {
      const end = performance.now() + seconds * 1000
      const client = async () => {
        while (performance.now() < end) await ask(performance.now())
      }
      return measured(() => Promise.all(Array.from({ length: connections }, client)))
    },
    sustain: (perSecond, seconds) =>
      measured(async () => {
        const begin = performance.now()
        const total = Math.round(perSecond * seconds)
        const open = new Set<Promise<void>>()
        let due = 0
        while (due < total) {
          const now = performance.now() - begin
          for (; due < total && (due * 1000) / perSecond <= now; due++) {
            const one: Promise<void> = ask(begin + (due * 1000) / perSecond).finally(() => open.delete(one))
            open.add(one)
          }
          await new Promise((next) => setTimeout(next, beat))
        }
        await Promise.all(open)
      }),
    close: () => agent.destroy()
  }
}
