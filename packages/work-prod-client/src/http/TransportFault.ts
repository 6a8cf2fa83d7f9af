/**
 * What the words of undici, Node.js and OpenSSL for a failed connection mean.
 *
 * @module
 */
import type { UnreachableReason } from "../WorkProdError.js"

/**
 * `Unreachable`: no connection came about, so nothing was sent; `Tls`: the same, because it was not safe; `Broken`: it is not known
 * what the server got.
 */
export type TransportFault =
  | { readonly _tag: "Unreachable"; readonly reason: UnreachableReason; readonly detail: string }
  | { readonly _tag: "Tls"; readonly code: string; readonly detail: string }
  | { readonly _tag: "Broken"; readonly reason: "Closed" | "NotHttp" | "Other"; readonly detail: string }

interface Fault {
  readonly code: string
  readonly text: string
  readonly syscall: string
  readonly name: string
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** The innermost error that has a code: of several addresses that failed, the first. */
const faultOf = (cause: unknown, depth = 0): Fault => {
  if (typeof cause !== "object" || cause === null) return { code: "", text: textOf(cause), syscall: "", name: "" }
  const code = "code" in cause ? textOf(cause.code) : ""
  const text = "message" in cause ? textOf(cause.message) : ""
  const errors: ReadonlyArray<unknown> = "errors" in cause && Array.isArray(cause.errors) ? cause.errors : []
  const inner = errors.length > 0 ? errors[0] : "cause" in cause ? cause.cause : undefined
  if (depth < 5 && inner !== undefined && (code === "" || errors.length > 0)) {
    const found = faultOf(inner, depth + 1)
    if (found.code !== "" || found.name === "HTTPParserError") return found
  }
  return { code, text, syscall: "syscall" in cause ? textOf(cause.syscall) : "", name: "name" in cause ? textOf(cause.name) : "" }
}

const unreachable: { readonly [code: string]: UnreachableReason } = {
  ECONNREFUSED: "Refused",
  ENOTFOUND: "UnknownHost",
  EAI_AGAIN: "UnknownHost",
  EAI_FAIL: "UnknownHost",
  EAI_NODATA: "UnknownHost",
  EHOSTUNREACH: "NoRoute",
  EHOSTDOWN: "NoRoute",
  ENETUNREACH: "NoRoute",
  ENETDOWN: "NoRoute",
  EADDRNOTAVAIL: "NoRoute",
  UND_ERR_CONNECT_TIMEOUT: "TimedOut"
}

const tlsCode = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO$|CRL_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|UND_ERR_PRX_TLS)/

/**
 * Takes a failed request for what it is.
 *
 * @param cause what the HTTP client failed with
 */
export const read = (cause: unknown): TransportFault => {
  const { code, name, syscall, text } = faultOf(cause)
  const detail = (text === "" ? code || "no reason given" : text).replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()
  const reason = unreachable[code]
  if (reason !== undefined) return { _tag: "Unreachable", reason, detail: code }
  if (code === "ETIMEDOUT" && syscall !== "read" && syscall !== "write") return { _tag: "Unreachable", reason: "TimedOut", detail: code }
  const proxy = /^Proxy response \((\d+)\)/.exec(text)
  if (proxy !== null) return { _tag: "Unreachable", reason: "Proxy", detail: `it answered ${proxy[1] ?? ""}` }
  if (/Proxy Authentication Required/.test(text)) return { _tag: "Unreachable", reason: "Proxy", detail: "it answered 407" }
  if (/wrong version number|packet length too long/.test(text)) return { _tag: "Tls", code: "ERR_SSL_WRONG_VERSION_NUMBER", detail: "wrong version number" }
  if (tlsCode.test(code) || /before secure TLS connection/.test(text)) return { _tag: "Tls", code, detail }
  if (code.startsWith("HPE_") || name === "HTTPParserError") return { _tag: "Broken", reason: "NotHttp", detail: code === "" ? "no HTTP answer" : code }
  if (code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT" || code === "UND_ERR_SOCKET") {
    return { _tag: "Broken", reason: "Closed", detail: "the connection was closed" }
  }
  return { _tag: "Broken", reason: "Other", detail }
}
