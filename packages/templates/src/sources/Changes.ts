/**
 * What changed in a template from one version to another, as its authors wrote it down: in a file of changes, or else in their commits.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import { sortedVersions } from "@dev-infra/git-repositories/GitReference"
import type { Repositories } from "@dev-infra/git-repositories/Repositories"
import type { RepositoryUnavailable } from "@dev-infra/git-repositories/RepositoryFailure"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import compare from "semver/functions/compare.js"
import parseVersion from "semver/functions/parse.js"
import * as ChangelogSections from "../fleet/ChangelogSections.js"
import type { TemplateVersion } from "../TemplateSnapshot.js"
import type { GitSource } from "../TemplateSource.js"
import type { VersionChanges } from "../TemplateSources.js"

/** The two versions. */
export interface Between {
  readonly from: TemplateVersion
  readonly to: TemplateVersion
}

const fileName = "CHANGELOG.md"

/** Bytes of a file of changes. */
const largestFile = 2 * 1024 * 1024

/** So many versions are told apart; with more, their commits are one list. */
const mostVersions = 20

const sectionsIn = (content: Uint8Array, { from, to }: Between): ReadonlyArray<ChangelogSections.Section> =>
  content.length > largestFile ? [] : ChangelogSections.between(new TextDecoder().decode(content), from.version, to.version)

/** What the file of changes in a folder says. */
export const ofFolder = (files: FileTree, between: Between): ReadonlyArray<VersionChanges> => {
  const file = files.get(fileName)
  return file === undefined || file.mode === "symlink" ? [] : sectionsIn(file.content, between)
}

/** The tags after one version up to another, newest first; empty if these are no numbers. */
const tagsBetween = (tags: Iterable<string>, { from, to }: Between): ReadonlyArray<string> => {
  const [after, upTo] = [parseVersion(from.version), parseVersion(to.version)]
  if (after === null || upTo === null) return []
  return sortedVersions(tags).filter((tag) => compare(tag, after) > 0 && compare(tag, upTo) <= 0)
}

const bare = (version: string): string => version.replace(/^v(?=\d)/, "")

/** The same of a repository: a file beside the template, else one at its root, and commits for versions of which neither says anything. */
export const ofRepository = (repositories: Repositories["Type"], { subfolder, url }: GitSource, between: Between): Effect.Effect<ReadonlyArray<VersionChanges>, RepositoryUnavailable> =>
  Effect.gen(function* () {
    const { from, to } = between
    const places = [...new Set([subfolder === "" ? fileName : `${subfolder}/${fileName}`, fileName])]
    const files = yield* Effect.forEach(places, (path) => repositories.file(url, to.commit, path, largestFile))
    const sections = files.flatMap(Option.toArray).map((content) => sectionsIn(content, between)).find((found) => found.length > 0) ?? []
    const notes = new Map(sections.map((section) => [bare(section.version), section.notes]))
    const log = (start: string, end: string) => Effect.map(repositories.log(url, { from: start, to: end, folder: subfolder }), (commits) => commits.map(({ subject }) => subject))
    const tags = Option.match(yield* repositories.refs(url), { onNone: () => new Map<string, string>(), onSome: (refs) => refs.tags })
    const versions = tagsBetween(tags.keys(), between)
    if (versions.length === 0 || versions.length > mostVersions) {
      if (sections.length > 0) return sections
      const subjects = yield* log(from.commit, to.commit)
      return subjects.length === 0 ? [] : [{ version: to.version, subjects }]
    }
    const changes = yield* Effect.forEach(versions, (version, at) => {
      const told = notes.get(bare(version))
      if (told !== undefined) return Effect.succeed<VersionChanges>({ version, notes: told })
      const older = versions[at + 1]
      return Effect.map(log((older === undefined ? undefined : tags.get(older)) ?? from.commit, tags.get(version) ?? to.commit), (subjects): VersionChanges => ({ version, subjects }))
    })
    return changes.filter((change) => change.notes !== undefined || (change.subjects ?? []).length > 0)
  })
