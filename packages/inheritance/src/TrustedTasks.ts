/**
 * What the tasks were that somebody trusted, so that a later decision can show what changed since. The decisions themselves are those of `Trust`.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { sha256 } from "@dev-infra/git-repositories/Digest"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as TaskDescription from "@dev-infra/taskfile/TaskDescription"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What was trusted; `subject` and `hash` are those of the decision. @category models */
export interface TrustedTasks {
  readonly subject: string
  readonly hash: string
  readonly tasks: TaskDescription.TaskDescription
}

/** `at` as of ISO 8601. @category models */
export interface RecalledTasks extends TrustedTasks {
  readonly at: string
}

const Stored = Schema.parseJson(Schema.Struct({ version: Schema.Literal(1), subject: Schema.String, hash: Schema.String, at: Schema.String, tasks: Schema.String }))

const encodeStored = Schema.encodeSync(Stored)
const decodeStored = Schema.decodeUnknownEither(Stored)

/** Larger descriptions, in bytes, are not kept. @category constants */
export const mostBytes = 256 * 1024

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** The file of a subject. @category constants */
export const pathIn = (homeFolder: string, subject: string): string => `${homeFolder}/state/trusted-tasks/${sha256(subject)}.json`

/**
 * Keeps what was trusted, in a file that nobody else may read, in place of what was kept for that subject. What is too large is not kept, and neither is what was before.
 *
 * @example
 * ```ts
 * import * as ProjectTrust from "@dev-infra/inheritance/ProjectTrust"
 * import * as TrustedTasks from "@dev-infra/inheritance/TrustedTasks"
 * import * as TaskDescription from "@dev-infra/taskfile/TaskDescription"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const keep = (folder: string, graph: TaskGraph) => TrustedTasks.remember({ ...ProjectTrust.ofProject(folder, graph.contentHash), tasks: TaskDescription.of(graph) })
 * ```
 * @category changing
 */
export const remember = ({ hash, subject, tasks }: TrustedTasks): Effect.Effect<void, FileFailure | LockUnavailable, DevInfraHome | DurableFile> =>
  Effect.gen(function* () {
    const files = yield* DurableFile
    const { folder } = yield* DevInfraHome
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const textOf = (description: string): string => `${encodeStored({ version: 1, subject, hash, at, tasks: description })}\n`
    const whole = textOf(TaskDescription.encode(tasks))
    const content = bytesOf(whole) > mostBytes ? textOf("") : whole
    yield* files.modify(pathIn(folder, subject), { backup: "none", modeWhenNew: 0o600, folderMode: 0o700 }, () => Effect.succeed({ result: undefined, content }))
  })

/**
 * What was trusted last, if it was kept and can be read. It is worth something only if its hash is trusted.
 *
 * @example
 * ```ts
 * import * as TrustedTasks from "@dev-infra/inheritance/TrustedTasks"
 *
 * export const before = TrustedTasks.recall("project:/home/me/shop")
 * ```
 * @category reading
 */
export const recall = (subject: string): Effect.Effect<Option.Option<RecalledTasks>, FileFailure, DevInfraHome | DurableFile> =>
  Effect.gen(function* () {
    const files = yield* DurableFile
    const { folder } = yield* DevInfraHome
    const found = yield* files.read(pathIn(folder, subject))
    if (Option.isNone(found)) return Option.none()
    const stored = decodeStored(found.value.text)
    if (Either.isLeft(stored) || stored.right.subject !== subject) return Option.none()
    const { at, hash } = stored.right
    return Option.map(Either.getRight(TaskDescription.decode(stored.right.tasks)), (tasks): RecalledTasks => ({ subject, hash, at, tasks }))
  })
