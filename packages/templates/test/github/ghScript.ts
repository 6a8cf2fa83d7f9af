/**
 * A program that stands in for `gh`: a real one on the PATH, which keeps pull requests in a file and notes how it was called.
 */
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Command from "@effect/platform/Command"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { delimiter, join } from "node:path"

/** How the program was called. */
export interface GhCall {
  readonly words: ReadonlyArray<string>
  readonly input: string
}

export interface GhPull {
  readonly number: number
  readonly head: string
  readonly base: string
  readonly title: string
  readonly body: string
  readonly state: "open" | "closed"
  readonly merged_at: string | null
}

/** Answers that come before all others: each is given once, to the first call whose words hold `to`. */
export interface Planned {
  readonly to: string
  readonly output: string
  readonly errors?: string
  readonly exitCode: number
}

interface State {
  readonly calls: ReadonlyArray<GhCall>
  readonly pulls: { readonly [repository: string]: ReadonlyArray<GhPull> }
  readonly planned: ReadonlyArray<Planned>
  /** those that `repo list` knows, as `owner/name` */
  readonly repositories: ReadonlyArray<string>
  readonly limits: ReadonlyArray<{ readonly remaining: number; readonly reset: number }>
}

const source = (stateFile: string): string => `#!${process.execPath}
const fs = require("node:fs")
const file = ${JSON.stringify(stateFile)}
const state = JSON.parse(fs.readFileSync(file, "utf8"))
const words = process.argv.slice(2)
const input = words.includes("--input") ? fs.readFileSync(0, "utf8") : ""
const save = () => { fs.writeFileSync(file + ".new", JSON.stringify(state)); fs.renameSync(file + ".new", file) }
const end = (exitCode, output, errors) => { save(); if (errors) fs.writeSync(2, errors); fs.writeSync(1, output); process.exit(exitCode) }
state.calls.push({ words, input })
const at = state.planned.findIndex(({ to }) => words.some((word) => word.includes(to)))
if (at >= 0) {
  const [{ errors, exitCode, output }] = state.planned.splice(at, 1)
  end(exitCode, output, errors)
}
if (words[0] === "auth") end(0, words[1] === "token" ? "a-token\\n" : "Logged in\\n")
if (words[0] === "repo" && words[1] === "list") end(0, state.repositories.filter((name) => name.startsWith(words[2] + "/")).map((name) => name + "\\n").join(""))
if (words[0] === "repo" && words[1] === "clone") {
  const { status, stderr } = require("node:child_process").spawnSync("git", ["clone", ...words.slice(words.indexOf("--") + 1), "--", "https://github.com/" + words[2] + ".git", words[3]], { encoding: "utf8" })
  end(status, "", stderr)
}
if (words[0] !== "api") end(1, "", "unknown command\\n")
const method = words[words.indexOf("--method") + 1]
const [path, query = ""] = words.at(-1).split("?")
const answer = (status, body) => end(status < 400 ? 0 : 1, "HTTP/2.0 " + status + " X\\r\\nContent-Type: application/json; charset=utf-8\\r\\nX-Ratelimit-Remaining: 4999\\r\\n\\r\\n" + JSON.stringify(body), status < 400 ? "" : "gh: HTTP " + status + "\\n")
if (path === "rate_limit") {
  const core = state.limits.length > 1 ? state.limits.shift() : state.limits[0]
  answer(200, { resources: { core } })
}
const [, owner, name, number] = /^repos\\/([^/]+)\\/([^/]+)\\/pulls(?:\\/(\\d+))?$/.exec(path) ?? []
if (name === undefined) answer(404, { message: "Not Found" })
const repository = owner + "/" + name
const pulls = (state.pulls[repository] ??= [])
const shown = (pull) => ({ ...pull, html_url: "https://github.com/" + repository + "/pull/" + pull.number, base: { ref: pull.base }, head: { ref: pull.head } })
const body = input === "" ? {} : JSON.parse(input)
if (method === "GET") {
  const head = new URLSearchParams(query).get("head")
  answer(200, pulls.filter((pull) => owner + ":" + pull.head === head).map(shown).reverse())
} else if (method === "POST") {
  if (pulls.some((pull) => pull.head === body.head && pull.state === "open")) answer(422, { message: "Validation Failed", errors: [{ message: "A pull request already exists for " + owner + ":" + body.head + "." }] })
  const pull = { number: pulls.length + 1, head: body.head, base: body.base, title: body.title, body: body.body, state: "open", merged_at: null }
  pulls.push(pull)
  answer(201, shown(pull))
} else if (method === "PATCH") {
  const pull = pulls.find((each) => each.number === Number(number))
  if (pull === undefined) answer(404, { message: "Not Found" })
  Object.assign(pull, body)
  answer(200, shown(pull))
} else answer(405, { message: "Method Not Allowed" })
`

/** The program, in a folder of its own. */
export interface GhScript {
  /** to be put before the PATH */
  readonly folder: string
  readonly state: () => State
  readonly change: (make: (state: State) => State) => void
}

/** Make the program in a folder that is there. */
export const makeGhScript = (folder: string): GhScript => {
  const bin = join(folder, "bin")
  fs.mkdirSync(bin)
  const stateFile = join(folder, "gh.json")
  const read = (): State => JSON.parse(fs.readFileSync(stateFile, "utf8"))
  const write = (state: State): void => fs.writeFileSync(stateFile, JSON.stringify(state))
  write({ calls: [], pulls: {}, planned: [], repositories: [], limits: [{ remaining: 5000, reset: 0 }] })
  fs.writeFileSync(join(bin, "gh"), source(stateFile), { mode: 0o755 })
  return { folder: bin, state: read, change: (make) => write(make(read())) }
}

/** An answer as `gh api --include` prints it. */
export const answer = (status: number, headers: { readonly [name: string]: string }, body: unknown): string =>
  `HTTP/2.0 ${status} X\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${JSON.stringify(body)}`

/** Programs that run with this environment added to that of the tests. */
export const programsWith = (environment: { readonly [name: string]: string }): Layer.Layer<CommandExecutor.CommandExecutor> =>
  Layer.effect(
    CommandExecutor.CommandExecutor,
    Effect.map(CommandExecutor.CommandExecutor, (executor) => CommandExecutor.makeExecutor((command) => executor.start(Command.env(command, environment))))
  ).pipe(Layer.provide(NodeContext.layer))

/** A PATH on which the folder comes first. */
export const pathWith = (folder: string): string => [folder, process.env["PATH"] ?? "/usr/bin:/bin"].join(delimiter)
