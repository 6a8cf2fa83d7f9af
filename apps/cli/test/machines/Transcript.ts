/**
 * The transcripts in a page of documentation (its `console` blocks whose prompts are `laptop$` and `desktop$`), typed from top to bottom
 * by somebody with two machines. Each has a shell that keeps its variables and its folder.
 *
 * In what is expected, `…` stands for anything. In what is typed, `ENTRY` stands for the entry of the conflict that was shown last.
 * `ssh` is played: it runs a command on the other machine, or leads a port there. The server of the laptop listens where it finds a free
 * port, and the tunnel where there is another, so that `127.0.0.1:5055` is another one on each machine.
 */
import { spawn } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { program as serverProgram } from "../../../work-prod/test/Binary.js"
import { type Machine } from "./Machines.js"

interface Step {
  readonly line: number
  readonly machine: string
  readonly typed: string
  readonly expected: string
}

const stepsOf = (page: string): ReadonlyArray<Step> => {
  const steps: Array<{ line: number; machine: string; typed: string; expected: string }> = []
  let inside = false
  for (const [index, line] of page.split("\n").entries()) {
    const last = steps.at(-1)
    const [, machine = "", typed = ""] = /^(laptop|desktop)\$ (.*)$/.exec(line) ?? []
    if (line.startsWith("```")) inside = line === "```console"
    else if (!inside) continue
    else if (machine !== "") steps.push({ line: index + 1, machine, typed, expected: "" })
    else if (line.startsWith("> ") && last?.expected === "") last.typed += `\n${line.slice(2)}`
    else if (last !== undefined) last.expected += `${line}\n`
  }
  return steps
}

const openShell = (machine: Machine, environment: { readonly [name: string]: string }) => {
  const child = spawn("bash", ["--norc"], { cwd: machine.place.home, env: { ...machine.place.environment, ...environment }, stdio: ["pipe", "pipe", "pipe"], detached: true })
  onTestFinished(() => {
    // The group: what was put into the background is gone with the shell.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  })
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
        if (output.endsWith("<end of output>")) done(output.slice(0, -"<end of output>".length))
      }
      stop = () => fail(new Error(`the shell ended: ${line}`))
      child.stdin.write(`${line}\nprintf '<end of output>'\n`)
    })
}

/** A port that is free at this moment. */
const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer()
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo // a server that listens at a port has one
      server.close(() => done(port))
    })
  })

/** Returns when something listens there: whoever types the next line is slower than the tunnel. */
const listens = async (port: string): Promise<void> => {
  const isOpen = await new Promise<boolean>((done) => {
    const socket = connect(Number(port), "127.0.0.1", () => done(true))
    socket.on("error", () => done(false))
    socket.on("connect", () => socket.destroy())
  })
  return isOpen ? undefined : listens(port)
}

const matches = (expected: string, shown: string): boolean => {
  const pattern = expected.trimEnd().split("…").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${pattern.join("[^]*")}$`).test(shown.trimEnd())
}

const secureShell = join(dirname(fileURLToPath(import.meta.url)), "secureShell.cjs")

/** Programs that the machine has besides: `work-prod`, and an `ssh` that leads to the other one. */
const equip = (machine: Machine, other: Machine): string => {
  const bin = machine.path("../tools")
  mkdirSync(bin)
  const script = (name: string, ...words: ReadonlyArray<string>) => {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")} "$@"\n`)
    chmodSync(join(bin, name), 0o755)
  }
  script("work-prod", process.execPath, serverProgram)
  const target = machine.path("../other-machine.json")
  writeFileSync(target, JSON.stringify({ name: other.name, home: other.place.home, environment: { ...other.place.environment, PATH: `${other.path("../tools")}:${other.place.environment["PATH"] ?? ""}` } }))
  script("ssh", process.execPath, secureShell, target)
  return bin
}

/** What came out otherwise than the page says, and how many lines were typed. */
export const play = async (
  file: string,
  machines: { readonly laptop: Machine; readonly desktop: Machine }
): Promise<{ readonly typed: number; readonly wrong: ReadonlyArray<string> }> => {
  const port = { laptop: "5055", desktop: String(await freePort()) }
  const shells = new Map(
    (["laptop", "desktop"] as const).map((name) => {
      const other = name === "laptop" ? "desktop" : "laptop"
      const bin = equip(machines[name], machines[other])
      const environment = { PATH: `${bin}:${machines[name].place.environment["PATH"] ?? ""}` }
      return [name, openShell(machines[name], environment)] as const
    })
  )
  const wrong: Array<string> = []
  const steps = stepsOf(readFileSync(file, "utf8"))
  let entry = ""
  for (const { expected, line, machine, typed } of steps) {
    const name = machine === "laptop" ? "laptop" : "desktop"
    const asTyped = typed
      .replaceAll(/(5055:)?127\.0\.0\.1:5055/g, (_all, tunnel) => (tunnel === undefined ? `127.0.0.1:${port[name]}` : `${port.desktop}:127.0.0.1:${port.laptop}`))
      .replaceAll("ENTRY", entry)
    const raw = (await shells.get(name)?.(asTyped)) ?? ""
    if (typed.startsWith("ssh -N ")) await listens(port[name])
    entry = /^([0-9a-f]{8,})\t.*\tconflict\t/m.exec(raw)?.[1] ?? entry
    if (name === "laptop") port.laptop = /http:\/\/127\.0\.0\.1:(\d+)/.exec(raw)?.[1] ?? port.laptop
    const shown = raw
      .replaceAll(machines.laptop.place.home, "/home/me")
      .replaceAll(machines.desktop.place.home, "/home/me")
      .replaceAll(port.laptop, "5055")
      .replaceAll(port.desktop, "5055")
    if (!matches(expected, shown)) wrong.push(`line ${line}: ${machine}$ ${typed}\n${shown}`)
  }
  return { typed: steps.length, wrong }
}
