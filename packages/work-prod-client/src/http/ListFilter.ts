/**
 * The filters of a list as they are meant. A server may ignore those that it does not know and then tells every project, so each
 * row is checked here once more.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as RemoteProject from "../RemoteProject.js"
import type { ListFilters } from "../WorkProd.js"
import { Unsendable } from "../WorkProdError.js"

/** What 0.3.0 filters by. */
const oldFilters = ["status", "classification", "organization", "project_type", "search"] as const

const allFilters = [...oldFilters, "path", "remote_url", "uid", "updated_since"] as const

/** Characters of a query: gunicorn, before 0.3.0, takes a request line of 4,094. A filter for which there is no room is applied here only. */
const queryLength = 3000

/** A to Z only, as SQLite compares. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const contains = (text: string | null, term: string): boolean => text !== null && lower(text).includes(term)

type Test = (project: RemoteProject.RemoteProject) => boolean

const isSaid = (value: string | undefined): value is string => value !== undefined && value !== ""

/**
 * The test that every listed project must pass. An empty filter is none. Fails if `updated_since` is no time.
 *
 * @param filters what was asked for
 */
export const test = (filters: ListFilters): Either.Either<Test, Unsendable> => {
  const tests: Array<Test> = []
  const { classification, organization, path, project_type, remote_url, search, status, uid, updated_since } = filters
  if (isSaid(status)) tests.push((project) => project.status === status)
  if (isSaid(classification)) tests.push((project) => project.classification === classification)
  if (isSaid(organization)) tests.push((project) => project.organization === organization)
  if (isSaid(project_type)) tests.push((project) => project.project_type === project_type)
  if (isSaid(path)) tests.push((project) => project.path === path)
  if (isSaid(remote_url)) tests.push((project) => project.remote_url === remote_url)
  if (isSaid(uid)) tests.push((project) => project.uid === uid.toLowerCase())
  if (isSaid(search)) {
    const term = lower(search)
    tests.push(({ description, name }) => contains(name, term) || contains(description, term))
  }
  if (isSaid(updated_since)) {
    const since = RemoteProject.instant(updated_since)
    if (Option.isNone(since)) return Either.left(new Unsendable({ detail: `updated_since is ${JSON.stringify(updated_since)}, not a time like 2026-11-21T07:00:00` }))
    // A row that does not say when it changed may have changed since.
    tests.push(({ updated_at }) => Option.match(RemoteProject.instant(updated_at), { onNone: () => true, onSome: (time) => DateTime.greaterThanOrEqualTo(time, since.value) }))
  }
  return Either.right((project) => tests.every((one) => one(project)))
}

/**
 * The query that spares the server and the network most of the rest.
 *
 * @param filters what was asked for
 * @param isOurs whether the server knows more filters than 0.3.0
 */
export const query = (filters: ListFilters, isOurs: boolean): string => {
  let text = ""
  for (const name of isOurs ? allFilters : oldFilters) {
    const value = filters[name]
    if (!isSaid(value)) continue
    const pair = `${name}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\uFFFD"))}`
    if (text.length + pair.length < queryLength) text += text === "" ? pair : `&${pair}`
  }
  return text
}
