/**
 * Who listens at a port that is wanted, as far as the system tells.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { readdir, readFile, readlink } from "node:fs/promises"
import { basename } from "node:path"
import { promisify } from "node:util"

const quietly = <A>(attempt: () => Promise<A>, otherwise: A): Effect.Effect<A> => Effect.orElseSucceed(Effect.tryPromise(attempt), () => otherwise)

/** The sockets that listen at a port (proc(5): local address, state 0A, user and inode are the fields 1, 3, 7 and 9). */
const listeners = (table: string, port: number): ReadonlyArray<string> =>
  table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && Number.parseInt(fields[1]?.split(":")[1] ?? "", 16) === port)
    .map((fields) => `socket:[${fields[9] ?? ""}]`)

const isHeldBy = (process: string, sockets: ReadonlySet<string>): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const folder = `/proc/${process}/fd`
    for (const descriptor of yield* quietly(() => readdir(folder), [])) {
      if (sockets.has(yield* quietly(() => readlink(`${folder}/${descriptor}`), ""))) return true
    }
    return false
  })

/** Program and script, and no arguments, for they may be secret. */
const nameOf = (process: string): Effect.Effect<string> =>
  Effect.map(
    quietly(() => readFile(`/proc/${process}/cmdline`, "utf8"), ""),
    (line) => {
      const [program = "", script = ""] = line.split("\0")
      return [basename(program), ...(script.startsWith("/") || /\.\w+$/.test(script) ? [basename(script)] : [])].join(" ").slice(0, 80)
    }
  )

const onLinux = (port: number): Effect.Effect<string | undefined> =>
  Effect.gen(function* () {
    const tables = yield* Effect.forEach(["tcp", "tcp6"], (table) => quietly(() => readFile(`/proc/net/${table}`, "utf8"), ""))
    const sockets = new Set(tables.flatMap((table) => listeners(table, port)))
    if (sockets.size === 0) return undefined
    for (const process of yield* quietly(() => readdir("/proc"), [])) {
      if (/^\d+$/.test(process) && (yield* isHeldBy(process, sockets))) return `process ${process} (${yield* nameOf(process)})`
    }
    return undefined
  })

const elsewhere = (port: number): Effect.Effect<string | undefined> =>
  Effect.map(
    quietly(() => promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], { timeout: 2000 }), { stdout: "", stderr: "" }),
    ({ stdout }) => {
      const process = /^p(\d+)$/m.exec(stdout)?.[1]
      return process === undefined ? undefined : `process ${process} (${/^c(.*)$/m.exec(stdout)?.[1] ?? ""})`
    }
  )

/**
 * The process that listens at a port of this computer, in words; undefined if it cannot be known.
 *
 * @category queries
 */
export const find = (port: number): Effect.Effect<string | undefined> =>
  Effect.suspend(() => (process.platform === "linux" ? onLinux(port) : elsewhere(port)))
