/**
 * Up-to-date checks over any files, with the notes that `task` keeps.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { createXXHash128 } from "hash-wasm"
import { type Fingerprint, type Fingerprinted, FingerprintFailure, type Fingerprints } from "../Fingerprints.js"
import type { FileView } from "./FileView.js"
import * as Globs from "./Globs.js"

/** So many files are read before others in this process have their turn. */
const slice = 1000

/** How `task` names the note of a task: everything but letters, digits and what lies between `Z` and `a` is a dash. */
const noteName = (name: string): string => Array.from(name, (character) => (/[A-z0-9]/.test(character) ? character : "-")).join("")

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Two numbers of 64 bits, each without zeros in front. */
const shortened = (digest: string): string => [digest.slice(0, 16), digest.slice(16)].map((half) => half.replace(/^0+(?=.)/, "")).join("")

/** @category constructors */
export const make = (view: FileView, valueOf: (name: string) => string | undefined): Fingerprints["Type"] => {
  const encoder = new TextEncoder()
  const attempt = <A>(path: string, run: () => A): Effect.Effect<A, FingerprintFailure> =>
    Effect.try({ try: run, catch: (cause) => new FingerprintFailure({ path, detail: cause instanceof Error ? cause.message : String(cause) }) })
  /** when the sources were looked at, for tasks that have not ended yet */
  const lookedAt = new Map<string, number>()

  const checksumNote = ({ folder, name }: Fingerprinted): string => `${folder}/checksum/${noteName(name)}`
  const timestampNote = ({ folder, name, task }: Fingerprinted): string => `${folder}/timestamp/${noteName(task ?? name)}`
  const sourcesOf = ({ directory, sources, useGitignore }: Fingerprinted): ReadonlyArray<string> => Globs.expand(view, directory, sources, { useGitignore, valueOf })
  const hasAll = ({ directory, generates }: Fingerprinted): boolean => Globs.haveAll(view, directory, generates, valueOf)

  /** Of the names and contents of files; undefined if one cannot be read. */
  const digestOf = (files: ReadonlyArray<string>): Effect.Effect<string | undefined> =>
    Effect.gen(function* () {
      const hash = yield* Effect.promise(() => createXXHash128())
      const take = (bytes: Uint8Array): void => void hash.update(bytes)
      for (const [index, file] of files.entries()) {
        if (index % slice === slice - 1) yield* Effect.yieldNow()
        take(encoder.encode(baseName(file)))
        if (!view.read(file, take)) return undefined
      }
      return shortened(hash.digest("hex"))
    })

  const checkContents = (task: Fingerprinted, isDry: boolean): Effect.Effect<Fingerprint, FingerprintFailure> =>
    Effect.gen(function* () {
      const note = checksumNote(task)
      const before = view.text(note)?.trim()
      const value = yield* digestOf(sourcesOf(task))
      if (value === undefined) return { isUpToDate: false, value }
      if (!isDry && before !== value) yield* attempt(note, () => view.write(note, `${value}\n`))
      return { isUpToDate: before === value && hasAll(task), value }
    })

  const checkTimes = (task: Fingerprinted, isDry: boolean): Effect.Effect<Fingerprint> =>
    Effect.gen(function* () {
      const note = timestampNote(task)
      const now = yield* Clock.currentTimeMillis
      if (!isDry) lookedAt.set(note, now)
      const sources = sourcesOf(task).map((path) => view.modified(path))
      const newest = Math.max(0, ...slices(sources).map((some) => Math.max(...some.map((time) => time ?? Number.POSITIVE_INFINITY))))
      const value = Number.isFinite(newest) ? String(Math.trunc(newest)) : undefined
      if (!hasAll(task)) return { isUpToDate: false, value }
      const generated = Globs.expand(view, task.directory, task.generates, { useGitignore: false, valueOf })
      const last = Math.max(0, ...slices([...generated, note].map((path) => view.modified(path) ?? 0)).map((some) => Math.max(...some)))
      return { isUpToDate: last > 0 && newest <= last, value }
    })

  return {
    expand: (directory, patterns, { useGitignore }) => Effect.sync(() => Globs.expand(view, directory, patterns, { useGitignore, valueOf })),
    check: (task, { isDry }) =>
      task.sources.length === 0 ? Effect.succeed({ isUpToDate: false, value: undefined }) : task.method === "checksum" ? checkContents(task, isDry) : checkTimes(task, isDry),
    forget: (task) => (task.method === "checksum" ? Effect.ignore(attempt(checksumNote(task), () => view.remove(checksumNote(task)))) : Effect.void),
    succeed: (task) => {
      if (task.method !== "timestamp") return Effect.void
      const note = timestampNote(task)
      return Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt(note, () => {
          if (view.modified(note) === undefined) view.write(note, "")
          view.setModified(note, lookedAt.get(note) ?? now)
          lookedAt.delete(note)
        })
      )
    }
  }
}

/** Parts of a list that are short enough for the arguments of a function. */
const slices = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(list.length / slice) }, (_, at) => list.slice(at * slice, (at + 1) * slice))
