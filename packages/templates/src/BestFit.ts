/**
 * Which template, and which version of it, a project that is there already fits best: found by comparing its files with those that each version gives.
 *
 * @module
 */
import type { FileTree, TreeFile } from "@dev-infra/git-repositories/FileTree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Answers from "./Answers.js"
import * as Guess from "./fitting/Guess.js"
import * as Score from "./fitting/Score.js"
import { type FolderUnavailable, ProjectFolder } from "./ProjectFolder.js"
import * as Rendering from "./Rendering.js"
import { AnswersInvalid, type TemplateFailure, TemplateInvalid, TemplateUnavailable } from "./TemplateFailure.js"
import type { Answers as AnswerSet, AnswerValue, TemplateManifest, Variable } from "./TemplateManifest.js"
import type { TemplateSnapshot, TemplateVersion } from "./TemplateSnapshot.js"
import * as TemplateSource from "./TemplateSource.js"
import { TemplateSources } from "./TemplateSources.js"

/** How many of a version's files the project has. @category models */
export type FileCounts = Score.FileCounts

/** A version, and how well it fits. @category models */
export interface Fit extends TemplateVersion {
  /** what `.dev-infra.yml` records as `template` */
  readonly template: string
  readonly source: TemplateSource.TemplateSource
  /** what `TemplateSources.open` opens it with; undefined: without a version */
  readonly reference: string | undefined
  /** from 0 to 1: the share of files that are the same, in the project and in what the template gives, alike ones in part */
  readonly score: number
  readonly files: FileCounts
  /** all answers, those that were read from the project among them; of variables in `unanswered` a stand-in */
  readonly answers: AnswerSet
  /** those of the answers that were read from the project */
  readonly guessed: { readonly [name: string]: AnswerValue }
  /** variables that have no default and could not be read from the project */
  readonly unanswered: ReadonlyArray<string>
}

/**
 * How sure it is. `sure`: most files are the same, and no other template comes near, and every other version has fewer of them. `likely`: it fits better than what else there is. `unsure`: less than two fifths
 * fit, or another template fits as well.
 *
 * @category models
 */
export type Certainty = "sure" | "likely" | "unsure"

/** @category models */
export interface BestFit {
  readonly best: Fit
  readonly certainty: Certainty
  /** versions of the same template that fit as well, newest first; the newest of all is `best` */
  readonly asWell: ReadonlyArray<Fit>
  /** the best of each other template, the better ones first */
  readonly others: ReadonlyArray<Fit>
  /** what could not be looked at, and why */
  readonly skipped: ReadonlyArray<{ readonly template: string; readonly version?: string; readonly reason: TemplateFailure }>
  /** versions that are too old to have been looked at */
  readonly notLookedAt: number
}

/**
 * No template fits the project: none of its files is in any of those that were looked at.
 *
 * @category errors
 */
export class NothingFits extends Schema.TaggedError<NothingFits>("@dev-infra/templates/NothingFits")("NothingFits", {
  path: Schema.String,
  /** the names of those that were looked at */
  templates: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `no template fits ${this.path}; looked at ${this.templates.join(", ")}`
  }
}

/** Where to look, and what is known already. @category models */
export interface SearchOptions {
  /** the folder of the project, an absolute path */
  readonly path: string
  readonly templates: ReadonlyArray<{ readonly name: string; readonly source: TemplateSource.TemplateSource }>
  /** only this version, of the one template */
  readonly version?: string
  readonly given: { readonly [name: string]: AnswerValue }
  /** what the built-in variables are where the project does not say */
  readonly builtIn: Answers.BuiltIn
}

/** Older versions of a template are not looked at. */
const mostVersions = 100
/** So many of the best are tried with other answers. */
const tried = 4
/** So many other answers of each. */
const trials = 24
/** A score below that says nothing. */
const leastScore = 0.02

const builtInNames = new Set<string>(Answers.builtInNames)

interface Candidate {
  /** without the files: there may be many versions */
  readonly of: Omit<TemplateSnapshot, "files">
  /** how to open it once more */
  readonly wanted: string | undefined
  readonly guesses: { readonly [name: string]: AnswerValue }
  readonly answers: AnswerSet
  readonly unanswered: ReadonlyArray<string>
  readonly comparison: Score.Comparison
}

/** Files of the project that were read so far; undefined: there is none. */
type Known = Map<string, TreeFile | undefined>

const readInto = (known: Known, root: string, paths: Iterable<string>) =>
  Effect.gen(function* () {
    const folder = yield* ProjectFolder
    const missing = [...paths].filter((path) => !known.has(path))
    if (missing.length === 0) return
    const { files } = yield* folder.read(root, missing)
    for (const path of missing) known.set(path, files.get(path))
  })

const present = (known: Known): ReadonlyMap<string, Uint8Array> => {
  const files = new Map<string, Uint8Array>()
  for (const [path, file] of known) if (file !== undefined && file.mode !== "symlink") files.set(path, file.content)
  return files
}

/** A path of a template with the name of the project in it; undefined where it holds something else that is not known. */
const withName = (path: string, name: string): string | undefined => {
  const named = path.replaceAll(/\{\{-?\s*name\s*-?\}\}/g, () => name)
  return named.includes("{{") ? undefined : named
}

const allowed = (manifest: TemplateManifest, guesses: { readonly [name: string]: AnswerValue }): { readonly [name: string]: AnswerValue } =>
  Object.fromEntries(
    Object.entries(guesses).filter(([name, value]) => {
      const variable = manifest.variables.find((one) => one.name === name)
      return variable === undefined || Either.isRight(Answers.read(variable, value))
    })
  )

/** The built-in variables, as far as the project, or whoever gives answers, says what they are. */
const builtInOf = (guesses: { readonly [name: string]: AnswerValue }, known: Answers.BuiltIn): Answers.BuiltIn => {
  const text = (name: string, pattern: RegExp): string | undefined => {
    const value = guesses[name]
    return value !== undefined && pattern.test(String(value)) ? String(value) : undefined
  }
  const year = text("year", /^\d{4}$/)
  const date = text("date", /^\d{4}-\d\d-\d\d$/) ?? (year === undefined || known.date.startsWith(year) ? known.date : `${year}-01-01`)
  return { name: text("name", /^[^/\s]+$/) ?? known.name, date, author: text("author", /\S/) ?? known.author }
}

const standIn = ({ choices, type }: Variable): AnswerValue => {
  if (type === "number") return 0
  if (type === "boolean") return false
  if (type === "choices") return []
  return type === "choice" ? (choices?.[0] ?? "") : ""
}

/** The answers for guesses; what cannot be used is left out, what is missing gets a stand-in. */
const answersOf = (manifest: TemplateManifest, guesses: { readonly [name: string]: AnswerValue }, { builtIn, given }: SearchOptions) => {
  const resolve = (values: { readonly [name: string]: AnswerValue }, unanswered: ReadonlyArray<string>) =>
    Effect.map(Answers.resolve(manifest, { given: values, builtIn: builtInOf({ ...guesses, ...given }, builtIn) }), (answers) => ({ answers, unanswered }))
  const known = { ...guesses, ...given }
  return Effect.catchTag(resolve(known, []), "AnswersInvalid", ({ problems }) => {
    const wrong = new Set(problems.map(({ name }) => name))
    const standIns = manifest.variables.flatMap((variable) => (wrong.has(variable.name) && !Object.hasOwn(given, variable.name) ? [[variable.name, standIn(variable)] as const] : []))
    return resolve({ ...known, ...Object.fromEntries(standIns) }, standIns.map(([name]) => name))
  })
}

const compareWith = (files: FileTree, known: Known, root: string) =>
  Effect.map(readInto(known, root, files.keys()), () => Score.compare(files, known))

/** One version beside the project. */
const lookAt = (source: TemplateSource.TemplateSource, wanted: string | undefined, known: Known, options: SearchOptions) =>
  Effect.gen(function* () {
    const snapshot = yield* Effect.flatMap(TemplateSources, (sources) => sources.open(source, wanted))
    const named = (path: string) => withName(path, options.builtIn.name)
    const paths = [...snapshot.files.keys()].flatMap((path) => (path.endsWith(".liquid") ? (named(path.slice(0, -".liquid".length)) ?? []) : []))
    yield* readInto(known, options.path, paths)
    const guesses = allowed(snapshot.manifest, Guess.answers(snapshot.manifest, builtInNames, snapshot.files, present(known), named))
    const { answers, unanswered } = yield* answersOf(snapshot.manifest, guesses, options)
    const comparison = yield* compareWith(yield* Rendering.render(snapshot, answers), known, options.path)
    const { files: _, ...of } = snapshot
    return { of, wanted, guesses, answers, unanswered, comparison } satisfies Candidate
  })

const choicesOf = ({ choices, type }: Variable): ReadonlyArray<AnswerValue> => (type === "boolean" ? [true, false] : type === "choice" ? (choices ?? []) : [])

/** Answers that change which files there are leave no line to be read from: those are tried, one variable after another. */
const tryAnswers = (candidate: Candidate, known: Known, universe: Score.Universe, options: SearchOptions) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const { manifest } = candidate.of
    const open = manifest.variables.filter((variable) => choicesOf(variable).length > 1 && !Object.hasOwn(options.given, variable.name) && !Object.hasOwn(candidate.guesses, variable.name))
    if (open.length === 0) return candidate
    const snapshot = yield* sources.open(candidate.of.source, candidate.wanted)
    let best: Candidate = candidate
    let left = trials
    for (const variable of open) {
      for (const value of choicesOf(variable)) {
        if (left-- <= 0) return best
        const guesses = { ...best.guesses, [variable.name]: value }
        const attempt = Effect.gen(function* () {
          const { answers, unanswered } = yield* answersOf(manifest, guesses, options)
          const comparison = yield* compareWith(yield* Rendering.render(snapshot, answers), known, options.path)
          return { ...best, guesses, answers, unanswered, comparison }
        })
        // Answers that a version cannot be rendered with are none.
        const other = yield* Effect.catchTags(attempt, { AnswersInvalid: () => Effect.succeed(best), TemplateInvalid: () => Effect.succeed(best) })
        if (Score.of(other.comparison, universe) > Score.of(best.comparison, universe)) best = other
      }
    }
    return best
  })

const fitOf = ({ answers, comparison, guesses, of, unanswered, wanted }: Candidate, universe: Score.Universe): Fit => ({
  template: of.name,
  source: of.source,
  reference: wanted,
  version: of.version,
  commit: of.commit,
  score: Score.of(comparison, universe),
  files: comparison.counts,
  answers,
  guessed: Object.fromEntries(Object.entries(guesses).filter(([name, value]) => Object.hasOwn(answers, name) && String(answers[name]) === String(value))),
  unanswered
})

const addressOf = ({ source }: Fit): string => TemplateSource.toText(source, { ref: false })

const certaintyOf = (best: Fit, sameTemplate: ReadonlyArray<Fit>, others: ReadonlyArray<Fit>): Certainty => {
  const otherTemplate = others[0]?.score ?? 0
  if (best.score < 0.4 || best.score - otherTemplate < 0.05) return "unsure"
  const isAlone = sameTemplate.every((fit) => fit === best || (fit.score < best.score && fit.files.same < best.files.same))
  return best.score >= 0.8 && best.score - otherTemplate >= 0.2 && isAlone ? "sure" : "likely"
}

const isFailureOfTemplate = (failure: unknown): failure is TemplateInvalid | TemplateUnavailable => failure instanceof TemplateInvalid || failure instanceof TemplateUnavailable

/**
 * Compares the project with every version of the given templates. Where answers can be read from its files they are; nothing is written, and nothing fetched.
 *
 * @example
 * ```ts
 * import * as BestFit from "@dev-infra/templates/BestFit"
 * import { TemplateSources } from "@dev-infra/templates/TemplateSources"
 * import * as Effect from "effect/Effect"
 *
 * export const templateOf = (path: string) =>
 *   Effect.gen(function* () {
 *     const sources = yield* TemplateSources
 *     const source = yield* sources.parse("standard-project")
 *     const { best, certainty } = yield* BestFit.search({ path, templates: [{ name: "standard-project", source }], given: {}, builtIn: { name: "api", date: "2025-12-19", author: "me" } })
 *     return `${best.template} ${best.version} (${certainty})`
 *   })
 * ```
 * @category searching
 */
export const search = (
  options: SearchOptions
): Effect.Effect<BestFit, TemplateFailure | AnswersInvalid | NothingFits | FolderUnavailable, TemplateSources | ProjectFolder> =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const known: Known = new Map()
    const skipped: Array<BestFit["skipped"][number]> = []
    const isNamed = options.templates.length === 1
    let notLookedAt = 0

    const candidatesOf = ({ name, source }: SearchOptions["templates"][number]) =>
      Effect.gen(function* () {
        const offered = options.version === undefined ? yield* sources.versions(source) : undefined
        // The first is what the source offers by itself, which need not be a tag.
        const wanted = offered?.slice(0, mostVersions).map(({ version }, at) => (at === 0 ? undefined : version)) ?? [options.version]
        notLookedAt += Math.max(0, (offered?.length ?? 0) - mostVersions)
        const found = yield* Effect.forEach(wanted, (version) =>
          Effect.matchEffect(lookAt(source, version, known, options), {
            onSuccess: (candidate) => Effect.succeed([candidate]),
            onFailure: (failure) => {
              if (!isFailureOfTemplate(failure) || wanted.length === 1) return Effect.fail(failure)
              skipped.push({ template: name, ...(version === undefined ? {} : { version }), reason: failure })
              return Effect.succeed([])
            }
          })
        )
        return found.flat()
      })

    const all = yield* Effect.forEach(options.templates, (template) =>
      Effect.catchIf(candidatesOf(template), isFailureOfTemplate, (failure) => {
        if (isNamed) return Effect.fail(failure)
        skipped.push({ template: template.name, reason: failure })
        return Effect.succeed<ReadonlyArray<Candidate>>([])
      })
    )
    const candidates = all.flat()
    const universe = Score.universe(candidates.map(({ comparison }) => comparison), known)
    // Sorting keeps the order of equals: the newest of a template comes first.
    const byScore = (compared: ReadonlyArray<Candidate>) => compared.map((candidate) => ({ candidate, score: Score.of(candidate.comparison, universe) })).sort((a, b) => b.score - a.score).map(({ candidate }) => candidate)
    const ranked = byScore(candidates)
    const refined = yield* Effect.forEach(ranked, (candidate, at) => (at < tried ? tryAnswers(candidate, known, universe, options) : Effect.succeed(candidate)))
    const fits = byScore(refined).map((candidate) => fitOf(candidate, universe))
    const best = fits[0]
    if (best === undefined || (best.score < leastScore && !isNamed)) return yield* new NothingFits({ path: options.path, templates: options.templates.map(({ name }) => name) })
    const sameTemplate = fits.filter((fit) => addressOf(fit) === addressOf(best))
    const others = fits.filter((fit, at) => addressOf(fit) !== addressOf(best) && fits.findIndex((other) => addressOf(other) === addressOf(fit)) === at)
    return {
      best,
      certainty: certaintyOf(best, sameTemplate, others),
      asWell: sameTemplate.filter((fit) => fit !== best && fit.score === best.score),
      others,
      skipped,
      notLookedAt
    }
  })

/**
 * The fit with all its answers: those that were read from the project, those that are given, and those of `ask`.
 *
 * @param options `given` and `ask` as for `Answers.resolve`
 * @category searching
 */
export const answered = <E = never, R = never>(
  fit: Fit,
  options: Pick<Answers.ResolveOptions<E, R>, "given" | "ask">
): Effect.Effect<{ readonly fit: Fit; readonly snapshot: TemplateSnapshot }, TemplateFailure | AnswersInvalid | E, TemplateSources | R> =>
  Effect.gen(function* () {
    const snapshot = yield* Effect.flatMap(TemplateSources, (sources) => sources.open(fit.source, fit.reference))
    const known = Object.fromEntries(Object.entries(fit.answers).filter(([name]) => !fit.unanswered.includes(name)))
    const builtIn = { name: String(fit.answers["name"]), date: String(fit.answers["date"]), author: String(fit.answers["author"]) }
    const answers = yield* Answers.resolve(snapshot.manifest, { ...options, given: { ...known, ...options.given }, builtIn })
    return { fit: { ...fit, answers, unanswered: [] }, snapshot }
  })
