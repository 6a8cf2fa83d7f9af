/**
 * What the own files of many projects state, in the form in which the registry and a registration need it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import type { MetadataDocument } from "@dev-infra/metadata/MetadataDocument"
import { fileName, MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Statement, StatementProblem, Statements } from "./Registration.js"

/** The fields of a project's own file that the registry has too. @category models */
export const statedFields: ReadonlyArray<string> = [
  "name", "template", "version", "created", "status", "description", "organization", "classification", "project_type", "tags"
]

/**
 * What a file states: the fields that the registry has too, null where cleared, and the id.
 *
 * @category constructors
 */
export const statementOf = ({ metadata, path }: MetadataDocument): Statement => ({
  path,
  ...(metadata.id === undefined || metadata.id === null ? {} : { id: metadata.id }),
  fields: Object.fromEntries(
    statedFields.flatMap((field) =>
      // every one of these fields is a text, a list of texts, or null
      Object.hasOwn(metadata, field) ? [[field, metadata[field] as JsonValue] as const] : []
    )
  )
})

/**
 * Why the file of a project cannot be read, in the form in which it is told beside others.
 *
 * @param folder the root of the project
 * @category constructors
 */
export const problemOf = (folder: AbsolutePath, failure: MetadataInvalid | MetadataUnavailable | FileFailure): StatementProblem => {
  const path = `${folder}/${fileName}`
  // The message begins with the path, which whoever shows the problem puts first by itself.
  if (failure._tag === "MetadataUnavailable") return { folder, path, problem: failure.message.replace(`${path} `, "it ") }
  if (failure._tag === "FileFailure") return { folder, path, problem: failure.message }
  return {
    folder,
    path: failure.path,
    problem: failure.problem,
    ...(failure.line === undefined ? {} : { line: failure.line }),
    ...(failure.column === undefined ? {} : { column: failure.column }),
    ...(failure.hint === undefined ? {} : { hint: failure.hint })
  }
}

/**
 * What the file of one project states; none if it has no file or its folder is gone.
 *
 * @category reading
 */
export const readOne = (folder: AbsolutePath): Effect.Effect<Option.Option<Statement>, StatementProblem, MetadataFile> =>
  Effect.flatMap(MetadataFile, (files) => files.read(folder)).pipe(
    Effect.map(Option.map(statementOf)),
    Effect.catchAll((failure) =>
      failure._tag === "FileFailure" && (failure.reason === "NotFound" || failure.reason === "NotAFolder")
        ? Effect.succeedNone
        : Effect.fail(problemOf(folder, failure))
    )
  )

/**
 * What the files of many projects state, eight read at a time. A file that cannot be read is reported beside the others.
 *
 * @param folders the roots of the projects; one without a file is in neither list
 * @example
 * ```ts
 * import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
 * import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
 *
 * export const statements = ProjectStatement.readAll([AbsolutePath.make("/home/me/api")])
 * ```
 * @category reading
 */
export const readAll = (folders: ReadonlyArray<AbsolutePath>): Effect.Effect<Statements, never, MetadataFile> =>
  Effect.map(Effect.forEach(folders, (folder) => Effect.either(readOne(folder)), { concurrency: 8 }), (results) => {
    const statements = new Map<string, Statement>()
    const problems: Array<StatementProblem> = []
    for (const [index, result] of results.entries()) {
      const folder = folders[index]
      if (Either.isLeft(result)) problems.push(result.left)
      else if (folder !== undefined && Option.isSome(result.right)) statements.set(folder, result.right.value)
    }
    return { statements, problems }
  })
