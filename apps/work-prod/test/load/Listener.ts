/**
 * Somebody who listens to events over a connection of its own, and reads when it wants to.
 */
import { connect, type Socket } from "node:net"

export interface Listener {
  readonly socket: Socket
  /** Returns when it has been told something that holds this text; fails if the connection ends before. */
  readonly hears: (text: string) => Promise<void>
  /** Returns when the connection has ended; it reads until then. */
  readonly ended: Promise<void>
}

/** Begin to listen; it is told of what happens from now on, and says so when it is ready. */
export const listen = async (server: string): Promise<Listener> => {
  const url = new URL(server)
  const socket = connect(Number(url.port), url.hostname)
  let heard = ""
  let looks: Array<() => void> = []
  socket.setEncoding("utf8").on("data", (text: string) => {
    // An event ends with an empty line; what was looked for is looked for once.
    heard = (heard + text).slice(-4096)
    for (const look of looks) look()
  })
  socket.on("error", () => undefined)
  const ended = new Promise<void>((done) => socket.on("close", () => done()))
  const hears = (text: string) =>
    new Promise<void>((done, failed) => {
      const look = () => {
        if (!heard.includes(text)) return
        looks = looks.filter((each) => each !== look)
        done()
      }
      looks.push(look)
      look()
      void ended.then(() => failed(new Error(`the connection ended before "${text}" was heard`)))
    })
  socket.write(`GET /api/events HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`)
  await hears("event: ready")
  return { socket, hears, ended }
}

/** Many, some of them at a time. */
export const listenAll = async (server: string, count: number): Promise<ReadonlyArray<Listener>> => {
  const listeners: Array<Listener> = []
  while (listeners.length < count) listeners.push(...(await Promise.all(Array.from({ length: Math.min(50, count - listeners.length) }, () => listen(server)))))
  return listeners
}
