/**
 * Functions for URLs. They are taken apart as Go does, so that nothing of them is changed.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Escape from "../evaluation/Escape.js"
import { OwnMap } from "../evaluation/OwnMaps.js"
import type { GoMap } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import { clean } from "./PathText.js"
import { type Answer, map, partial, text, variadic } from "./Signature.js"

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const parse = (url: string): Answer => {
  if (/[\u0000-\u0020\u007f]/.test(url)) return Either.left(`${JSON.stringify(url.slice(0, 200))} is no URL: it has a blank or a control character`)
  const hash = url.indexOf("#")
  const fragment = hash < 0 ? "" : url.slice(hash + 1)
  const [, scheme = "", afterScheme = ""] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(hash < 0 ? url : url.slice(0, hash)) ?? []
  const question = afterScheme.indexOf("?")
  const query = question < 0 ? "" : afterScheme.slice(question + 1)
  const rest = question < 0 ? afterScheme : afterScheme.slice(0, question)
  const isOpaque = scheme !== "" && !rest.startsWith("/")
  const authority = !isOpaque && rest.startsWith("//") ? (/^\/\/([^/]*)/.exec(rest)?.[1] ?? "") : ""
  const path = isOpaque ? "" : rest.startsWith("//") ? rest.slice(2 + authority.length) : rest
  const at = authority.lastIndexOf("@")
  const host = authority.slice(at + 1)
  const behindAddress = host.slice(host.lastIndexOf("]") + 1)
  if (behindAddress.includes(":") && !/^[^:]*:\d*$/.test(behindAddress)) return Either.left(`${JSON.stringify(url.slice(0, 200))} is no URL: its port is no number`)
  return Either.right(
    new OwnMap([
      ["scheme", scheme.toLowerCase()],
      ["host", host],
      ["hostname", host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1")],
      ["path", decoded(path)],
      ["query", query],
      ["opaque", isOpaque ? rest : ""],
      ["fragment", decoded(fragment)],
      ["userinfo", at < 0 ? "" : authority.slice(0, at)]
    ])
  )
}

const join = (values: GoMap): Answer => {
  const part = (name: string): string => {
    const value = values.get(name) ?? ""
    return typeof value === "string" ? value : ""
  }
  const [scheme, host, path, query, opaque, fragment, user] = ["scheme", "host", "path", "query", "opaque", "fragment", "userinfo"].map(part)
  const start = scheme === "" ? "" : `${scheme}:`
  const end = `${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${Escape.path(fragment ?? "")}`}`
  if (opaque !== "") return Either.right(`${start}${opaque}${end}`)
  const authority = host === "" && user === "" ? "" : `//${user === "" ? "" : `${user}@`}${host}`
  const separator = authority !== "" && path !== "" && !path?.startsWith("/") ? "/" : ""
  return Either.right(`${start}${authority}${separator}${Escape.path(path ?? "")}${end}`)
}

/** As `url.JoinPath` of Go. */
const joinPaths = (parts: ReadonlyArray<string>): string => {
  const [first = "", ...others] = parts
  const [, start = "", path = "", end = ""] = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/[^/?#]*)?)([^?#]*)(.*)$/s.exec(first) ?? []
  const whole = [path, ...others].join("/")
  const rooted = start === "" && !path.startsWith("/") && path !== "" ? clean(whole) : clean(`/${whole}`)
  const result = whole.endsWith("/") && !rooted.endsWith("/") ? `${rooted}/` : rooted
  return `${start}${start !== "" && others.length === 0 && path === "" ? "" : result}${end}`
}

/** By name. @category constants */
export const urls: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["urlParse", partial([text], ([url]) => parse(url))],
  ["urlJoin", partial([map], ([values]) => join(values))],
  ["joinUrl", variadic([], text, (_, parts) => Either.right(parts.length === 0 ? "" : joinPaths(parts)))]
]
