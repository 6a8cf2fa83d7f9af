/**
 * Plays a collector of OpenTelemetry: it keeps what is sent to it.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: { readonly [name: string]: unknown }
  readonly events: ReadonlyArray<string>
  readonly status: { readonly code?: number }
}

export interface Collector {
  readonly url: string
  readonly spans: ReadonlyArray<Span>
  readonly headers: ReadonlyArray<{ readonly [name: string]: unknown }>
  readonly paths: ReadonlyArray<string | undefined>
  readonly text: () => string
}

/** What a test reads of a body. */
interface Attribute {
  readonly key: string
  readonly value: { readonly [kind: string]: unknown }
}

interface Body {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Omit<Span, "attributes" | "events"> & { readonly attributes: ReadonlyArray<Attribute>; readonly events: ReadonlyArray<{ readonly name: string }> }> }>
  }>
}

const valuesOf = (attributes: ReadonlyArray<Attribute>) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Starts one, at a free port if none is said; it is gone after the test. */
export const startCollector = async (port = 0): Promise<Collector> => {
  const spans: Array<Span> = []
  const headers: Array<{ readonly [name: string]: unknown }> = []
  const paths: Array<string | undefined> = []
  let text = ""
  const server = createServer((request, response) => {
    let body = ""
    headers.push(request.headers)
    paths.push(request.url)
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece))
    request.on("end", () => {
      text += body
      const { resourceSpans }: Body = JSON.parse(body)
      for (const { scopeSpans } of resourceSpans) {
        for (const scope of scopeSpans) for (const span of scope.spans) spans.push({ ...span, attributes: valuesOf(span.attributes), events: span.events.map(({ name }) => name) })
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}")
    })
  })
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address() as AddressInfo // it listens at a port
  return { url: `http://127.0.0.1:${address.port}`, spans, headers, paths, text: () => text }
}
