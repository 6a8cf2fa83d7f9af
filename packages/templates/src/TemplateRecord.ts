/**
 * What a project's `.dev-infra.yml` records of the template that it came from.
 *
 * @module
 */
import type { Customization, SyncRules } from "@dev-infra/metadata/MetadataHistory"
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
