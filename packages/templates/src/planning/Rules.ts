/**
 * What project and template say about updates of a file.
 *
 * @module
 */
import type { Customization } from "@dev-infra/metadata/MetadataHistory"
import * as FileGlobs from "../FileGlobs.js"
import type { SyncGlobs } from "../TemplateManifest.js"

/**
 * The rules in the order in which they count: what the project customised, what it says, what the template says. Within one of them `never`
 * goes before `ask`, and `ask` before `always`.
 *
 * @category models
 */
export interface UpdateRules {
  readonly customizations: ReadonlyArray<Pick<Customization, "file" | "reason">>
  readonly project: SyncGlobs
  readonly template: SyncGlobs
}

/** The rule for a file, and where it stands. @category models */
export interface Rule {
  readonly _tag: "customised" | "never" | "ask" | "always"
  readonly reason: string | undefined
}

/** No rules: every file is merged. @category constants */
export const none: UpdateRules = {
  customizations: [],
  project: { always: [], ask: [], never: [] },
  template: { always: [], ask: [], never: [] }
}

const mostWildcards = 3

/** Whether all patterns are so plain that matching them cannot take long, whoever wrote them. @category guards */
export const arePlain = ({ project, template }: UpdateRules): boolean =>
  [project, template].every(({ always, ask, never }) => [...always, ...ask, ...never].every((pattern) => !/[()[\]{}]/.test(pattern) && (pattern.match(/[*?]+/g) ?? []).length <= mostWildcards))

const plain = (path: string): string => path.replace(/^(?:\.?\/)+/, "")

/**
 * Gives the rule that decides for a file, by the paths that it has or had; undefined: it is merged.
 *
 * @category constructors
 */
export const deciding = (rules: UpdateRules): ((paths: ReadonlyArray<string>) => Rule | undefined) => {
  const customised = new Map(rules.customizations.map(({ file, reason }) => [plain(file), reason ?? undefined]))
  const folders = [...customised.keys()].filter((file) => file.endsWith("/"))
  const globs = (["project", "template"] as const).flatMap((place) =>
    (["never", "ask", "always"] as const).map((word) => ({ word, place, match: FileGlobs.matching(rules[place][word]) }))
  )
  return (paths) => {
    const file = paths.find((path) => customised.has(path)) ?? folders.find((folder) => paths.some((path) => path.startsWith(folder)))
    if (file !== undefined) return { _tag: "customised", reason: customised.get(file) }
    for (const { match, place, word } of globs) {
      const pattern = paths.map(match).find((found) => found !== undefined)
      if (pattern !== undefined) return { _tag: word, reason: `${word}: ${pattern} (${place})` }
    }
    return undefined
  }
}
