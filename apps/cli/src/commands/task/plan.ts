/**
 * `--plan`: what would run, in which order and where, found without running anything.
 *
 * @module
 */
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as TaskPlan from "@dev-infra/taskfile/TaskPlan"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Output } from "../../Output.js"
import { join, type SafeText, styled, text } from "../../SafeText.js"
import * as TaskServices from "../../TaskServices.js"
import type { TaskLine } from "./line.js"
import { originText } from "./list.js"

const forScripts = (plan: TaskPlan.TaskPlan): object => ({
  nodes: plan.nodes.map((node) => ({ ...node, variables: [...node.variables].map(([name, value]) => ({ name, value })) })),
  edges: plan.edges,
  waves: plan.waves
})

const nodeText = (graph: TaskGraph, node: TaskPlan.PlanNode, needs: ReadonlyArray<string>): SafeText => {
  const after = needs.length === 0 ? text`` : text`, after ${join(needs.map((name) => text`${name}`), ", ")}`
  const variables = node.variables.size === 0 ? text`` : text` ${[...node.variables].map(([name, value]) => `${name}=${value}`).join(" ")}`
  const commands = node.commands.flatMap(({ deferred, text: command }) => command.split("\n").filter((line) => line.trim() !== "").map((line, at) => text`\n    ${at === 0 ? (deferred ? "at the end: " : "") : "  "}${line}`))
  return text`${styled("green", node.task)}${variables}  ${styled("dim", text`${originText(node.origin, node.location, graph.directory)}, in ${node.directory}${after}`)}${join(commands, "")}`
}

/** Show the plan. @category commands */
export const show = (line: TaskLine, graph: TaskGraph, calls: ReadonlyArray<{ readonly task: string }>): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const plan = yield* TaskPlan.plan(graph, calls, yield* TaskServices.known(line))
    if (line.has("json")) return yield* output.json(forScripts(plan))
    const byId = new Map(plan.nodes.map((node) => [node.id, node]))
    const taskOf = (id: string): string => byId.get(id)?.task ?? id
    let step = 0
    for (const id of plan.waves.flat()) {
      const node = byId.get(id)
      if (node === undefined) continue
      step++
      const needs = [...new Set(plan.edges.filter(({ from }) => from === id).map(({ to }) => taskOf(to)))]
      yield* output.line(text`${step}. ${nodeText(graph, node, needs)}`)
    }
  })
