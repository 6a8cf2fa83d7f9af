import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as ProjectDetails from "@dev-infra/registry/ProjectDetails"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ErrorReport from "../../ErrorReport.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import { join, type SafeText, styled, text } from "../../SafeText.js"
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

/** What stands between the projects, and before each line. */
const shown = (details: Details, isTerminal: boolean): SafeText => {
  const lines = linesOf(details)
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

/** Show projects. @category commands */
export const run = (input: ShowInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    yield* ProjectArguments.required(["show"], input.projects, input)
    const output = yield* Output
    const projects = yield* ProjectArguments.resolve(input.projects, input)
    const all = yield* Effect.forEach(projects, ProjectDetails.describe)
    if (input.json) yield* output.json({ projects: all.map(forScripts) })
    else for (const [at, details] of all.entries()) yield* output.line(text`${at === 0 ? text`` : text`\n`}${shown(details, output.isTerminal)}`)
    for (const { file } of all) {
      if (file._tag === "Unreadable") yield* output.warning(ErrorReport.describe(file.problem))
    }
  }).pipe(Effect.provide(Layer.merge(ProjectFileServices.layer, DirectoryReader.layer)))
