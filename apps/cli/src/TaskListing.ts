/**
 * A list of tasks as it is kept for the next time, with everything that it depends on. Kept in a file, it is read before the program itself is loaded, so this module
 * imports nothing but Node's own.
 *
 * @module
 */
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs"

/** What was at a path: a file with its text, nothing, a folder with its owner, or something else. @category models */
export type Found = { readonly file: string } | { readonly folder: number } | "nothing" | "other"

/** @category models */
export interface Listing {
  /** {@link keyOf} */
  readonly key: string
  /** {@link environmentKeyOf}, if a path or a description names a variable */
  readonly environment: string | undefined
  readonly found: ReadonlyArray<readonly [path: string, found: Found]>
  /** folders with all that is in them, as {@link treeOf} */
  readonly trees: ReadonlyArray<readonly [folder: string, tree: string]>
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

type Environment = { readonly [name: string]: string | undefined }

// Variables that change how a list looks, or where its parts are searched.
const deciding = /^(?:NO_COLOR|FORCE_COLOR|TERM|CI|HOME|XDG_CACHE_HOME|DEV_INFRA_.*|TASK_.*|GITHUB_ACTIONS)$/

// These differ from one command of a shell to the next, and say nothing to a Taskfile.
const restless = /^(?:_|SHLVL|OLDPWD|RANDOM|SECONDS|LINENO)$/

const textOf = (environment: Environment, isWanted: (name: string) => boolean): string =>
  JSON.stringify(Object.keys(environment).filter(isWanted).sort().map((name) => [name, environment[name]]))

/** What was asked: the words, where, on what kind of streams. @category keys */
export const keyOf = (words: ReadonlyArray<string>, folder: string, environment: Environment, terminals: { readonly stdout: boolean; readonly stderr: boolean }): string =>
  JSON.stringify([words, folder, terminals.stdout, terminals.stderr, textOf(environment, (name) => deciding.test(name))])

/** All variables. @category keys */
export const environmentKeyOf = (environment: Environment): string => textOf(environment, (name) => !restless.test(name))

/** The name of the file for a key: 53 bits of it (cyrb53). The key itself stands in the file. @category keys */
export const fileNameOf = (key: string): string => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return `list-${(4294967296 * (2097151 & low) + (high >>> 0)).toString(36)}.json`
}

const sizeLimit = 4 * 1024 * 1024

/** What is at a path now. @category reading */
export const look = (path: string): Found => {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return "nothing"
  if (facts.isDirectory()) return { folder: facts.uid }
  return facts.isFile() && facts.size <= sizeLimit ? { file: readFileSync(path, "latin1") } : "other"
}

/** All below a folder: names, kinds, sizes, times of change to the nanosecond. Undefined if that is more than a thousand things. @category reading */
export const treeOf = (folder: string): string | undefined => {
  const lines: Array<string> = []
  const waiting = [folder]
  for (let at = 0; at < waiting.length; at++) {
    const current = waiting[at] ?? ""
    for (const name of readdirSync(current).sort()) {
      const path = `${current}/${name}`
      const facts = lstatSync(path, { bigint: true })
      lines.push(`${path}\0${facts.mode}\0${facts.size}\0${facts.mtimeNs}\0${facts.ctimeNs}\0${facts.ino}`)
      if (lines.length > 1000) return undefined
      if (facts.isDirectory()) waiting.push(path)
    }
  }
  return lines.join("\n")
}

const isSame = (left: Found, right: Found): boolean => {
  if (typeof left === "string" || typeof right === "string") return left === right
  return "file" in left ? "file" in right && left.file === right.file : "folder" in right && left.folder === right.folder
}

/** Whether everything is as it was. @category reading */
export const holds = (listing: Listing, key: string, environment: Environment): boolean =>
  listing.key === key &&
  (listing.environment === undefined || listing.environment === environmentKeyOf(environment)) &&
  listing.found.every(([path, found]) => found !== "other" && isSame(found, look(path))) &&
  listing.trees.every(([folder, tree]) => treeOf(folder) === tree)
