/**
 * The name that people call a project by.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { allowed, isProjectName } from "./ProjectRules.js"

/**
 * Any text of 1 to 1,000 characters that is not blank. It may hold spaces, emoji and control characters (a folder may be
 * called anything): whoever prints it must make it safe for a terminal.
 *
 * @category schemas
 */
export const ProjectName = Schema.String.pipe(
  Schema.filter(isProjectName, { message: () => `a project name must be ${allowed.name}` }),
  Schema.brand("@dev-infra/metadata/ProjectName"),
  Schema.annotations({ identifier: "ProjectName" })
)

/** @category models */
export type ProjectName = typeof ProjectName.Type
