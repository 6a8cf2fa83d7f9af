/**
 * Many new projects at once, the way work-prod 0.3.0 takes them.
 *
 * The elements are stored in parts, each in one transaction and durable before the next begins; other requests get their turn in
 * between. If the database fails in the middle, the parts before stay. Sent again, they are skipped by their `remote_url`.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import type { InvalidInput } from "@dev-infra/work-prod-api/ProjectFailure"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { Database } from "./Database.js"
import * as FailureAnswer from "./http/FailureAnswer.js"
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

type ImportError = ImportOutcome["errors"][number]

/** An element as far as it can be read without the database; undefined if it is no object. */
interface ReadElement {
  readonly name: unknown
  readonly url: Either.Either<string | null, InvalidInput>
  readonly project: Either.Either<ProjectInput.NewProject, InvalidInput>
}

const readElement = (element: unknown): ReadElement | undefined =>
  ProjectInput.isObject(element) ? { name: element["name"] ?? null, url: ProjectInput.importedUrl(element), project: ProjectInput.readImported(element) } : undefined

/** What became of an element: it has an error, its `remote_url` is known, or it is new. */
type Verdict = { readonly error: string } | "Known" | ProjectInput.NewProject

/** What an element is, after those before it. `known` and `taken` are the values of `remote_url` and `path` that are in use. */
const judge = (element: ReadElement | undefined, known: ReadonlySet<string>, taken: ReadonlySet<string>): Verdict => {
  if (element === undefined) return { error: "Project must be a JSON object" }
  if (Either.isLeft(element.url)) return { error: element.url.left.text }
  if (element.url.right !== null && known.has(element.url.right)) return "Known"
  if (Either.isLeft(element.project)) return { error: element.project.left.text }
  const { path } = element.project.right
  return path !== null && taken.has(path) ? { error: ErrorText.pathTaken } : element.project.right
}

const isRefused = (failure: ProjectRows.RowRefused | SqlError): failure is ProjectRows.RowRefused => failure._tag !== "SqlError"

const make = Effect.gen(function* () {
  const database = yield* Database
  const openRows = ProjectRows.make(database)

  const store = (caller: CallerShape, elements: ReadonlyArray<ReadElement | undefined>) =>
    Effect.gen(function* () {
      const rows = yield* openRows(caller)
      const urls = elements.flatMap((element) => (element !== undefined && Either.isRight(element.url) ? (element.url.right ?? []) : []))
      const paths = elements.flatMap((element) => (element !== undefined && Either.isRight(element.project) ? (element.project.right.path ?? []) : []))
      const known = new Set(yield* rows.knownUrls(urls))
      const taken = new Set(yield* rows.takenPaths(paths))
      const errors: Array<ImportError> = []
      let imported = 0
      // Those that nothing can hinder any more are stored together, but not after one that comes behind them.
      let free: Array<ProjectInput.NewProject> = []
      const storeFree = Effect.suspend(() => {
        const some = free
        free = []
        return rows.writeFree(some.map((project) => ({ _tag: "Creation", project })))
      })
      for (const element of elements) {
        const verdict = judge(element, known, taken)
        if (verdict === "Known") continue
        if ("error" in verdict) {
          errors.push({ error: verdict.error, project: element?.name ?? null })
          continue
        }
        if (verdict.uid === null) free.push(verdict)
        else {
          yield* storeFree
          // A row that is refused has left nothing behind.
          const refused = yield* rows.insert(verdict).pipe(Effect.as(undefined), Effect.catchIf(isRefused, (refusal) => Effect.succeed(refusal)))
          if (refused !== undefined) {
            errors.push({ error: FailureAnswer.fromFailure(refused).body.error, project: element?.name ?? null })
            continue
          }
        }
        imported += 1
        if (verdict.remote_url !== null) known.add(verdict.remote_url)
        if (verdict.path !== null) taken.add(verdict.path)
      }
      yield* storeFree
      return { errors, imported }
    })

  return ProjectImport.of({
    run: (caller, elements) =>
      Effect.map(
        Effect.forEach(Arr.chunksOf(elements, atOnce), (some) =>
          Effect.suspend(() => {
            const read = some.map(readElement)
            return Effect.zipLeft(database.write(store(caller, read), caller.account), Effect.yieldNow())
          })
        ),
        (parts) => {
          const imported = parts.reduce((sum, part) => sum + part.imported, 0)
          return { errors: parts.flatMap((part) => part.errors), imported, skipped: elements.length - imported }
        }
      )
  })
})

/**
 * Imports into the database.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as ProjectImport from "@dev-infra/work-prod-server/ProjectImport"
 * import * as Layer from "effect/Layer"
 *
 * const database = LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })
 * export const imports = ProjectImport.layer.pipe(Layer.provide(database))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<ProjectImport, never, Database> = Layer.effect(ProjectImport, make)
