import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Customization } from "@dev-infra/metadata/MetadataHistory"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import { NoTemplate } from "@dev-infra/templates/Planning"
import * as SafePath from "@dev-infra/templates/SafePath"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as Recovery from "../../Recovery.js"
import { styled, text } from "../../SafeText.js"
import * as UpdatedProject from "../../UpdatedProject.js"
import * as UpdateServices from "../../UpdateServices.js"
import { UsageError } from "../../UsageError.js"
import type { CustomizeInput } from "./command.js"

/** The day as the clock on the wall has it. */
const today = Effect.map(DateTime.now, (now) => DateTime.formatIsoDate(DateTime.setZone(now, DateTime.zoneMakeLocal())))

/** The path from the root of the project, as it is typed or from `/`. */
const relative = (root: string, given: string): string => {
  const path = resolvePath(root, given)
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}

/** How a file is recorded: a folder ends with a slash. One that is not there is surely a slip, unless it is recorded already. */
const recordedAs = (root: string, given: string, recorded: ReadonlyArray<Customization>, input: CustomizeInput) =>
  Effect.gen(function* () {
    const path = relative(root, given)
    const problem = given === "" ? "it is empty" : path.startsWith("/") ? "it lies elsewhere" : SafePath.problemOf(path)
    if (problem !== undefined) return yield* new CommandFailed({ what: `${JSON.stringify(given)} is no file of the project: ${problem}`, hint: "give paths from the root of the project; nothing was changed" })
    const known = recorded.find(({ file }) => file === path || file === `${path}/`)
    if (known !== undefined) return known.file
    if (input.remove) return yield* new CommandFailed({ what: `${path} is not recorded as customised`, hint: "nothing was changed" })
    const files = yield* LocalFiles
    const identity = Option.getOrUndefined(yield* files.stat(`${root}/${path}`))
    if (identity === undefined) return yield* new CommandFailed({ what: `the project has no file ${path}`, hint: "give paths from the root of the project; nothing was changed" })
    return identity.kind === "Folder" ? `${path}/` : path
  })

type Change = "recorded" | "changed" | "unchanged" | "removed"

interface Changed {
  readonly file: string
  readonly change: Change
}

const changeOf = (file: string, old: Customization | undefined, input: CustomizeInput): Changed => {
  if (input.remove) return { file, change: "removed" }
  if (old === undefined) return { file, change: "recorded" }
  return { file, change: Option.isSome(input.reason) && input.reason.value !== (old.reason ?? undefined) ? "changed" : "unchanged" }
}

const verbs: { readonly [change in Change]: string } = { recorded: "customised", changed: "new reason for", unchanged: "recorded already:", removed: "no longer customised:" }

/** Record customised files, or take the record back. @category commands */
export const run = (input: CustomizeInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    if (input.remove && Option.isSome(input.reason)) return yield* new UsageError({ command: ["customize"], message: "--remove takes no --reason" })
    const output = yield* Output
    const { path } = yield* UpdatedProject.locate(Option.some(input.project))
    yield* Recovery.end(path)
    const metadata = yield* MetadataFile
    const document = Option.getOrUndefined(yield* metadata.read(path))
    if (document === undefined) return yield* new NoTemplate({ path })
    const recorded = document.metadata.customizations ?? []
    const files = [...new Set(yield* Effect.forEach(input.files, (given) => recordedAs(path, given, recorded, input)))]
    const changes = files.map((file) => changeOf(file, recorded.find((one) => one.file === file), input))
    const date = yield* today
    const reason = Option.match(input.reason, { onNone: () => ({}), onSome: (text) => ({ reason: text }) })
    const isNow = (change: Change, file: string) => changes.some((one) => one.file === file && one.change === change)
    const kept = recorded.filter(({ file }) => !isNow("removed", file)).map((one) => (isNow("changed", one.file) ? { ...one, ...reason, date } : one))
    const added = changes.flatMap(({ change, file }) => (change === "recorded" ? [{ file, ...reason, date }] : []))
    const customizations = [...kept, ...added]
    // The date is one that exists: it was made from a moment.
    const patch = { customizations: customizations.length === 0 ? undefined : (customizations as ReadonlyArray<Customization>) }
    if (changes.some(({ change }) => change !== "unchanged")) yield* metadata.update(path, patch)
    if (input.json) return yield* output.json({ project: path, changes, customizations })
    yield* Effect.forEach(changes, ({ change, file }) => output.message(text`${verbs[change]} ${styled("bold", file)}`), { discard: true })
  }).pipe(Effect.provide(UpdateServices.layer))
