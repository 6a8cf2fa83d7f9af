/**
 * One version of a template, complete.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import type { TemplateManifest } from "./TemplateManifest.js"
import type { TemplateSource } from "./TemplateSource.js"

/** A version that a source offers. @category models */
export interface TemplateVersion {
  /** what `.dev-infra.yml` records as `version`: the tag as it is written, else `version` of the manifest, else the short commit, else `unknown` */
  readonly version: string
  /** the full commit, or `sha256:…` over the files of a folder or built-in template */
  readonly commit: string
}

/** @category models */
export interface TemplateSnapshot extends TemplateVersion {
  /** what `.dev-infra.yml` records as `template` */
  readonly name: string
  readonly source: TemplateSource
  readonly manifest: TemplateManifest
  /** `template.yml` as it is written, if there is one */
  readonly manifestText?: string
  /** everything of the folder but `template.yml` and `.git`, not rendered */
  readonly files: FileTree
}
