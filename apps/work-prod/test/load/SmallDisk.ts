/**
 * A disk of a few megabytes for one program, which nobody else sees and which is gone with the program: a file system in memory,
 * mounted in namespaces of the program's own.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"

/** Whether this system lets a program have mounts of its own; in CI it has to. */
export const hasSmallDisks = (): boolean => {
  try {
    execFileSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs none /tmp"], { stdio: "ignore" })
    return true
  } catch {
    if (process.env["CI"] !== undefined) throw new Error("Linux with user namespaces and unshare (util-linux) is needed to fill a disk")
    return false
  }
}

export interface SmallDisk {
  /** where the disk is, for the program that runs on it */
  readonly folder: string
  /** Put before a command, it runs on the disk. */
  readonly through: ReadonlyArray<string>
  /** Frees the room that was kept. @param pid the program on the disk */
  readonly makeRoom: (pid: number) => void
}

export interface SmallDiskOptions {
  readonly megabytes: number
  /** what `makeRoom` frees */
  readonly kept: number
  /** whether the program must not be root, not even in namespaces of its own, as PostgreSQL */
  readonly isPerson?: boolean
}

/** The folder is made; nothing is mounted before a command runs. */
export const makeSmallDisk = (place: string, { isPerson = false, kept, megabytes }: SmallDiskOptions): SmallDisk => {
  const folder = join(place, "disk")
  mkdirSync(folder, { recursive: true, mode: 0o777 })
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=700 none "$0" && head -c ${kept}M /dev/zero > "$0/kept" && mkdir "$0/space" && exec "$@"`
  return {
    folder,
    through: ["unshare", "-rm", "sh", "-c", mount, folder, ...(isPerson ? ["unshare", "-U", "--map-user=1000", "--map-group=1000"] : [])],
    makeRoom: (pid) => rmSync(`/proc/${pid}/root${folder}/kept`)
  }
}
