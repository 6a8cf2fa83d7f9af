import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as ProjectDetails from "@dev-infra/registry/ProjectDetails"
import type { ProjectState } from "@dev-infra/sync/Comparison"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as AnyProject from "../../AnyProject.js"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ErrorReport from "../../ErrorReport.js"
import * as NotLocal from "../../NotLocal.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import { idOf, nameOf } from "../../RemoteReference.js"
import { join, own, type SafeText, styled, text } from "../../SafeText.js"
import * as SyncAccess from "../../SyncAccess.js"
import * as SyncForScripts from "../../SyncForScripts.js"
import * as SyncText from "../../SyncText.js"
import type { ShowInput } from "./command.js"

type Details = ProjectDetails.ProjectDetails

const isEmpty = (value: JsonValue): boolean => value === null || (Array.isArray(value) && value.length === 0)

const isTexts = (value: JsonValue): value is ReadonlyArray<string> => Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "" && !item.includes(","))

const valueText = (value: JsonValue): SafeText => {
  if (isEmpty(value)) return styled("dim", "none")
  if (isTexts(value)) return text`${value.join(", ")}`
  return text`${typeof value === "string" ? value : JSON.stringify(value)}`
}

const gitText = (git: ProjectDetails.GitState): SafeText => {
  switch (git._tag) {
    case "Branch":
      return text`${git.branch}${git.kind === "repository" ? "" : ` (${git.kind})`}`
    case "Detached":
      return text`no branch (detached HEAD)${git.kind === "repository" ? "" : ` (${git.kind})`}`
    case "Broken":
      return text`${styled("red", "broken:")} ${git.detail}`
    case "None":
      return text`not a git repository`
  }
}

const missing = styled("yellow", "missing")

interface Line {
  readonly key: string
  readonly value: SafeText
}

/** The fields of the entry, those of its file in their places where they differ, then those that only the file has. */
const fieldLines = ({ differences, file, project }: Details): ReadonlyArray<Line> => {
  const stated = file._tag === "Read" ? file.fields : {}
  const differing = new Map(differences.map((difference) => [difference.field, difference]))
  const keys = [...new Set([...Object.keys(project), ...differing.keys()])].filter((key) => key !== "path" && key !== "checkouts")
  const known = keys.map((key): Line => {
    const difference = differing.get(key)
    // The registry is JSON.
    if (difference === undefined) return { key, value: valueText((project[key] ?? null) as JsonValue) }
    return { key, value: text`${valueText(difference.after)}  ${styled("yellow", text`(${".dev-infra.yml"}; the registry has ${valueText(difference.before)})`)}` }
  })
  const others = Object.entries(stated).filter(([key, value]) => !keys.includes(key) && value !== null)
  return [...known, ...others.map(([key, value]): Line => ({ key, value: text`${valueText(value)}  ${styled("dim", "(.dev-infra.yml)")}` }))]
}

const linesOf = (details: Details): ReadonlyArray<Line> => {
  const [primary, ...checkouts] = details.folders
  const [name, ...fields] = fieldLines(details).toSorted((left, right) => Number(right.key === "name") - Number(left.key === "name"))
  return [
    ...(name === undefined ? [] : [name]),
    { key: "path", value: primary?.isMissing === true ? text`${details.project.path}  ${missing}` : text`${details.project.path}` },
    ...(primary === undefined || primary.isMissing ? [] : [{ key: "branch", value: gitText(primary.git) }]),
    ...checkouts.map(({ git, isMissing, path }): Line => ({ key: "checkout", value: text`${path}  ${isMissing ? missing : gitText(git)}` })),
    ...fields
  ]
}

/** How a project stands to the remote, where one was ever asked. */
const syncLines = (state: ProjectState | undefined): ReadonlyArray<Line> => {
  if (state === undefined) return []
  const since = state.since === null ? text`` : text`  ${styled("dim", `(since ${state.since})`)}`
  return [{ key: "sync", value: text`${SyncText.stateText(state)}${since}` }, ...(state.refusal === undefined ? [] : [{ key: "refused", value: text`${state.refusal.detail}` }])]
}

/** A project of other machines: what the last fetch knows of it. */
const linesOfOther = (entry: RemoteEntry, state: ProjectState | undefined): ReadonlyArray<Line> => {
  const clone = NotLocal.cloneOf(entry)
  const fields = Object.entries(entry.fields).filter(([key]) => key !== "name")
  return [
    { key: "name", value: text`${nameOf(entry)}` },
    { key: "path", value: styled("cyan", "not local") },
    ...entry.locations.map((location): Line => ({ key: "on", value: SyncText.locationsText({ locations: [location] }) })),
    ...(clone === undefined ? [] : [{ key: "clone", value: own(clone) }]),
    { key: "id", value: text`${idOf(entry)}` },
    ...fields.map(([key, value]): Line => ({ key, value: valueText(value) })),
    ...syncLines(state)
  ]
}

/** Keys and values, lined up where a person reads. */
const shown = (lines: ReadonlyArray<Line>, isTerminal: boolean): SafeText => {
  const width = Math.max(...lines.map(({ key }) => text`${key}`.value.length))
  const line = ({ key, value }: Line) => (isTerminal ? text`${styled("bold", key)}${" ".repeat(Math.max(0, width - text`${key}`.value.length))}  ${value}` : join([text`${key}`, value], "\t"))
  return join(lines.map(line), "\n")
}

const forScripts = ({ differences, file, folders, project }: Details) => ({
  project,
  missing: folders[0]?.isMissing ?? false,
  folders: folders.map(({ git, isMissing, isPrimary, path }) => ({
    path,
    primary: isPrimary,
    missing: isMissing,
    git: git._tag === "None" ? null : git._tag === "Broken" ? { problem: git.detail } : { kind: git.kind, branch: git._tag === "Branch" ? git.branch : null }
  })),
  file:
    file._tag === "None"
      ? null
      : file._tag === "Read"
        ? { path: file.path, fields: file.fields }
        : { path: file.problem.path, problem: file.problem.message, ...(file.problem._tag === "MetadataInvalid" ? { line: file.problem.line, column: file.problem.column } : {}) },
  differences: differences.map(({ after, before, field }) => ({ field, registry: before, file: after }))
})

const syncForScripts = (state: ProjectState | undefined) => {
  if (state === undefined) return {}
  const { fields, location, refusal, since, state: name } = state
  return { sync: { state: name, fields: fields.map(SyncForScripts.field), since, location, ...(refusal === undefined ? {} : { refusal }) } }
}

const otherForScripts = (entry: RemoteEntry) => ({ project: null, local: false, there: SyncForScripts.entry(entry), clone: NotLocal.cloneOf(entry) ?? null })

/** How projects stand to the remote, by their ids here, or by the keys of rows; nothing where no remote was ever asked. */
const statesOf = Effect.map(SyncAccess.lookUp(Effect.flatMap(Sync, (sync) => sync.status)), (known) => {
  const states = Option.match(known, { onNone: () => [], onSome: ({ projects, remote }) => (remote === null ? [] : projects) })
  return {
    ofProject: new Map(states.flatMap((state) => (state.local === undefined ? [] : [[state.local.id, state] as const]))),
    ofRow: new Map(states.flatMap((state) => (state.local === undefined && state.remote !== undefined ? [[state.remote.key, state] as const] : [])))
  }
})

/** Show projects, with whatever `Sync` there is. @category commands */
export const show = (input: ShowInput) =>
  Effect.gen(function* () {
    yield* ProjectArguments.required(["show"], input.projects, input)
    const output = yield* Output
    const named = yield* AnyProject.locate(input.projects, input)
    const others = AnyProject.others(named)
    const { ofProject, ofRow } = yield* statesOf
    const all = yield* Effect.forEach(AnyProject.locals(named), ProjectDetails.describe)
    if (input.json) {
      const here = all.map((details) => ({ ...forScripts(details), ...syncForScripts(ofProject.get(details.project.id)) }))
      yield* output.json({ projects: [...here, ...others.map((entry) => ({ ...otherForScripts(entry), ...syncForScripts(ofRow.get(entry.key)) }))] })
    } else {
      const blocks = [
        ...all.map((details) => [...linesOf(details), ...syncLines(ofProject.get(details.project.id))]),
        ...others.map((entry) => linesOfOther(entry, ofRow.get(entry.key)))
      ]
      for (const [at, lines] of blocks.entries()) yield* output.line(text`${at === 0 ? text`` : text`\n`}${shown(lines, output.isTerminal)}`)
    }
    for (const { file } of all) {
      if (file._tag === "Unreadable") yield* output.warning(ErrorReport.describe(file.problem))
    }
  })

/** Show projects. @category commands */
export const run = (input: ShowInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.provide(show(input), Layer.merge(ProjectFileServices.layer, DirectoryReader.layer))
