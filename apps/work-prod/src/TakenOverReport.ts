/**
 * What became of the projects of a work-prod 0.3.0, as text and as JSON.
 *
 * @module
 */
import type { Fate, TakenOver } from "@dev-infra/work-prod-server/OldInstallation"
import { printable } from "./PlainText.js"

const count = (number: number): string => `${number} ${number === 1 ? "project" : "projects"}`

const words: { readonly [fate in Fate["_tag"]]: string } = {
  Added: "added",
  Updated: "updated",
  Completed: "completed",
  Unchanged: "unchanged",
  Deleted: "deleted here since",
  Refused: "not taken over"
}

const order = ["Added", "Updated", "Completed", "Unchanged", "Deleted", "Refused"] as const

const shown = (value: string | null): string => (value === null ? "not set" : printable(JSON.stringify(value)))

const nameOf = ({ name, sourceId }: TakenOver): string => `${sourceId ?? "a project without a number"}${name === null ? "" : ` ${shown(name)}`}`

const details = (taken: TakenOver): ReadonlyArray<string> => {
  const { fate } = taken
  switch (fate._tag) {
    case "Refused":
      return [`not taken over: ${nameOf(taken)}: ${printable(fate.what)}`]
    case "Deleted":
      return [`left deleted: ${nameOf(taken)} was taken over before, and deleted here${fate.deletedAt === null ? "" : ` at ${fate.deletedAt}`}`]
    case "Added":
      return taken.sourceId === fate.id ? [] : [`new number: ${nameOf(taken)} is ${fate.id} here, because ${taken.sourceId ?? ""} is or was that of another project`]
    default:
      return fate.kept.map(({ field, here, there }) => `kept as it is here: ${field} of ${nameOf(taken)}: ${shown(here)}, and ${shown(there)} there`)
  }
}

/** How many of which, then each that somebody may want to look at. @category texts */
export const text = (source: string, all: ReadonlyArray<TakenOver>): string => {
  const counts = order.flatMap((tag) => {
    const number = all.filter(({ fate }) => fate._tag === tag).length
    return number === 0 ? [] : [`${number} ${words[tag]}`]
  })
  const summary = `${count(all.length)} read from ${printable(source)}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`
  return [summary, ...all.flatMap(details), ""].join("\n")
}

/** For programs. @category conversions */
export const toJson = (source: string, all: ReadonlyArray<TakenOver>) => ({
  source,
  projects: all.map(({ fate, name, sourceId }) => {
    const about = { source_id: sourceId, name, fate: fate._tag.toLowerCase() }
    switch (fate._tag) {
      case "Refused":
        return { ...about, why: fate.what }
      case "Deleted":
        return { ...about, deleted_at: fate.deletedAt }
      case "Added":
        return { ...about, id: fate.id }
      default:
        return { ...about, id: fate.id, taken: fate.taken, kept: fate.kept }
    }
  })
})
