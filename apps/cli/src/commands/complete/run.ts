import { RegistryStore } from "@dev-infra/registry/RegistryStore"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import { root } from "../../Commands.js"
import { type Candidate, complete } from "../../Completion.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import * as RegistryServices from "../../RegistryServices.js"
import { own } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import type { CompleteInput } from "./command.js"

/** Names from the entries as they stand in the file: nothing is decoded, nothing is reported while somebody types. */
const projectNames = Effect.gen(function* () {
  const store = yield* RegistryStore
  const { projects } = yield* store.read
  return projects.flatMap((entry): ReadonlyArray<Candidate> => {
    const fields: object = typeof entry === "object" && entry !== null ? entry : {}
    const path = "path" in fields && typeof fields.path === "string" ? fields.path : ""
    return "name" in fields && typeof fields.name === "string" ? [{ word: fields.name, meaning: path }] : []
  })
}).pipe(
  Effect.provide(RegistryServices.layer),
  // A shell has no place for errors in the middle of a line: no names are offered then.
  Effect.catchAll(() => Effect.succeed<ReadonlyArray<Candidate>>([]))
)

/** Tasks of the Taskfile of this folder, with nothing started and nothing reported. */
const taskNames: Effect.Effect<ReadonlyArray<Candidate>, never, CommandServices> = Effect.gen(function* () {
  const [{ load }, { list }, { loadOptions, reading }] = yield* Effect.promise(() =>
    Promise.all([import("@dev-infra/taskfile/TaskGraph"), import("@dev-infra/taskfile/TaskList"), import("../../TaskServices.js")])
  )
  const { workingFolder } = yield* Surroundings
  const graph = yield* Effect.provide(load({ _tag: "Search", folder: workingFolder }, yield* loadOptions), reading)
  return list(graph, { all: true }).flatMap(({ aliases, description, task }) => [task, ...aliases].map((word) => ({ word, meaning: description.replaceAll("\n", " ") })))
}).pipe(Effect.catchAll(() => Effect.succeed([])))

// A word with control characters cannot be typed, and would be acted upon by the terminal.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const isTypable = ({ word }: Candidate) => word !== "" && !/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(word)

/** The word as typed into a shell, without quotes and backslashes. */
const unquoted = (word: string): string => word.replace(/\\(.)|'([^']*)'?|"((?:\\.|[^"\\])*)"?/gs, (_, escaped, single, double) => escaped ?? single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? "")

/** bash splits words at = and : too; joined they are what was typed. `kept` is the length of what bash does not replace. */
const joined = (words: ReadonlyArray<string>): { readonly words: ReadonlyArray<string>; readonly kept: number } => {
  const all: Array<string> = []
  let kept = 0
  let glue = false
  for (const word of words) {
    const isBreak = word === "=" || word === ":"
    const previous = all.at(-1)
    if ((isBreak || glue) && previous !== undefined) {
      kept = isBreak ? previous.length + 1 : previous.length
      all[all.length - 1] = previous + word
    } else {
      kept = 0
      all.push(word)
    }
    glue = isBreak
  }
  return { words: all, kept }
}

const quotedForBash = (word: string): string => word.replace(/[^\w@%+,./:=\u00a0-\u{10ffff}-]/gu, "\\$&")

const meaningOf = ({ meaning }: Candidate): string => meaning.replace(/[^\x20-\x7e\u00a1-\u{10ffff}]/gu, " ")

const lineFor = (shell: CompleteInput["shell"], typed: string, kept: number) => (candidate: Candidate): string => {
  switch (shell) {
    case "bash":
      return /^['"]/.test(typed) ? candidate.word : quotedForBash(candidate.word.slice(kept))
    case "zsh":
      return candidate.meaning === "" ? candidate.word.replace(/[\\:]/g, "\\$&") : `${candidate.word.replace(/[\\:]/g, "\\$&")}:${meaningOf(candidate)}`
    case "fish":
      return candidate.meaning === "" ? candidate.word : `${candidate.word}\t${meaningOf(candidate)}`
  }
}

/** All lines as one text; none where there are none. */
const groups = (lines: ReadonlyArray<string>): ReadonlyArray<string> => (lines.length === 0 ? [] : [lines.join("\n")])

/** Print the words, one a line; `:folders` and `:files` tell the shell to offer those. @category commands */
export const run = (input: CompleteInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const raw = input.words.at(-1) ?? ""
    const { kept, words } = input.shell === "bash" ? joined(input.words) : { kept: 0, words: input.words }
    const completion = yield* complete(root, input.shell === "bash" ? words.map(unquoted) : words)
    const print = (candidates: ReadonlyArray<Candidate>) =>
      Effect.forEach(groups(candidates.filter(isTypable).map(lineFor(input.shell, raw, kept))), (lines) => output.line(own(lines)), { discard: true })
    if (completion._tag === "Words") return yield* print(completion.words)
    const { kind, prefix, typed } = completion
    if (kind === "other") return
    if (kind === "task") return yield* print((yield* taskNames).filter((name) => name.word.startsWith(typed)))
    if (kind !== "project" || /^[.~/]/.test(typed)) return yield* output.line(own(kind === "file" ? ":files" : ":folders"))
    const names = yield* projectNames
    yield* print(names.filter((name) => name.word.startsWith(typed)).map((name) => ({ ...name, word: prefix + name.word })))
  })
