import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as OverrideLog from "@dev-infra/registry/OverrideLog"
import * as Refresh from "@dev-infra/registry/Refresh"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as EntryProblems from "../../EntryProblems.js"
import * as ExitCode from "../../ExitCode.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as ProjectArguments from "../../ProjectArguments.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { styled, text } from "../../SafeText.js"
import type { RefreshInput } from "./command.js"

const columns = [{ title: "PROJECT", shorten: "text" }, { title: "FIELD" }, { title: "WAS", shorten: "text" }, { title: "IS", shorten: "text" }, { title: "FROM", shorten: "path" }] as const

const valueText = (value: JsonValue) => (value === null ? styled("dim", "none") : text`${typeof value === "string" ? value : JSON.stringify(value)}`)

const choose = (input: RefreshInput) =>
  Effect.gen(function* () {
    if (input.projects.length > 0 || input.stdin || input.nullSeparated) return yield* ProjectArguments.resolve(input.projects, input)
    const registry = yield* Registry
    const { problems, projects } = yield* registry.list({ sort: "name" })
    yield* EntryProblems.warn(problems)
    return projects
  })

const many = (count: number) => `${count} project${count === 1 ? "" : "s"}`

/** The folders in which projects that are gone may have got another name; a few, for a line to type. */
const foldersAround = (paths: ReadonlyArray<string>) =>
  Effect.map(LocalFiles, (files) => {
    const folders = [...new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/")) || "/"))]
    const existing = files.existing(folders)
    return folders.filter((folder, at) => folder !== "/" && existing[at] === true).slice(0, 3)
  })

/** Read files and remotes again. @category commands */
export const run = (input: RefreshInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const refreshes = yield* Effect.flatMap(choose(input), (projects) => Refresh.examine(projects, { accept: input.accept }))
    if (!input.dryRun) yield* Refresh.apply(refreshes)
    const changed = refreshes.filter(({ changes }) => changes.length > 0)
    const problems = refreshes.flatMap(({ problem }) => problem ?? [])
    if (input.json) {
      yield* output.json({
        dry_run: input.dryRun,
        projects: refreshes
          .filter((one) => one.changes.length > 0 || one.isMissing || one.remote !== undefined || one.problem !== undefined)
          .map(({ changes, isMissing, problem, project, remote }) => ({ id: project.id, name: project.name, path: project.path, missing: isMissing, changes, remote, problem }))
      })
    } else {
      const rows = changed.flatMap(({ changes, project }) =>
        changes.map(({ after, before, field, source }) => [project.name, field, valueText(before), valueText(after), source])
      )
      yield* output.table({ columns, rows })
    }
    yield* RegistrationReport.warnOfProblems(problems)
    for (const { isMissing, project, remote } of refreshes) {
      if (isMissing) yield* output.warning(text`${project.name}: ${project.path} is missing`)
      if (remote !== undefined) yield* output.warning(text`${project.name}: its git remote is ${remote.found}, registered is ${remote.registered ?? "none"}; --accept takes it over`)
    }
    const missing = refreshes.filter(({ isMissing }) => isMissing)
    const unchanged = refreshes.filter(({ changes, isMissing, problem }) => changes.length === 0 && !isMissing && problem === undefined).length
    const counts = [
      `${input.dryRun ? "Would change" : "Changed"} ${many(changed.length)}`,
      `${unchanged} unchanged`,
      ...(missing.length === 0 ? [] : [`${missing.length} missing`]),
      ...(problems.length === 0 ? [] : [`${problems.length} not readable`])
    ]
    yield* output.message(text`${counts.join(", ")}.`)
    const around = yield* foldersAround(missing.map(({ project }) => project.path))
    if (around.length > 0) yield* output.message(text`${yield* Next.line("scan", ...around)}   ${styled("dim", "finds projects that have moved")}`)
    return problems.length > 0 ? ExitCode.failed : undefined
  }).pipe(
    Effect.provide(
      Layer.mergeAll(Layer.provide(OverrideLog.layer, NodeFileSystem.layer), Layer.provide(Discovery.layer, DirectoryReader.layer)).pipe(
        Layer.provideMerge(ProjectFileServices.layer)
      )
    )
  )
