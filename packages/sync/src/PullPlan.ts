/**
 * What a pull takes into the registry. Pure.
 *
 * @module
 */
import * as Project from "@dev-infra/metadata/Project"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import type { FieldState, Refusal } from "./Comparison.js"
import { nextBase, takenValue } from "./FieldCompare.js"
import type { SharedFields } from "./SharedFields.js"
import type { Alone, Pair, Survey } from "./Survey.js"

/** A value that is replaced here, or whose change there is passed over because the local one stands. @category models */
export interface Passed {
  readonly field: string
  readonly old: JsonValue
  readonly new: JsonValue
  readonly side: "local" | "remote"
  readonly conflict: boolean
}

/**
 * One project. `patch` goes to the registry, `written` into the project's own file. `identity` is the id that it gets. `base` are the values at
 * which both sides then are equal.
 *
 * @category models
 */
export interface Take {
  readonly pair: Pair
  readonly patch: { readonly [field: string]: JsonValue }
  readonly written: { readonly [field: string]: JsonValue }
  readonly identity: string | undefined
  readonly fields: ReadonlyArray<FieldState>
  readonly passed: ReadonlyArray<Passed>
  readonly base: SharedFields
  readonly refusal?: Refusal
}

/** Everything, without linked projects that are the same on both sides. `unlinked` were deleted elsewhere. @category models */
export interface PullPlan {
  readonly takes: ReadonlyArray<Take>
  readonly unlinked: ReadonlyArray<Alone>
}

/** The values that a project of the registry cannot have, with the reason. */
const invalidFields = (project: Project.Project, patch: { readonly [field: string]: JsonValue }): ReadonlyMap<string, string> => {
  const entry = Object.fromEntries([...Object.entries(project), ...Object.entries(patch)].filter(([, value]) => value !== null))
  if (Project.isCanonical(entry)) return none
  return Either.match(Project.decode(entry, { machineId: project.id }), {
    onLeft: ({ problems }) => new Map(problems.map(({ field, message }) => [field, message] as const)),
    onRight: () => none
  })
}

const none: ReadonlyMap<string, string> = new Map()

/** Fields that a project cannot be without. */
const kept = new Set(["name", "status"])

const takeOf = (pair: Pair, writeFiles: boolean): Take => {
  const { project } = pair.view
  const wanted: { [field: string]: JsonValue } = {}
  for (const state of pair.states) {
    const value = takenValue(state)
    if (value === undefined || (value === null && kept.has(state.field))) continue
    if (state.arrivesWithGit === true && !(writeFiles && pair.view.file?.branch === undefined)) continue
    wanted[state.field] = value
  }
  const invalid = Object.keys(wanted).length === 0 ? none : invalidFields(project, wanted)
  const patch: { [field: string]: JsonValue } = {}
  const written: { [field: string]: JsonValue } = {}
  const settled: { [field: string]: JsonValue } = {}
  const passed: Array<Passed> = []
  const fields: Array<FieldState> = []
  for (const state of pair.states) {
    const { field } = state
    if (state.state === "conflict") {
      passed.push({ field, old: state.remote, new: state.local, side: "remote", conflict: true })
      fields.push(state)
      // The remote's value was seen and logged: from here on the local one is ahead of it.
      settled[field] = state.remote
      continue
    }
    const value = wanted[field]
    if (value === undefined || invalid.has(field)) continue
    if (state.arrivesWithGit === true) written[field] = value
    patch[field] = value
    if (state.state === "behind") settled[field] = value
    // Of a set the base is what is there: what was added here is still to be sent, what was removed too.
    if (state.state === "merged") settled[field] = state.remote
    if (state.local !== null && state.merged === undefined) passed.push({ field, old: state.local, new: value, side: "local", conflict: false })
    if (state.merged !== undefined && removesSome(state.local, value)) passed.push({ field, old: state.local, new: value, side: "local", conflict: false })
    fields.push(state)
  }
  const identity = pair.uid === project.id ? undefined : pair.uid
  const base = nextBase(pair.base, pair.fields, pair.states, settled)
  const refusal = invalid.size === 0 ? undefined : refuse(invalid)
  return { pair, patch, written, identity, fields, passed, base, ...(refusal === undefined ? {} : { refusal }) }
}

const removesSome = (before: JsonValue, after: JsonValue): boolean =>
  Array.isArray(before) && before.some((item) => !Array.isArray(after) || !after.includes(item))

const refuse = (invalid: ReadonlyMap<string, string>): Refusal => ({
  reason: "Server",
  detail: `the remote has values that cannot stand here (${[...invalid.values()].join("; ")}): correct them there`
})

/**
 * What to take.
 *
 * @param writeFiles write fields that live in the project's own file there, instead of waiting for git to bring them
 * @category constructors
 */
export const make = (survey: Survey, options: { readonly writeFiles: boolean }): PullPlan => ({
  takes: survey.pairs.flatMap((pair) => (pair.states.length === 0 && pair.uid === pair.view.project.id && pair.link !== undefined ? [] : takeOf(pair, options.writeFiles))),
  unlinked: survey.alone.filter(({ state }) => state === "deleted elsewhere")
})

/** Whether there is anything to do or to say about a project. @category predicates */
export const isDone = ({ fields, identity, refusal }: Take): boolean => fields.length > 0 || identity !== undefined || refusal !== undefined

/** Whether there is nothing to do. @category predicates */
export const isEmpty = ({ takes, unlinked }: PullPlan): boolean => unlinked.length === 0 && takes.every((take) => !isDone(take) && take.pair.link !== undefined)
