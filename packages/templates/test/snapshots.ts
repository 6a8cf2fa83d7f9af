import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
import { tree, type Written } from "./trees.js"

/** A version of a template in a folder, as it is written in tests. */
export const snapshotOf = (files: { readonly [path: string]: Written }, manifest: Partial<TemplateManifest.TemplateManifest> = {}): TemplateSnapshot => ({
  name: "service",
  version: "1.0.0",
  commit: `sha256:${"0".repeat(64)}`,
  source: { _tag: "Folder", path: "/templates/service" },
  manifest: { ...TemplateManifest.empty, ...manifest },
  files: tree(files)
})

/** Answers for what every template asks. */
export const answers = { name: "api", date: "2025-12-19", year: 2025, author: "Ada" }
