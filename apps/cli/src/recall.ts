/**
 * Answers `dev-infra task --list` from what was kept of the last time, if everything that the list depends on is as it was then. A file of its own: the program itself
 * takes far longer to load than this takes.
 */
import { fstatSync, readFileSync, statSync, writeSync } from "node:fs"
import { fileNameOf, holds, keyOf, type Listing } from "./TaskListing.js"

const isTerminal = (descriptor: 1 | 2): boolean => {
  const facts = fstatSync(descriptor)
  return facts.isCharacterDevice() && facts.rdev !== statSync("/dev/null").rdev
}

const write = (descriptor: 1 | 2, text: string): void => {
  const bytes = Buffer.from(text, "utf8")
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      // Somebody made the pipe non-blocking and reads slowly.
      if ((error as { readonly code?: unknown }).code === "EAGAIN") continue
      // Nobody reads any more.
      return
    }
  }
}

/** Whether it was answered. */
export const answer = (folder: string, words: ReadonlyArray<string>): boolean => {
  const key = keyOf(words, process.cwd(), process.env, { stdout: isTerminal(1), stderr: isTerminal(2) })
  let text: string
  try {
    text = readFileSync(`${folder}/${fileNameOf(key)}`, "utf8")
  } catch {
    return false
  }
  // Written by src/commands/task/keep.ts, into a folder that only this user can write.
  const listing = JSON.parse(text) as Listing
  if (!holds(listing, key, process.env)) return false
  write(2, listing.stderr)
  write(1, listing.stdout)
  process.exitCode = listing.exitCode
  return true
}
