import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as ProjectLists from "@dev-infra/registry/ProjectLists"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import { type EntryProblem, isObject } from "@dev-infra/registry/RegistryEdit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CommandFailed, type CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { styled, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { ImportInput } from "./command.js"

const listFormats = { json: "json", csv: "csv", mrconfig: "myrepos", gita: "gita", vscode: "project-manager" } as const

/** The largest list that is read. */
const sizeLimit = 128 * 1024 * 1024

/** A project of a list, and where it stands there. */
interface Listed {
  readonly place: string
  readonly entry: ProjectLists.ListedProject["entry"]
}

interface Lists {
  readonly listed: ReadonlyArray<Listed>
  readonly skipped: ReadonlyArray<string>
}

const readText = (path: string) =>
  Effect.gen(function* () {
    if (path === "-") return yield* Effect.flatMap(StandardStreams, ({ stdin }) => stdin.readAll)
    const files = yield* LocalFiles
    const content = yield* files.read(path, sizeLimit)
    if (Option.isNone(content)) return yield* new CommandFailed({ what: `${path} does not exist` })
    return new TextDecoder().decode(content.value.bytes)
  })

const readList = (path: string, format: ProjectLists.ProjectListFormat | undefined) =>
  Effect.gen(function* () {
    const { homeFolder, workingFolder } = yield* Surroundings
    const content = yield* readText(path)
    const place = { path: path === "-" ? `${workingFolder}/standard input` : path, homeDirectory: homeFolder, ...(format === undefined ? {} : { format }) }
    const list = yield* ProjectLists.decode(content, place)
    const files = yield* LocalFiles
    const shown = path === "-" ? "standard input" : path
    const wanted = list.projects.filter(({ entry, onlyIfPresent }) => {
      const folder = isObject(entry) ? entry["path"] : undefined
      return onlyIfPresent !== true || typeof folder !== "string" || files.existing([folder])[0] === true
    })
    return {
      listed: wanted.map(({ entry, line }) => ({ entry, place: `${shown}:${line}` })),
      skipped: list.skipped.map(({ detail, label, line }) => `${shown}:${line}: ${label === undefined ? "" : `${label} `}${detail}`)
    } satisfies Lists
  })

const readGhqRoot = (given: string) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const discovery = yield* Discovery.Discovery
    const root = yield* files.resolve(given)
    const events = yield* Stream.runCollect(discovery.discover([root]))
    const entries = [...events].flatMap((event) => (event._tag === "Found" ? (ProjectLists.entryBelowGhqRoot(root, event) ?? []) : []))
    return { listed: entries.map((entry) => ({ entry, place: root })), skipped: [] } satisfies Lists
  })

const read = (input: ImportInput) =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const format = Option.getOrUndefined(input.format)
    if (input.files.includes("")) return yield* new UsageError({ command: ["import"], message: "a path is empty" })
    if (format === "ghq" && input.files.includes("-")) return yield* new UsageError({ command: ["import"], message: "--format ghq takes root folders, not standard input" })
    const paths = [...new Set(input.files)].map((file) => (file === "-" ? file : resolvePath(workingFolder, file)))
    const lists = yield* Effect.forEach(paths, (path): Effect.Effect<Lists, CommandError, Discovery.Discovery | LocalFiles | StandardStreams | Surroundings> =>
      format === "ghq" ? readGhqRoot(path) : readList(path, format === undefined ? undefined : listFormats[format])
    )
    return { listed: lists.flatMap(({ listed }) => listed), skipped: lists.flatMap(({ skipped }) => skipped) }
  })

const reasonOf = ({ label, problems }: EntryProblem): string => `${label === undefined ? "" : `${label}: `}${problems.map(({ message }) => message).join(", ")}`

const columns = [{ title: "WHAT" }, { title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "NOTE", shorten: "text" }] as const

/** Merge lists into the registry. @category commands */
export const run = (input: ImportInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const output = yield* Output
    const files = yield* LocalFiles
    const { listed, skipped } = yield* read(input)
    const report = yield* registry.import(listed.map(({ entry }) => entry), { dryRun: input.dryRun, overwrite: input.overwrite })
    const refused = report.refused.map((problem) => ({ place: listed[problem.index]?.place ?? "", reason: reasonOf(problem) }))
    const changed = [...report.added, ...report.updated]
    const existing = files.existing(changed.map((project) => project.path))
    const missing = existing.filter((exists) => !exists).length
    if (input.json) {
      yield* output.json({ dry_run: input.dryRun, added: report.added, updated: report.updated, unchanged: report.unchanged.length, kept: report.kept.map(({ field, here, imported, project }) => ({ id: project.id, name: project.name, field, here, imported })), refused, skipped })
    } else {
      const rows = changed.map((project, index) => [
        styled("green", index < report.added.length ? "added" : "updated"),
        project.name,
        project.path,
        existing[index] === true ? "" : styled("yellow", "missing here")
      ])
      yield* output.table({ columns, rows })
    }
    yield* Effect.forEach(report.kept.slice(0, 20), ({ field, here, imported, project }) => output.warning(text`${project.name}: ${field} stays ${JSON.stringify(here)}, the list has ${JSON.stringify(imported)}; --overwrite takes it`), { discard: true })
    if (report.kept.length > 20) yield* output.warning(text`and ${report.kept.length - 20} more values that differ; --json shows them`)
    yield* Effect.forEach(skipped, (line) => output.warning(text`${line}`), { discard: true })
    yield* Effect.forEach(refused, ({ place, reason }) => output.warning(text`${place}: refused: ${reason}`), { discard: true })
    const counts = [`${report.added.length} added`, `${report.updated.length} updated`, `${report.unchanged.length} unchanged`, `${refused.length} refused`].join(", ")
    yield* output.message(text`${input.dryRun ? "Would be: " : ""}${counts}${missing === 0 ? "" : `; ${missing} missing on this machine`}.`)
    return refused.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
