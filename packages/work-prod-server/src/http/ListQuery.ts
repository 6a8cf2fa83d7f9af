/**
 * What the query of a list means. What work-prod 0.3.0 did not refuse is ignored here too; what is new is refused if it is wrong.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { Project, Uid } from "@dev-infra/work-prod-api/Project"
import { InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import type { Filters } from "@dev-infra/work-prod-api/ProjectsApi"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { PageRequest, ProjectQuery } from "../Projects.js"

type Read<A> = Either.Either<A, InvalidInput>

const refuse = (text: string): Read<never> => Either.left(new InvalidInput({ text }))

const sortable = ["id", "name", "created_at", "updated_at"] as const

const isUuid = Schema.is(Uid)
const isStatus = Schema.is(Project.fields.status)
const isClassification = Schema.is(Project.fields.classification)
const isProjectType = Schema.is(Project.fields.project_type)

const given = (text: string | undefined): string | undefined => (text === "" ? undefined : text)

const readText = (name: string, text: string | undefined): Read<string | undefined> =>
  text?.includes("\0") === true ? refuse(`Invalid ${name}. It must not contain the character NUL`) : Either.right(given(text))

const readProjectType = (text: string | undefined): Read<ProjectQuery["projectType"]> => {
  const type = given(text)
  return type === undefined || isProjectType(type) ? Either.right(type) : refuse(ErrorText.invalidProjectType)
}

const readUid = (text: string | undefined): Read<string | undefined> => {
  const uid = given(text)?.toLowerCase()
  return uid === undefined || isUuid(uid) ? Either.right(uid) : refuse("Invalid uid. Must be a UUID")
}

const readTime = (text: string | undefined): Read<string | undefined> => {
  if (given(text) === undefined) return Either.right(undefined)
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z?$/.exec(text ?? "")?.[1]
  // A day that does not exist, such as the 30th of February, comes back as another one.
  const millis = time === undefined ? Number.NaN : Date.parse(`${time}Z`)
  return time !== undefined && Number.isFinite(millis) && new Date(millis).toISOString().startsWith(time)
    ? Either.right(time)
    : refuse("Invalid updated_since. Must be a time in UTC, written YYYY-MM-DDTHH:MM:SS")
}

const readSort = (text: string | undefined): Read<ProjectQuery["sort"]> => {
  const name = given(text) ?? "id"
  const descending = name.startsWith("-")
  const by = sortable.find((column) => column === (descending ? name.slice(1) : name))
  return by === undefined ? refuse(`Invalid sort. Must be one of: ${sortable.join(", ")}, or one of them with - in front`) : Either.right({ by, descending })
}

/**
 * A number of things to give at once.
 *
 * @param text undefined or empty: the largest that there may be
 * @category parsing
 */
export const readLimit = (text: string | undefined): Read<number> => {
  const limit = Number(given(text) ?? Limits.pageSize)
  return /^\d*$/.test(text ?? "") && limit >= 1 && limit <= Limits.pageSize ? Either.right(limit) : refuse(`Invalid limit. Must be a number from 1 to ${Limits.pageSize}`)
}

/**
 * Filters and order of a list, and the page that is asked for; without a page the whole list is.
 *
 * @param query of a repeated parameter the first value
 * @category parsing
 */
export const read = (query: typeof Filters.Type): Read<{ readonly query: ProjectQuery; readonly page: PageRequest | undefined }> =>
  Either.gen(function* () {
    return {
      query: {
        status: isStatus(query.status) ? query.status : undefined,
        classification: isClassification(query.classification) ? query.classification : undefined,
        organization: given(query.organization),
        projectType: yield* readProjectType(query.project_type),
        // As in 0.3.0, a search ends at the character NUL.
        search: given(query.search?.split("\0", 1)[0]),
        path: yield* readText("path", query.path),
        remoteUrl: yield* readText("remote_url", query.remote_url),
        uid: yield* readUid(query.uid),
        updatedSince: yield* readTime(query.updated_since),
        sort: yield* readSort(query.sort)
      },
      page: query.cursor === undefined ? undefined : { cursor: query.cursor, limit: yield* readLimit(query.limit) }
    }
  })
