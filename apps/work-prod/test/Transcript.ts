/**
 * The transcripts in a page of documentation (its `console` blocks), typed from top to bottom in a fresh home by somebody with two
 * terminals: one for the server, one for everything else.
 *
 * In what is expected, `…` stands for anything. In what is typed, `wp_…` stands for the key that the server showed last.
 * `^C` stops the server. A work-prod 0.3.0 runs at http://127.0.0.1:5000, and its file lies where it usually does.
 */
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { makePlace, type Place, type Served, serveOnTerminal, workProd } from "./Binary.js"
import { startOld, writeOldFile } from "./OldWorkProd.js"

interface Step {
  readonly line: number
  readonly typed: string
  readonly expected: string
}

const stepsOf = (page: string): ReadonlyArray<Step> => {
  const steps: Array<{ line: number; typed: string; expected: string }> = []
  let inside = false
  for (const [index, line] of page.split("\n").entries()) {
    const last = steps.at(-1)
    if (line.startsWith("```")) inside = line === "```console"
    else if (!inside) continue
    else if (line.startsWith("$ ")) steps.push({ line: index + 1, typed: line.slice(2), expected: "" })
    else if (line.startsWith("> ") && last?.expected === "") last.typed += `\n${line.slice(2)}`
    else if (last !== undefined) last.expected += `${line}\n`
  }
  return steps
}

/** A shell that keeps its variables and its folder from line to line. */
export const openShell = (place: Place) => {
  const child = spawn("bash", ["--norc"], { cwd: place.home, env: place.environment, stdio: ["pipe", "pipe", "pipe"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  child.stdin.write("exec 2>&1\n")
  let output = ""
  let look = (): void => undefined
  let stop = (): void => undefined
  child.once("close", () => stop())
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
    look()
  })
  return (line: string): Promise<string> =>
    new Promise((done, fail) => {
      output = ""
      look = () => {
        if (!output.endsWith("<end of output>")) return
        done(output.slice(0, -"<end of output>".length))
      }
      stop = () => fail(new Error(`the shell ended: ${line}`))
      child.stdin.write(`${line}\nprintf '<end of output>'\n`)
    })
}

/** Whether what was shown is what was expected. */
export const matches = (expected: string, shown: string): boolean => {
  const pattern = expected.trimEnd().split("…").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${pattern.join("[^]*")}$`).test(shown.trimEnd())
}

/** What came out otherwise than the page says, and how many commands were typed. */
export const play = async (file: string): Promise<{ readonly typed: number; readonly wrong: ReadonlyArray<string> }> => {
  const place = makePlace()
  // On a terminal curl shows no progress.
  writeFileSync(join(place.home, ".curlrc"), "silent\n")
  const old = await startOld()
  writeOldFile(join(place.home, "work-prod/backend/instance/work_prod.db"), "now")
  const shell = openShell(place)
  const steps = stepsOf(readFileSync(file, "utf8"))
  const wrong: Array<string> = []
  let server: Served | undefined
  let key = ""
  const asWritten = (text: string) =>
    text
      .replaceAll("\r\n", "\n")
      .replaceAll(place.home, "/home/me")
      .replaceAll(old, "http://127.0.0.1:5000")
      .replaceAll(server?.url ?? "http://127.0.0.1:5055", "http://127.0.0.1:5055")
      .replace(/^work-prod \d+\.\d+\.\d+ listens/m, "work-prod 0.1.0 listens")
  const start = async (words: ReadonlyArray<string>) => {
    await server?.stop("SIGINT")
    server = await serveOnTerminal(place, words)
    await server.shows(/^documentation: .*\r?\n/m)
    key = /^key: (wp_\S+)/m.exec(server.stdout())?.[1] ?? key
    return server.stdout()
  }
  const type = async (typed: string, isServer: boolean) => {
    if (isServer) return start(typed.split(" ").slice(2))
    if (!typed.startsWith("work-prod serve")) return shell(typed.replaceAll("http://127.0.0.1:5000", old).replaceAll("http://127.0.0.1:5055", server?.url ?? "http://127.0.0.1:5055").replaceAll("wp_…", key))
    const { stderr, stdout } = await workProd(place, typed.split(" ").slice(1))
    return stdout + stderr
  }
  for (const { expected, line, typed } of steps) {
    const stopped = expected.endsWith("^C\n")
    const isServer = typed.startsWith("work-prod serve") && !expected.startsWith("error: ")
    const shown = asWritten(await type(typed, isServer))
    if (stopped) await server?.stop("SIGINT")
    if (!matches(stopped ? expected.slice(0, -3) : expected, shown)) wrong.push(`line ${line}: $ ${typed}\n${shown}`)
  }
  await server?.stop("SIGINT")
  return { typed: steps.length, wrong }
}
