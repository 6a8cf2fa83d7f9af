/**
 * Whether the files that a task reads and makes are as they were when it last ran. The files below `.task` are those that `task` itself keeps. The port.
 *
 * @module
 */
import type { FilePattern, Method } from "@dev-infra/taskfile/Task"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A task whose texts are rendered. @category models */
export interface Fingerprinted {
  /** its label, or its full name with wildcards filled in */
  readonly name: string
  readonly method: Exclude<Method, "none">
  /** where its patterns count from, absolute */
  readonly directory: string
  readonly sources: ReadonlyArray<FilePattern>
  readonly generates: ReadonlyArray<FilePattern>
  readonly useGitignore: boolean
  /** the folder `.task`, absolute */
  readonly folder: string
}

/** @category models */
export interface Fingerprint {
  readonly isUpToDate: boolean
  /** of the sources: hexadecimal as `task` writes it for `checksum`, milliseconds since 1970 for `timestamp` */
  readonly value: string | undefined
}

/** @category errors */
export class FingerprintFailure extends Schema.TaggedError<FingerprintFailure>()("FingerprintFailure", { path: Schema.String, detail: Schema.String }) {}

/** @category tags */
export class Fingerprints extends Context.Tag("@dev-infra/task-runner/Fingerprints")<
  Fingerprints,
  {
    /** Files that patterns match, absolute, sorted, each once. */
    readonly expand: (directory: string, patterns: ReadonlyArray<FilePattern>, options: { readonly useGitignore: boolean }) => Effect.Effect<ReadonlyArray<string>, FingerprintFailure>
    /** Look, and unless `isDry` note what was seen, before the commands run, as `task` does. */
    readonly check: (task: Fingerprinted, options: { readonly isDry: boolean }) => Effect.Effect<Fingerprint, FingerprintFailure>
    /** The commands failed: forget what was noted. */
    readonly forget: (task: Fingerprinted) => Effect.Effect<void>
    /** The commands ended well: what is noted only then (the moment, for `timestamp`). */
    readonly succeed: (task: Fingerprinted) => Effect.Effect<void, FingerprintFailure>
  }
>() {}
