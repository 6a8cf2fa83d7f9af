import type { Variable } from "@dev-infra/templates/TemplateManifest"
import type { TemplateSnapshot, TemplateVersion } from "@dev-infra/templates/TemplateSnapshot"
import { toText } from "@dev-infra/templates/TemplateSource"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { Output } from "../../../Output.js"
import { join, type SafeText, styled, text } from "../../../SafeText.js"
import * as TemplateServices from "../../../TemplateServices.js"
import type { TemplateShowInput } from "./command.js"

type Line = readonly [key: string, value: SafeText]

/** So many versions a person wants to read. */
const shownVersions = 10

const variableText = ({ choices, default: standard, pattern, prompt, type, when }: Variable): SafeText =>
  join(
    [
      text`${prompt ?? type}`,
      ...(choices === undefined ? (prompt === undefined ? [] : [styled("dim", `(${type})`)]) : [styled("dim", text`(${type === "choices" ? "any of" : "one of"} ${choices.join(", ")})`)]),
      ...(standard === undefined ? [] : [styled("dim", text`[${Array.isArray(standard) ? standard.join(", ") : String(standard)}]`)]),
      ...(pattern === undefined ? [] : [styled("dim", text`like ${pattern}`)]),
      ...(when === undefined ? [] : [styled("dim", text`if ${when}`)])
    ],
    " "
  )

const versionsText = (versions: ReadonlyArray<TemplateVersion>): SafeText => {
  const more = versions.length > shownVersions ? text` and ${versions.length - shownVersions} more` : text``
  return text`${versions.slice(0, shownVersions).map(({ version }) => version).join(", ")}${more}`
}

const bytesOf = ({ files }: TemplateSnapshot): number => [...files.values()].reduce((sum, { content }) => sum + content.length, 0)

const linesOf = (snapshot: TemplateSnapshot, versions: ReadonlyArray<TemplateVersion>, withFiles: boolean): ReadonlyArray<Line> => {
  const { commands, conditional, description, exclude, renamed, sync, variables } = snapshot.manifest
  const many = (key: string, values: ReadonlyArray<string>): ReadonlyArray<Line> => (values.length === 0 ? [] : [[key, text`${values.join(", ")}`]])
  return [
    ["name", text`${snapshot.name}`],
    ...(description === undefined ? [] : [["description", text`${description.trim().replace(/\s+/g, " ")}`] as const]),
    ["source", text`${toText(snapshot.source)}`],
    ["version", text`${snapshot.version}`],
    ["commit", text`${snapshot.commit}`],
    ...(versions.length > 1 ? [["versions", versionsText(versions)] as const] : []),
    ...variables.map((variable): Line => [`asks ${variable.name}`, variableText(variable)]),
    ...many("always updated", sync.always),
    ...many("updated if asked", sync.ask),
    ...many("never updated", sync.never),
    ...many("left out", exclude),
    ...conditional.map(({ files, when }): Line => ["only if", text`${when}: ${files.join(", ")}`]),
    ...renamed.map(({ from, to, version }): Line => ["renamed", text`${from} is ${to}${version === undefined ? "" : ` since ${version}`}`]),
    ...commands.map(({ after, run }): Line => ["with --trust", text`${run.join(" ")} after ${after === "create" ? "creating" : "updating"}`]),
    ["files", text`${snapshot.files.size} (${bytesOf(snapshot)} bytes)`],
    ...(withFiles ? [...snapshot.files.values()].map(({ mode, path }): Line => [mode, text`${path}`]) : [])
  ]
}

const forScripts = (snapshot: TemplateSnapshot, versions: ReadonlyArray<TemplateVersion>) => ({
  name: snapshot.name,
  source: toText(snapshot.source),
  version: snapshot.version,
  commit: snapshot.commit,
  description: snapshot.manifest.description ?? null,
  versions,
  variables: snapshot.manifest.variables,
  sync: snapshot.manifest.sync,
  exclude: snapshot.manifest.exclude,
  conditional: snapshot.manifest.conditional,
  renamed: snapshot.manifest.renamed,
  messages: snapshot.manifest.messages,
  commands: snapshot.manifest.commands,
  files: [...snapshot.files.values()].map(({ content, mode, path }) => ({ path, mode, bytes: content.length }))
})

/** Show what a template is. @category commands */
export const run = (input: TemplateShowInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const sources = yield* TemplateSources
    const source = yield* sources.parse(input.template)
    const snapshot = yield* sources.open(source)
    const versions = yield* sources.versions(source._tag === "Git" ? { ...source, ref: undefined } : source)
    if (input.json) return yield* output.json(forScripts(snapshot, versions))
    const lines = linesOf(snapshot, versions, input.files)
    const width = Math.max(...lines.map(([key]) => key.length))
    const line = ([key, value]: Line) => (output.isTerminal ? text`${styled("bold", text`${key}`)}${" ".repeat(width - key.length)}  ${value}` : join([text`${key}`, value], "\t"))
    yield* output.line(join(lines.map(line), "\n"))
  }).pipe(Effect.provide(TemplateServices.layer))
