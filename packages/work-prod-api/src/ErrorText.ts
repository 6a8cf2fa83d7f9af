/**
 * The texts of errors that work-prod 0.3.0 used. Programs compare them, so they stay as they are, letter by letter.
 *
 * @module
 */
import { classifications, projectTypes } from "@dev-infra/metadata/ProjectRules"
import { workStatuses } from "./ProjectStatus.js"

/** @category constants */
export const nameRequired = "Name is required"
/** @category constants */
export const invalidClassification = `Invalid classification. Must be one of: ${classifications.join(", ")}`
/** @category constants */
export const invalidStatus = `Invalid status. Must be one of: ${workStatuses.join(", ")}`
/** @category constants */
export const statusNull = "Status cannot be null"
/** Written like a list of Python, which 0.3.0 was written in. @category constants */
export const invalidProjectType = `Invalid project_type. Must be one of: [${projectTypes.map((type) => `'${type}'`).join(", ")}]`
/** @category constants */
export const pathTaken = "Project with this path already exists"
/** @category constants */
export const integrity = "Database integrity error"
/** @category constants */
export const internal = "Internal server error"
/** @category constants */
export const notFound = "Project not found"
/** @category constants */
export const invalidId = "Invalid project ID format"
/** @category constants */
export const contentType = "Content-Type must be application/json"
/** @category constants */
export const invalidJson = "Invalid JSON"
/** @category constants */
export const notAnObject = "Request body must be a JSON object"
/** @category constants */
export const projectsMissing = "Missing 'projects' field"
/** @category constants */
export const projectsNoList = "'projects' field must be a list"
/** @category constants */
export const importFailed = "Failed to import project"
