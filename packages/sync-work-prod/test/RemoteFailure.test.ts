import * as Errors from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "vitest"
import * as RemoteFailure from "../src/remote/RemoteFailure.js"

const read = { host: "work.example", method: "GET", path: "/api/projects" }
const write = { host: "work.example", method: "POST", path: "/api/projects/batch" }
const server = { status: 503, text: null, retryAfter: null }
const page = { status: 200, title: "Welcome", detail: "a web page" }

describe("what goes wrong with a server", () => {
  it.each<readonly [string, Errors.WorkProdError, string, boolean]>([
    ["nothing answers", new Errors.Unreachable({ ...write, reason: "Refused", detail: "" }), "Unreachable", false],
    ["there is no such host", new Errors.Unreachable({ ...read, reason: "UnknownHost", detail: "" }), "Unreachable", false],
    ["the connection was closed on reading", new Errors.Unreachable({ ...read, reason: "Closed", detail: "" }), "Unreachable", true],
    ["the connection was closed on changing", new Errors.Unreachable({ ...write, reason: "Closed", detail: "" }), "Lost", true],
    ["the certificate is wrong", new Errors.TlsFailed({ ...read, code: "CERT_HAS_EXPIRED", detail: "" }), "Unreachable", false],
    ["it takes too long", new Errors.TimedOut({ ...read, seconds: 6 }), "Unreachable", true],
    ["a change takes too long", new Errors.TimedOut({ ...write, seconds: 30 }), "Lost", true],
    ["an answer is lost", new Errors.LostAnswer({ ...write, detail: "" }), "Lost", true],
    ["the key is wrong", new Errors.Unauthorized({ ...read, text: null, keySent: true }), "Unauthorized", false],
    ["the key may only read", new Errors.Forbidden({ ...write, text: null }), "ReadOnly", false],
    ["the key may not even read", new Errors.Forbidden({ ...read, text: null }), "Unauthorized", false],
    ["another server answers", new Errors.NotWorkProd({ ...read, ...page }), "NotARemote", true],
    ["there is no such path", new Errors.NotFound({ ...read, text: null }), "NotARemote", false],
    ["it leads elsewhere", new Errors.RedirectRefused({ ...read, status: 301, target: "https://x", reason: "OtherHost" }), "NotARemote", false],
    ["it is another server now", new Errors.ServerChanged({ ...write, before: "a", now: "b", isSent: false }), "NotARemote", false],
    ["it is newer", new Errors.ServerTooNew({ host: "work.example", api: 2, known: 1, version: null }), "TooNew", false],
    ["it is busy", new Errors.TooManyRequests({ ...write, text: null, retryAfter: 3 }), "Busy", false],
    ["it is down for a while", new Errors.ServerFault({ ...read, ...server, retryAfter: 3 }), "Busy", true],
    ["it fails", new Errors.ServerFault({ ...write, ...server }), "Faulty", true],
    ["its answer breaks off", new Errors.Truncated({ ...read, bytes: 3, detail: "" }), "Faulty", true],
    ["its answer to a change breaks off", new Errors.Truncated({ ...write, bytes: 3, detail: "" }), "Lost", true],
    ["it refuses", new Errors.Rejected({ ...write, status: 400, text: null }), "Refused", false]
  ])("is told by its reason and in the words of the client: %s", (_, error, reason, isUnsure) => {
    const failed = RemoteFailure.toRemoteFailed(error, "work.example")
    expect([failed.reason, failed.address]).toEqual([reason, "work.example"])
    expect(failed.detail).toBe(reason === "Lost" ? `${error.message}. Run push again: it looks first what arrived` : error.message)
    expect(RemoteFailure.mayBeDone(error)).toBe(isUnsure)
  })

  it("is told by its cause if other requests came before it", () => {
    const cause = new Errors.Unauthorized({ ...write, text: null, keySent: true })
    const stopped = new Errors.BatchStopped({ results: [], total: 2, cause })
    expect(RemoteFailure.toRemoteFailed(stopped, "x")).toMatchObject({ reason: "Unauthorized", detail: cause.message })
    expect(RemoteFailure.causeOf(new Errors.ImportStopped({ result: { imported: 0, skipped: 0, errors: [] }, sent: 0, total: 1, cause }))).toBe(cause)
  })
})
