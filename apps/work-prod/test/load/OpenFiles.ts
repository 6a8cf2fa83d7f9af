/**
 * What a process holds open: files, and connections.
 */
import { existsSync, readdirSync } from "node:fs"

/** How many; undefined where the system does not tell. */
export const openFiles = (pid: number): number | undefined => (existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).length : undefined)
