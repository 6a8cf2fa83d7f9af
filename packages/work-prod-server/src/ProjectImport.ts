/**
 * Many new projects at once, the way work-prod 0.3.0 takes them.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { Database } from "./Database.js"
import * as ProjectRows from "./projects/ProjectRows.js"
import type { StorageFailure } from "./StorageFailure.js"

/** `project` echoes the name that the element gave, whatever it was. @category models */
export interface ImportOutcome {
  readonly errors: ReadonlyArray<{ readonly error: string; readonly project: unknown }>
  readonly imported: number
  readonly skipped: number
}

/** @category models */
export interface ProjectImportShape {
  readonly run: (caller: CallerShape, elements: ReadonlyArray<unknown>) => Effect.Effect<ImportOutcome, StorageFailure>
}

/** @category tags */
export class ProjectImport extends Context.Tag("@dev-infra/work-prod-server/ProjectImport")<ProjectImport, ProjectImportShape>() {}

/** Elements of one transaction: others get their turn in between. */
const atOnce = 500

/** What the sentence of a refused uid says. */
const uidTexts = {
  PathTaken: ErrorText.pathTaken,
  UidTaken: "Project with this uid already exists",
  UidFixed: "Project already has another uid",
  UidDeleted: "A project with this uid was deleted; send recreate: true to create it again"
} as const

const make = Effect.gen(function* () {
  const database = yield* Database
  const openRows = ProjectRows.make(database)

  const importSome = (caller: CallerShape, elements: ReadonlyArray<unknown>) =>
    Effect.gen(function* () {
      const rows = yield* openRows(caller)
      const errors: Array<{ readonly error: string; readonly project: unknown }> = []
      const read = elements.map((element) =>
        ProjectInput.isObject(element) ? { element, url: ProjectInput.importedUrl(element), project: ProjectInput.readImported(element) } : undefined
      )
      const urls = read.flatMap((one) => (one !== undefined && Either.isRight(one.url) && one.url.right !== null ? [one.url.right] : []))
      const paths = read.flatMap((one) => (one !== undefined && Either.isRight(one.project) && one.project.right.path !== null ? [one.project.right.path] : []))
      const known = new Set(yield* rows.knownUrls(urls))
      const taken = new Set(yield* rows.takenPaths(paths))
      const free: Array<ProjectInput.NewProject> = []
      let imported = 0
      for (const one of read) {
        if (one === undefined) {
          errors.push({ error: "Project must be a JSON object", project: null })
          continue
        }
        const refuse = (error: string) => errors.push({ error, project: one.element["name"] ?? null })
        if (Either.isLeft(one.url)) {
          refuse(one.url.left.text)
          continue
        }
        const url = one.url.right
        if (url !== null && known.has(url)) continue
        if (Either.isLeft(one.project)) {
          refuse(one.project.left.text)
          continue
        }
        const project = one.project.right
        if (project.path !== null && taken.has(project.path)) {
          refuse(ErrorText.pathTaken)
          continue
        }
        if (project.uid === null) free.push(project)
        else {
          const inserted = yield* rows.insert(project).pipe(
            Effect.map(Either.right),
            Effect.catchIf((error): error is ProjectRows.RowRefused => error._tag !== "SqlError", (refused) => Effect.succeed(Either.left(refused)))
          )
          if (Either.isLeft(inserted)) {
            refuse(uidTexts[inserted.left._tag])
            continue
          }
        }
        imported += 1
        if (url !== null) known.add(url)
        if (project.path !== null) taken.add(project.path)
      }
      yield* rows.insertFree(free)
      return { errors, imported }
    })

  const shape: ProjectImportShape = {
    run: (caller, elements) =>
      Effect.map(
        Effect.forEach(Arr.chunksOf(elements, atOnce), (some) => Effect.zipLeft(database.write(importSome(caller, some)), Effect.yieldNow())),
        (parts) => {
          const imported = parts.reduce((sum, part) => sum + part.imported, 0)
          return { errors: parts.flatMap((part) => part.errors), imported, skipped: elements.length - imported }
        }
      )
  }
  return shape
})

/** Imports into the database. @category layers */
export const layer: Layer.Layer<ProjectImport, never, Database> = Layer.effect(ProjectImport, make)
