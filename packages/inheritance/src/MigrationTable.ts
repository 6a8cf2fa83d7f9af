/**
 * How those who call a library's tasks get from one version to another: `migrations.yml` in the folder of the library.
 *
 * ```yaml
 * migrations:
 *   v2.0.0:
 *     tasks:
 *       dev:setup: setup:dev
 *     paths:
 *       includes/v1/infrastructure.yml: includes/v2/infrastructure.yml
 * ```
 *
 * What stands below a version holds for everybody who comes from before it. Names are those within the library.
 *
 * @module
 */
import { sortedVersions } from "@dev-infra/git-repositories/GitReference"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { parseDocument } from "yaml"

/** The name of the file. @category constants */
export const fileName = "migrations.yml"

const Names = Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.NonEmptyString, value: Schema.NonEmptyString })))

const Stored = Schema.Struct({
  migrations: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.NonEmptyString, value: Schema.NullOr(Schema.Struct({ tasks: Names, paths: Names })) })))
})

const decodeStored = Schema.decodeUnknownEither(Stored)

/** What becomes of names, by the name before. @category models */
export interface Renames {
  readonly tasks: ReadonlyMap<string, string>
  readonly paths: ReadonlyMap<string, string>
}

/** @category models */
export interface MigrationTable {
  /** oldest version first */
  readonly steps: ReadonlyArray<Renames & { readonly version: string }>
}

/** @category constants */
export const empty: MigrationTable = { steps: [] }

/** The version that a text names, in full: `v2` is `v2.0.0`. Undefined for what is none. */
const versionOf = (text: string): string | undefined => {
  const full = /^v?\d+$/.test(text) ? `${text}.0.0` : /^v?\d+\.\d+$/.test(text) ? `${text}.0` : text
  return sortedVersions([full])[0]
}

/** Below 0 if the first is older. */
const compareVersions = (left: string, right: string): number => {
  const bare = (version: string) => version.replace(/^v/, "")
  return bare(left) === bare(right) ? 0 : sortedVersions([left, right])[0] === left ? 1 : -1
}

/** Oldest first; what is no version stands at the end, as written. */
const byVersion = (left: string, right: string): number => {
  const [a, b] = [versionOf(left), versionOf(right)]
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  return compareVersions(a, b)
}

/**
 * Reads a table; else what is wrong with it, as a clause.
 *
 * @category constructors
 */
export const parse = (text: string): Either.Either<MigrationTable, string> => {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, logLevel: "silent" })
  const [fault] = document.errors
  if (fault !== undefined) return Either.left(`it is no YAML: ${fault.message.split("\n")[0] ?? ""}`)
  const value = Either.try({ try: (): unknown => document.toJS({ maxAliasCount: 0 }), catch: () => "it has no aliases" })
  return Either.flatMap(value, (read) =>
    Either.mapBoth(decodeStored(read ?? {}), {
      onLeft: () => "below migrations, each version has tasks and paths: names before, and names now",
      onRight: ({ migrations }): MigrationTable => ({
        steps: Object.entries(migrations ?? {})
          .map(([version, names]) => ({ version, tasks: new Map(Object.entries(names?.tasks ?? {})), paths: new Map(Object.entries(names?.paths ?? {})) }))
          .sort((left, right) => byVersion(left.version, right.version))
      })
    }))
}

/**
 * What becomes of names on the way from one version to another. Where the two are no versions all steps hold.
 *
 * @category combinators
 */
export const between = ({ steps }: MigrationTable, from: string | undefined, to: string): Renames => {
  const [first, last] = [from === undefined ? undefined : versionOf(from), versionOf(to)]
  const tasks = new Map<string, string>()
  const paths = new Map<string, string>()
  const follow = (names: Map<string, string>, step: ReadonlyMap<string, string>) => {
    for (const [before, now] of names) {
      const next = step.get(now)
      if (next !== undefined) names.set(before, next)
    }
    for (const [before, now] of step) if (!names.has(before)) names.set(before, now)
  }
  for (const step of steps) {
    const version = versionOf(step.version)
    const isBefore = version !== undefined && first !== undefined && compareVersions(version, first) <= 0
    const isAfter = version !== undefined && last !== undefined && compareVersions(version, last) > 0
    if (isBefore || isAfter) continue
    follow(tasks, step.tasks)
    follow(paths, step.paths)
  }
  return { tasks, paths }
}
