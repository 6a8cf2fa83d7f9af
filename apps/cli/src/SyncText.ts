/**
 * What a sync did, and how projects stand, in words: the same for `push`, `pull`, `status` and `sync log`.
 *
 * Whatever a server sent is text that somebody else wrote; it is escaped like any other.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { FieldState, ProjectState } from "@dev-infra/sync/Comparison"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { SyncItem, SyncReport } from "@dev-infra/sync/Sync"
import { join, type SafeText, styled, text } from "./SafeText.js"

/** A count with its word: `1 project`, `3 projects`. @category texts */
export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`

/** A value in a cell. @category texts */
export const valueText = (value: JsonValue): SafeText => (value === null ? styled("dim", "none") : text`${typeof value === "string" ? value : JSON.stringify(value)}`)

/** A value in a sentence: texts in quotes, so that it is seen where they end. @category texts */
export const quotedText = (value: JsonValue): SafeText => (value === null ? text`none` : typeof value === "string" ? text`"${value}"` : text`${JSON.stringify(value)}`)

const actionWords: { readonly [action in SyncItem["action"]]: string } = {
  created: "created",
  updated: "updated",
  adopted: "linked",
  joined: "joined",
  deleted: "deleted",
  location: "located",
  taken: "taken",
  unlinked: "deleted elsewhere",
  refused: "refused",
  unsure: "not sure"
}

/** What was done to a project, in a word, with colour. @category texts */
export const actionText = (action: SyncItem["action"]): SafeText => {
  const word = actionWords[action]
  if (action === "refused") return styled("red", word)
  if (action === "unsure" || action === "unlinked" || action === "deleted") return styled("yellow", word)
  return styled("green", word)
}

/** What the word alone does not say. @category texts */
export const actionNote = (action: SyncItem["action"]): string => {
  switch (action) {
    case "adopted":
      return "was there already"
    case "joined":
      return "two entries were one project"
    case "location":
      return "its place on this machine"
    case "unlinked":
      return "stays on this machine"
    case "unsure":
      return "the answer was lost"
    default:
      return ""
  }
}

/** What comes of a field that differs. @category texts */
export const fieldNote = (field: FieldState, action: SyncItem["action"]): SafeText => {
  switch (field.state) {
    case "conflict":
      return text`${field.branch === undefined ? "" : `branch ${field.branch}; `}the one here stands`
    case "merged":
      return text`together: ${valueText(field.merged ?? null)}`
    case "pending":
      return text`pending (branch ${field.branch ?? "unknown"})`
    case "behind":
      // What comes with git is taken only where it is written into the file as well.
      return text`${field.arrivesWithGit !== true ? "" : action === "taken" ? "written to .dev-infra.yml" : "arrives with git pull"}`
    case "ahead":
      return text``
  }
}

/** A conflict in a sentence: both values, and which one stands. */
const conflictText = (name: string, { field, local, remote }: FieldState, fate: "is kept" | "will be kept"): SafeText =>
  text`conflict: ${field} of ${name} is ${quotedText(local)} here and ${quotedText(remote)} there; the one here stands, the other ${fate} in dev-infra sync log`

/** The conflicts of a project as sentences. @category texts */
export const conflictTexts = ({ fields, name }: Pick<SyncItem, "name" | "fields">, fate: "is kept" | "will be kept" = "is kept"): ReadonlyArray<SafeText> =>
  fields.filter(({ state }) => state === "conflict").map((field) => conflictText(name, field, fate))

const fieldInState = ({ arrivesWithGit, branch, field, state }: FieldState): string => {
  const notes = [...(arrivesWithGit === true && state === "behind" ? ["arrives with git pull"] : []), ...(state === "pending" ? [`branch ${branch ?? "unknown"}`] : [])]
  return notes.length === 0 ? field : `${field} (${notes.join(", ")})`
}

/** The states of fields in the order in which a person reads them, with what is said before the fields where there are several states. */
const sides = [
  ["conflict", ""],
  ["ahead", "here "],
  ["merged", "both "],
  ["behind", "there "],
  ["pending", "pending "]
] as const

/** The fields that differ: `description, tags`, or of several states `here status; there description`. @category texts */
const fieldsText = (fields: ReadonlyArray<FieldState>): string => {
  const groups = sides.flatMap(([state, side]) => {
    const ofState = fields.filter((field) => field.state === state)
    return ofState.length === 0 ? [] : [{ side, names: ofState.map(fieldInState).join(", ") }]
  })
  return groups.length === 1 ? (groups[0]?.names ?? "") : groups.map(({ names, side }) => side + names).join("; ")
}

const stateStyles: { readonly [state in ProjectState["state"]]?: "red" | "yellow" | "dim" | "green" } = {
  "in sync": "dim",
  "not local": "dim",
  conflict: "red",
  refused: "red",
  "removal refused": "red",
  "deleted elsewhere": "red"
}

/** How a project stands: `behind: description (arrives with git pull)`. @category texts */
export const stateText = ({ fields, location, state }: Pick<ProjectState, "fields" | "location" | "state">): SafeText => {
  if (location && fields.length === 0 && (state === "in sync" || state === "ahead")) return text`${styled("yellow", "ahead")}: its place on this machine`
  const [first] = fields
  if (state === "pending" && first !== undefined && fields.every(({ branch }) => branch === first.branch)) {
    return text`${styled("yellow", "pending")} (branch ${first.branch ?? "unknown"}): ${fields.map(({ field }) => field).join(", ")}`
  }
  const words = styled(stateStyles[state] ?? "yellow", state)
  const saysFields = fields.length > 0 && state !== "local only" && state !== "not local" && state !== "removal pending"
  return saysFields ? text`${words}: ${fieldsText(fields)}` : words
}

/**
 * Counts as a line: `created 12, updated 3, unchanged 985, refused 1`. What is nought is left out, but for `unchanged`.
 *
 * @category texts
 */
export const countsText = ({ items, counts }: Pick<SyncReport, "items" | "counts">): string => {
  const of = (action: SyncItem["action"]) => items.filter((item) => item.action === action).length
  const all: ReadonlyArray<readonly [word: string, count: number]> = [
    ["created", counts.created],
    ["updated", counts.updated],
    ["deleted", counts.deleted],
    ["taken", counts.taken],
    ["unchanged", counts.unchanged],
    ["deleted elsewhere", of("unlinked")],
    ["refused", counts.refused],
    ["not sure", of("unsure")],
    [counts.conflicts === 1 ? "conflict" : "conflicts", counts.conflicts],
    ["not local", counts.notLocal]
  ]
  return all.flatMap(([word, count]) => (count === 0 && word !== "unchanged" ? [] : [`${word} ${count}`])).join(", ")
}

/** A row that is a copy of another, in a sentence. @category texts */
export const duplicateText = ({ fields, key, uid }: RemoteEntry): SafeText =>
  text`the entry ${key} (${typeof fields["name"] === "string" ? fields["name"] : "without a name"}) there is a copy of another one${uid === null ? "" : ` (${uid})`}; it is left as it is. If it is not needed, remove it there`

/** Where a row is: `laptop:/home/me/api`, one after another. @category texts */
export const locationsText = ({ locations }: Pick<RemoteEntry, "locations">): SafeText =>
  join(locations.map(({ machine, name, path }) => text`${name ?? machine ?? "another machine"}:${path}`), ", ")

/**
 * Projects with names that tell them apart: where several have one name, each has the beginning of its id behind it.
 *
 * @category texts
 */
export const withDistinctNames = <A extends { readonly id: string; readonly name: string }>(items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const ids = new Map<string, string>()
  const repeated = new Set<string>()
  for (const { id, name } of items) {
    if ((ids.get(name) ?? id) !== id) repeated.add(name)
    ids.set(name, id)
  }
  return repeated.size === 0 ? items : items.map((item) => (repeated.has(item.name) ? { ...item, name: `${item.name} (${item.id.slice(0, 8)})` } : item))
}

/** How long ago a moment was: `3 minutes ago`. A clock that was put back makes no future. @category texts */
export const ageText = (then: string, now: number): string => {
  const seconds = Math.max(0, Math.round((now - Date.parse(then)) / 1000))
  if (Number.isNaN(seconds)) return "at an unknown time"
  const steps: ReadonlyArray<readonly [size: number, word: string]> = [[86_400, "day"], [3_600, "hour"], [60, "minute"]]
  const step = steps.find(([size]) => seconds >= size)
  return step === undefined ? (seconds < 5 ? "just now" : `${many(seconds, "second")} ago`) : `${many(Math.floor(seconds / step[0]), step[1])} ago`
}

/** A moment for a person, in the time of this machine. @category texts */
export const timeText = (moment: string): string => {
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return moment
  const two = (number: number) => String(number).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}
