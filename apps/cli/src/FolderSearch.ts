/**
 * Searching folders for projects: which folders, with progress, and what came of it. `scan` and `up` share it.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { Discovery, type DiscoveryOptions, type Found, type Skipped } from "@dev-infra/registry/Discovery"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Registration from "@dev-infra/registry/Registration"
import * as SearchRoot from "@dev-infra/registry/SearchRoot"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CommandError } from "./CommandError.js"
import { Output } from "./Output.js"
import { Progress } from "./Progress.js"
import { Prompt } from "./Prompt.js"
import { own, type SafeText, text } from "./SafeText.js"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

/** What the command line says of a search. `isOptional`: where no folder is named, and there is none to begin with, nothing is searched. @category models */
export interface SearchInput {
  readonly roots: ReadonlyArray<string>
  readonly isOptional?: boolean
  readonly depth: Option.Option<number>
  readonly nested: boolean
  readonly noIgnore: boolean
}

/** What a search came to. `folders` is how many were looked into. @category models */
export interface Searched {
  readonly roots: ReadonlyArray<string>
  readonly found: ReadonlyArray<Found>
  readonly skipped: ReadonlyArray<Skipped>
  readonly folders: number
}

/** What the configuration says: read only if there is one, for it costs the start of a YAML reader. */
const configured = Effect.gen(function* () {
  const { configFile } = yield* DevInfraHome
  const files = yield* LocalFiles
  if (files.existing([configFile])[0] !== true) return { roots: [], ignore: [], depth: undefined }
  const { searchSettings } = yield* Effect.promise(() => import("./SearchSettings.js"))
  return yield* searchSettings
})

const usable = (path: string) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { workingFolder } = yield* Surroundings
    const absolute = resolvePath(workingFolder, path)
    const resolved = yield* Effect.mapError(files.resolve(absolute), () => new Registration.FolderUnusable({ path: absolute, reason: "NotFound" }))
    const facts = yield* files.stat(resolved)
    if (Option.isSome(facts) && facts.value.kind !== "Folder") return yield* new Registration.FolderUnusable({ path: absolute, reason: "NotAFolder" })
    return resolved
  })

/** What to type to search a folder that one names. @category texts */
export const example = (command: string): Effect.Effect<SafeText, never, Surroundings> =>
  Effect.map(Effect.flatMap(Surroundings, ({ invocation }) => invocation), (invocation) => own(`${invocation} ${command} FOLDER`))

/** The folders to search where none is named: around the project that one stands in; asks before a whole disk or home. */
const fallback = (command: string, isOptional: boolean) =>
  Effect.gen(function* () {
    const { homeFolder, workingFolder } = yield* Surroundings
    const root = yield* SearchRoot.byDefault(workingFolder, homeFolder)
    if (root._tag === "Folder") return { roots: [root.path] }
    if (isOptional) return { roots: [] }
    const prompt = yield* Prompt
    if (prompt.isPossible) {
      const question = { question: text`${root.around} is wide. Which folder shall be searched?`, flag: "a folder", byDefault: root.project ?? root.around }
      const answer = yield* prompt.text(question)
      // A shell would have written the home folder out; here nobody else does.
      return { roots: [homeFolder === undefined ? answer : answer.replace(/^~(?=\/|$)/, () => homeFolder)] }
    }
    if (root.project === undefined) {
      return yield* new UsageError({
        command: [command],
        message: `no folder to search is named, and ${root.around} is too wide to search without being asked to`,
        hint: `name one, e.g. dev-infra ${command} ~/code`
      })
    }
    const output = yield* Output
    yield* output.warning(text`${root.around} is too wide to search without being asked to, so only ${root.project} is taken; to search more, name a folder: ${yield* example(command)}`)
    return { roots: [root.project], alone: true }
  })

/**
 * Search the folders that the command line names, else those of the configuration, else the one around the current project.
 *
 * @category searching
 */
export const search = (
  command: string,
  input: SearchInput
): Effect.Effect<Searched, CommandError, Discovery | DevInfraHome | LocalFiles | Output | Progress | Prompt | Surroundings> =>
  Effect.gen(function* () {
    const discovery = yield* Discovery
    const progress = yield* Progress
    const { depth: configuredDepth, ignore, roots: configuredRoots } = yield* configured
    const chosen: { readonly roots: ReadonlyArray<string>; readonly alone?: boolean } =
      input.roots.length > 0 ? { roots: input.roots } : configuredRoots.length > 0 ? { roots: configuredRoots } : yield* fallback(command, input.isOptional ?? false)
    const roots = yield* Effect.forEach(chosen.roots, usable)
    const depth = chosen.alone === true ? 0 : Option.getOrElse(input.depth, () => configuredDepth)
    const options: DiscoveryOptions = { nested: input.nested, noIgnore: input.noIgnore, ignore, ...(depth === undefined ? {} : { depth }) }
    const found: Array<Found> = []
    const skipped: Array<Skipped> = []
    let folders = 0
    yield* progress.during({ label: "searching" }, (report) =>
      Stream.runForEachChunk(discovery.discover(roots, options), (chunk) => {
        let current: string | undefined
        for (const event of chunk) {
          if (event._tag === "Found") found.push(event)
          else if (event._tag === "Skipped") skipped.push(event)
          else {
            folders = event.folders
            current = event.current
          }
        }
        return current === undefined ? Effect.void : report(found.length, current)
      })
    )
    return { roots, found, skipped, folders }
  })
