/**
 * Which projects could have a newer version of their template, as far as that is known without the network. Each source is asked once, however many
 * projects come from it, and no file of a template is opened.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import greater from "semver/functions/gt.js"
import parseVersion from "semver/functions/parse.js"
import { type RecordedTemplate, RecordedTemplates, sourceText } from "./RecordedTemplates.js"
import type { TemplateFailure } from "./TemplateFailure.js"
import type { TemplateVersion } from "./TemplateSnapshot.js"
import { type NamesError, TemplateSources } from "./TemplateSources.js"

/** A project for which there is a newer version. @category models */
export interface OutdatedProject {
  readonly project: Project
  readonly recorded: RecordedTemplate
  readonly newest: TemplateVersion
}

/** A source that cannot be asked, with the projects that come from it. @category models */
export interface UnknownSource {
  readonly source: string
  readonly failure: TemplateFailure | NamesError
  readonly projects: ReadonlyArray<Project>
}

/** @category models */
export interface OutdatedReport {
  /** in the order in which they were given */
  readonly outdated: ReadonlyArray<OutdatedProject>
  /** how many have the newest version */
  readonly current: number
  readonly unknown: ReadonlyArray<UnknownSource>
  /** files of projects that cannot be read */
  readonly problems: ReadonlyArray<StatementProblem>
}

/**
 * Whether the newest version of a source is another one than the recorded, and not an older one. Versions that are numbers are compared as such; others,
 * and equal ones, by the commit (a branch goes on, and a folder is edited, under the same name).
 *
 * @category guards
 */
export const isNewer = (recorded: Pick<RecordedTemplate, "version" | "commit">, newest: TemplateVersion): boolean => {
  const [before, after] = [parseVersion(recorded.version), parseVersion(newest.version)]
  if (before !== null && after !== null && before.compare(after) !== 0) return greater(after, before)
  return recorded.commit === undefined ? recorded.version.replace(/^v(?=\d)/, "") !== newest.version.replace(/^v(?=\d)/, "") : recorded.commit !== newest.commit
}

/** So many sources are asked at a time. */
const concurrency = 4

/**
 * Look at projects. What cannot be told is part of the answer, never a failure.
 *
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import * as Outdated from "@dev-infra/templates/Outdated"
 * import * as Effect from "effect/Effect"
 *
 * export const names = (projects: ReadonlyArray<Project>) =>
 *   Effect.map(Outdated.examine(projects), ({ outdated }) => outdated.map(({ newest, project }) => `${project.name} ${newest.version}`))
 * ```
 * @category running
 */
export const examine = (projects: ReadonlyArray<Project>): Effect.Effect<OutdatedReport, never, RecordedTemplates | TemplateSources> =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const { problems, records } = yield* Effect.flatMap(RecordedTemplates, (templates) => templates.read(projects))
    const texts = [...new Set(Array.from(records.values(), sourceText))]
    const newestOf = (text: string) => Effect.either(Effect.flatMap(sources.parse(text), sources.newest))
    const answers = new Map(yield* Effect.forEach(texts, (text) => Effect.map(newestOf(text), (answer) => [text, answer] as const), { concurrency }))
    const outdated: Array<OutdatedProject> = []
    const unknown = new Map<string, { readonly source: string; readonly failure: UnknownSource["failure"]; readonly projects: Array<Project> }>()
    let current = 0
    for (const project of projects) {
      const recorded = records.get(project.path)
      const source = recorded === undefined ? undefined : sourceText(recorded)
      const answer = source === undefined ? undefined : answers.get(source)
      if (recorded === undefined || source === undefined || answer === undefined) continue
      if (Either.isLeft(answer)) {
        const known = unknown.get(source)
        if (known === undefined) unknown.set(source, { source, failure: answer.left, projects: [project] })
        else known.projects.push(project)
      } else if (isNewer(recorded, answer.right)) outdated.push({ project, recorded, newest: answer.right })
      else current += 1
    }
    return { outdated, current, unknown: [...unknown.values()], problems }
  })
