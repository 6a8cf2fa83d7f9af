/**
 * Calls of the program `task` within commands.
 *
 * @module
 */
import { commandsIn } from "./ShellWords.js"

/** `elsewhere`: of another Taskfile, by its folder or file. */
export interface ShellCall {
  readonly task: string
  readonly elsewhere: string | undefined
}

/** Flags of `task` with a value behind them. */
const withValue = new Set(["-o", "--output", "--output-group-begin", "--output-group-end", "-C", "--concurrency", "-I", "--interval", "--sort", "--completion", "--timeout", "--expiry", "--cacert", "--cert", "--cert-key", "--remote-cache-dir", "--temp-dir"])
const withPlace = new Set(["-d", "--dir", "-t", "--taskfile"])

const callsOfTask = (words: ReadonlyArray<string>): ReadonlyArray<ShellCall> => {
  const names: Array<string> = []
  let elsewhere: string | undefined
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ""
    if (word === "--") break
    const place = /^(?:--dir|--taskfile)=(.*)$/.exec(word)?.[1]
    if (place !== undefined) elsewhere = place
    else if (withPlace.has(word)) {
      at += 1
      elsewhere = words[at]
    } else if (withValue.has(word)) at += 1
    else if (/^\d*[<>]/.test(word)) {
      if (/^\d*[<>]+$/.test(word)) at += 1
    } else if (!word.startsWith("-") && !word.includes("=") && word !== "") names.push(word)
  }
  return names.map((task) => ({ task, elsewhere }))
}

const baseName = (word: string): string => word.slice(word.lastIndexOf("/") + 1)

/** The value of `-c` of a shell, wherever it stands. */
const innerScript = (words: ReadonlyArray<string>): string | undefined => {
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word))
  return at === -1 ? undefined : words[at + 1]
}

/** Every task that a text for the shell calls by name. Names with a template in them are among them. */
export const shellCallsOf = (text: string, depth = 0): ReadonlyArray<ShellCall> => {
  if (!text.includes("task") && !text.includes("TASK_EXE")) return []
  return commandsIn(text).flatMap((words): ReadonlyArray<ShellCall> => {
    const program = baseName(words[0] ?? "")
    if (program === "task" || program === "go-task" || /^\{\{\s*\.TASK_EXE\s*\}\}$/.test(words[0] ?? "")) return callsOfTask(words.slice(1))
    if (program === "dev-infra" && words[1] === "task") return callsOfTask(words.slice(2))
    if (program === "xargs" || program === "npx") {
      const at = words.findIndex((word, place) => place > 0 && baseName(word) === "task")
      return at === -1 ? [] : callsOfTask(words.slice(at + 1))
    }
    if (/^(?:ba|z|da|k)?sh$/.test(program) && depth < 5) {
      const inner = innerScript(words)
      return inner === undefined ? [] : shellCallsOf(inner, depth + 1)
    }
    return []
  })
}
