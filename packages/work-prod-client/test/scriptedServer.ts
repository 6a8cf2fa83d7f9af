import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import type { ServerFeatures } from "@dev-infra/work-prod-client/ServerFeatures"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"

/** A request as the server got it. `body` is what JSON.parse gives, undefined without a body. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly path: string
  readonly query: { readonly [name: string]: string }
  readonly headers: { readonly [name: string]: string }
  readonly body: unknown
  readonly bytes: number
}

/** An answer, an error of the connection, or something that takes its time. */
export type Scripted = Response | Effect.Effect<Response, unknown>

export const key = "wp_0123456789abcdef_secret"

export const json = (status: number, value: unknown, headers: { readonly [name: string]: string } = {}): Response =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } })

export const html = (status: number, title: string): Response =>
  new Response(`<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`, {
    status,
    headers: { "content-type": "text/html; charset=utf-8" }
  })

export const empty = (status: number, headers: { readonly [name: string]: string } = {}): Response => new Response(null, { status, headers })

export const oldHealth = { message: "Flask backend is running", status: "ok" }

export const newHealth = {
  capabilities: ["batch", "changes", "etag", "locations", "metadata", "paging"],
  instance: "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11",
  message: "Flask backend is running",
  status: "ok",
  version: "0.1.0"
}

/** The header of the server whose health is `newHealth`. */
export const named = { "x-dev-infra-server": ServerHeader.write({ api: 1, ...newHealth }) }

export const project = (id: number, fields: object = {}) => ({
  classification: null,
  created_at: "2026-11-21T07:00:00",
  description: null,
  id,
  name: `project ${id}`,
  organization: null,
  path: null,
  project_type: null,
  remote_url: null,
  status: "active",
  updated_at: "2026-11-21T07:00:00",
  ...fields
})

/** What connections fail with, as undici and Node.js do it. */
export const connectionError = (code: string, message = code, rest: object = {}): Error => Object.assign(new Error(message), { code, ...rest })

const settings = (options: { readonly url: string; readonly key?: string; readonly machine?: WorkProdSettings.AskingMachine; readonly insecure?: boolean }) =>
  Either.getOrThrow(WorkProdSettings.resolve({ environment: {}, flags: options, machine: options.machine }))

/**
 * A server that answers as it is told, and remembers what it was asked. `/api/health` is answered by `health`, unless that is
 * undefined.
 */
export const scriptedServer = (
  health: object | undefined,
  answer: (seen: Seen, count: number) => Scripted,
  options: { readonly url?: string; readonly key?: string; readonly machine?: WorkProdSettings.AskingMachine; readonly insecure?: boolean; readonly known?: ServerFeatures } = {}
) => {
  const all: Array<Seen> = []
  const client = HttpClient.make((request, url) =>
    Effect.suspend(() => {
      const bytes = request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
      const text = new TextDecoder().decode(bytes)
      const seen: Seen = {
        method: request.method,
        url: url.href,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...request.headers },
        body: text === "" ? undefined : JSON.parse(text),
        bytes: bytes.length
      }
      const isHealth = url.pathname.endsWith("/api/health") && health !== undefined
      const scripted = isHealth ? json(200, health) : answer(seen, all.filter(({ path }) => !path.endsWith("/api/health")).length)
      all.push(seen)
      const answered: Effect.Effect<Response, unknown> = scripted instanceof Response ? Effect.succeed(scripted) : scripted
      return Effect.mapBoth(answered, {
        onFailure: (cause) => new HttpClientError.RequestError({ request, reason: "Transport", cause }),
        onSuccess: (response) => HttpClientResponse.fromWeb(request, response)
      })
    })
  )
  const layer = WorkProd.layer(settings({ url: "http://127.0.0.1:5055", ...options }), { known: options.known }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client)))
  return {
    all,
    /** without those for the health of the server */
    requests: () => all.filter(({ path }) => !path.endsWith("/api/health")),
    layer
  }
}

/** Runs something with the client and gives what it fails with. */
export const failureOf = <A>(use: (workProd: WorkProd.WorkProdShape) => Effect.Effect<A, WorkProdError>) =>
  Effect.flatMap(WorkProd.WorkProd, (workProd) => Effect.flip(use(workProd)))
