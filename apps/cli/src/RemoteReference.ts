/**
 * Naming projects that are not on this machine: by id, name, or the beginning of an id, as the last fetch knows them.
 *
 * @module
 */
import { AmbiguousProject, ProjectNotFound } from "@dev-infra/registry/RegistryError"
import { shortestPrefix } from "@dev-infra/registry/ProjectReference"
import { idsOf, type RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Either from "effect/Either"

/** The name of a row; its key where it has none. @category accessors */
export const nameOf = ({ fields, key }: Pick<RemoteEntry, "fields" | "key">): string => {
  const name = fields["name"]
  return typeof name === "string" ? name : key
}

/** The id by which a row is meant. @category accessors */
export const idOf = ({ key, uid }: Pick<RemoteEntry, "key" | "uid">): string => uid ?? key

/**
 * The one row that `reference` means, in the order in which a local project is looked for.
 *
 * @category lookup
 */
export const locate = (entries: ReadonlyArray<RemoteEntry>, reference: string): Either.Either<RemoteEntry, ProjectNotFound | AmbiguousProject> => {
  const lower = reference.toLowerCase()
  const isPrefix = lower.length >= shortestPrefix && /^[0-9a-f-]+$/.test(lower)
  const ways: ReadonlyArray<(entry: RemoteEntry) => boolean> = [
    (entry) => idsOf(entry).includes(lower),
    (entry) => nameOf(entry) === reference,
    (entry) => isPrefix && idsOf(entry).some((id) => id.startsWith(lower))
  ]
  for (const fits of ways) {
    const found = entries.filter(fits)
    const [first] = found
    if (first !== undefined && found.length === 1) return Either.right(first)
    if (found.length > 1) {
      return Either.left(new AmbiguousProject({ reference, candidates: found.map((entry) => ({ id: idOf(entry), name: nameOf(entry), path: "not on this machine" })) }))
    }
  }
  return Either.left(new ProjectNotFound({ reference, suggestions: [] }))
}
