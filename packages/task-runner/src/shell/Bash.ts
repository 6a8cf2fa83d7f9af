/**
 * Which program runs scripts, and with which arguments.
 *
 * @module
 */
import type { ShellScript } from "../Shell.js"

/** A shell of this computer. @category models */
export interface Interpreter {
  readonly path: string
  readonly isBash: boolean
}

/** The paths at which a program may be, the likeliest first. @category constructors */
export const placesOf = (name: string, path: string | undefined): ReadonlyArray<string> => [
  ...new Set([...(path ?? "").split(":").filter((folder) => folder.startsWith("/")), "/bin", "/usr/bin", "/usr/local/bin"].map((folder) => `${folder.replace(/\/+$/, "")}/${name}`))
]

/** `set: [e]` is `-e`, `set: [errexit]` is `-o errexit`. */
const setOption = (name: string): ReadonlyArray<string> => (name.length === 1 ? [`-${name}`] : ["-o", name])

/**
 * The arguments of a shell for a script, which is one of them. Shells that are no bash have no `shopt`. A bash whose input is a socket takes itself for one that was started from
 * afar, and reads the user's `.bashrc`; `--norc` keeps it from that.
 *
 * @category constructors
 */
export const argumentsOf = ({ isBash }: Interpreter, script: ShellScript): ReadonlyArray<string> => [
  ...(isBash ? ["--norc"] : []),
  "-e",
  ...script.set.flatMap(setOption),
  ...(isBash ? script.shopt.flatMap((name) => ["-O", name]) : []),
  "-c",
  script.script
]

/** Longer arguments than this the system refuses (Linux: 128 KiB each), so the script comes as a file instead. @category models */
export const longestArgument = 120_000

/** 128 and more for a signal, as shells count. @category constructors */
export const statusOf = (code: number | null, signal: string | null, numbers: { readonly [signal: string]: number | undefined }): number =>
  code ?? 128 + (signal === null ? 0 : (numbers[signal] ?? 0))
