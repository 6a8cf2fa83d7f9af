/**
 * What a client may say of a project, and what it means: the rules of work-prod 0.3.0 with lists and objects refused where
 * text is due, `project_type` kept, and the new fields.
 *
 * Numbers and booleans become text as they did there (5 is "5", true is "1"). Fields that nobody knows are ignored.
 *
 * @module
 */
import { classifications, isUuid, projectTypes } from "@dev-infra/metadata/ProjectRules"
import * as Either from "effect/Either"
import * as ErrorText from "./ErrorText.js"
import * as Limits from "./Limits.js"
import { InvalidInput } from "./ProjectFailure.js"
import { workStatuses } from "./ProjectStatus.js"
import * as PythonText from "./PythonText.js"

export { classifications, projectTypes } from "@dev-infra/metadata/ProjectRules"

/** @category models */
export type Classification = (typeof classifications)[number]
/** @category models */
export type ProjectType = (typeof projectTypes)[number]
/** @category models */
export type WorkStatus = (typeof workStatuses)[number]
/** @category models */
export type JsonObject = { readonly [key: string]: unknown }

/**
 * The fields of a project that clients write. `path` is the asking machine's.
 *
 * @category models
 */
export interface ProjectFields {
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: Classification | null
  readonly status: WorkStatus
  readonly project_type: ProjectType | null
  readonly remote_url: string | null
  readonly path: string | null
  readonly metadata: JsonObject
  readonly uid: string | null
}

/** A project to create. `recreate`: also if a project with this uid was deleted. @category models */
export interface NewProject extends ProjectFields {
  readonly recreate: boolean
}

/** The fields to change; what is not there stays. @category models */
export type ProjectPatch = { readonly [Field in keyof ProjectFields]?: ProjectFields[Field] } & { readonly recreate: boolean }

type Read<A> = Either.Either<A, InvalidInput>

const refuse = (text: string): Read<never> => Either.left(new InvalidInput({ text }))

/** Whether a JSON value is an object and no list. @category predicates */
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

/** Why a text cannot be stored, as the end of a sentence; undefined if it can. */
const textFault = (text: string): string | undefined =>
  text.includes("\0") ? "must not contain the character NUL" : loneSurrogate.test(text) ? "must be well-formed Unicode: it contains half of a surrogate pair" : undefined

const loneSurrogate = /\p{Surrogate}/u

/** A value where text is due. */
const readText = (field: string, value: unknown): Read<string | null> => {
  switch (typeof value) {
    case "string": {
      const fault = textFault(value)
      return fault === undefined ? Either.right(value) : refuse(`Invalid ${field}. It ${fault}`)
    }
    case "number":
      return (Number.isInteger(value) && !Number.isSafeInteger(value)) || !Number.isFinite(value)
        ? refuse(`Invalid ${field}. The number is too large; send it as text`)
        : Either.right(String(value))
    case "boolean":
      return Either.right(value ? "1" : "0")
    default:
      return value === null || value === undefined ? Either.right(null) : refuse(`Invalid ${field}. Must be text`)
  }
}

/** Text for which "" means none. */
const readTextOrNone = (field: string, value: unknown): Read<string | null> =>
  Either.map(readText(field, value), (text) => (text === "" ? null : text))

const readOneOf = <A extends string>(values: ReadonlyArray<A>, value: unknown, text: string): Read<A> => {
  const found = values.find((one) => one === value)
  return found === undefined ? refuse(text) : Either.right(found)
}

const readUid = (value: unknown): Read<string | null> => {
  if (value === null) return Either.right(null)
  const uid = typeof value === "string" ? value.toLowerCase() : ""
  return isUuid(uid) ? Either.right(uid) : refuse("Invalid uid. Must be a UUID")
}

/** The first text anywhere in a JSON value that cannot be stored. */
const faultInside = (value: unknown): string | undefined => {
  if (typeof value === "string") return textFault(value)
  if (Array.isArray(value)) {
    for (const element of value) {
      const fault = faultInside(element)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  if (!isObject(value)) return undefined
  for (const [key, entry] of Object.entries(value)) {
    const fault = textFault(key) ?? faultInside(entry)
    if (fault !== undefined) return fault
  }
  return undefined
}

const readMetadata = (value: unknown): Read<JsonObject> => {
  if (value === null) return Either.right({})
  if (!isObject(value)) return refuse("Invalid metadata. Must be a JSON object")
  const fault = faultInside(value)
  if (fault !== undefined) return refuse(`Invalid metadata. Text in it ${fault}`)
  return new TextEncoder().encode(JSON.stringify(value)).length > Limits.metadataBytes
    ? refuse(`Invalid metadata. Must be at most ${Limits.metadataBytes} bytes as JSON`)
    : Either.right(value)
}

const readRecreate = (value: unknown): Read<boolean> =>
  value === undefined || value === null || typeof value === "boolean" ? Either.right(value === true) : refuse("Invalid recreate. Must be true or false")

/** Values that 0.3.0 took for no name at all. */
const isNoName = (value: unknown): boolean => value === undefined || value === null || value === "" || value === 0 || value === false

/**
 * What a new project starts with. Fails with the text for the first field that cannot be, in the order of 0.3.0: name,
 * classification, status, then the others.
 *
 * @param body what the client sent, as JSON.parse gave it. Null and lists count as objects without fields.
 */
export const readNew = (body: unknown): Read<NewProject> => {
  if (body !== null && typeof body !== "object") return refuse(ErrorText.notAnObject)
  const given: JsonObject = isObject(body) ? body : {}
  return Either.gen(function* () {
    if (isNoName(given["name"])) return yield* refuse(ErrorText.nameRequired)
    const name = yield* readText("name", given["name"])
    if (name === null) return yield* refuse(ErrorText.nameRequired)
    return { ...(yield* readOthers({ status: "active", ...given })), name }
  })
}

/** Everything but the name, with what a new project has where nothing is said. */
const readOthers = (given: JsonObject): Read<Omit<NewProject, "name">> =>
  Either.gen(function* () {
    const classification = (given["classification"] ?? null) === null ? null : yield* readOneOf(classifications, given["classification"], ErrorText.invalidClassification)
    const status = given["status"] === null ? yield* refuse(ErrorText.statusNull) : yield* readOneOf(workStatuses, given["status"], ErrorText.invalidStatus)
    const project_type = (given["project_type"] ?? null) === null ? null : yield* readOneOf(projectTypes, given["project_type"], ErrorText.invalidProjectType)
    return {
      classification,
      status,
      project_type,
      organization: yield* readText("organization", given["organization"]),
      description: yield* readText("description", given["description"]),
      remote_url: yield* readTextOrNone("remote_url", given["remote_url"]),
      path: yield* readTextOrNone("path", given["path"]),
      uid: yield* readUid(given["uid"] ?? null),
      metadata: yield* readMetadata(given["metadata"] ?? null),
      recreate: yield* readRecreate(given["recreate"])
    }
  })

/**
 * What is to change of a project. An empty name is allowed here, as it was in 0.3.0.
 *
 * @param body what the client sent; undefined if the body was empty. Nothing, null and lists without a field's name change nothing.
 */
export const readPatch = (body: unknown): Read<ProjectPatch> => {
  if (body === undefined || body === null) return Either.right({ recreate: false })
  if (Array.isArray(body)) {
    return body.some((element) => typeof element === "string" && writable.has(element)) ? refuse(ErrorText.notAnObject) : Either.right({ recreate: false })
  }
  if (!isObject(body)) return refuse(ErrorText.notAnObject)
  return Either.gen(function* () {
    const has = (field: keyof ProjectFields): boolean => Object.hasOwn(body, field)
    const name = has("name") ? yield* readText("name", body["name"]) : undefined
    if (name === null) return yield* refuse(ErrorText.nameRequired)
    const others = yield* readOthers({ status: "active", ...body })
    const { recreate, ...fields } = { ...others, name: name ?? "" }
    // Object.entries loses the keys' types; they are those of ProjectFields, of which only the sent ones stay.
    const sent = Object.fromEntries(Object.entries(fields).filter(([field]) => has(field as keyof ProjectFields))) as Omit<ProjectPatch, "recreate">
    return { ...sent, recreate }
  })
}

const writable: ReadonlySet<string> = new Set<keyof ProjectFields>([
  "name",
  "description",
  "organization",
  "classification",
  "status",
  "project_type",
  "remote_url",
  "path",
  "metadata",
  "uid"
])

/**
 * The elements of an import.
 *
 * @param body what the client sent
 */
export const readImport = (body: unknown): Read<ReadonlyArray<unknown>> => {
  if (!isObject(body)) return refuse(ErrorText.notAnObject)
  if (!Object.hasOwn(body, "projects")) return refuse(ErrorText.projectsMissing)
  return Array.isArray(body["projects"]) ? Either.right(body["projects"]) : refuse(ErrorText.projectsNoList)
}

/**
 * The `remote_url` by which an import decides whether it knows an element already, read before everything else. Null if it has
 * none: such an element is never known.
 *
 * @param element one element of an import
 */
export const importedUrl = (element: JsonObject): Read<string | null> => readTextOrNone("remote_url", element["remote_url"])

/**
 * One element of an import whose `remote_url` is not known yet. The texts quote the value.
 *
 * @param element one element of an import
 */
export const readImported = (element: JsonObject): Read<NewProject> => {
  if (isNoName(element["name"])) return refuse(ErrorText.nameRequired)
  const { classification = null, status = "active", project_type = null } = element
  if (classification !== null && !classifications.some((one) => one === classification)) {
    return refuse(`Invalid classification '${PythonText.write(classification)}'. Must be one of: ${classifications.join(", ")}`)
  }
  if (!workStatuses.some((one) => one === status)) {
    return refuse(`Invalid status '${PythonText.write(status)}'. Must be one of: ${workStatuses.join(", ")}`)
  }
  if (project_type !== null && !projectTypes.some((one) => one === project_type)) {
    return refuse(`Invalid project_type '${PythonText.write(project_type)}'. Must be one of: ${projectTypes.join(", ")}`)
  }
  return readNew(element)
}
