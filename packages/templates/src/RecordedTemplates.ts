/**
 * Which version of which template each of many projects records in its `.dev-infra.yml`.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** What is known of the template of one project. @category models */
export interface RecordedTemplate {
  readonly template: string
  readonly version: string
  /** where the template is, as `TemplateSource.toText` writes it; absent in files that older programs wrote */
  readonly source?: string
  readonly commit?: string
  /** `auto_update` of the file */
  readonly autoUpdate: boolean
}

/** By the paths of the projects; those that come from no template are absent. @category models */
export interface RecordsRead {
  readonly records: ReadonlyMap<string, RecordedTemplate>
  /** files that cannot be read; their projects count as without a template */
  readonly problems: ReadonlyArray<StatementProblem>
}

/** The text that names the source of a recorded template: older programs recorded only its name. @category combinators */
export const sourceText = (recorded: Pick<RecordedTemplate, "source" | "template">): string => recorded.source ?? recorded.template

/**
 * The port; `RecordedTemplatesLive` reads the disk.
 *
 * @category tags
 * @example
 * ```ts
 * import type { Project } from "@dev-infra/metadata/Project"
 * import { RecordedTemplates } from "@dev-infra/templates/RecordedTemplates"
 * import * as Effect from "effect/Effect"
 *
 * export const automatic = (projects: ReadonlyArray<Project>) =>
 *   Effect.gen(function* () {
 *     const { records } = yield* Effect.flatMap(RecordedTemplates, (templates) => templates.read(projects))
 *     return projects.filter(({ path }) => records.get(path)?.autoUpdate === true)
 *   })
 * ```
 */
export class RecordedTemplates extends Context.Tag("@dev-infra/templates/RecordedTemplates")<
  RecordedTemplates,
  {
    /** What the projects record. Only files that changed since they were read last are read. */
    readonly read: (projects: ReadonlyArray<Project>) => Effect.Effect<RecordsRead>
  }
>() {}

/**
 * Records by the paths of projects.
 *
 * @category layers
 * @example
 * ```ts
 * import * as RecordedTemplates from "@dev-infra/templates/RecordedTemplates"
 *
 * export const one = RecordedTemplates.layerMemory({ "/code/api": { template: "standard-project", version: "v1.0.0", autoUpdate: true } })
 * ```
 */
export const layerMemory = (records: { readonly [path: string]: RecordedTemplate }): Layer.Layer<RecordedTemplates> =>
  Layer.succeed(RecordedTemplates, {
    read: (projects) =>
      Effect.sync(() => ({
        records: new Map(
          projects.flatMap(({ path }) => {
            const record = records[path]
            return record === undefined ? [] : [[path, record] as const]
          })
        ),
        problems: []
      }))
  })
