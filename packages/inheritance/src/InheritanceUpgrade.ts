/**
 * What has to be written for projects to have another version of a library: their `.dev-infra.yml`, their `dev-infra.lock`, the includes and calls of their Taskfiles. Only
 * planned here: nothing is written, nothing is started, nothing is asked over the network.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { withoutSecrets } from "@dev-infra/git-repositories/GitUrl"
import * as CallSites from "@dev-infra/taskfile/CallSites"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as LibraryGraphs from "./audit/LibraryGraphs.js"
import * as LockedSources from "./audit/LockedSources.js"
import * as TextEdits from "./audit/TextEdits.js"
import { remoteFileOf } from "./audit/TaskfileIncludes.js"
import { GitHistory, type HistoryUnreadable } from "./GitHistory.js"
import { commitOf } from "./InheritanceImpact.js"
import { InheritanceRefused, type LockUnreadable } from "./InheritanceFailure.js"
import { type LibraryUse, read } from "./InheritanceUses.js"
import * as LockFile from "./LockFile.js"
import * as MigrationTable from "./MigrationTable.js"
import { pathIn } from "./ProjectInherits.js"

/** A file as it is, and as it would be. `before` is undefined for one that is not there yet. @category models */
export interface PlannedEdit {
  /** absolute */
  readonly file: string
  readonly before: string | undefined
  readonly after: string
}

/** A command of the shell that calls a task by its former name: whoever wrote it has to change it. @category models */
export interface Mention {
  readonly file: string
  readonly line: number
  readonly task: string
  readonly now: string
}

/** @category models */
export interface UpgradePlan {
  readonly use: LibraryUse
  /** the commit that it would have; undefined for an include of a folder */
  readonly commit: string | undefined
  readonly edits: ReadonlyArray<PlannedEdit>
  readonly mentions: ReadonlyArray<Mention>
  readonly warnings: ReadonlyArray<string>
}

/** @category errors */
export type UpgradeFailure = HistoryUnreadable | InheritanceRefused | LockUnreadable | FileFailure

/** @category models */
export interface UpgradeOptions {
  readonly to: string
  /** the ref may be a branch */
  readonly floating: boolean
  readonly load: TaskGraph.LoadOptions
}

const smallFile = 4 * 1024 * 1024

const textIn = (file: string) =>
  Effect.flatMap(LocalFiles, (files) => Effect.map(files.read(file, smallFile), Option.map(({ bytes }) => new TextDecoder().decode(bytes))))

/** Texts of files that are changed in several steps. */
const makeDrafts = () => {
  const before = new Map<string, string | undefined>()
  const after = new Map<string, string>()
  return {
    put: (file: string, old: string | undefined, fresh: string) => {
      if (!before.has(file)) before.set(file, old)
      after.set(file, fresh)
    },
    /** the text as it is by now */
    read: (file: string) => {
      const known = after.get(file)
      return known === undefined ? textIn(file) : Effect.succeed(Option.some(known))
    },
    edits: (): ReadonlyArray<PlannedEdit> => [...after].flatMap(([file, text]) => (text === before.get(file) ? [] : [{ file, before: before.get(file), after: text }]))
  }
}

type Drafts = ReturnType<typeof makeDrafts>

/** A version as a part of a path: `v1`. */
const versionPart = /^v\d+$/

const withVersion = (path: string, to: string): string => path.split("/").map((part) => (versionPart.test(part) ? to : part)).join("/")

/** What becomes of calls in the project's own files. */
const migrateCalls = (use: LibraryUse, renames: ReadonlyMap<string, string>, drafts: Drafts, load: TaskGraph.LoadOptions) =>
  Effect.gen(function* () {
    const mentions: Array<Mention> = []
    const warnings: Array<string> = []
    if (renames.size === 0) return { mentions, warnings }
    const graphs = yield* LibraryGraphs.make(load, use.project.path)
    const { uses } = yield* read([use.project])
    const graph = yield* Effect.either(LockedSources.over(uses, graphs)(TaskGraph.load({ _tag: "File", file: use.project.path }, load)))
    if (Either.isLeft(graph)) return { mentions, warnings: ["its Taskfile cannot be read now, so calls of renamed tasks were not looked for"] }
    const root = use.project.path
    const isOwn = (file: string) => file.startsWith(`${root}/`) && !file.startsWith(`${root}/.dev-infra/`)
    const replacements = new Map<string, Array<TextEdits.Replacement>>()
    for (const [called, callers] of CallSites.of(graph.right)) {
      const name = called.startsWith(`${use.name}:`) ? called.slice(use.name.length + 1) : undefined
      const now = name === undefined ? undefined : renames.get(name)
      if (now === undefined) continue
      const full = `${use.name}:${now}`
      for (const { kind, location } of callers) {
        if (!isOwn(location.file)) continue
        const text = Option.getOrElse(yield* drafts.read(location.file), () => "")
        const edits = kind === "shell" ? [] : TextEdits.callEdit(text, location, called, full)
        if (edits.length === 0) mentions.push({ file: location.file, line: location.line, task: called, now: full })
        else replacements.set(location.file, [...(replacements.get(location.file) ?? []), ...edits])
      }
    }
    for (const [file, edits] of replacements) {
      const text = Option.getOrElse(yield* drafts.read(file), () => "")
      drafts.put(file, text, TextEdits.apply(text, edits))
    }
    return { mentions, warnings }
  })

const refused = (use: LibraryUse, reason: InheritanceRefused["reason"], detail: string) => new InheritanceRefused({ subject: `${use.name} of ${use.project.name}`, reason, detail })

/** The table of a version; none if it has none. */
const tableAt = (repository: string, commit: string, folder: string, use: LibraryUse) =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const tree = yield* history.tree(repository, commit)
    const file = tree.get(folder === "" ? MigrationTable.fileName : `${folder}/${MigrationTable.fileName}`)
    if (file === undefined) return { table: MigrationTable.empty, tree }
    const table = MigrationTable.parse(new TextDecoder().decode(file.content))
    return Either.isRight(table) ? { table: table.right, tree } : yield* refused(use, "BadContent", `${MigrationTable.fileName} at that version cannot be used: ${table.left}`)
  })

const ofRepository = (use: LibraryUse, options: UpgradeOptions) =>
  Effect.gen(function* () {
    const history = yield* GitHistory
    const { to } = options
    const { project } = use
    const repository = yield* history.locate(history.cloneOf(use.library))
    if (Option.isNone(repository)) return yield* refused(use, "FetchFailed", `its repository ${use.library} was never fetched here`)
    const refs = yield* history.refs(repository.value)
    const commit = yield* commitOf(repository.value, to).pipe(
      Effect.catchTag("NoSuchVersion", () => Effect.fail(refused(use, "FetchFailed", `${withoutSecrets(use.library)} has no tag, branch or commit ${to}, as far as it was fetched`)))
    )
    const isBranch = !refs.tags.has(to) && refs.branches.has(to)
    if (isBranch && !options.floating && !use.floating) return yield* refused(use, "Floating", `${to} is a branch, which moves`)
    const tree = yield* history.treeId(repository.value, commit, use.folder)
    if (Option.isNone(tree)) return yield* refused(use, "NoTaskfile", `it has no folder ${use.folder} at ${to}`)
    const { table, tree: files } = yield* tableAt(repository.value, commit, use.folder, use)
    const renames = MigrationTable.between(table, use.ref, to)
    const inFolder = (path: string) => files.has(use.folder === "" ? path : `${use.folder}/${path}`)
    const drafts = makeDrafts()
    const path = movedPath(use.path, renames.paths, inFolder)
    if (use.path !== undefined && !inFolder(path ?? use.path)) return yield* refused(use, "NoTaskfile", `it has no ${use.path} at ${to}, and its ${MigrationTable.fileName} does not say where that went`)

    if (use.kind === "inherited") {
      const file = pathIn(project.path)
      const text = Option.getOrElse(yield* drafts.read(file), () => "")
      drafts.put(file, text, TextEdits.apply(text, TextEdits.inheritsEdit(text, use.name, to, path)))
      const lockText = Option.getOrUndefined(yield* textIn(LockFile.pathIn(project.path)))
      const lock = lockText === undefined ? LockFile.empty : yield* LockFile.parse(lockText, LockFile.pathIn(project.path))
      const before = lock.libraries.find(({ name }) => name === use.name)
      const isSame = before !== undefined && before.tree === tree.value
      const locked = { name: use.name, url: use.library, folder: use.folder, ref: to, commit, tree: tree.value, floating: isBranch, approved: isSame ? before.approved : undefined }
      drafts.put(LockFile.pathIn(project.path), lockText, LockFile.print(LockFile.withLibrary(lock, locked), lockText))
    }
    if (use.kind === "remote") {
      const text = Option.getOrElse(yield* drafts.read(use.file), () => "")
      const target = remoteTarget(text, use, to, path)
      if (target !== undefined) drafts.put(use.file, text, TextEdits.apply(text, TextEdits.includeEdit(text, use.name, target)))
    }
    const { mentions, warnings } = yield* migrateCalls(use, renames.tasks, drafts, options.load)
    return { use, commit, edits: drafts.edits(), mentions, warnings } satisfies UpgradePlan
  })

/** Where a Taskfile of the library went; undefined if it stays. */
const movedPath = (path: string | undefined, renames: ReadonlyMap<string, string>, isThere: (path: string) => boolean): string | undefined => {
  if (path === undefined) return undefined
  const named = renames.get(path) ?? [...renames].flatMap(([before, now]) => (path.startsWith(`${before}/`) ? [`${now}${path.slice(before.length)}`] : []))[0]
  if (named !== undefined) return named
  if (isThere(path) || !path.split("/").some((part) => versionPart.test(part))) return undefined
  // A library that keeps its versions in folders: the next one that has the file.
  for (let version = 1; version < 100; version++) if (isThere(withVersion(path, `v${version}`))) return withVersion(path, `v${version}`)
  return undefined
}

/** The URL of a remote include with another ref. */
const remoteTarget = (text: string, use: LibraryUse, to: string, path: string | undefined): string | undefined => {
  const line = text.split("\n")[(use.line ?? 0) - 1] ?? ""
  const [written] = /[a-z][a-z0-9+.-]*:\/\/[^\s'"#]+|git@[^\s'"#]+/i.exec(line) ?? []
  const remote = written === undefined ? undefined : remoteFileOf(written)
  if (written === undefined || remote === undefined) return undefined
  const [address = ""] = written.split("?")
  const others = (written.split("?")[1] ?? "").split("&").filter((pair) => pair !== "" && !pair.startsWith("ref="))
  const moved = path === undefined ? address : `${address.slice(0, address.length - remote.path.length)}${path}`
  return `${moved}?${[...others, `ref=${to}`].join("&")}`
}

/** An include of a folder with a version in its path: `../infra/includes/v1/all.yml` to `v2`. */
const ofSibling = (use: LibraryUse, { load, to }: UpgradeOptions) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    if (!versionPart.test(to) || !use.from.split("/").some((part) => versionPart.test(part))) {
      return yield* refused(use, "BadReference", `${use.from} is used as it is; only a folder of a version in its path, such as v1, could be another one`)
    }
    const target = withVersion(use.from, to)
    const place = withVersion(use.library, to)
    if (files.existing([place])[0] !== true) return yield* refused(use, "NoTaskfile", `there is no ${place}`)
    const text = Option.getOrElse(yield* textIn(use.file), () => "")
    const drafts = makeDrafts()
    drafts.put(use.file, text, TextEdits.apply(text, TextEdits.includeEdit(text, use.name, target)))
    const tableText = yield* Effect.firstSuccessOf(above(place).map((folder) => Effect.flatMap(textIn(`${folder}/${MigrationTable.fileName}`), (found) => found))).pipe(Effect.option)
    const table = Option.match(tableText, { onNone: () => Either.right(MigrationTable.empty), onSome: MigrationTable.parse })
    if (Either.isLeft(table)) return yield* refused(use, "BadContent", `${MigrationTable.fileName} cannot be used: ${table.left}`)
    const from = use.from.split("/").find((part) => versionPart.test(part))
    const { mentions, warnings } = yield* migrateCalls(use, MigrationTable.between(table.right, from, to).tasks, drafts, load)
    return { use, commit: undefined, edits: drafts.edits(), mentions, warnings } satisfies UpgradePlan
  })

/** The folders above a file, the nearest first, as far as a library may reach. */
const above = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return Array.from({ length: Math.min(4, parts.length - 2) }, (_, at) => parts.slice(0, parts.length - 1 - at).join("/"))
}

/**
 * The plan for one use of a library.
 *
 * @example
 * ```ts
 * import * as InheritanceUpgrade from "@dev-infra/inheritance/InheritanceUpgrade"
 * import { type LibraryUse, read } from "@dev-infra/inheritance/InheritanceUses"
 * import * as Effect from "effect/Effect"
 *
 * export const files = (use: LibraryUse, options: InheritanceUpgrade.UpgradeOptions) =>
 *   Effect.map(InheritanceUpgrade.plan(use, options), ({ edits }) => edits.map(({ file }) => file))
 * ```
 * @category planning
 */
export const plan = (use: LibraryUse, options: UpgradeOptions): Effect.Effect<UpgradePlan, UpgradeFailure, GitHistory | LocalFiles | TaskfileSources> => {
  switch (use.kind) {
    case "inherited":
    case "remote":
      return ofRepository(use, options)
    case "sibling":
      return ofSibling(use, options)
    case "linked":
      return Effect.fail(refused(use, "BadReference", `${use.from} is linked: it is used as it is, and has no version`))
  }
}

