/**
 * The change of a project's own file that goes with an update: version, commit, answers, and what is not to be asked again.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { type MetadataEditRefused, type MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import { fileName, MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlanStale } from "../ApplyFailure.js"
import type { Answers } from "../TemplateManifest.js"
import * as TemplateRecord from "../TemplateRecord.js"
import type { UpdatePlan } from "../UpdatePlan.js"
import { type Change, restored } from "./Change.js"
import { inside, look } from "./ProjectTree.js"

/** @category errors */
export type RecordFailure = FileFailure | MetadataInvalid | MetadataUnavailable | MetadataEditRefused

/** @category models */
export interface RecordChange {
  /** undefined: it says all that already */
  readonly change: Change | undefined
  readonly problems: PlanStale["problems"]
}

const isSameVersion = (one: string, other: string): boolean => one.replace(/^v(?=\d)/, "") === other.replace(/^v(?=\d)/, "")

const problemsOf = (record: Option.Option<TemplateRecord.TemplateRecord>, { from }: UpdatePlan): PlanStale["problems"] => {
  if (Option.isNone(record)) return [{ path: fileName, problem: "names no template any more" }]
  const { version } = record.value
  return isSameVersion(version, from.version) ? [] : [{ path: fileName, problem: `records version ${version}, the plan is for ${from.version}` }]
}

const patchOf = (plan: UpdatePlan, record: Option.Option<TemplateRecord.TemplateRecord>, remembered: ReadonlyArray<string>, date: string): MetadataPatch => {
  const known = Option.match(record, { onNone: () => [], onSome: ({ customizations }) => customizations })
  const added = remembered.map((file) => ({ file, reason: "changes of the template are left out", date }))
  return {
    template: plan.template,
    version: plan.to.version,
    source: plan.source,
    commit: plan.to.commit,
    // They come from `Answers.resolve`, or from a saved plan whose schema allows no other values.
    answers: plan.answers as Answers,
    ...(added.length === 0 ? {} : { customizations: [...known, ...added] })
  }
}

/** The path of the file in the project: a link inside the project is followed, one that leads out is not. */
const locate = (root: string): Effect.Effect<string, FileFailure | MetadataUnavailable, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const path = inside(root, fileName)
    const target = yield* Effect.catchIf(files.resolve(path), (failure) => failure.reason === "NotFound", () => Effect.succeed(path))
    const prefix = inside(root, "")
    if (!target.startsWith(prefix)) return yield* new MetadataUnavailable({ path, reason: "OutsideProject", target })
    return target.slice(prefix.length)
  })

/**
 * What the project's own file is to say once a plan is applied.
 *
 * @param root the folder of the project, links followed
 * @param remembered files of which the template's changes are to be left out from now on
 * @category comparing
 */
export const compare = (root: string, plan: UpdatePlan, remembered: ReadonlyArray<string>): Effect.Effect<RecordChange, RecordFailure, LocalFiles | MetadataFile> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const path = yield* locate(root)
    const document = Option.getOrUndefined(yield* Effect.flatMap(MetadataFile, (metadata) => metadata.read(root)))
    const found = yield* look(files, root, path)
    if (document === undefined || found._tag !== "File") return { change: undefined, problems: [{ path: fileName, problem: "is gone" }] }
    const record = TemplateRecord.of(document.metadata)
    const problems = problemsOf(record, plan)
    if (problems.length > 0) return { change: undefined, problems }
    const date = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10)
    const changed = yield* MetadataDocument.set(document, patchOf(plan, record, remembered, date))
    if (changed.text === document.text) return { change: undefined, problems }
    if (new TextDecoder("utf-8", { ignoreBOM: true }).decode(found.state.content) !== document.text) return { change: undefined, problems: [{ path: fileName, problem: "was changed" }] }
    const after = restored({ ...found.state, content: new TextEncoder().encode(changed.text) })
    return { change: { path, before: { state: found.state, identity: found.identity }, after }, problems }
  })
