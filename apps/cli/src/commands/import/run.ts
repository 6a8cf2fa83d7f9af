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
import { Progress } from "../../Progress.js"
import * as RegistryServices from "../../RegistryServices.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { ImportInput } from "./command.js"

const listFormats = { json: "json", csv: "csv", mrconfig: "myrepos", gita: "gita", vscode: "project-manager" } as const

/** The largest list that is read. */
const sizeLimit = 128 * 1024 * 1024

/** A place in a list. `line` counts from 1; a folder has none. */
interface Place {
  readonly file: string
  readonly line?: number
}

/** A project of a list, and where it stands there. */
interface Listed extends Place {
  readonly entry: ProjectLists.ListedProject["entry"]
}

/** A part of a list that is not imported. */
interface LeftOut extends Place {
  readonly label?: string
  readonly reason: string
}

interface Lists {
  readonly listed: ReadonlyArray<Listed>
  readonly skipped: ReadonlyArray<LeftOut>
}

const placeText = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`)

const leftOutText = (one: LeftOut): string => `${placeText(one)}: ${one.label === undefined ? "" : `${one.label} `}${one.reason}`

const standardInput = "standard input"

const decodeText = (path: string, bytes: Uint8Array) =>
  Effect.mapError(
    Effect.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
    (cause) => new CommandFailed({ what: `${path} is no UTF-8 text`, hint: "convert it first: iconv -f latin1 -t utf-8", cause })
  )

const readText = (path: string) =>
  Effect.gen(function* () {
    if (path === standardInput) return yield* Effect.flatMap(StandardStreams, ({ stdin }) => stdin.readAll)
    const files = yield* LocalFiles
    const content = yield* files.read(path, sizeLimit)
    if (Option.isNone(content)) return yield* new CommandFailed({ what: `${path} does not exist` })
    return yield* decodeText(path, content.value.bytes)
  })

const readList = (file: string, format: ProjectLists.ProjectListFormat | undefined) =>
  Effect.gen(function* () {
    const { homeFolder, workingFolder } = yield* Surroundings
    const content = yield* readText(file)
    // Relative paths in a list from standard input count from the working folder.
    const path = file === standardInput ? `${workingFolder}/${file}` : file
    const list = yield* Effect.mapError(
      ProjectLists.decode(content, { path, homeDirectory: homeFolder, ...(format === undefined ? {} : { format }) }),
      (error) => new ProjectLists.ProjectListUnreadable({ ...error, path: file })
    )
    const files = yield* LocalFiles
    const wanted = list.projects.filter(({ entry, onlyIfPresent }) => {
      const folder = isObject(entry) ? entry["path"] : undefined
      return onlyIfPresent !== true || typeof folder !== "string" || files.existing([folder])[0] === true
    })
    return {
      listed: wanted.map(({ entry, line }) => ({ file, line, entry })),
      skipped: list.skipped.map(({ detail, label, line }) => ({ file, line, ...(label === undefined ? {} : { label }), reason: detail }))
    } satisfies Lists
  })

const readGhqRoot = (given: string) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const discovery = yield* Discovery.Discovery
    const progress = yield* Progress
    const root = yield* files.resolve(given)
    const identity = yield* files.stat(root)
    if (Option.isSome(identity) && identity.value.kind !== "Folder") return yield* new CommandFailed({ what: `${root} is not a folder`, hint: "--format ghq takes root folders" })
    const events = yield* progress.during({ label: "searching" }, (report) =>
      Stream.runCollect(Stream.tap(discovery.discover([root]), (event) => (event._tag === "Progress" ? report(event.folders, event.current) : Effect.void)))
    )
    const listed = [...events].flatMap((event) => {
      const entry = event._tag === "Found" ? ProjectLists.entryBelowGhqRoot(root, event) : undefined
      return entry === undefined ? [] : [{ file: root, entry }]
    })
    const skipped = [...events].flatMap((event) => (event._tag === "Skipped" ? [{ file: event.path, reason: event.detail ?? "cannot be read" }] : []))
    return { listed, skipped } satisfies Lists
  })

const read = (input: ImportInput) =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const format = Option.getOrUndefined(input.format)
    if (input.files.includes("")) return yield* new UsageError({ command: ["import"], message: "a path is empty" })
    if (format === "ghq" && input.files.includes("-")) return yield* new UsageError({ command: ["import"], message: "--format ghq takes root folders, not standard input" })
    const paths = [...new Set(input.files)].map((file) => (file === "-" ? standardInput : resolvePath(workingFolder, file)))
    const lists = yield* Effect.forEach(paths, (path): Effect.Effect<Lists, CommandError, Discovery.Discovery | LocalFiles | Progress | StandardStreams | Surroundings> =>
      format === "ghq" ? readGhqRoot(path) : readList(path, format === undefined ? undefined : listFormats[format])
    )
    return { listed: lists.flatMap(({ listed }) => listed), skipped: lists.flatMap(({ skipped }) => skipped) }
  })

const reasonOf = ({ problems }: EntryProblem): string => problems.map(({ message }) => message).join(", ")

const columns = [{ title: "WHAT" }, { title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "NOTE", shorten: "text" }] as const

/** What is told on standard error; all of it is in the JSON document. */
const warnAtMost = 20

const warnAll = <A>(all: ReadonlyArray<A>, sentence: (one: A) => SafeText, rest: string) =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* Effect.forEach(all.slice(0, warnAtMost), (one) => output.warning(sentence(one)), { discard: true })
    if (all.length > warnAtMost) yield* output.warning(text`and ${all.length - warnAtMost} more ${rest}; --json shows all`)
  })

/** Merge lists into the registry. @category commands */
export const run = (input: ImportInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const output = yield* Output
    const files = yield* LocalFiles
    const { listed, skipped } = yield* read(input)
    const report = yield* registry.import(listed.map(({ entry }) => entry), { dryRun: input.dryRun, overwrite: input.overwrite })
    const placeOf = (index: number): Place => {
      const { entry: _entry, ...place } = listed[index] ?? { file: "", entry: null }
      return place
    }
    const refused = report.refused.map((problem) => ({ ...placeOf(problem.index), ...(problem.label === undefined ? {} : { label: problem.label }), reason: reasonOf(problem) }))
    const kept = report.kept.map(({ field, here, imported, index, project }) => ({ ...placeOf(index), id: project.id, name: project.name, field, here, imported }))
    const changed = [...report.added, ...report.updated]
    const existing = files.existing(changed.map((project) => project.path))
    const missing = existing.filter((exists) => !exists).length
    if (input.json) {
      const { added, unchanged, updated } = report
      yield* output.json({ dry_run: input.dryRun, added, updated, unchanged, kept, refused, skipped })
    } else {
      const [added, updated] = input.dryRun ? ["would add", "would update"] : ["added", "updated"]
      const rows = changed.map((project, index) => [
        styled("green", index < report.added.length ? added : updated),
        project.name,
        project.path,
        existing[index] === true ? "" : styled("yellow", "missing here")
      ])
      yield* output.table({ columns, rows })
    }
    yield* warnAll(
      kept,
      (one) => text`${placeText(one)}: ${one.name} keeps its ${one.field}: here ${JSON.stringify(one.here)}, in the list ${JSON.stringify(one.imported)}; --overwrite takes that`,
      "values that differ"
    )
    yield* warnAll(skipped, (one) => text`${leftOutText(one)}`, "parts of lists that were left out")
    yield* warnAll(
      refused,
      (one) => text`${placeText(one)}: refused${one.label === undefined ? "" : ` ${one.label}`}: ${one.reason}`,
      "entries that were refused"
    )
    const counts = [
      `${report.added.length} added`,
      `${report.updated.length} updated`,
      `${report.unchanged.length} unchanged`,
      `${refused.length} refused`,
      ...(kept.length === 0 ? [] : [`${kept.length} ${kept.length === 1 ? "value" : "values"} kept`])
    ].join(", ")
    yield* output.message(text`${input.dryRun ? "Would be: " : ""}${counts}${missing === 0 ? "" : `; ${missing} of the folders ${missing === 1 ? "is" : "are"} missing on this machine`}.`)
    return refused.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(Layer.merge(RegistryServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
