/**
 * What can go wrong between this program and a work-prod server, as data. Each `message` says what happened and what to do; none
 * ever holds the key.
 *
 * @module
 */
import * as Data from "effect/Data"
import type { BatchResult, ImportResult } from "./WorkProd.js"
import type { RemoteProject, UnreadableRow } from "./RemoteProject.js"
import type { Capability } from "./ServerFeatures.js"

/** The request that went wrong. `host` is the host with its port; `path` has no query. @category models */
export interface Exchange {
  readonly host: string
  readonly method: string
  readonly path: string
}

const request = ({ method, path }: Exchange): string => `${method} ${path}`

/** What the server said, as the end of a sentence. */
const said = (text: string | null): string => (text === null || text === "" ? "" : `: ${text}`)

/** A text of a server, which must not move the cursor of a terminal. */
const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** Why no connection came about. @category models */
export type UnreachableReason = "Refused" | "UnknownHost" | "NoRoute" | "TimedOut" | "Closed" | "NotHttp" | "Proxy" | "Other"

/** No connection came about, or it broke while something was only read: nothing was changed. @category errors */
export class Unreachable extends Data.TaggedError("Unreachable")<Exchange & { readonly reason: UnreachableReason; readonly detail: string }> {
  override get message(): string {
    switch (this.reason) {
      case "Refused":
        return `nothing answers at ${this.host} (connection refused): is the work-prod server running, and is the port right?`
      case "UnknownHost":
        return `there is no host of the name ${this.host}: check the URL, and that you are online`
      case "NoRoute":
        return `${this.host} cannot be reached from here: check the network or VPN`
      case "TimedOut":
        return `${this.host} did not take a connection in time: check the URL, the network, and any firewall between`
      case "Closed":
        return `${this.host} closed the connection without an answer: try again, and look at the server's log if that does not help`
      case "NotHttp":
        return `what answers at ${this.host} does not speak HTTP (${this.detail}): check the port, and whether the URL must begin with https://`
      case "Proxy":
        return `the proxy did not connect to ${this.host} (${this.detail}): check HTTPS_PROXY, HTTP_PROXY and NO_PROXY`
      case "Other":
        return `${this.host} cannot be reached (${this.detail}): check the URL and the network`
    }
  }
}

/** The connection could not be made safe. `code` is that of OpenSSL or Node.js. @category errors */
export class TlsFailed extends Data.TaggedError("TlsFailed")<Exchange & { readonly code: string; readonly detail: string }> {
  override get message(): string {
    return `no safe connection to ${this.host} (${this.detail}): ${tlsAdvice(this.code)}`
  }
}

const tlsAdvice = (code: string): string => {
  if (code === "CERT_HAS_EXPIRED") return "its certificate must be renewed (or this computer's clock is wrong)"
  if (code === "CERT_NOT_YET_VALID") return "its certificate is not valid yet, or this computer's clock is wrong"
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "its certificate is for another name; use that name in the URL"
  if (/SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/.test(code)) return "name the certificate of its authority with NODE_EXTRA_CA_CERTS or the setting for a CA file"
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST/.test(code)) return "it seems not to speak TLS; if it is yours, is the URL to begin with http://?"
  return "check the certificate of the server and the proxy between"
}

/** The server took the request but did not answer in time; repeating is safe. @category errors */
export class TimedOut extends Data.TaggedError("TimedOut")<Exchange & { readonly seconds: number }> {
  override get message(): string {
    return `${this.host} did not answer ${request(this)} within ${plural(this.seconds, "second")}: try again, and look at the server if that does not help`
  }
}

/**
 * The connection was lost after a change was sent: it may have been made, or not.
 *
 * @category errors
 */
export class LostAnswer extends Data.TaggedError("LostAnswer")<Exchange & { readonly detail: string }> {
  override get message(): string {
    return `the answer of ${this.host} to ${request(this)} was lost (${this.detail}): the change may have been made or not, so look before you repeat it`
  }
}

/** 401. `keySent`: whether a key was sent. @category errors */
export class Unauthorized extends Data.TaggedError("Unauthorized")<Exchange & { readonly text: string | null; readonly keySent: boolean }> {
  override get message(): string {
    return this.keySent
      ? `${this.host} does not accept the key${said(this.text)}: check DEV_INFRA_API_KEY, or make a new key with \`work-prod keys create\``
      : `${this.host} wants a key${said(this.text)}: set DEV_INFRA_API_KEY to one made with \`work-prod keys create\``
  }
}

/** 403. @category errors */
export class Forbidden extends Data.TaggedError("Forbidden")<Exchange & { readonly text: string | null }> {
  override get message(): string {
    return `${this.host} does not allow ${request(this)} with this key${said(this.text)}: use a key that may write`
  }
}

/** 404: there is no such project. @category errors */
export class NotFound extends Data.TaggedError("NotFound")<Exchange & { readonly text: string | null }> {
  override get message(): string {
    return `${this.host} has nothing at ${this.path}${said(this.text)}: it may have been deleted; list the projects anew`
  }
}

/** 409. `project` is the row that stands in the way, where the server tells it; `code` says why, where it does. @category errors */
export class Conflict extends Data.TaggedError("Conflict")<
  Exchange & { readonly text: string | null; readonly code: string | null; readonly project: RemoteProject | null }
> {
  override get message(): string {
    const which = this.project === null ? "" : ` (project ${this.project.id}, ${JSON.stringify(shown(this.project.name))})`
    return `${this.host} already has another project like this${which}${said(this.text)}: change that one, or use another path`
  }
}

/** 409: a project with this uid was deleted. @category errors */
export class UidDeleted extends Data.TaggedError("UidDeleted")<
  Exchange & { readonly text: string | null; readonly uid: string | null; readonly deletedAt: string | null }
> {
  override get message(): string {
    return `the project${this.uid === null ? "" : ` ${shown(this.uid)}`} was deleted on ${this.host}${this.deletedAt === null ? "" : ` at ${shown(this.deletedAt)}`}: send recreate: true to create it again`
  }
}

/** 410: the cursor says nothing to this server any more. @category errors */
export class CursorGone extends Data.TaggedError("CursorGone")<Exchange & { readonly text: string | null }> {
  override get message(): string {
    return `${this.host} no longer knows where the last reading ended${said(this.text)}: read everything again from the beginning`
  }
}

/** 412: the project has changed since. `project` is how it is now, null if it is gone. @category errors */
export class PreconditionFailed extends Data.TaggedError("PreconditionFailed")<
  Exchange & { readonly text: string | null; readonly project: RemoteProject | null }
> {
  override get message(): string {
    return `the project at ${this.path} of ${this.host} has changed since it was read: read it again and repeat the change on that`
  }
}

/** 413. @category errors */
export class PayloadTooLarge extends Data.TaggedError("PayloadTooLarge")<Exchange & { readonly text: string | null; readonly bytes: number }> {
  override get message(): string {
    return `${request(this)} with ${this.bytes} bytes is more than ${this.host} takes${said(this.text)}: send less at once, or shorten the longest fields`
  }
}

/** 429. `retryAfter`: seconds to wait, where the server says so. @category errors */
export class TooManyRequests extends Data.TaggedError("TooManyRequests")<Exchange & { readonly text: string | null; readonly retryAfter: number | null }> {
  override get message(): string {
    const wait = this.retryAfter === null ? "a while" : plural(this.retryAfter, "second")
    return `${this.host} has had too many requests: wait ${wait} and try again`
  }
}

/** The server refused what was sent: 400, 415, 422 and other statuses of this kind. @category errors */
export class Rejected extends Data.TaggedError("Rejected")<Exchange & { readonly status: number; readonly text: string | null }> {
  override get message(): string {
    return `${this.host} refused ${request(this)} with ${this.status}${said(this.text)}: correct what was sent`
  }
}

/** The server, or a proxy before it, has a fault: 5xx. `retryAfter` in seconds, where it says so. @category errors */
export class ServerFault extends Data.TaggedError("ServerFault")<
  Exchange & { readonly status: number; readonly text: string | null; readonly retryAfter: number | null }
> {
  override get message(): string {
    return `${this.host} failed with ${this.status} on ${request(this)}${said(this.text)}: look at the server's log, then try again`
  }
}

/** What answers is not a work-prod server. `title` is that of the web page, if it is one. @category errors */
export class NotWorkProd extends Data.TaggedError("NotWorkProd")<
  Exchange & { readonly status: number; readonly title: string | null; readonly detail: string }
> {
  override get message(): string {
    const page = this.title === null ? "" : ` (the page ${JSON.stringify(this.title)})`
    return `${this.host} does not answer like a work-prod server: ${this.detail}${page} came with status ${this.status} from ${this.path}. Check the host, the port and the path of the URL`
  }
}

/** The answer ended before it was complete. @category errors */
export class Truncated extends Data.TaggedError("Truncated")<Exchange & { readonly bytes: number; readonly detail: string }> {
  override get message(): string {
    return `the answer of ${this.host} to ${request(this)} broke off after ${this.bytes} bytes (${this.detail}): try again, and look at proxies between if that does not help`
  }
}

/** The answer is larger than this program reads. @category errors */
export class AnswerTooLarge extends Data.TaggedError("AnswerTooLarge")<Exchange & { readonly limit: number }> {
  override get message(): string {
    return `the answer of ${this.host} to ${request(this)} is larger than ${this.limit} bytes, more than any list of projects: is the URL right?`
  }
}

/** The server sends elsewhere, and the client does not go there. `target` is where, without its query. @category errors */
export class RedirectRefused extends Data.TaggedError("RedirectRefused")<
  Exchange & {
    readonly status: number
    readonly target: string
    readonly reason: "UseHttps" | "OtherHost" | "TooMany" | "Change" | "Unreadable"
  }
> {
  override get message(): string {
    const start = `${this.host} sends ${request(this)} elsewhere with ${this.status}`
    switch (this.reason) {
      case "UseHttps":
        return `${start}: use ${this.target} as the URL`
      case "OtherHost":
        return `${start}, to ${this.target}, and this client never follows to another host: if you trust it, use it as the URL`
      case "TooMany":
        return `${start}, more than five times: check the URL and the server's redirects`
      case "Change":
        return `${start}, to ${this.target}, and a change is not sent twice: use that as the URL`
      case "Unreadable":
        return `${start}, but does not say where: check the URL`
    }
  }
}

/** What was to be sent cannot be sent. Nothing was. @category errors */
export class Unsendable extends Data.TaggedError("Unsendable")<{ readonly detail: string }> {
  override get message(): string {
    return `this cannot be sent to a work-prod server: ${this.detail}`
  }
}

/** The server lacks what was asked for. Nothing was sent. @category errors */
export class Unsupported extends Data.TaggedError("Unsupported")<{ readonly host: string; readonly capability: Capability; readonly version: string | null }> {
  override get message(): string {
    return `the work-prod server at ${this.host} (${this.version === null ? "0.3.0 or like it" : shown(this.version)}) cannot do this: it lacks ${JSON.stringify(this.capability)}; a newer server has it`
  }
}

/** The server speaks a later generation of the contract. Nothing was sent, or nothing was understood. @category errors */
export class ServerTooNew extends Data.TaggedError("ServerTooNew")<{ readonly host: string; readonly api: number; readonly known: number; readonly version: string | null }> {
  override get message(): string {
    const version = this.version === null ? "" : ` ${shown(this.version)}`
    return `the work-prod server${version} at ${this.host} is made for a later version of this program (its API is ${this.api}, this program knows ${this.known}): update dev-infra`
  }
}

/**
 * Another server answers at this address than before, which has other projects. `isSent`: a change was sent there, and may have been made.
 * `before` and `now` are the instances, null for 0.3.0.
 *
 * @category errors
 */
export class ServerChanged extends Data.TaggedError("ServerChanged")<Exchange & { readonly before: string | null; readonly now: string | null; readonly isSent: boolean }> {
  override get message(): string {
    const start = `another work-prod server answers at ${this.host} than before (${instanceText(this.now)}, before ${instanceText(this.before)})`
    return this.isSent
      ? `${start}, and ${request(this)} was sent to it: look there before you repeat the change, and check the URL`
      : `${start}: nothing was changed there; check the URL, then run the command again`
  }
}

const instanceText = (instance: string | null): string => (instance === null ? "0.3.0 or like it" : shown(instance))

/** Rows that are there but cannot be read. All others were delivered before. @category errors */
export class UnreadableProjects extends Data.TaggedError("UnreadableProjects")<Exchange & { readonly rows: ReadonlyArray<UnreadableRow> }> {
  override get message(): string {
    const [first] = this.rows
    const which = this.rows.map(({ id }) => (id === null ? "without id" : String(id))).slice(0, 10).join(", ")
    const more = this.rows.length > 10 ? ", …" : ""
    return `${plural(this.rows.length, "project")} of ${this.host} cannot be read (${which}${more}${first === undefined ? "" : `; ${first.fault}`}): repair them on the server`
  }
}

/** An import that stopped after some of its requests were answered: `result` sums them, `sent` elements are covered. @category errors */
export class ImportStopped extends Data.TaggedError("ImportStopped")<{
  readonly result: ImportResult
  readonly sent: number
  readonly total: number
  readonly cause: WorkProdError
}> {
  override get message(): string {
    return `the import stopped after ${this.sent} of ${plural(this.total, "project")}: ${this.cause.message}`
  }
}

/** A batch that stopped after some of its requests were answered: `results` are those of the first items. @category errors */
export class BatchStopped extends Data.TaggedError("BatchStopped")<{
  readonly results: ReadonlyArray<BatchResult>
  readonly total: number
  readonly cause: WorkProdError
}> {
  override get message(): string {
    return `the batch stopped after ${this.results.length} of ${plural(this.total, "item")}: ${this.cause.message}`
  }
}

/** Everything that an operation of the client can fail with. @category errors */
export type WorkProdError =
  | Unreachable
  | TlsFailed
  | TimedOut
  | LostAnswer
  | Unauthorized
  | Forbidden
  | NotFound
  | Conflict
  | UidDeleted
  | CursorGone
  | PreconditionFailed
  | PayloadTooLarge
  | TooManyRequests
  | Rejected
  | ServerFault
  | NotWorkProd
  | Truncated
  | AnswerTooLarge
  | RedirectRefused
  | Unsendable
  | Unsupported
  | ServerTooNew
  | ServerChanged
  | UnreadableProjects
  | ImportStopped
  | BatchStopped
