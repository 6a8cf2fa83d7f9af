/** An HTTP server in this process that does what work-prod 0.3.0 does behind gunicorn. */
import type * as Scope from "effect/Scope"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as OldControl from "./OldControl.js"
import * as OldProjects from "./OldProjects.js"
import { answer, fromOutcome, page, type Reply } from "./OldViews.js"

/** A running double. */
export interface OldServer {
  readonly url: string
  readonly projects: OldProjects.OldProjects
  readonly control: OldControl.OldControl
  /** Does a command of `control`. */
  readonly run: (command: OldControl.Command) => Effect.Effect<unknown>
}

interface Planned {
  readonly which: OldControl.Which
  readonly fate: OldControl.Fate
  after: number
  count: number
}

/** How the next import goes. */
interface ImportPlan {
  readonly elements: number
  /** what becomes of the others: nothing, or they are done at this pace */
  readonly rest: "lost" | { readonly millis: number | null }
}

const fits = ({ method, path }: OldControl.Which, request: http.IncomingMessage): boolean =>
  (method === undefined || method === request.method) && (path === undefined || (request.url ?? "").includes(path))

/**
 * Starts a double on the loopback.
 *
 * @param now the time as it is stored
 * @param wanted the port; 0 is a free one
 */
export const start = (now: () => string, wanted = 0): Effect.Effect<OldServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    let time: string | null = null
    const projects = OldProjects.make(() => time ?? now())
    const seen: Array<OldControl.Seen> = []
    const planned: Array<Planned> = []
    const unfinished = new Set<OldProjects.Importing>()
    const timers = new Set<NodeJS.Timeout>()
    let importPlan: ImportPlan | undefined
    let isRacing = false

    const finish = (importing: OldProjects.Importing): void => {
      while (importing.next() === undefined);
      unfinished.delete(importing)
    }

    const goOn = (importing: OldProjects.Importing, millis: number): void => {
      const timer = setInterval(() => {
        if (unfinished.has(importing) && importing.next() === undefined) return
        unfinished.delete(importing)
        timers.delete(timer)
        clearInterval(timer)
      }, millis)
      timers.add(timer)
    }

    /** Undefined if the client gets no answer. */
    const runImport = (importing: OldProjects.Importing): Reply | undefined => {
      const plan = importPlan
      importPlan = undefined
      for (let done = 0; plan === undefined || done < plan.elements; done += 1) {
        const outcome = importing.next()
        if (outcome !== undefined) return fromOutcome(outcome)
      }
      if (plan.rest === "lost") return undefined
      unfinished.add(importing)
      if (plan.rest.millis !== null) goOn(importing, plan.rest.millis)
      return undefined
    }

    const takeFate = (request: http.IncomingMessage): OldControl.Fate | undefined => {
      const plan = planned.find(({ which }) => fits(which, request))
      if (plan === undefined) return undefined
      if (plan.after > 0) {
        plan.after -= 1
        return undefined
      }
      plan.count -= 1
      if (plan.count === 0) planned.splice(planned.indexOf(plan), 1)
      return plan.fate
    }

    const replyTo = (request: http.IncomingMessage, bytes: Uint8Array, fate: OldControl.Fate | undefined): Reply | undefined => {
      if (fate?.type === "close") return undefined
      if (fate?.type === "fail") return page(fate.status, fate.headers)
      const answered = answer(projects, request, bytes, isRacing)
      if ("next" in answered) isRacing = false
      const reply = "next" in answered ? runImport(answered) : answered
      return fate?.type === "lose" ? undefined : reply
    }

    const respond = (request: http.IncomingMessage, response: http.ServerResponse, bytes: Uint8Array): void => {
      const fate = takeFate(request)
      const reply = fate?.type === "hang" ? undefined : replyTo(request, bytes, fate)
      const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s)
      seen.push({ method: request.method ?? "", path, query, bytes: bytes.length, status: reply?.status ?? null })
      if (fate?.type === "hang") return
      if (reply === undefined) {
        request.socket.destroy()
        return
      }
      const length = reply.status === 204 ? {} : { "content-length": String(Buffer.byteLength(reply.body)) }
      response.writeHead(reply.status, { server: "gunicorn", connection: "close", "content-type": reply.type, ...length, ...reply.headers })
      response.end(request.method === "HEAD" ? undefined : reply.body)
    }

    const server = http.createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => respond(request, response, Buffer.concat(chunks)))
      request.on("error", () => response.destroy())
    })

    const listen = (port: number) => new Promise<void>((done) => server.listen(port, "127.0.0.1", done))
    const stop = () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })

    yield* Effect.acquireRelease(Effect.promise(() => listen(wanted)), () =>
      Effect.promise(() => {
        for (const timer of timers) clearInterval(timer)
        return stop()
      })
    )
    const { port } = server.address() as AddressInfo // a server that listens at a port has one
    const url = `http://127.0.0.1:${port}`

    /** Somebody in the user interface, who sends the same requests. */
    const byHand = (method: string, path: string, fields: OldControl.Fields): unknown => {
      const body = Buffer.from(JSON.stringify(fields))
      const reply = answer(projects, { method, url: path, headers: { "content-type": "application/json" }, rawHeaders: [] }, body, false)
      if ("next" in reply || reply.status >= 300) throw new OldControl.ControlFailed(`${method} ${path}: ${"body" in reply ? reply.body : ""}`)
      return reply.body === "" ? null : JSON.parse(reply.body)
    }

    const withRow = (id: number, use: (row: OldProjects.Row) => void): void => {
      const row = projects.byId(id)
      if (row === undefined) throw new OldControl.ControlFailed(`there is no row ${id}`)
      use(row)
    }

    const run = (command: OldControl.Command): unknown => {
      switch (command.do) {
        case "rows":
          return projects.rows.map((row) => ({ ...row }))
        case "restore":
          return void projects.rows.splice(0, projects.rows.length, ...command.rows.map((row) => ({ ...row })))
        case "requests":
          return [...seen]
        case "forgetRequests":
          return void seen.splice(0)
        case "setTime":
          time = command.time
          return undefined
        case "add":
          return byHand("POST", "/api/projects", command.fields)
        case "edit":
          return byHand("PATCH", `/api/projects/${command.id}`, command.fields)
        case "remove":
          return byHand("DELETE", `/api/projects/${command.id}`, {})
        case "setColumns":
          return withRow(command.id, (row) => Object.assign(row, command.columns))
        case "plan":
          return void planned.push({ which: command.which, fate: command.fate, after: command.which.after ?? 0, count: command.count })
        case "killNextImport":
          importPlan = { elements: command.elements, rest: "lost" }
          return undefined
        case "letGoOfNextImport":
          importPlan = { elements: command.elements, rest: { millis: command.millis } }
          return undefined
        case "finishImports":
          return unfinished.forEach(finish)
        case "raceNextImport":
          isRacing = true
          return undefined
        case "disconnect":
          return stop()
        case "reconnect":
          return listen(port)
      }
    }

    const runEffect = (command: OldControl.Command): Effect.Effect<unknown> =>
      Effect.suspend(() => {
        const value = run(command)
        return value instanceof Promise ? Effect.promise(() => value) : Effect.succeed(value)
      })
    return { url, projects, run: runEffect, control: OldControl.make(runEffect) }
  })
