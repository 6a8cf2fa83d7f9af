/**
 * Items that create or change projects and that nothing stands in the way of. They are most of what clients send, and are written together.
 *
 * What may stand in the way is read once, before the first item runs. Items that run in between can only free what they give up,
 * so that an item is at worst taken for one that is not plain, and then runs alone.
 *
 * @module
 */
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { FreeChange } from "../projects/FreeChanges.js"
import * as BatchItem from "./BatchItem.js"
import type { BatchRows } from "./BatchRows.js"

/** What is plain among the items of one transaction. */
export interface PlainItems {
  /**
   * What the next item does, if it is plain. To be asked for each item in turn: its path counts as taken then. Of what a plain item
   * changes nothing may be changed before it is written.
   */
  readonly next: (operation: Batch.Operation) => Effect.Effect<FreeChange | undefined, SqlError>
}

/** What an item changes, if it can be read. */
const patchOf = (operation: Batch.Operation): ProjectInput.ProjectPatch | undefined =>
  operation._tag === "Delete" ? undefined : Either.getOrUndefined(ProjectInput.readPatch(operation.fields))

/**
 * Finds them.
 *
 * @param rows the rows of the caller's account, as they are before the first item
 * @param operations the items in their order
 */
export const find = (rows: BatchRows, operations: ReadonlyArray<Batch.Operation>): Effect.Effect<PlainItems, SqlError> =>
  Effect.gen(function* () {
    const creations = new Map<string, ProjectInput.NewProject>()
    const patches = new Map<Batch.Operation, ProjectInput.ProjectPatch | undefined>()
    const paths: Array<string> = []
    for (const operation of operations) {
      if (operation._tag !== "Upsert") continue
      const row = yield* rows.byUid(operation.uid)
      if (row === undefined) {
        if (operation.condition._tag === "Etag") continue
        const project = ProjectInput.readNew(operation.fields)
        if (Either.isLeft(project)) continue
        creations.set(operation.uid, project.right)
        if (project.right.path !== null) paths.push(project.right.path)
      } else {
        const patch = patchOf(operation)
        patches.set(operation, patch)
        if (typeof patch?.path === "string" && patch.path !== row.path) paths.push(patch.path)
      }
    }
    const taken = new Set(paths.length === 0 ? [] : yield* rows.takenPaths(paths))
    for (const uid of creations.size === 0 ? [] : yield* rows.deletedUids([...creations.keys()])) creations.delete(uid)

    const update = ({ condition, uid }: Extract<Batch.Operation, { readonly _tag: "Upsert" }>, patch: ProjectInput.ProjectPatch, isFree: boolean) =>
      Effect.map(rows.byUid(uid), (row): FreeChange | undefined =>
        row !== undefined && BatchItem.holds(row, condition) && (isFree || patch.path === row.path) ? { _tag: "Update", row, patch } : undefined
      )
    return {
      next: (operation) =>
        Effect.suspend(() => {
          const project = operation._tag === "Upsert" ? creations.get(operation.uid) : undefined
          const patch = project !== undefined ? undefined : patches.has(operation) ? patches.get(operation) : patchOf(operation)
          const path = project === undefined ? patch?.path : project.path
          const isFree = typeof path !== "string" || !taken.has(path)
          if (typeof path === "string") taken.add(path)
          if (project !== undefined) return Effect.succeed<FreeChange | undefined>(isFree ? { _tag: "Creation", project } : undefined)
          return operation._tag === "Upsert" && patch !== undefined ? update(operation, patch, isFree) : Effect.succeed(undefined)
        })
    }
  })
