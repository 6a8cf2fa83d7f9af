/**
 * Items that create projects which nothing stands in the way of. They are most of a first push, and are inserted together.
 *
 * What may stand in the way is read once, before the first item runs. Items that run in between can only free what they give up,
 * so that a creation is at worst taken for one that is not plain, and then runs alone.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { BatchRows } from "./BatchRows.js"

/** What is plain among the items of one transaction. */
export interface PlainCreations {
  /** The project that the next item creates, if it is plain. To be asked for each item in turn: its path counts as taken then. */
  readonly next: (operation: Batch.Operation) => ProjectInput.NewProject | undefined
}

const pathOf = (operation: Batch.Operation): string | null | undefined =>
  operation._tag === "Delete" || !Object.hasOwn(operation.fields, "path") ? undefined : Either.getOrUndefined(ProjectInput.readPatch(operation.fields))?.path

/**
 * Finds them.
 *
 * @param rows the rows of the caller's account, as they are before the first item
 * @param operations the items in their order
 */
export const find = (rows: BatchRows, operations: ReadonlyArray<Batch.Operation>): Effect.Effect<PlainCreations, SqlError> =>
  Effect.gen(function* () {
    const projects = new Map<string, ProjectInput.NewProject>()
    for (const operation of operations) {
      if (operation._tag !== "Upsert" || operation.condition._tag === "Etag" || (yield* rows.byUid(operation.uid)) !== undefined) continue
      const project = ProjectInput.readNew(operation.fields)
      if (Either.isRight(project)) projects.set(operation.uid, project.right)
    }
    const paths = [...projects.values()].flatMap(({ path }) => (path === null ? [] : [path]))
    const taken = new Set(paths.length === 0 ? [] : yield* rows.takenPaths(paths))
    for (const uid of projects.size === 0 ? [] : yield* rows.deletedUids([...projects.keys()])) projects.delete(uid)
    return {
      next: (operation) => {
        const project = operation._tag === "Upsert" ? projects.get(operation.uid) : undefined
        const path = project === undefined ? pathOf(operation) : project.path
        const isPlain = project !== undefined && (project.path === null || !taken.has(project.path))
        if (typeof path === "string") taken.add(path)
        return isPlain ? project : undefined
      }
    }
  })
