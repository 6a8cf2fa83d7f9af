/**
 * Ending what a script started.
 *
 * @module
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as process from "node:process"

/** So long has a script to end after SIGTERM, looked at in steps. */
const grace = Duration.seconds(5)
const step = Duration.millis(20)

const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(pid, signal)
    return true
  } catch (cause) {
    // EPERM: it runs, but changed its user, as sudo does
    return typeof cause === "object" && cause !== null && "code" in cause && cause.code === "EPERM"
  }
}

/** Hand a signal on to a group, if it is still there. @category combinators */
export const signalGroup = (leader: number, signal: NodeJS.Signals): void => void send(-leader, signal)

const childrenOnLinux = (pid: number): ReadonlyArray<number> | undefined => {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter((part) => part !== "").map(Number)
  } catch {
    return undefined
  }
}

const everyProcess = (): ReadonlyArray<readonly [pid: number, parent: number, group: number]> => {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8", env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } })
  return (stdout ?? "").split("\n").flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line)
    return found === null ? [] : [[Number(found[1]), Number(found[2]), Number(found[3])] as const]
  })
}

/** A process and all below it, those furthest down last. */
const family = (pid: number): ReadonlyArray<number> => {
  const isLinux = childrenOnLinux(process.pid) !== undefined
  const all = isLinux ? [] : everyProcess()
  const members = [pid]
  for (const member of members) {
    const children = isLinux ? (childrenOnLinux(member) ?? []) : all.filter(([, parent]) => parent === member).map(([child]) => child)
    members.push(...children.filter((child) => !members.includes(child)))
  }
  return members
}

/** Whether somebody is left in a group, perhaps without its leader. @category combinators */
export const isGroupLeft = (leader: number): boolean => send(-leader, 0)

/** End processes, their groups and all below them at once, also those below who was left in a group by its leader. @category combinators */
export const killAll = (leaders: Iterable<number>): void => {
  const members = new Set(leaders)
  for (const [pid, , group] of everyProcess()) if (members.has(group)) members.add(pid)
  // taken down before the first signal: who loses its parent is no longer found
  const all = new Set([...members].flatMap(family))
  for (const member of all) {
    send(-member, "SIGKILL")
    send(member, "SIGKILL")
  }
}

/**
 * Ask a script and all that it started to end, and see to it that they do: SIGTERM, and SIGKILL once five seconds are over.
 *
 * @param leader - the process that was started
 * @param isGroup - whether it leads a process group of its own; else what descends from it is ended one by one
 * @param ended - done when the process that was started is gone, as `hasEnded` tells at once
 * @category combinators
 */
export const end = (leader: number, isGroup: boolean, ended: Deferred.Deferred<void>, hasEnded: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    // taken down before the first signal: who loses its parent is no longer found
    const targets = isGroup ? [-leader] : family(leader)
    const isLeft = (target: number): boolean => (target === leader ? !hasEnded() : send(target, 0))
    for (const target of targets) send(target, "SIGTERM")
    // who is stopped only ends when it goes on
    for (const target of targets) send(target, "SIGCONT")
    // steps that are counted, not a race: this runs where nothing can be interrupted
    for (let waited = Duration.zero; targets.some(isLeft) && Duration.lessThan(waited, grace); waited = Duration.sum(waited, step)) yield* Effect.sleep(step)
    for (const target of targets) if (isLeft(target)) send(target, "SIGKILL")
    yield* Deferred.await(ended)
  })
