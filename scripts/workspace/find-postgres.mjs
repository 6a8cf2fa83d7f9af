/**
 * Run once before the tests: says in one line if they will have no PostgreSQL, so that nobody takes what is skipped for tried.
 */
import { connect } from "node:net"

const usual = "postgres://postgres@127.0.0.1:5432/postgres"

/** Whether anything answers at the URL. A host that begins with a slash is a folder with a socket. */
const answers = (url) =>
  new Promise((resolve) => {
    const { hostname, port: named, searchParams } = new URL(url)
    const host = searchParams.get("host") ?? decodeURIComponent(hostname || "127.0.0.1")
    const port = Number(named || "5432")
    const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    const end = (found) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(3000, () => end(false))
    socket.once("connect", () => end(true))
    socket.once("error", () => end(false))
  })

export const setup = async () => {
  process.env["DEV_INFRA_TEST_POSTGRES"] = (await answers(process.env["DATABASE_URL"] ?? usual)) ? "there" : "missing"
  if (process.env["DEV_INFRA_TEST_POSTGRES"] === "there") return
  const consequence = process.env["CI"] === undefined ? "are skipped" : "fail"
  process.stderr.write(`No PostgreSQL answers (at DATABASE_URL, else at 127.0.0.1:5432): the tests of work-prod with PostgreSQL ${consequence}.\n`)
}
