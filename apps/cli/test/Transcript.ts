/**
 * Golden transcripts: what a user types, and what comes back. A file `test/golden/<name>.txt` is run from top to bottom in
 * a fresh home folder.
 *
 * ```
 * # A comment.
 * $ dev-infra list
 * | a line of standard output
 * ! a line of standard error
 * exit 1
 *
 * tty$ dev-infra remove api
 * < y
 * | on a terminal both streams come as one, escape sequences are shown as \e[1m
 * ```
 *
 * - `$` runs a line of `sh`; lines that begin with `> ` continue it (here-documents). Files are made with the shell's own
 *   means. The working folder is kept from line to line, variables are not.
 * - `tty$` runs it on a terminal of 100 columns; each `<` line is typed once the program waits, `< ^C TEXT` once it has shown the text, `< ~TEXT~ line`
 *   once it has shown the text since the line before.
 * - `exit N` stands where the exit code is not 0.
 * - What differs from run to run is replaced: the home folder by `[home]`, UUIDs by `[id 1]`, `[id 2]` …, the version by
 *   `[version]`, today by `[today]`, times by `[time]`, commits by `[commit]`, contents by `sha256:[hash]`, ports of this home's server by `[port]`, processes by `[pid]`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { app, type Ended, type Place, run } from "./Binary.js"

interface Step {
  readonly comments: ReadonlyArray<string>
  readonly line: string
  readonly terminal: boolean
  readonly typed: ReadonlyArray<string>
}

const stepsOf = (text: string): { readonly steps: ReadonlyArray<Step>; readonly rest: ReadonlyArray<string> } => {
  const steps: Array<{ comments: ReadonlyArray<string>; line: string; terminal: boolean; typed: Array<string> }> = []
  let comments: Array<string> = []
  for (const line of text.split("\n")) {
    const last = steps.at(-1)
    const start = /^(tty)?\$ (.*)$/.exec(line)
    if (start !== null) {
      steps.push({ comments, line: start[2] ?? "", terminal: start[1] !== undefined, typed: [] })
      comments = []
    } else if (line.startsWith("#")) comments.push(line)
    else if (line.startsWith("> ") || line === ">") {
      if (last !== undefined) last.line += `\n${line.slice(2)}`
    } else if (line.startsWith("< ") || line === "<") last?.typed.push(line.slice(2))
  }
  return { steps, rest: comments }
}

const { version } = JSON.parse(readFileSync(join(app, "package.json"), "utf8")) as { readonly version: string }

/** Replace what differs from run to run. */
const makeReplacer = (place: Place): ((text: string) => string) => {
  const ids = new Map<string, number>()
  const local = new Date()
  const days = [local.toISOString().slice(0, 10), `${local.getFullYear()}-${String(local.getMonth() + 1).padStart(2, "0")}-${String(local.getDate()).padStart(2, "0")}`]
  return (text) => {
    let replaced = text.replaceAll(place.home, "[home]").replaceAll(version, "[version]")
    replaced = replaced.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g, "[time]")
    for (const day of days) replaced = replaced.replaceAll(day, "[today]")
    replaced = replaced.replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (id) => {
      if (!ids.has(id)) ids.set(id, ids.size + 1)
      return `[id ${ids.get(id)}]`
    })
    replaced = replaced.replace(/\b(127\.0\.0\.1:)\d{4,5}\b/g, "$1[port]").replace(/\bprocess \d+/g, "process [pid]")
    return replaced.replace(/\bsha256:[0-9a-f]{64}\b/g, "sha256:[hash]").replace(/\b[0-9a-f]{40}\b/g, "[commit]").replace(/\bcommit [0-9a-f]{12}\b/g, "commit [commit]")
  }
}

// eslint-disable-next-line no-control-regex -- escape sequences are to be seen
const visible = (text: string): string => text.replaceAll("\r\n", "\n").replace(/\u001b/g, "\\e").replace(/\r/g, "\\r").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)

const prefixed = (mark: string, text: string): ReadonlyArray<string> => {
  if (text === "") return []
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : `${text}\\`.split("\n")
  return lines.map((line) => (line === "" ? mark : `${mark} ${line}`))
}

/** Run a transcript; what comes back is the transcript as it would have to be. */
export const play = async (place: Place, text: string, options: { readonly terminal: boolean }): Promise<string> => {
  const replace = makeReplacer(place)
  const { rest, steps } = stepsOf(text)
  const notes = mkdtempSync(join(place.home, "../notes-"))
  const folderFile = join(notes, "folder")
  let folder = place.home
  const blocks: Array<string> = []
  for (const step of steps) {
    if (step.terminal && !options.terminal) return text
    // Ctrl-C is for the program; the shell goes on.
    const script = `trap : INT\n${step.line}\nstatus=$?; pwd > '${folderFile}'; exit $status`
    const environment = { GOLDEN: "1" }
    const ended: Ended = step.terminal
      ? await run(place, "python3", [join(app, "test/terminal.py"), script], { folder, environment, input: step.typed.map((line) => `${line.replace(/^\^C /, "\u0003").replace(/^~([^~]+)~ ?/, "\u0005$1\u0005")}\n`).join("") })
      : await run(place, "sh", ["-c", script], { folder, environment })
    folder = readFileSync(folderFile, "utf8").trim()
    const [first = "", ...more] = step.line.split("\n")
    blocks.push(
      [
        ...step.comments,
        `${step.terminal ? "tty" : ""}$ ${first}`,
        ...more.map((line) => (line === "" ? ">" : `> ${line}`)),
        ...step.typed.map((line) => (line === "" ? "<" : `< ${line}`)),
        ...prefixed("|", visible(replace(ended.stdout))),
        ...prefixed("!", visible(replace(ended.stderr))),
        ...(ended.exitCode === 0 ? [] : [`exit ${ended.exitCode}`])
      ].join("\n")
    )
  }
  rmSync(notes, { recursive: true })
  return `${[...blocks, ...(rest.length === 0 ? [] : [rest.join("\n")])].join("\n\n")}\n`
}
