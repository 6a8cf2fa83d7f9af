/**
 * What a task does, in lines that can be compared.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import type { Command, Loop, Task } from "../Task.js"
import type { TaskChange } from "../TaskDifference.js"
import type { Variable, Variables } from "../Variable.js"

/** A task as lines. */
export interface DescribedTask {
  /** what it runs: commands, calls, conditions, dependencies */
  readonly lines: ReadonlyArray<string>
  /** what else it says: where, when, with what */
  readonly settings: ReadonlyArray<string>
  readonly shellVariables: ReadonlyMap<string, string>
  readonly variables: ReadonlyMap<string, string>
  readonly environment: ReadonlyMap<string, string>
  readonly secrets: ReadonlyArray<string>
  readonly network: ReadonlyArray<string>
  /** the whole of it but its name and texts for people */
  readonly content: string
}

/** A variable of all tasks. */
export interface DescribedVariable {
  /** on one line; the value of a secret is not in it */
  readonly text: string
  /** it runs a command */
  readonly isShell: boolean
  readonly isSecret: boolean
}

const valueText = (value: GoValue): string =>
  typeof value === "string" ? value : typeof value === "bigint" ? `${value}` : JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner instanceof Map ? Object.fromEntries(inner) : inner))

/** A variable on one line; values of secrets are not shown. */
const variableText = ({ name, secret, value }: Variable): string => {
  if (value._tag === "Shell") return `${name}: sh: ${value.command}`
  if (value._tag === "Reference") return `${name}: ref: ${value.expression}`
  return `${name}: ${secret ? "*****" : valueText(value.value)}`
}

/** Describes variables or environment of all tasks. */
export const describeVariables = (variables: Variables): ReadonlyMap<string, DescribedVariable> =>
  new Map([...variables].map(([name, variable]) => [name, { text: variableText(variable), isShell: variable.value._tag === "Shell", isSecret: variable.secret }] as const))

const loopText = (loop: Loop | undefined): string => {
  if (loop === undefined) return ""
  switch (loop._tag) {
    case "List":
      return `for ${loop.items.map(valueText).join(", ")}: `
    case "Matrix":
      return `for ${[...loop.rows].map(([name, row]) => `${name} in ${"expression" in row ? row.expression : row.map(valueText).join(", ")}`).join("; ")}: `
    case "Variable":
      return `for ${loop.name}${loop.split === undefined ? "" : ` split at ${JSON.stringify(loop.split)}`}: `
    default:
      return `for ${loop._tag.toLowerCase()}: `
  }
}

const variablesText = (variables: Variables): string => (variables.size === 0 ? "" : ` with ${[...variables.values()].map(variableText).join(", ")}`)

const stepText = (command: Command): string => {
  const { condition, deferred, ignoreError, loop, platforms } = command
  const start = `${deferred ? "at the end: " : ""}${platforms.length === 0 ? "" : `on ${platforms.map(({ text }) => text).join(", ")}: `}${condition === undefined ? "" : `if ${condition}: `}${loopText(loop)}`
  const end = ignoreError ? " (errors ignored)" : ""
  return command._tag === "Shell" ? `${start}${command.command}${end}` : `${start}task: ${command.task}${variablesText(command.variables)}${end}`
}

/** Programs that reach the network. */
const reaching = /(?:^|[\s;&|(`$'"=])(?:[\w./-]*\/)?(curl|wget|nc|ncat|netcat|socat|ssh|scp|sftp|rsync|ftp|telnet)(?=$|[\s;&|)'"`])/m
/** Something fetched that is run at once. */
const fetchedAndRun = /\b(?:curl|wget)\b[^\n;]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?(?:[\w./-]*\/)?(?:ba|z|da|k)?sh\b|(?:ba|z|da|k)?sh\s+(?:-c\s+)?["']?[<$]\(\s*(?:curl|wget)\b|\beval\s+["']?\$\(\s*(?:curl|wget)\b/

const networkOf = (texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  texts.flatMap((text) => {
    if (fetchedAndRun.test(text)) return [`runs what it fetches: ${text}`]
    const program = reaching.exec(text)?.[1]
    return program === undefined ? [] : [`uses ${program}: ${text}`]
  })

const mapped = (variables: Variables): ReadonlyMap<string, string> => new Map([...variables.values()].map((variable) => [variable.name, variableText(variable)] as const))

/** What its includes give a task. */
const given = (variables: Variables): ReadonlyMap<string, string> => new Map([...variables.values()].map((variable) => [`include ${variable.name}`, `${variableText(variable)} (from its include)`] as const))

/** Describes a task, with the variables that its includes give it. */
export const describeTask = (task: Task, includeVariables: Variables = new Map()): DescribedTask => {
  const isShell = ({ value }: Variable): boolean => value._tag === "Shell"
  const shell = [...task.variables.values(), ...task.environment.values()].filter(isShell)
  const fromIncludes = given(includeVariables)
  const lines = [
    ...task.dependencies.map((call) => `before: ${stepText(call)}`),
    ...(task.condition === undefined ? [] : [`only if: ${task.condition}`]),
    ...task.preconditions.map(({ command }) => `must be: ${command}`),
    ...task.status.map((command) => `done if: ${command}`),
    ...task.commands.map(stepText)
  ]
  const settings = [
    ...(task.directory === undefined ? [] : [`dir: ${task.directory}`]),
    ...(task.dotenv.length === 0 ? [] : [`dotenv: ${task.dotenv.join(", ")}`]),
    ...(task.platforms.length === 0 ? [] : [`platforms: ${task.platforms.map(({ text }) => text).join(", ")}`]),
    ...(task.sources.length === 0 ? [] : [`sources: ${task.sources.map(({ excluded, pattern }) => (excluded ? `!${pattern}` : pattern)).join(", ")}`]),
    ...(task.generates.length === 0 ? [] : [`generates: ${task.generates.map(({ excluded, pattern }) => (excluded ? `!${pattern}` : pattern)).join(", ")}`]),
    ...(task.requires.length === 0 ? [] : [`requires: ${task.requires.map(({ name }) => name).join(", ")}`]),
    ...(task.prompts.length === 0 ? [] : [`prompt: ${task.prompts.join(" / ")}`]),
    ...(task.run === undefined ? [] : [`run: ${task.run}`]),
    ...(task.method === undefined ? [] : [`method: ${task.method}`]),
    ...(task.internal ? ["internal"] : []),
    ...(task.interactive ? ["interactive"] : []),
    ...(task.ignoreError ? ["errors ignored"] : []),
    ...(task.aliases.length === 0 ? [] : [`aliases: ${task.aliases.join(", ")}`])
  ]
  const variables = mapped(task.variables)
  const environment = mapped(task.environment)
  const commands = [...task.commands, ...task.dependencies].flatMap((command) => [...(command._tag === "Shell" ? [command.command] : []), ...(command.condition === undefined ? [] : [command.condition])])
  const texts = [...commands, ...task.status, ...task.preconditions.map(({ command }) => command), ...(task.condition === undefined ? [] : [task.condition])]
  const shellTexts = shell.flatMap(({ value }) => (value._tag === "Shell" ? [value.command] : []))
  return {
    lines,
    settings,
    shellVariables: new Map([...given(new Map([...includeVariables].filter(([, variable]) => isShell(variable)))), ...shell.map((variable) => [variable.name, variableText(variable)] as const)]),
    variables: new Map([...fromIncludes, ...variables]),
    environment,
    secrets: [...task.variables.values(), ...task.environment.values()].filter(({ secret }) => secret).map(({ name }) => name),
    network: networkOf([...texts, ...shellTexts]),
    content: lines.length === 0 ? "" : JSON.stringify([lines, settings.filter((line) => !line.startsWith("aliases:")), [...variables], [...environment]])
  }
}

/** Lines that went and came; those that stayed, in any place, are left out unless only the order changed. */
const lineChanges = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<string> => {
  const spare = [...before]
  const come: Array<string> = []
  for (const line of after) {
    const at = spare.indexOf(line)
    if (at === -1) come.push(line)
    else spare.splice(at, 1)
  }
  if (spare.length === 0 && come.length === 0) return before.join("\n") === after.join("\n") ? [] : [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)]
  return [...spare.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)]
}

const values = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ReadonlyArray<string> => lineChanges([...before.values()], [...after.values()])

/** What is other in a task; of a new one, what needs attention besides its lines. */
export const compareTasks = (name: string, before: DescribedTask | undefined, after: DescribedTask): ReadonlyArray<TaskChange> => {
  const changes: Array<TaskChange> = []
  if (before !== undefined) {
    const commands = lineChanges(before.lines, after.lines)
    if (commands.length > 0) changes.push({ kind: "changed", task: name, text: `the task ${name} runs something else`, lines: commands, isRisky: commands.some((line) => line.startsWith("+")) })
    const settings = lineChanges(before.settings, after.settings)
    if (settings.length > 0) changes.push({ kind: "changed", task: name, text: `the task ${name} has other settings`, lines: settings, isRisky: settings.some((line) => /^\+ (?:dir|dotenv):/.test(line)) })
  }
  const variables = values(before?.variables ?? new Map(), after.variables)
  const isShell = [...after.shellVariables].some(([variable, text]) => before?.shellVariables.get(variable) !== text)
  if (variables.length > 0) {
    changes.push({ kind: "variable", task: name, text: `the task ${name} has ${before === undefined ? "variables" : "other variables"}${isShell ? ", and one runs a command" : ""}`, lines: variables, isRisky: isShell })
  }
  const environment = values(before?.environment ?? new Map(), after.environment)
  if (environment.length > 0) changes.push({ kind: "environment", task: name, text: `the task ${name} gives its commands ${before === undefined ? "an environment" : "another environment"}`, lines: environment, isRisky: environment.some((line) => line.startsWith("+")) })
  const secrets = after.secrets.filter((secret) => before?.secrets.includes(secret) !== true)
  if (secrets.length > 0) changes.push({ kind: "secret", task: name, text: `the task ${name} uses the ${secrets.length === 1 ? "secret" : "secrets"} ${secrets.join(", ")}`, lines: [], isRisky: true })
  const network = after.network.filter((line) => before?.network.includes(line) !== true)
  if (network.length > 0) changes.push({ kind: "network", task: name, text: `the task ${name} reaches the network`, lines: network.map((line) => `+ ${line}`), isRisky: true })
  return changes
}
