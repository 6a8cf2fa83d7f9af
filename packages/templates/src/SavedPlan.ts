/**
 * Plans in files: what `plan --out` writes and `apply FILE` executes exactly, or refuses because something changed since. JSON, with a version of its own;
 * contents that are text stand in it as text, so that a plan can be read and compared.
 *
 * @module
 */
import { hasSameContent } from "@dev-infra/git-repositories/FileTree"
import { RecordedAnswers } from "@dev-infra/metadata/MetadataHistory"
import { isAbsolutePath } from "@dev-infra/metadata/ProjectRules"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as SafePath from "./SafePath.js"
import { pending, type PlannedContent, type PlannedFile, type UpdatePlan } from "./UpdatePlan.js"

/** The version of the format that is written, and the newest that is read. @category constants */
export const formatVersion = 1

/** How long a file of a plan may be, in bytes. @category constants */
export const sizeLimit = 512 * 1024 * 1024

/**
 * A file holds no plan, or one of a newer program. `problem` is a clause.
 *
 * @category errors
 */
export class SavedPlanInvalid extends Schema.TaggedError<SavedPlanInvalid>("@dev-infra/templates/SavedPlanInvalid")("SavedPlanInvalid", {
  path: Schema.String,
  reason: Schema.Literal("NotAPlan", "Newer", "Wrong"),
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.problem}`
  }
}

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Mode = Schema.Literal("file", "executable", "symlink")

/** Content as text where it is text, else in base64; `null` is no file. */
const Content = Schema.NullOr(Schema.Union(Schema.Struct({ mode: Mode, text: Schema.String }), Schema.Struct({ mode: Mode, base64: Schema.String })))

type Content = typeof Content.Type

const plainClasses = ["new", "update", "merge", "conflict", "delete", "rename", "mode", "kept-deleted", "customised", "never", "local"] as const

/** A path that lies in the project, wherever the file comes from, and is not the project's own description. */
const FilePath = Schema.String.pipe(Schema.filter((path) => SafePath.problemOf(path) ?? true))

const File = Schema.Struct({
  path: FilePath,
  from: optional(FilePath),
  class: Schema.Literal(...plainClasses, "ask"),
  proposed: optional(Schema.Literal(...plainClasses)),
  isBinary: Schema.Boolean,
  reason: optional(Schema.String),
  before: Schema.NullOr(Schema.String),
  modeBefore: optional(Mode),
  after: Content,
  sides: optional(Schema.Struct({ ours: Content, theirs: Content }))
})

const Version = Schema.Struct({ version: Schema.String, commit: Schema.String })

const Document = Schema.Struct({
  format: Schema.Literal("dev-infra plan"),
  version: Schema.Literal(formatVersion),
  project: Schema.Struct({ name: Schema.String, path: Schema.String.pipe(Schema.filter((path) => isAbsolutePath(path) || "must be the whole path of a folder")) }),
  template: Schema.String,
  source: Schema.String,
  from: Version,
  to: Version,
  answers: RecordedAnswers,
  warnings: Schema.Array(Schema.String),
  files: Schema.Array(File)
})

const decodeText = (content: Uint8Array): Either.Either<string, string> =>
  Either.try({ try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content), catch: () => "no text" })

const contentToFile = (content: PlannedContent | undefined): Content => {
  if (content === undefined) return null
  return Either.match(content.content.includes(0) ? Either.left("no text") : decodeText(content.content), {
    onLeft: () => ({ mode: content.mode, base64: Encoding.encodeBase64(content.content) }),
    onRight: (text) => ({ mode: content.mode, text })
  })
}

const contentFromFile = (content: Content): Either.Either<PlannedContent | undefined, string> => {
  if (content === null) return Either.right(undefined)
  if ("text" in content) return Either.right({ mode: content.mode, content: new TextEncoder().encode(content.text) })
  return Either.mapBoth(Encoding.decodeBase64(content.base64), {
    onLeft: () => "a content is no base64",
    onRight: (bytes) => ({ mode: content.mode, content: bytes })
  })
}

const fileToFile = ({ after, before, sides, ...rest }: PlannedFile): typeof File.Type => ({
  ...rest,
  before: before ?? null,
  after: contentToFile(after),
  ...(sides === undefined ? {} : { sides: { ours: contentToFile(sides.ours), theirs: contentToFile(sides.theirs) } })
})

const fileFromFile = ({ after, before, sides, ...rest }: typeof File.Type): Either.Either<PlannedFile, string> =>
  Either.gen(function*() {
    const both = sides === undefined ? {} : { sides: { ours: yield* contentFromFile(sides.ours), theirs: yield* contentFromFile(sides.theirs) } }
    return { ...rest, before: before ?? undefined, after: yield* contentFromFile(after), ...both }
  })

/** What a template may not give may not come from a file either: a link that leads out of the project. */
const badLink = ({ after, class: kind, path, sides }: PlannedFile): string | undefined => {
  const isOurs = after !== undefined && sides?.ours !== undefined && hasSameContent({ path, ...after }, { path, ...sides.ours })
  const given = [pending.has(kind) && !isOurs ? after : undefined, sides?.theirs].flatMap((content) => (content?.mode === "symlink" ? [{ path, ...content }] : []))
  return given.flatMap((file) => SafePath.problemsOf([file])).map(({ problem }) => `${path}: ${problem}`)[0]
}

/**
 * The text of a file that holds the plan.
 *
 * @category conversions
 */
export const encode = (plan: UpdatePlan): string => {
  const { answers, files, from, project, source, template, to, warnings } = plan
  const document = { format: "dev-infra plan", version: formatVersion, project, template, source, from, to, answers, warnings, files: files.map(fileToFile) }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

const parsed = (text: string): Either.Either<unknown, string> => Either.try({ try: (): unknown => JSON.parse(text), catch: () => "it is no plan" })

const versionIn = (document: unknown): number | undefined => {
  if (typeof document !== "object" || document === null || Reflect.get(document, "format") !== "dev-infra plan") return undefined
  const version: unknown = Reflect.get(document, "version")
  return typeof version === "number" ? version : undefined
}

const decodeDocument = Schema.decodeUnknownEither(Document)

const problemIn = (error: ParseResult.ParseError): string => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return first === undefined ? "a value is not allowed" : `${first.path.join(".")}: ${first.message}`
}

/**
 * The plan that a file holds. Nothing in it can lead out of the project.
 *
 * @param text the content of the file
 * @param path named in errors
 * @example
 * ```ts
 * import * as SavedPlan from "@dev-infra/templates/SavedPlan"
 * import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
 *
 * export const copy = (plan: UpdatePlan) => SavedPlan.decode(SavedPlan.encode(plan), "plan.json") // the same plan
 * ```
 * @category conversions
 */
export const decode = (text: string, path: string): Either.Either<UpdatePlan, SavedPlanInvalid> =>
  Either.gen(function*() {
    const document = yield* Either.mapLeft(parsed(text), (problem) => new SavedPlanInvalid({ path, reason: "NotAPlan", problem }))
    const version = versionIn(document)
    if (version === undefined) return yield* Either.left(new SavedPlanInvalid({ path, reason: "NotAPlan", problem: "it is no plan" }))
    if (version > formatVersion) return yield* Either.left(new SavedPlanInvalid({ path, reason: "Newer", problem: `it was written by a newer dev-infra (format ${version}; this one reads up to ${formatVersion})` }))
    const wrong = (problem: string) => new SavedPlanInvalid({ path, reason: "Wrong", problem })
    const { files, format: _format, version: _version, ...rest } = yield* Either.mapLeft(decodeDocument(document), (error) => wrong(problemIn(error)))
    const planned = yield* Either.mapLeft(Either.all(files.map(fileFromFile)), wrong)
    const problem = planned.map(badLink).find((found) => found !== undefined)
    return problem === undefined ? { ...rest, files: planned } : yield* Either.left(wrong(problem))
  })
