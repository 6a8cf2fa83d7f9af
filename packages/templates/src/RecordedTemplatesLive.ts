/**
 * Reads the `.dev-infra.yml` of projects for the template that they record, and remembers in `cache/template-records.json` of the home what they said: thousands
 * of files take seconds to read, and a tenth of that to look at.
 *
 * A file is taken as unchanged if its inode, its size and the time of its last change are. One that was written in the very moment in which it was
 * read is read again the next time, for a second change in that moment would not show.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import { problemOf } from "@dev-infra/registry/ProjectStatement"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type RecordedTemplate, RecordedTemplates } from "./RecordedTemplates.js"
import * as TemplateRecord from "./TemplateRecord.js"

const Recorded = Schema.Struct({
  template: Schema.String,
  version: Schema.String,
  source: Schema.optionalWith(Schema.String, { exact: true }),
  commit: Schema.optionalWith(Schema.String, { exact: true }),
  autoUpdate: Schema.Boolean
})

/** `recorded` is null for a file that names no template. */
const Remembered = Schema.Struct({ stamp: Schema.String, recorded: Schema.NullOr(Recorded) })
type Remembered = typeof Remembered.Type

/** Version 1 of the file. */
const Stored = Schema.parseJson(Schema.Struct({ version: Schema.Literal(1), files: Schema.Record({ key: Schema.String, value: Remembered }) }))

const decode = Schema.decodeUnknownOption(Stored)
const encode = Schema.encodeSync(Stored)

const sizeLimit = 64 * 1024 * 1024

/** So many files may have to be read again; fewer take no time. */
const worthStoring = 50

/** A change within so long before the reading may be followed by one that does not show. */
const racyMillis = 2000

const isRacy = ({ modifiedNanos }: FileIdentity, now: number): boolean => Math.abs(now - Number(modifiedNanos / 1_000_000n)) < racyMillis

const stampOf = ({ device, inode, modifiedNanos, size }: FileIdentity): string => `${device}:${inode}:${size}:${modifiedNanos}`

const fileIn = (folder: string): string => `${folder === "/" ? "" : folder}/${metadataFileName}`

const recordedOf = (record: TemplateRecord.TemplateRecord): RecordedTemplate => ({
  template: record.template,
  version: record.version,
  ...(record.source === undefined ? {} : { source: record.source }),
  ...(record.commit === undefined ? {} : { commit: record.commit }),
  autoUpdate: record.autoUpdate
})

const make = Effect.gen(function* () {
  const { cacheFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const files = yield* LocalFiles
  const metadata = yield* MetadataFile
  const path = `${cacheFolder}/template-records.json`

  const load = durable.read(path, { limit: sizeLimit }).pipe(
    Effect.map((file) => new Map(Object.entries(Option.getOrUndefined(Option.flatMap(file, ({ text }) => decode(text)))?.files ?? {}))),
    Effect.catchAll((failure) => Effect.as(Effect.logDebug(failure.message), new Map<string, Remembered>()))
  )

  const store = (remembered: ReadonlyMap<string, Remembered>) =>
    durable
      .modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: sizeLimit }, () =>
        Effect.sync(() => ({ result: undefined, content: `${encode({ version: 1, files: Object.fromEntries(remembered) })}\n` }))
      )
      // What cannot be kept costs the next command its time, and nothing else.
      .pipe(Effect.catchAll((failure) => Effect.logDebug(failure.message)))

  /** Another one than a file itself says nothing by its own state of what it points to, so that is read each time. */
  const identityOf = (file: string): Effect.Effect<FileIdentity | undefined> =>
    Effect.match(files.stat(file), { onFailure: () => undefined, onSuccess: (found) => Option.getOrUndefined(Option.filter(found, ({ kind }) => kind === "File")) })

  const readOne = (project: Project): Effect.Effect<RecordedTemplate | null, StatementProblem> =>
    Effect.mapBoth(metadata.read(project.path), {
      onFailure: (failure) => problemOf(project.path, failure),
      onSuccess: (document) => Option.getOrNull(Option.map(Option.flatMap(document, (read) => TemplateRecord.of(read.metadata)), recordedOf))
    })

  return RecordedTemplates.of({
    read: (projects) =>
      Effect.gen(function* () {
        const isThere = yield* Effect.sync(() => files.existing(projects.map((project) => fileIn(project.path))))
        const present = projects.filter((_, at) => isThere[at] === true)
        const records = new Map<string, RecordedTemplate>()
        const problems: Array<StatementProblem> = []
        if (present.length === 0) return { records, problems }
        const remembered = yield* load
        const changed: Array<{ readonly project: Project; readonly identity: FileIdentity | undefined }> = []
        for (const project of present) {
          const identity = yield* identityOf(fileIn(project.path))
          const found = remembered.get(fileIn(project.path))
          if (identity === undefined || found?.stamp !== stampOf(identity)) changed.push({ project, identity })
          else if (found.recorded !== null) records.set(project.path, found.recorded)
        }
        const read = yield* Effect.forEach(changed, ({ project }) => Effect.either(readOne(project)), { concurrency: 8 })
        const now = yield* Clock.currentTimeMillis
        let unstored = 0
        for (const [at, result] of read.entries()) {
          const { identity, project } = changed[at] ?? {}
          if (project === undefined) continue
          if (Either.isLeft(result)) {
            problems.push(result.left)
            continue
          }
          if (result.right !== null) records.set(project.path, result.right)
          if (identity === undefined || isRacy(identity, now)) continue
          remembered.set(fileIn(project.path), { stamp: stampOf(identity), recorded: result.right })
          unstored += 1
        }
        if (unstored >= worthStoring) yield* store(remembered)
        return { records, problems }
      })
  })
})

/**
 * The files on the disk.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
 * import * as Layer from "effect/Layer"
 *
 * export const records = RecordedTemplatesLive.layer.pipe(
 *   Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), MetadataFile.layer]),
 *   Layer.provide(DurableFile.layer)
 * )
 * ```
 */
export const layer: Layer.Layer<RecordedTemplates, never, DevInfraHome | DurableFile | LocalFiles | MetadataFile> = Layer.effect(RecordedTemplates, make)
