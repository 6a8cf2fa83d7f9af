/**
 * From a version of a template and answers to the files of a project: the same each time, in memory, with nothing run and nothing read but what
 * is handed in.
 *
 * @module
 */
import * as FileTree from "@dev-infra/git-repositories/FileTree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FileGlobs from "./FileGlobs.js"
import * as BoundedOutput from "./rendering/BoundedOutput.js"
import * as LimitsOf from "./rendering/Limits.js"
import * as LiquidEngine from "./rendering/LiquidEngine.js"
import { within } from "./rendering/TimeLimit.js"
import * as SafePath from "./SafePath.js"
import { TemplateInvalid } from "./TemplateFailure.js"
import type { Answers, RenamedFile } from "./TemplateManifest.js"
import type { TemplateSnapshot } from "./TemplateSnapshot.js"
import * as TemplateSource from "./TemplateSource.js"

/** How much a template may take. @category models */
export type Limits = LimitsOf.Limits

/** What a template may take if nothing else is said. @category constants */
export const usualLimits: Limits = LimitsOf.usual

interface Problem {
  readonly path: string
  readonly line?: number
  readonly problem: string
}

/** Fewer are enough to see what is wrong. */
const shownProblems = 20

const suffix = ".liquid"

/** Files that a template never gives: its own description, and what the program itself writes. */
const isNeverGiven = (path: string): boolean => path === "template.yml" || path === ".dev-infra.yml" || path === ".git" || path.startsWith(".git/")

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

const textOf = (content: Uint8Array): string | undefined => Either.getOrUndefined(Either.try(() => decoder.decode(content)))

const placed = (path: string, { line, problem }: LiquidEngine.LiquidProblem): Problem => ({ path, ...(line === undefined ? {} : { line }), problem })

const renderedName = (engine: LiquidEngine.LiquidEngine, segment: string): Either.Either<string, string> => {
  if (!segment.includes("{{")) return Either.right(segment)
  if (segment.includes("{%")) return Either.left("a name may hold {{ }}, but not {% %}")
  return engine.text(segment).pipe(
    Either.mapLeft(({ problem }) => problem),
    Either.filterOrLeft(
      (name) => !/[/\\]/.test(name),
      (name) => `"${segment}" becomes "${name}", which is no name of one file or folder`
    )
  )
}

const renderedPath = (engine: LiquidEngine.LiquidEngine, path: string): Either.Either<string, string> =>
  path.includes("{{") ? Either.map(Either.all(path.split("/").map((segment) => renderedName(engine, segment))), (segments) => segments.join("/")) : Either.right(path)

const isRenderedText = (file: FileTree.TreeFile): boolean => file.mode !== "symlink" && file.path.endsWith(suffix) && !file.path.endsWith(`/${suffix}`) && file.path !== suffix

/** Whether a file belongs to the project, by its path in the template, without the suffix, and as it was rendered. */
const selection = (snapshot: TemplateSnapshot, engine: LiquidEngine.LiquidEngine): Either.Either<(names: ReadonlyArray<string>) => boolean, Problem> =>
  Either.gen(function* () {
    const left = [...snapshot.manifest.exclude]
    for (const { files, when } of snapshot.manifest.conditional) {
      const holds = yield* Either.mapLeft(engine.holds(when), (problem) => placed("template.yml", { ...problem, line: undefined, problem: `the condition ${JSON.stringify(when)}: ${problem.problem}` }))
      if (!holds) left.push(...files)
    }
    const matches = FileGlobs.matching(left)
    return (names) => !names.some((name) => matches(name) !== undefined)
  })

const renderFiles = (snapshot: TemplateSnapshot, answers: Answers, limits: Limits): Either.Either<FileTree.FileTree, ReadonlyArray<Problem>> => {
  const engine = LiquidEngine.make(answers, limits, { left: limits.outputLength })
  const selected = selection(snapshot, engine)
  if (Either.isLeft(selected)) return Either.left([selected.left])
  const problems: Array<Problem> = []
  const files: Array<FileTree.TreeFile> = []
  let bytes = 0
  for (const file of snapshot.files.values()) {
    if (problems.length >= shownProblems) break
    const isText = isRenderedText(file)
    const named = isText ? file.path.slice(0, -suffix.length) : file.path
    const path = renderedPath(engine, named)
    if (Either.isLeft(path)) {
      problems.push({ path: file.path, problem: path.left })
      continue
    }
    if (isNeverGiven(path.right) || !selected.right([file.path, named, path.right])) continue
    if (path.right !== named && path.right.split("/").includes("")) {
      problems.push({ path: file.path, problem: "a part of its name is empty with these answers" })
      continue
    }
    let content = file.content
    if (isText) {
      const text = textOf(file.content)
      const rendered = text === undefined ? Either.left({ line: undefined, problem: "it ends in .liquid, but is no text in UTF-8" }) : engine.text(text)
      if (Either.isLeft(rendered)) {
        problems.push(placed(file.path, rendered.left))
        continue
      }
      content = encoder.encode(rendered.right)
    }
    bytes += content.length
    if (bytes > limits.bytes) return Either.left([{ path: file.path, problem: `the template gives more than ${limits.bytes} bytes` }])
    files.push({ path: path.right, mode: file.mode, content })
  }
  if (problems.length === 0) problems.push(...SafePath.problemsOf(files).slice(0, shownProblems))
  return problems.length > 0 ? Either.left(problems) : Either.right(FileTree.fromFiles(files))
}

const limited = <A>(snapshot: TemplateSnapshot, limits: Limits, work: () => Either.Either<A, ReadonlyArray<Problem>>): Effect.Effect<A, TemplateInvalid> =>
  Effect.suspend(() => {
    const tooLong = [{ path: "", problem: `rendering it takes longer than ${limits.milliseconds / 1000} seconds` }]
    const done: Either.Either<A, ReadonlyArray<Problem>> = Either.getOrElse(within(limits.milliseconds, work), () => Either.left(tooLong))
    return Effect.mapError(done, (problems) => new TemplateInvalid({ source: TemplateSource.toText(snapshot.source), problems: [...problems] }))
  })

/**
 * The files that a project has from this version of the template, with these answers.
 *
 * A file that ends in `.liquid` is rendered and loses the suffix; every other one is as it is in the template, byte for byte, with its mode. Names of files and folders
 * may hold `{{ }}`. A path that would lead out of the project or that not every system can hold is a problem of the template.
 *
 * @param answers all of them, as `Answers.resolve` gives them
 * @example
 * ```ts
 * import * as Rendering from "@dev-infra/templates/Rendering"
 * import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
 * import * as Effect from "effect/Effect"
 *
 * export const names = (snapshot: TemplateSnapshot) =>
 *   Effect.map(Rendering.render(snapshot, { name: "api", date: "2025-12-19", year: 2025, author: "me" }), (files) => [...files.keys()])
 * ```
 * @category constructors
 */
export const render = (snapshot: TemplateSnapshot, answers: Answers, limits: Limits = usualLimits): Effect.Effect<FileTree.FileTree, TemplateInvalid> =>
  limited(snapshot, limits, () =>
    snapshot.files.size > limits.files
      ? Either.left([{ path: "", problem: `the template has ${snapshot.files.size} files, which is more than ${limits.files}` }])
      : renderFiles(snapshot, answers, limits)
  )

/**
 * The renamed files of a template, with their names as they are for these answers.
 *
 * @category constructors
 */
export const renamed = (snapshot: TemplateSnapshot, answers: Answers, limits: Limits = usualLimits): Effect.Effect<ReadonlyArray<RenamedFile>, TemplateInvalid> =>
  snapshot.manifest.renamed.length === 0
    ? Effect.succeed([])
    : limited(snapshot, limits, () => {
        const engine = LiquidEngine.make(answers, limits, { left: limits.outputLength })
        return Either.all(
          snapshot.manifest.renamed.map((entry) =>
            Either.map(Either.all([renderedPath(engine, entry.from), renderedPath(engine, entry.to)]), ([from, to]): RenamedFile => ({ ...entry, from, to }))
          )
        ).pipe(Either.mapLeft((problem) => [{ path: "template.yml", problem: `renamed: ${problem}` }]))
      })

/**
 * A text of the template's description, such as a message, for these answers.
 *
 * @category constructors
 */
export const text = (snapshot: TemplateSnapshot, template: string, answers: Answers, limits: Limits = usualLimits): Effect.Effect<string, TemplateInvalid> =>
  limited(snapshot, limits, () =>
    Either.mapLeft(LiquidEngine.make(answers, limits, { left: limits.fileLength } satisfies BoundedOutput.Allowance).text(template), (problem) => [placed("template.yml", { ...problem, line: undefined })])
  )
