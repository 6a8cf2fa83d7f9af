/**
 * The double of 0.3.0 as a process of its own. Prints one line of JSON when it listens, `{"url":"…","control":"…"}`, and ends when its
 * standard input ends or at SIGTERM.
 */
import * as Effect from "effect/Effect"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import type { Command } from "./OldControl.js"
import * as OldServer from "./OldServer.js"

const now = (): string => new Date().toISOString().slice(0, 19)

const readText = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  // A request gives bytes unless it is told otherwise.
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

const program = Effect.gen(function* () {
  const { run, url } = yield* OldServer.start(now)
  const control = http.createServer((request, response) => {
    void readText(request)
      // Only OldProcess sends something, and that is commands.
      .then((text) => Effect.runPromise(run(JSON.parse(text) as Command)))
      .then(
        (value) => response.writeHead(200, { connection: "close" }).end(JSON.stringify(value ?? null)),
        (cause: unknown) => response.writeHead(400, { connection: "close" }).end(String(cause))
      )
  })
  yield* Effect.promise(() => new Promise<void>((done) => control.listen(0, "127.0.0.1", done)))
  const { port } = control.address() as AddressInfo // a server that listens at a port has one
  process.stdout.write(`${JSON.stringify({ url, control: `http://127.0.0.1:${port}` })}\n`)
  yield* Effect.async<never>(() => {
    const end = () => process.exit(0)
    process.stdin.on("end", end).on("close", end).resume()
    process.on("SIGTERM", end)
  })
})

void Effect.runPromise(Effect.scoped(program))
