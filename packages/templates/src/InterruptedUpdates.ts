/**
 * Updates that a process left in the middle, of any project. Looking for them changes nothing; the next command for the project ends them.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Journal from "./apply/Journal.js"
import { allJournals } from "./apply/ProjectLock.js"

/** An update that was begun and not ended. @category models */
export interface Interrupted {
  readonly project: { readonly name: string; readonly path: string }
  readonly action: "apply" | "undo"
  /** when it was begun */
  readonly time: string
}

/**
 * All of them, but for those of folders that are gone. One that is being made at this moment is among them.
 *
 * @example
 * ```ts
 * import * as InterruptedUpdates from "@dev-infra/templates/InterruptedUpdates"
 * import * as Effect from "effect/Effect"
 *
 * export const names = Effect.map(InterruptedUpdates.list, (all) => all.map(({ project }) => project.name))
 * ```
 * @category recovering
 */
export const list: Effect.Effect<ReadonlyArray<Interrupted>, FileFailure, DevInfraHome | LocalFiles> = Effect.gen(function* () {
  const files = yield* LocalFiles
  const all = yield* allJournals
  if (files.existing([all])[0] !== true) return []
  const found: Array<Interrupted> = []
  for (const name of (yield* files.list(all)).filter((each) => /^[0-9a-f]{16}$/.test(each))) {
    const folder = `${all}/${name}`
    for (const place of (yield* Journal.list(files, folder)).filter(Journal.isOpen)) {
      // One that was ended since, or that cannot be read, is told by the command that ends it.
      const journal = Option.getOrUndefined(yield* Effect.option(Journal.read(files, folder, place)))
      if (journal !== undefined) found.push({ project: { name: journal.name, path: journal.project }, action: journal.action, time: journal.time })
    }
  }
  const existing = files.existing(found.map(({ project }) => project.path))
  return found.filter((_each, index) => existing[index] === true)
})
