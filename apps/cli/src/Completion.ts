/**
 * What a word on the command line may become.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { globalFlags } from "./CommandLine.js"
import type { Command } from "./Declaration.js"
import type { ArgumentShape, FlagShape, ValueKind } from "./options.js"
import { entries, type Group, type Leaf, visible } from "./Tree.js"

/** A word, and what it means. @category models */
export interface Candidate {
  readonly word: string
  readonly meaning: string
}

/** Words to offer, or a kind of thing that the shell or the registry knows. @category models */
export type Completion =
  | { readonly _tag: "Words"; readonly words: ReadonlyArray<Candidate> }
  | { readonly _tag: "Kind"; readonly kind: ValueKind; readonly prefix: string; readonly typed: string }

const words = (candidates: ReadonlyArray<Candidate>, typed: string): Completion => ({
  _tag: "Words",
  words: candidates.filter((candidate) => candidate.word.startsWith(typed))
})

const valueOf = (shape: FlagShape | ArgumentShape, prefix: string, typed: string): Completion =>
  shape.choices !== undefined
    ? words(shape.choices.map((choice) => ({ word: prefix + choice, meaning: "" })), prefix + typed)
    : { _tag: "Kind", kind: shape.kind ?? "other", prefix, typed }

const flagNamed = (flags: ReadonlyArray<FlagShape>, word: string): FlagShape | undefined =>
  flags.find((flag) => word === `--${flag.name}` || (flag.letter !== undefined && word === `-${flag.letter}`))

const ofCommand = (command: Command, before: ReadonlyArray<string>, typed: string): Completion => {
  const flags = [...command.flags, ...(command.isRaw ? [] : globalFlags)]
  let place = 0
  let onlyArguments = false
  for (let at = 0; at < before.length; at++) {
    const word = before[at] ?? ""
    if (onlyArguments || !word.startsWith("-") || word === "-") place++
    else if (word === "--") onlyArguments = true
    else {
      const flag = flagNamed(flags, word)
      if (flag?.value === undefined) continue
      if (at === before.length - 1) return valueOf(flag, "", typed)
      at++
    }
  }
  if (!onlyArguments && typed.startsWith("-")) {
    const equals = typed.indexOf("=")
    const flag = equals < 0 ? undefined : flagNamed(flags, typed.slice(0, equals))
    if (flag !== undefined) return valueOf(flag, typed.slice(0, equals + 1), typed.slice(equals + 1))
    const given = new Set(before)
    const open = flags.filter((each) => each.repeatable === true || !given.has(`--${each.name}`))
    return words(open.map((each) => ({ word: `--${each.name}`, meaning: each.description })), typed)
  }
  let last = 0
  const shape = command.arguments.find((each) => place < (last += each.maximum))
  return shape === undefined ? words([], typed) : valueOf(shape, "", typed)
}

/**
 * Complete the last of `line`, the words after `dev-infra`.
 *
 * @category completion
 */
export const complete = (root: Group, line: ReadonlyArray<string>): Effect.Effect<Completion> =>
  Effect.gen(function* () {
    const typed = line.at(-1) ?? ""
    const before = line.slice(0, -1)
    const start = before[0] === "help" ? 1 : 0
    let target: Leaf | Group = root
    for (let at = start; at < before.length; at++) {
      const word = before[at] ?? ""
      if (word.startsWith("-")) continue
      const next: Leaf | Group | undefined = Object.hasOwn(target.children, word) ? target.children[word] : undefined
      if (next === undefined) return words([], typed)
      if (typeof next === "function") {
        const { command } = yield* Effect.promise(next)
        return start === 1 ? words([], typed) : ofCommand(command, before.slice(at + 1), typed)
      }
      target = next
    }
    if (typed.startsWith("-")) return words(globalFlags.map((flag) => ({ word: `--${flag.name}`, meaning: flag.description })), typed)
    // The summaries of all commands would have to be loaded; only the fitting ones are.
    const fitting = visible(target.children).filter((word) => word.startsWith(typed))
    const shown = yield* entries(Object.fromEntries(fitting.flatMap((word) => (target.children[word] === undefined ? [] : [[word, target.children[word]]]))))
    const help = target === root && start === 0 ? [{ word: "help", meaning: "Say more about a command." }] : []
    return words([...shown.map((entry) => ({ word: entry.words.join(" "), meaning: entry.summary })), ...help], typed)
  })
