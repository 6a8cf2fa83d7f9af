/**
 * Keeps a list of tasks for the next time that it is asked for: see `src/recall.ts`. Whatever the list was made of is noted while it is read; where something cannot be
 * noted, or changes meanwhile, nothing is kept.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { resolve as homeOf, isFault } from "@dev-infra/registry/HomePaths"
import type { StandardStreams } from "../../StandardStreams.js"
import type { Surroundings } from "../../Surroundings.js"
import { environmentKeyOf, fileNameOf, type Found, keyOf, type Listing, look, treeOf } from "../../TaskListing.js"

/** @category models */
export interface Keeper {
  readonly sources: TaskfileSources["Type"]
  /** Keep what was printed; `isPlain`: it says nothing that could change without a file changing. */
  readonly keep: (graph: TaskGraph, printed: { readonly stdout: string; readonly stderr: string; readonly exitCode: number }) => Effect.Effect<void>
  /** It cannot be kept. */
  readonly giveUp: () => void
}

const taskfileNames = ["Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml"]

const foldersAbove = (folder: string): ReadonlyArray<string> => {
  const parts = folder.split("/")
  return parts.map((_, at) => parts.slice(0, parts.length - at).join("/") || "/")
}

const most = 200

/** Old ones make place. */
const removeOldest = (folder: string): void => {
  const kept = readdirSync(folder).filter((name) => name.startsWith("list-"))
  if (kept.length < most) return
  const times = kept.map((name) => ({ name, time: statSync(`${folder}/${name}`).mtimeMs })).sort((left, right) => left.time - right.time)
  for (const { name } of times.slice(0, kept.length - most / 2)) rmSync(`${folder}/${name}`, { force: true })
}

const namesVariables = (words: string | undefined): boolean => words !== undefined && /\{\{|\$|~/.test(words)

/** What a list shows may also depend on the moment, or on chance. */
const isFickle = (graph: TaskGraph): boolean =>
  [...graph.tasks.values()].some(({ task }) => [task.description, task.summary, task.label].some((words) => words !== undefined && /\{\{[^]*(?:now|date|ago|uuid|rand|shuffle|cpu)/i.test(words)))

const dependsOnEnvironment = (graph: TaskGraph): boolean =>
  graph.nodes.some(({ taskfile }) => [...taskfile.includes.values()].some((include) => namesVariables(include.taskfile) || namesVariables(include.directory))) ||
  [...graph.tasks.values()].some(({ task }) => [task.description, task.summary, task.label].some(namesVariables))

/** @category constructors */
export const make = (
  inner: TaskfileSources["Type"],
  words: ReadonlyArray<string>,
  surroundings: Surroundings["Type"],
  streams: StandardStreams["Type"]
): Keeper => {
  const { cacheFolder, environment, homeFolder, workingFolder } = surroundings
  const found = new Map<string, Found>()
  const trees = new Map<string, string>()
  let isPossible = cacheFolder !== undefined
  const giveUp = () => void (isPossible = false)
  const attempt = (work: () => void): void => {
    try {
      if (isPossible) work()
    } catch {
      giveUp()
    }
  }
  const note = (path: string): Found => {
    const now = look(path)
    const before = found.get(path)
    if (now === "other" || (before !== undefined && JSON.stringify(before) !== JSON.stringify(now))) giveUp()
    found.set(path, now)
    return now
  }
  /** The first Taskfile of a folder, as the search for it goes. */
  const first = (folder: string): string | undefined => taskfileNames.map((name) => `${folder === "/" ? "" : folder}/${name}`).find((path) => note(path) !== "nothing")
  const home = homeOf({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
  const sources: TaskfileSources["Type"] = {
    find: (folder) =>
      Effect.gen(function* () {
        let expected: string | undefined
        attempt(() => {
          for (const above of foldersAbove(folder)) {
            note(above)
            expected ??= first(above)
            if (expected !== undefined) break
          }
        })
        const file = yield* inner.find(folder)
        if (Option.getOrUndefined(file) !== expected) giveUp()
        return file
      }),
    read: (target, options) =>
      Effect.gen(function* () {
        let expected: string | undefined = target
        attempt(() => {
          const there = note(target)
          if (typeof there === "object" && "folder" in there) expected = first(target)
        })
        const read = yield* inner.read(target, options)
        attempt(() => {
          const known = found.get(read.file)
          const isSame = typeof known === "object" && "file" in known && Buffer.from(known.file, "latin1").toString("utf8") === read.text
          if (read.origin._tag === "Remote" || read.file !== expected || !isSame) return giveUp()
          if (read.origin._tag === "Inherited" && read.origin.commit !== undefined && !trees.has(read.origin.folder)) {
            note(`${read.origin.folder}.tree`)
            const tree = treeOf(read.origin.folder)
            if (tree === undefined) giveUp()
            else trees.set(read.origin.folder, tree)
          }
        })
        return read
      }),
    inherited: (folder) =>
      Effect.zipRight(
        Effect.sync(() =>
          attempt(() => {
            for (const above of foldersAbove(folder)) for (const name of [".dev-infra.yml", "dev-infra.lock", ".git"]) note(`${above === "/" ? "" : above}/${name}`)
            if (isFault(home)) return giveUp()
            for (const path of [home.registryFile, home.configFile, `${home.stateFolder}/trust.json`]) note(path)
          })
        ),
        inner.inherited(folder)
      ),
    dotenv: (path) => Effect.zipRight(Effect.sync(() => attempt(() => void note(path))), inner.dotenv(path))
  }
  const keep: Keeper["keep"] = (graph, printed) =>
    Effect.sync(() =>
      attempt(() => {
        if (cacheFolder === undefined || isFickle(graph)) return
        const key = keyOf(words, workingFolder, environment, { stdout: streams.stdout.isTerminal, stderr: streams.stderr.isTerminal })
        const listing: Listing = { key, environment: dependsOnEnvironment(graph) ? environmentKeyOf(environment) : undefined, found: [...found], trees: [...trees], ...printed }
        const content = JSON.stringify(listing)
        if (content.length > 8 * 1024 * 1024) return
        mkdirSync(cacheFolder, { recursive: true, mode: 0o700 })
        removeOldest(cacheFolder)
        const temporary = `${cacheFolder}/.list.${surroundings.processId}`
        try {
          writeFileSync(temporary, content, { mode: 0o600, flag: "wx" })
          renameSync(temporary, `${cacheFolder}/${fileNameOf(key)}`)
        } catch {
          rmSync(temporary, { force: true })
        }
      })
    )
  return { sources, keep, giveUp }
}
