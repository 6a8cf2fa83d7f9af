/**
 * Regular expressions as small programs, which are run over a text in a time that grows with its length only: whatever the expression, nothing is tried twice.
 *
 * @module
 */
import * as Limits from "../evaluation/Limits.js"
import { type Class, isWord } from "./Classes.js"
import { type Assertion, BadExpression, type Expression, type Node } from "./Syntax.js"

type Instruction =
  | { readonly _tag: "Class"; readonly set: Class }
  | { readonly _tag: "Assert"; readonly what: Assertion }
  /** the first is preferred */
  | { _tag: "Split"; first: number; second: number }
  | { _tag: "Jump"; to: number }
  | { readonly _tag: "Save"; readonly slot: number }
  | { readonly _tag: "Match" }

/** @category models */
export interface Program {
  readonly instructions: ReadonlyArray<Instruction>
  readonly slots: number
}

const longest = 20_000

/** Steps of all searches of one function. */
const most = 20_000_000

/** What is left of them. @category models */
export interface Steps {
  left: number
}

/** @category constructors */
export const newSteps = (): Steps => ({ left: most })

/** It throws a BadExpression for one that is too large. @category constructors */
export const compile = (expression: Expression): Program => {
  const instructions: Array<Instruction> = []
  const add = (instruction: Instruction): void => {
    if (instructions.length >= longest) throw new BadExpression("error parsing regexp: expression is too large")
    instructions.push(instruction)
  }
  const optional = (node: Node, greedy: boolean, loops: boolean): void => {
    const split: Instruction & { _tag: "Split" } = { _tag: "Split", first: 0, second: 0 }
    const at = instructions.length
    add(split)
    write(node)
    if (loops) add({ _tag: "Jump", to: at })
    split.first = greedy ? at + 1 : instructions.length
    split.second = greedy ? instructions.length : at + 1
  }
  const write = (node: Node): void => {
    switch (node._tag) {
      case "Empty":
        return
      case "Class":
      case "Assert":
        add(node)
        return
      case "Sequence":
        node.nodes.forEach(write)
        return
      case "Group":
        add({ _tag: "Save", slot: node.index * 2 })
        write(node.node)
        add({ _tag: "Save", slot: node.index * 2 + 1 })
        return
      case "Choice": {
        const jumps: Array<Instruction & { _tag: "Jump" }> = []
        for (const [index, choice] of node.nodes.entries()) {
          if (index === node.nodes.length - 1) {
            write(choice)
            continue
          }
          const split: Instruction & { _tag: "Split" } = { _tag: "Split", first: instructions.length + 1, second: 0 }
          add(split)
          write(choice)
          const jump: Instruction & { _tag: "Jump" } = { _tag: "Jump", to: 0 }
          jumps.push(jump)
          add(jump)
          split.second = instructions.length
        }
        for (const jump of jumps) jump.to = instructions.length
        return
      }
      default: {
        for (let index = 0; index < node.least; index++) write(node.node)
        if (node.most === undefined) return optional(node.node, node.greedy, true)
        // x{0,3} is (x(x(x)?)?)?: each may only follow the one before it
        const splits: Array<Instruction & { _tag: "Split" }> = []
        for (let index = node.least; index < node.most; index++) {
          const split: Instruction & { _tag: "Split" } = { _tag: "Split", first: instructions.length + 1, second: 0 }
          splits.push(split)
          add(split)
          write(node.node)
        }
        for (const split of splits) {
          const body = split.first
          split.first = node.greedy ? body : instructions.length
          split.second = node.greedy ? instructions.length : body
        }
      }
    }
  }
  add({ _tag: "Save", slot: 0 })
  write(expression.node)
  add({ _tag: "Save", slot: 1 })
  add({ _tag: "Match" })
  return { instructions, slots: (expression.groups + 1) * 2 }
}

const holds = (what: Assertion, codes: ReadonlyArray<number>, at: number): boolean => {
  switch (what) {
    case "TextStart":
      return at === 0
    case "TextEnd":
      return at === codes.length
    case "LineStart":
      return at === 0 || codes[at - 1] === 10
    case "LineEnd":
      return at === codes.length || codes[at] === 10
    default: {
      const edge = (at > 0 && isWord(codes[at - 1] ?? 0)) !== (at < codes.length && isWord(codes[at] ?? 0))
      return edge === (what === "WordEdge")
    }
  }
}

interface Thread {
  readonly at: number
  readonly slots: ReadonlyArray<number>
}

/**
 * The first match from `from` on: where it and each of its groups begin and end, by characters; -1 for a group that took no part. None without a match.
 *
 * @category combinators
 */
export const search = (program: Program, codes: ReadonlyArray<number>, from: number, steps: Steps): ReadonlyArray<number> | undefined => {
  const { instructions } = program
  const seen = new Int32Array(instructions.length).fill(-1)
  let matched: ReadonlyArray<number> | undefined
  let current: Array<Thread> = []

  const follow = (into: Array<Thread>, start: Thread, at: number): void => {
    const stack: Array<Thread> = [start]
    for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
      const instruction = instructions[thread.at]
      if (instruction === undefined || seen[thread.at] === at) continue
      seen[thread.at] = at
      steps.left--
      Limits.work.done++
      if (steps.left < 0) throw new Limits.LimitReached("a regular expression takes more steps than is allowed")
      switch (instruction._tag) {
        case "Jump":
          stack.push({ at: instruction.to, slots: thread.slots })
          break
        case "Split":
          stack.push({ at: instruction.second, slots: thread.slots }, { at: instruction.first, slots: thread.slots })
          break
        case "Save": {
          const slots = [...thread.slots]
          slots[instruction.slot] = at
          stack.push({ at: thread.at + 1, slots })
          break
        }
        case "Assert":
          if (holds(instruction.what, codes, at)) stack.push({ at: thread.at + 1, slots: thread.slots })
          break
        default:
          into.push(thread)
      }
    }
  }

  const none: ReadonlyArray<number> = Array.from({ length: program.slots }, () => -1)
  for (let at = from; at <= codes.length; at++) {
    // `seen` at this place: what earlier threads reached is not reached again by later ones
    if (matched === undefined) follow(current, { at: 0, slots: none }, at)
    else if (current.length === 0) break
    const next: Array<Thread> = []
    const code = codes[at]
    for (const thread of current) {
      const instruction = instructions[thread.at]
      if (instruction?._tag === "Match") {
        matched = thread.slots
        // what follows is less preferred
        break
      }
      if (instruction?._tag === "Class" && code !== undefined && instruction.set(code)) follow(next, { at: thread.at + 1, slots: thread.slots }, at + 1)
    }
    current = next
  }
  return matched
}
