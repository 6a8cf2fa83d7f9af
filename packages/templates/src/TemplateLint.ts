/**
 * What is wrong with a template, or likely not meant so, before anybody makes a project of it.
 *
 * It is rendered with its defaults, and then with each choice in turn, so that also what only some answers bring is looked at.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import parseVersion from "semver/functions/parse.js"
import * as Answers from "./Answers.js"
import * as FileGlobs from "./FileGlobs.js"
import * as LintAnswers from "./lint/LintAnswers.js"
import * as LintText from "./lint/LintText.js"
import * as Rendering from "./Rendering.js"
import type { TemplateInvalid, TemplateProblem } from "./TemplateFailure.js"
import { fileName, type TemplateManifest } from "./TemplateManifest.js"
import type { TemplateSnapshot } from "./TemplateSnapshot.js"

/**
 * With an error no project can be made, or not with all answers; a warning is worth a look.
 *
 * @category models
 */
export interface LintFinding extends TemplateProblem {
  readonly severity: "error" | "warning"
}

const error = (problem: TemplateProblem): LintFinding => ({ severity: "error", ...problem })
const warning = (path: string, problem: string, line?: number): LintFinding => ({ severity: "warning", path, ...(line === undefined ? {} : { line }), problem })

/** Milliseconds that one rendering may take here: there are many. */
const renderTime = 5_000

const problemsOf = <A>(result: Either.Either<A, TemplateInvalid>): ReadonlyArray<TemplateProblem> => (Either.isLeft(result) ? result.left.problems : [])

/** What the template becomes with some answers: its paths, or what is wrong. */
const rendered = (snapshot: TemplateSnapshot, given: LintAnswers.Given) =>
  Effect.gen(function* () {
    const { answers, problems } = yield* Effect.match(Answers.resolve(LintAnswers.complete(snapshot.manifest), { given, builtIn: LintAnswers.builtIn }), {
      onFailure: (failure) => ({ answers: undefined, problems: failure.problems.map(({ name, problem }): TemplateProblem => ({ path: fileName, problem: `variables.${name}: ${problem}` })) }),
      onSuccess: (found) => ({ answers: found, problems: [] })
    })
    if (answers === undefined) return { paths: [], problems, renamed: [] }
    const limits = { ...Rendering.usualLimits, milliseconds: renderTime }
    const files = yield* Effect.either(Rendering.render(snapshot, answers, limits))
    const renamed = yield* Effect.either(Rendering.renamed(snapshot, answers, limits))
    const messages = yield* Effect.forEach(Object.values(snapshot.manifest.messages), (message) => Effect.either(Rendering.text(snapshot, message ?? "", answers, limits)))
    return {
      paths: Either.isRight(files) ? [...files.right.keys()] : [],
      renamed: Either.isRight(renamed) ? renamed.right : [],
      problems: [problemsOf(files), problemsOf(renamed), ...messages.map(problemsOf)].flat()
    }
  })

/** Patterns that match nothing, and such that say two things of one file. */
const ruleFindings = ({ conditional, exclude, sync }: TemplateManifest, paths: ReadonlyArray<string>, all: ReadonlyArray<string>): ReadonlyArray<LintFinding> => {
  const unused = (place: string, patterns: ReadonlyArray<string>, among: ReadonlyArray<string>) =>
    patterns.flatMap((pattern) => {
      const matches = FileGlobs.matching([pattern])
      return among.some((path) => matches(path) !== undefined) ? [] : [warning(fileName, `${place}: ${pattern} matches no file`)]
    })
  const [always, ask, never] = [sync.always, sync.ask, sync.never].map((patterns) => FileGlobs.matching(patterns))
  const twice = paths.flatMap((path) => {
    const [one, other] = [never?.(path), ask?.(path), always?.(path)].filter((pattern) => pattern !== undefined)
    return one === undefined || other === undefined ? [] : [warning(fileName, `sync: two rules are for ${path}, ${one} and ${other}; the more careful one counts`)]
  })
  return [
    ...unused("sync.always", sync.always, paths),
    ...unused("sync.ask", sync.ask, paths),
    ...unused("sync.never", sync.never, paths),
    ...unused("exclude", exclude, all),
    ...conditional.flatMap(({ files }) => unused("conditional", files, all)),
    ...twice
  ]
}

const manifestFindings = (snapshot: TemplateSnapshot): ReadonlyArray<LintFinding> => {
  const { commands, version } = snapshot.manifest
  return [
    ...(snapshot.files.size === 0 ? [warning("", "there are no files in it")] : []),
    ...(version !== undefined && parseVersion(version) === null ? [warning(fileName, `version: ${version} is no semantic version (such as 1.2.0), so nobody can tell which is newer`)] : []),
    ...commands.map(({ run }) => warning(fileName, `commands: ${run.join(" ")} runs only for those who say --trust`))
  ]
}

const unique = (findings: ReadonlyArray<LintFinding>): ReadonlyArray<LintFinding> => [...new Map(findings.map((finding) => [`${finding.severity} ${finding.path} ${finding.line ?? 0} ${finding.problem}`, finding] as const)).values()]

const compare = (a: LintFinding, b: LintFinding): number => (a.path === b.path ? (a.line ?? 0) - (b.line ?? 0) : a.path < b.path ? -1 : 1)

/**
 * Everything that is found, by path. What keeps a template from being opened at all, `TemplateSources.open` tells.
 *
 * @example
 * ```ts
 * import * as TemplateLint from "@dev-infra/templates/TemplateLint"
 * import { TemplateSources } from "@dev-infra/templates/TemplateSources"
 * import * as Effect from "effect/Effect"
 *
 * export const isSound = (text: string) =>
 *   Effect.gen(function* () {
 *     const sources = yield* TemplateSources
 *     const snapshot = yield* sources.open(yield* sources.parse(text))
 *     return (yield* TemplateLint.lint(snapshot)).every(({ severity }) => severity === "warning")
 *   })
 * ```
 *
 * @category linting
 */
export const lint = (snapshot: TemplateSnapshot): Effect.Effect<ReadonlyArray<LintFinding>> =>
  Effect.gen(function* () {
    const outcomes = yield* Effect.forEach(LintAnswers.variations(snapshot.manifest), (given) => rendered(snapshot, given))
    const paths = [...new Set(outcomes.flatMap((outcome) => outcome.paths))].sort()
    const problems = outcomes.flatMap((outcome) => outcome.problems)
    const renamed = outcomes.flatMap((outcome) => outcome.renamed)
    const stripped = [...snapshot.files.keys()].map((path) => path.replace(/\.liquid$/, ""))
    const rules = problems.length > 0 ? [] : ruleFindings(snapshot.manifest, paths, [...snapshot.files.keys(), ...stripped, ...paths])
    const moved = problems.length > 0
      ? []
      : renamed.flatMap(({ from, to }) => [
          ...(paths.includes(to) ? [] : [warning(fileName, `renamed: there is no file ${to}`)]),
          ...(paths.includes(from) ? [warning(fileName, `renamed: ${from} is still there, so it is no renaming`)] : [])
        ])
    return unique([...problems.map(error), ...LintText.ofFiles(snapshot).map(error), ...LintText.unusedVariables(snapshot).map((name) => warning(fileName, `variables.${name} is used nowhere`)), ...LintText.pointers(snapshot).map((path) => warning(path, "it is a pointer of Git LFS: projects get the pointer, not the file")), ...manifestFindings(snapshot), ...rules, ...moved]).toSorted(compare)
  })
