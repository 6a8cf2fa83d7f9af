/**
 * The rules for the fields of a project as plain functions. They load nothing, so a program that only reads the registry
 * pays for no schema library; the schemas beside them are built from the same functions.
 *
 * @module
 */

/** The name of the file in the root of a project that says what the project is. */
export const metadataFileName = ".dev-infra.yml"

/** Where a project can stand. `archived` is put away; the last three are what work-prod also knows. */
export const projectStatuses = ["active", "archived", "paused", "completed", "cancelled"] as const

/** How important a project can be to its owner. */
export const classifications = ["primary", "secondary", "archive", "maintenance"] as const

/** The spheres of life a project can belong to. */
export const projectTypes = ["Work", "Personal", "Learning", "Inactive"] as const

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is a UUID in lower case. */
export const isUuid = (text: string): boolean => uuid.test(text)

/** Whether a text is 1 to 1,000 UTF-16 units long and not blank. */
export const isProjectName = (text: string): boolean => text.length <= 1000 && text.trim().length > 0

/** Whether a text is an absolute path without NUL, `.` and `..` segments, doubled or trailing slashes. */
export const isAbsolutePath = (path: string): boolean =>
  path.charCodeAt(0) === 47 &&
  (path.length === 1 || path.charCodeAt(path.length - 1) !== 47) &&
  !path.includes("//") &&
  !path.includes("\0") &&
  !(path.includes("/.") && /\/\.{1,2}(?:\/|$)/.test(path))

const calendarDate = /^\d{4}-\d{2}-\d{2}$/
const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether a text is a day that exists, written `YYYY-MM-DD`. */
export const isCalendarDate = (text: string): boolean => {
  if (!calendarDate.test(text)) return false
  const numberAt = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528
  const year = numberAt(0) * 100 + numberAt(2)
  const month = numberAt(5)
  const day = numberAt(8)
  if (day < 1 || day > (daysInMonth[month - 1] ?? 0)) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

/**
 * The shortest spelling of an absolute path: without `.` and `..` segments, doubled and trailing slashes. It does not look
 * at the disk, so a `..` after a symbolic link is taken literally.
 *
 * @param path a text that starts with `/`
 */
export const normalisePath = (path: string): string => {
  const kept: Array<string> = []
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue
    if (segment === "..") kept.pop()
    else kept.push(segment)
  }
  return `/${kept.join("/")}`
}

/** What each field allows, in plain words; shown in errors after `must be`. */
export const allowed = {
  id: "a UUID, such as 3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
  name: "a text of 1 to 1,000 characters that is not blank",
  path: "the whole path of a folder from the root, such as /home/me/api",
  text: "a text in quotes",
  created: "a day that exists, written YYYY-MM-DD, such as 2025-12-19",
  status: `one of ${projectStatuses.join(", ")}`,
  classification: `one of ${classifications.join(", ")}`,
  project_type: `one of ${projectTypes.join(", ")} (with a capital letter)`,
  repository: "the URL of a git repository, without a password or token",
  tags: "a list of texts, such as [\"web\", \"go\"]",
  work_prod_id: "a number or a text",
  checkouts: "a list of whole paths, such as [\"/home/me/api-2\"]"
} as const
