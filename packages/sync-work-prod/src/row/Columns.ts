/**
 * The fields of a project for which every work-prod server has a column, and what becomes of values that no column can hold.
 *
 * A column carries what it can, so that people and other tools see it. Where it does not give back exactly the value, the value goes
 * beside it, into the {@link Overrides}, and counts from there only as long as the column is still what it was made to be. So an edit of the
 * column by hand always wins.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import { isSame } from "@dev-infra/metadata/ProjectMetadata"
import { classifications, projectTypes } from "@dev-infra/metadata/ProjectRules"
import { split } from "@dev-infra/metadata/RepositoryUrl"
import { workStatuses } from "@dev-infra/work-prod-api/ProjectStatus"
import type { SharedFields } from "@dev-infra/sync/SharedFields"

/** The columns of a row that hold shared fields. `description` is what people wrote, without anything of this program. @category models */
export interface Columns {
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: string | null
  readonly status: string
  readonly project_type: string | null
  readonly remote_url: string | null
}

/** @category models */
export type Column = keyof Columns

/**
 * Values that the columns do not give back. `fields` are such values; `without` are fields that the project does not have although the
 * column says something; `as` is what a column was, where that is something else than the value asks for.
 *
 * @category models
 */
export interface Overrides {
  readonly fields: SharedFields
  readonly without: ReadonlyArray<string>
  readonly as: { readonly [column: string]: string | null }
}

/** What a server does with columns. `hasInner`: a place inside a repository stands in `remote_url`. `drops`: columns that cannot be written. @category models */
export interface Dialect {
  readonly hasInner: boolean
  readonly drops: ReadonlySet<Column>
}

/** Fields and columns that mean something only together: a project is archived by its status and its classification. */
interface Unit {
  readonly fields: ReadonlyArray<string>
  readonly columns: ReadonlyArray<Column>
}

const units: ReadonlyArray<Unit> = [
  { fields: ["name"], columns: ["name"] },
  { fields: ["description"], columns: ["description"] },
  { fields: ["organization"], columns: ["organization"] },
  { fields: ["status", "classification"], columns: ["status", "classification"] },
  { fields: ["project_type"], columns: ["project_type"] },
  { fields: ["repository"], columns: ["remote_url"] }
]

/** Their names. @category constants */
export const names: ReadonlyArray<Column> = units.flatMap(({ columns }) => columns)

/** Fields that have a column. @category constants */
export const columnFields: ReadonlySet<string> = new Set(units.flatMap(({ fields }) => fields))

/** The name that a row gets whose project has none that a server takes. */
const nameless = "unnamed"

const textOf = (value: JsonValue | undefined): string | null => (typeof value === "string" ? value : null)

const oneOf = (words: ReadonlyArray<string>, value: JsonValue | undefined): string | null => words.find((word) => word === value) ?? null

const urlOf = (value: JsonValue | undefined, { hasInner }: Dialect): string | null => {
  if (typeof value !== "string" || value === "") return null
  if (hasInner || !value.includes("#")) return value
  const { inner, url } = split(value)
  return inner === undefined ? value : url
}

/**
 * What the columns say of a project, as far as they can.
 *
 * @category conversions
 */
export const encode = (fields: SharedFields, dialect: Dialect): Columns => {
  const isArchived = fields["status"] === "archived"
  const name = textOf(fields["name"])
  return {
    name: name === null || name === "" ? nameless : name,
    description: textOf(fields["description"]),
    organization: textOf(fields["organization"]),
    classification: isArchived ? "archive" : oneOf(classifications, fields["classification"]),
    status: isArchived ? "completed" : (oneOf(workStatuses, fields["status"]) ?? "active"),
    project_type: oneOf(projectTypes, fields["project_type"]),
    remote_url: urlOf(fields["repository"], dialect)
  }
}

/** What the columns say by themselves. */
const plain = ({ classification, description, name, organization, project_type, remote_url, status }: Columns): { [field: string]: JsonValue } => {
  const fields: { [field: string]: JsonValue } = { name, status }
  if (description !== null) fields["description"] = description
  if (organization !== null) fields["organization"] = organization
  if (classification !== null) fields["classification"] = classification
  if (project_type !== null) fields["project_type"] = project_type
  if (remote_url !== null && remote_url !== "") fields["repository"] = remote_url
  return fields
}

const has = (object: object, key: string): boolean => Object.hasOwn(object, key)

const equals = (left: JsonValue | undefined, right: JsonValue | undefined): boolean =>
  left === right || (typeof left === "object" && typeof right === "object" && isSame(left, right))

const sameField = (left: SharedFields, right: SharedFields, field: string): boolean =>
  has(left, field) === has(right, field) && equals(left[field], right[field])

/** The fields with those of one unit as the overrides say. */
const overridden = (unit: Unit, fields: SharedFields, { fields: values, without }: Overrides): SharedFields => {
  const result: { [field: string]: JsonValue } = { ...fields }
  for (const field of unit.fields) {
    const value = has(values, field) ? values[field] : undefined
    if (value !== undefined) result[field] = value
    else if (without.includes(field)) delete result[field]
  }
  return result
}

const isOverridden = (unit: Unit, { fields, without }: Overrides): boolean => unit.fields.some((field) => has(fields, field) || without.includes(field))

/**
 * The shared fields that have a column: what stands beside the columns counts where these are still as it made them.
 *
 * @category conversions
 */
export const decode = (columns: Columns, overrides: Overrides, dialect: Dialect): SharedFields => {
  let fields: SharedFields = plain(columns)
  for (const unit of units) {
    if (!isOverridden(unit, overrides)) continue
    const meant = overridden(unit, fields, overrides)
    const made = encode(meant, dialect)
    if (unit.columns.every((column) => columns[column] === made[column] || (has(overrides.as, column) && overrides.as[column] === columns[column]))) fields = meant
  }
  return fields
}

/**
 * What has to stand beside the columns so that the fields can be read from them again.
 *
 * @param columns as they are or will be
 * @category conversions
 */
export const overrides = (fields: SharedFields, columns: Columns, dialect: Dialect): Overrides => {
  const said = plain(columns)
  let asked: Columns | undefined
  const values: { [field: string]: JsonValue } = {}
  const without: Array<string> = []
  const as: { [column: string]: string | null } = {}
  for (const unit of units) {
    let differs = false
    for (const field of unit.fields) {
      if (sameField(said, fields, field)) continue
      differs = true
      const value = has(fields, field) ? fields[field] : undefined
      if (value === undefined) without.push(field)
      else values[field] = value
    }
    if (!differs) continue
    asked ??= encode(fields, dialect)
    for (const column of unit.columns) if (columns[column] !== asked[column]) as[column] = columns[column]
  }
  return { fields: values, without, as }
}

/** A row as it is: what it says, and its columns. @category models */
export interface Present {
  readonly fields: SharedFields
  readonly columns: Columns
}

/**
 * The columns to come: those of fields that stay keep what they hold, whatever that is; `wanted` are those to write, `expected` what
 * they will then be.
 *
 * @param present the row that is to hold the fields; undefined for a new one
 * @category combinators
 */
export const next = (
  fields: SharedFields,
  present: Present | undefined,
  dialect: Dialect
): { readonly wanted: Partial<Columns>; readonly expected: Columns } => {
  const asked = encode(fields, dialect)
  if (present === undefined) {
    const expected: Columns = { ...asked, ...(dialect.drops.has("project_type") ? { project_type: null } : {}) }
    return { wanted: asked, expected }
  }
  const wanted: { [column: string]: string | null } = {}
  const expected: { [column: string]: string | null } = { ...present.columns }
  for (const unit of units) {
    if (unit.fields.every((field) => sameField(present.fields, fields, field))) continue
    for (const column of unit.columns) {
      if (asked[column] === present.columns[column]) continue
      wanted[column] = asked[column]
      if (!dialect.drops.has(column)) expected[column] = asked[column]
    }
  }
  // Both have the columns of `Columns` with values that are such.
  return { wanted: wanted as Partial<Columns>, expected: expected as unknown as Columns }
}

/** The columns of a row that its fields alone do not tell. @category accessors */
export const unusual = (fields: SharedFields, columns: Columns, dialect: Dialect): Partial<Columns> => {
  const asked = encode(fields, dialect)
  const found: { [column: string]: string | null } = {}
  for (const column of names) if (asked[column] !== columns[column]) found[column] = columns[column]
  return found as Partial<Columns> // these are columns with their values
}

/** Whether two projects have the same values in fields with a column. @category predicates */
export const areSame = (left: SharedFields, right: SharedFields): boolean => units.every((unit) => unit.fields.every((field) => sameField(left, right, field)))
