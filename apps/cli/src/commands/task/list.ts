/**
 * Lists of tasks: as text with where each comes from, as names, as JSON.
 *
 * @module
 */
import type { TaskGraph, TaskfileOrigin } from "@dev-infra/taskfile/TaskGraph"
import type { TaskRow } from "@dev-infra/taskfile/TaskList"
import { own, type SafeText, styled, text } from "../../SafeText.js"
import { asWritten } from "../../TaskErrorText.js"

/** A path as seen from a folder, if it lies in it or at most two folders above it; else as it is. */
const below = (folder: string, path: string): string => {
  let base = folder === "/" ? "" : folder
  for (const up of ["", "../", "../../"]) {
    if (path.startsWith(`${base}/`)) return `${up}${path.slice(base.length + 1)}`
    if (!base.includes("/", 1)) return path
    base = base.slice(0, base.lastIndexOf("/"))
  }
  return path
}

/** `Taskfile.yml:12`, `infra v1.4.0 (inherited)`. @category texts */
export const originText = (origin: TaskfileOrigin, location: { readonly file: string; readonly line: number }, folder: string): string => {
  switch (origin._tag) {
    case "Local":
      return `${below(folder, location.file)}:${location.line}`
    case "Remote":
      return `${below(folder, location.file)}:${location.line} (remote${origin.ref === undefined ? "" : `, ${origin.ref}`})`
    case "Inherited":
      return origin.commit === undefined ? `${origin.name} (inherited, linked, not pinned)` : `${origin.name} ${origin.ref} (inherited)`
  }
}

const oneLine = (words: string): SafeText => asWritten(words.replaceAll("\n", " "))

const lengthOf = (words: SafeText): number => {
  let length = 0
  for (const _ of words.value) length++
  return length
}

interface Row {
  readonly name: SafeText
  readonly description: SafeText
  readonly aliases: SafeText
  readonly origin: SafeText
}

/** Blanks up to the next column, as `task` sets them: six at least. */
const gap = (width: number, words: SafeText): SafeText => own(" ".repeat(width - lengthOf(words) + 6))

/** The list, without the line above it. @category texts */
export const lines = (rows: ReadonlyArray<TaskRow>, folder: string): ReadonlyArray<SafeText> => {
  const cells = rows.map((row): Row => ({
    name: asWritten(row.task),
    description: oneLine(row.description),
    aliases: row.aliases.length === 0 ? text`` : text`(aliases: ${asWritten(row.aliases.join(", "))})`,
    origin: oneLine(originText(row.origin, row.location, folder))
  }))
  const widest = (select: (row: Row) => SafeText) => cells.reduce((width, row) => Math.max(width, lengthOf(select(row))), 0)
  const names = widest(({ name }) => name)
  const descriptions = widest(({ description }) => description)
  const aliases = widest((row) => row.aliases)
  return cells.map((row) => {
    const middle = aliases === 0 ? text`` : text`${styled("cyan", row.aliases)}${gap(aliases, row.aliases)}`
    return text`${styled("yellow", "* ")}${styled("green", row.name)}: ${gap(names, row.name)}${row.description}${gap(descriptions, row.description)}${middle}${styled("dim", row.origin)}`
  })
}

/** Names and aliases only, one a line. @category texts */
export const names = (rows: ReadonlyArray<TaskRow>): ReadonlyArray<SafeText> =>
  rows.flatMap((row) => [row.task, ...row.aliases].map((name) => asWritten(name.replace(/:+$/, ""))))

/** @category texts */
export const heading: SafeText = text`task: Available tasks for this project:`

/** What is said where there is nothing to list. @category texts */
export const nothing = (all: boolean): SafeText =>
  styled("yellow", all ? "task: No tasks available" : "task: No tasks with description available. Try --list-all to list all tasks")

interface Namespace {
  readonly tasks: Array<unknown>
  readonly namespaces: Map<string, Namespace>
}

const empty = (): Namespace => ({ tasks: [], namespaces: new Map() })

/** JSON of a namespace; keys are set as own properties, whatever they are called. */
const forScripts = ({ namespaces, tasks }: Namespace): object => ({
  tasks,
  ...(namespaces.size === 0 ? {} : { namespaces: Object.fromEntries([...namespaces].map(([name, inner]) => [name, forScripts(inner)])) })
})

/** The flat document of all tasks, with those of a namespace together. @category conversions */
export const nested = (graph: TaskGraph, rows: ReadonlyArray<TaskRow>, tasks: ReadonlyArray<unknown>): object => {
  const top = empty()
  for (const [at, row] of rows.entries()) {
    let inner = top
    for (const name of row.task.split(":").slice(0, -1)) {
      const next = inner.namespaces.get(name) ?? empty()
      inner.namespaces.set(name, next)
      inner = next
    }
    inner.tasks.push(tasks[at])
  }
  return { ...forScripts(top), location: graph.root.taskfile.file }
}

// JSON escapes control characters by itself, but leaves the marks that turn the direction of writing, C1 controls and DEL.
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g

/** A document, as `task` indents it. @category texts */
export const json = (document: unknown): SafeText =>
  own(`${JSON.stringify(document, null, 2).replace(unsafeInJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`)
