/**
 * What a project's `.dev-infra.yml` records of the template that it came from.
 *
 * @module
 */
import type { Customization, SyncRules } from "@dev-infra/metadata/MetadataHistory"
import type { ProjectMetadata } from "@dev-infra/metadata/ProjectMetadata"
import * as Option from "effect/Option"
import type { Answers } from "./TemplateManifest.js"

/** @category models */
export interface TemplateRecord {
  readonly template: string
  readonly version: string
  /** the source as `TemplateSource.toText` writes it, without the ref; undefined in files that older programs wrote */
  readonly source: string | undefined
  readonly commit: string | undefined
  readonly answers: Answers
  /** the project's own rules, which go before those of the template */
  readonly sync: SyncRules
  readonly customizations: ReadonlyArray<Customization>
  readonly autoUpdate: boolean
}

/** What projects say that came from no template. */
const unknown = "unknown"

/**
 * What a project records; none if it names no template, or `unknown`.
 *
 * @example
 * ```ts
 * import * as TemplateRecord from "@dev-infra/templates/TemplateRecord"
 *
 * export const record = TemplateRecord.of({ template: "standard-project", version: "v0.8.0", source: "builtin:standard-project" })
 * ```
 * @category constructors
 */
export const of = (metadata: ProjectMetadata): Option.Option<TemplateRecord> => {
  const template = metadata.template ?? undefined
  if (template === undefined || template.trim() === "" || template === unknown) return Option.none()
  return Option.some({
    template,
    version: metadata.version ?? unknown,
    source: metadata.source ?? undefined,
    commit: metadata.commit ?? undefined,
    answers: metadata.answers ?? {},
    sync: metadata.sync ?? {},
    customizations: metadata.customizations ?? [],
    autoUpdate: metadata.auto_update ?? false
  })
}
