/**
 * Every text of a task that is a template, with its place.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { SourceLocation } from "../SourceLocation.js"
import type { Command, Loop, Task } from "../Task.js"
import type { Variables } from "../Variable.js"

/** `isExpression`: without brackets around it. */
export interface TemplateText {
  readonly text: string
  readonly isExpression: boolean
  readonly location: SourceLocation
}

type Add = (text: string | undefined, location: SourceLocation, isExpression?: boolean) => void

const ofValue = (value: GoValue, location: SourceLocation, add: Add): void => {
  if (typeof value === "string") add(value, location)
  else if (Array.isArray(value)) for (const item of value) ofValue(item, location, add)
  else if (value instanceof Map) for (const item of value.values()) ofValue(item, location, add)
}

const ofVariables = (variables: Variables, add: Add): void => {
  for (const { location, value } of variables.values()) {
    if (value._tag === "Literal") ofValue(value.value, location, add)
    else if (value._tag === "Shell") add(value.command, location)
    else add(value.expression, location, true)
  }
}

const ofLoop = (loop: Loop | undefined, location: SourceLocation, add: Add): void => {
  if (loop?._tag === "List") ofValue(loop.items, location, add)
  else if (loop?._tag === "Matrix") {
    for (const row of loop.rows.values()) {
      if ("expression" in row) add(row.expression, location, true)
      else ofValue(row, location, add)
    }
  }
}

const ofCommand = (command: Command, add: Add): void => {
  const { location } = command
  add(command._tag === "Shell" ? command.command : command.task, location)
  add(command.condition, location)
  ofLoop(command.loop, location, add)
  if (command._tag === "Call") ofVariables(command.variables, add)
}

const collect = (work: (add: Add) => void): ReadonlyArray<TemplateText> => {
  const found: Array<TemplateText> = []
  work((text, location, isExpression = false) => {
    if (text !== undefined && (isExpression || text.includes("{{"))) found.push({ text, isExpression, location })
  })
  return found
}

/** Those of variables. */
export const textsOfVariables = (variables: Variables): ReadonlyArray<TemplateText> => collect((add) => ofVariables(variables, add))

/** Those of a task; texts without a template are left out. */
export const textsOfTask = (task: Task): ReadonlyArray<TemplateText> =>
  collect((add) => {
    const { location } = task
    for (const text of [task.label, task.prefix, task.directory, task.condition, task.description, task.summary]) add(text, location)
    for (const text of [...task.dotenv, ...task.status, ...task.prompts]) add(text, location)
    for (const { pattern } of [...task.sources, ...task.generates]) add(pattern, location)
    for (const precondition of task.preconditions) {
      add(precondition.command, precondition.location)
      add(precondition.message, precondition.location)
    }
    for (const required of task.requires) {
      if (required.allowed !== undefined && "expression" in required.allowed) add(required.allowed.expression, required.location, true)
    }
    ofVariables(task.variables, add)
    ofVariables(task.environment, add)
    for (const command of task.dependencies) ofCommand(command, add)
    for (const command of task.commands) ofCommand(command, add)
  })
