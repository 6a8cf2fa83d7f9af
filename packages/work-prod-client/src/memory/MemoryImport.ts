/**
 * Imports in memory, as our server and as 0.3.0 do them.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import type { ImportResult } from "../WorkProd.js"
import * as MemoryAnswer from "./MemoryAnswer.js"
import * as MemoryRows from "./MemoryRows.js"

/** The fields that 0.3.0 stores. */
export const oldFields = (fields: ProjectInput.JsonObject): ProjectInput.JsonObject => {
  const { metadata: _, project_type: __, recreate: ___, uid: ____, ...known } = fields
  return known
}

const textOf = ({ value }: MemoryAnswer.MemoryAnswer): string => String(value["error"])

/** Why an element is not imported; undefined if it is, null if it is known already. */
const importOne = (view: MemoryRows.View, element: ProjectInput.JsonObject): string | null | undefined => {
  const url = ProjectInput.importedUrl(element)
  if (Either.isLeft(url)) return view.isOld ? ErrorText.importFailed : url.left.text
  if (url.right !== null && view.tables.urlCounts.has(url.right)) return null
  const read = ProjectInput.readImported(element)
  if (Either.isLeft(read)) {
    const { text } = read.left
    // These begin texts that 0.3.0 has; all others are of values that its database refused.
    const isOldText = text === ErrorText.nameRequired || /^Invalid (?:classification|status) '/.test(text)
    return view.isOld && !isOldText ? ErrorText.importFailed : text
  }
  const inserted = MemoryRows.insert(view, read.right)
  return Either.isLeft(inserted) ? textOf(MemoryAnswer.refusal(inserted.left)) : undefined
}

/**
 * Imports elements one after another.
 *
 * @param view who asks
 * @param elements what to import
 */
export const run = (view: MemoryRows.View, elements: ReadonlyArray<unknown>): ImportResult => {
  const errors: Array<ImportResult["errors"][number]> = []
  let imported = 0
  for (const element of elements) {
    const fields = ProjectInput.isObject(element) ? element : undefined
    const fault = fields === undefined ? "Project must be a JSON object" : importOne(view, view.isOld ? oldFields(fields) : fields)
    if (fault === undefined) imported += 1
    else if (fault !== null) errors.push({ error: fault, project: fields?.["name"] ?? null })
  }
  return { errors, imported, skipped: elements.length - imported }
}
