/**
 * The commands by their words. Each is loaded only when it is meant.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { globalFlags } from "./CommandLine.js"
import type { Command } from "./Declaration.js"
import { didYouMean } from "./Suggestion.js"
import { UsageError } from "./UsageError.js"

/** A command. @category models */
export type Leaf = () => Promise<{ readonly command: Command }>

/** Commands under a common word. @category models */
export interface Group {
  readonly summary: string
  readonly children: Tree
}

/** @category models */
export interface Tree {
  readonly [word: string]: Leaf | Group
}

/** What a line means: where in the tree, the flags before the command, the words after it, and both of them. @category models */
export interface Route {
  readonly words: ReadonlyArray<string>
  readonly target: Leaf | Group
  readonly before: ReadonlyArray<string>
  readonly after: ReadonlyArray<string>
  readonly rest: ReadonlyArray<string>
}

const unknownCommand = (parents: ReadonlyArray<string>, word: string, tree: Tree): UsageError => {
  const hint = didYouMean(word, [...visible(tree), ...(parents.length === 0 ? ["help"] : [])])
  return new UsageError({
    command: parents,
    message: `${["dev-infra", ...parents].join(" ")} has no command ${JSON.stringify(word)}`,
    ...(hint === undefined ? {} : { hint })
  })
}

/** Words that are for people: those of hidden commands begin with two underscores. @category reading */
export const visible = (tree: Tree): ReadonlyArray<string> => Object.keys(tree).filter((word) => !word.startsWith("__"))

/** How many words a flag before the command takes: 2 with a value of its own. */
const flagLength = (word: string): number => {
  const flag = globalFlags.find((each) => word === `--${each.name}` || word === `-${each.letter ?? ""}`)
  return flag?.value === undefined ? 1 : 2
}

/**
 * Find the command that a line means. Flags of every command may stand before it; they are handed on.
 *
 * @category routing
 */
export const route = (root: Group, line: ReadonlyArray<string>): Either.Either<Route, UsageError> => {
  const words: Array<string> = []
  const before: Array<string> = []
  let target: Leaf | Group = root
  let at = 0
  while (typeof target !== "function") {
    const word: string | undefined = line[at]
    if (word === undefined) break
    if (word.startsWith("-")) {
      const length = flagLength(word)
      before.push(...line.slice(at, at + length))
      at += length
      continue
    }
    const next: Leaf | Group | undefined = Object.hasOwn(target.children, word) ? target.children[word] : undefined
    if (next === undefined) return Either.left(unknownCommand(words, word, target.children))
    words.push(word)
    target = next
    at++
  }
  const after = line.slice(at)
  return Either.right({ words, target, before, after, rest: [...before, ...after] })
}

/** The commands of a group with their summaries, groups as one entry. @category reading */
export const entries = (tree: Tree): Effect.Effect<ReadonlyArray<{ readonly words: ReadonlyArray<string>; readonly summary: string }>> =>
  Effect.forEach(visible(tree), (word) => {
    const child = tree[word]
    if (child === undefined || typeof child !== "function") return Effect.succeed({ words: [word], summary: child?.summary ?? "" })
    return Effect.map(Effect.promise(child), ({ command }) => ({ words: [word], summary: command.summary }))
  })
