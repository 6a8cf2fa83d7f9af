/**
 * The projects of other machines, as the last fetch knows them.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import * as RepositoryUrl from "@dev-infra/metadata/RepositoryUrl"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { type OfflineError, Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Next from "./Next.js"
import { idOf, nameOf } from "./RemoteReference.js"

/** The rows. @category reading */
export const entries: Effect.Effect<ReadonlyArray<RemoteEntry>, OfflineError, Sync> = Effect.flatMap(Sync, (sync) => sync.notLocal)

const textFields = ["template", "version", "status", "created", "organization", "repository"] as const

/**
 * A row with the fields of a project, so that it can be chosen and ordered like one. Its path is one on another machine.
 *
 * @category models
 */
export const asProject = (entry: RemoteEntry): Project => {
  const fields: { [field: string]: unknown } = { template: "unknown", version: "unknown", status: "active", ...entry.fields }
  // A server may hold anything.
  for (const field of textFields) if (typeof fields[field] !== "string") fields[field] = undefined
  if (!Array.isArray(fields["tags"])) fields["tags"] = undefined
  const path = entry.locations[0]?.path ?? ""
  // All that choosing, ordering and showing look at has its type; an id and a path that are none are not used as such.
  return { ...fields, id: idOf(entry), name: nameOf(entry), path } as Project
}

/** A URL of a scheme that git may be told to clone without harm: no helper program, no option. */
const isCloneable = (url: string): boolean => /^(?:(?:https?|ssh|git|file):\/\/[^\s-]|(?:\w[\w.-]*@)?\w[\w.-]*:(?![:/])|\/)/i.test(url)

/**
 * The command that would bring a project to this machine; none where its repository is not known. Of a project inside a repository the
 * whole repository.
 *
 * @category accessors
 */
export const cloneOf = ({ fields }: Pick<RemoteEntry, "fields">): string | undefined => {
  const repository = fields["repository"]
  if (typeof repository !== "string") return undefined
  const url = RepositoryUrl.withoutCredentials(RepositoryUrl.split(repository).url)
  return isCloneable(url) ? `git clone ${Next.word(url)}` : undefined
}
