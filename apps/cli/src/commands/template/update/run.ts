import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import { Registry } from "@dev-infra/registry/Registry"
import { RecordedTemplates, sourceText } from "@dev-infra/templates/RecordedTemplates"
import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
import type { TemplateFailure } from "@dev-infra/templates/TemplateFailure"
import type { TemplateVersion } from "@dev-infra/templates/TemplateSnapshot"
import { type GitSource, type TemplateSource, toText } from "@dev-infra/templates/TemplateSource"
import { TemplateSources, type UpdateOutcome } from "@dev-infra/templates/TemplateSources"
import { groupBy } from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ErrorReport from "../../../ErrorReport.js"
import * as ExitCode from "../../../ExitCode.js"
import { Output } from "../../../Output.js"
import { Progress } from "../../../Progress.js"
import { type SafeText, styled, text } from "../../../SafeText.js"
import * as TemplateServices from "../../../TemplateServices.js"
import type { TemplateUpdateInput } from "./command.js"

const columns = [{ title: "TEMPLATE" , shorten: "path" }, { title: "BEFORE" }, { title: "NOW" }, { title: "NEW", shorten: "text" }] as const

/** A template that is to be brought up to date, by the name that people know. */
interface Wanted {
  readonly name: string
  readonly source: GitSource
}

interface Done extends Wanted {
  readonly outcome: Either.Either<UpdateOutcome, TemplateFailure>
}

const isGit = (source: TemplateSource): source is GitSource => source._tag === "Git"

const namedOnes = (input: TemplateUpdateInput) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const output = yield* Output
    const wanted: Array<Wanted> = []
    for (const template of input.templates) {
      const source = yield* sources.parse(template)
      if (isGit(source)) wanted.push({ name: template, source })
      else yield* output.message(text`${template} is no git repository, so there is nothing to fetch.`)
    }
    return wanted
  })

/** Those that have a name, then those that only projects name. */
const allOnes = Effect.gen(function* () {
  const sources = yield* TemplateSources
  const output = yield* Output
  const named = yield* sources.list
  for (const { name, source } of named) if (Either.isLeft(source)) yield* output.warning(text`${name}: ${ErrorReport.describe(source.left)}`)
  const own = named.flatMap(({ name, source }): ReadonlyArray<Wanted> => (Either.isRight(source) && isGit(source.right) ? [{ name, source: source.right }] : []))
  const { projects } = yield* Effect.flatMap(Registry, (registry) => registry.list())
  const { records } = yield* Effect.flatMap(RecordedTemplates, (recorded) => recorded.read(projects))
  const texts = [...new Set([...records.values()].map(sourceText))].sort()
  const recorded = yield* Effect.forEach(texts, (each) => Effect.option(sources.parse(each)))
  const urls = new Set(own.map(({ source }) => source.url))
  const others = recorded.flatMap(Option.toArray).filter(isGit).filter(({ url }) => !urls.has(url))
  return [...own, ...others.map((source): Wanted => ({ name: toText(source), source }))]
})

const news = ({ added, after, before }: UpdateOutcome): SafeText => {
  if (before === undefined) return text`cloned`
  if (added.length > 0) return text`${added.join(", ")}`
  return before.commit === after.commit ? styled("dim", "nothing") : text`commit ${after.commit.slice(0, 12)}`
}

const forScripts = ({ name, outcome, source }: Done) => ({
  template: name,
  source: toText(source),
  ...(Either.isRight(outcome)
    ? { before: outcome.right.before ?? null, after: outcome.right.after, added: outcome.right.added, problem: null }
    : { before: null, after: null, added: [], problem: outcome.left.message })
})

/** What a source offers as far as it is known; nothing if it is not. */
const offered = (source: GitSource) => Effect.flatMap(TemplateSources, (sources) => Effect.orElseSucceed(sources.versions(source), (): ReadonlyArray<TemplateVersion> => []))

/** The repository could not be asked, so what is known of it is not news. */
const isUnasked = (failure: TemplateFailure): boolean => failure._tag === "TemplateUnavailable" && failure.reason !== "NoSuchVersion" && failure.reason !== "NoSuchFolder"

/** Several names may stand for one repository, which is fetched once. */
const updateOne = (first: Wanted, others: ReadonlyArray<Wanted>) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const before = yield* Effect.forEach(others, ({ source }) => offered(source))
    const outcome = yield* Effect.either(sources.update(first.source))
    if (Either.isLeft(outcome) && isUnasked(outcome.left)) return [first, ...others].map((one): Done => ({ ...one, outcome }))
    const rest = yield* Effect.forEach(others, (one, at) =>
      Effect.gen(function* () {
        const known = before[at] ?? []
        const now = yield* Effect.either(sources.newest(one.source))
        const names = new Set(known.map(({ version }) => version))
        const added = (yield* offered(one.source)).map(({ version }) => version).filter((version) => known.length > 0 && !names.has(version))
        const done: Done = { ...one, outcome: Either.map(now, (after) => ({ before: known[0], after, added })) }
        return done
      }))
    const done: Done = { ...first, outcome }
    return [done, ...rest]
  })

const updateAll = (wanted: ReadonlyArray<Wanted>) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const groups = Object.entries(groupBy(wanted, ({ source }) => source.url))
    return yield* progress.during({ label: "fetching", total: groups.length }, (report) => {
      let count = 0
      return Effect.forEach(
        groups,
        ([url, [first, ...others]]) =>
          Effect.gen(function* () {
            yield* report(count, url)
            const done = yield* updateOne(first, others)
            count += 1
            yield* report(count, url)
            return done
          }),
        { concurrency: 4 }
      )
    })
  }).pipe(Effect.map((groups) => groups.flat()))

const services = RecordedTemplatesLive.layer.pipe(Layer.provide(MetadataFile.layer), Layer.provideMerge(TemplateServices.layer))

/** Fetch new versions. @category commands */
export const run = (input: TemplateUpdateInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const wanted = yield* input.templates.length > 0 ? namedOnes(input) : allOnes
    const done = yield* updateAll(wanted)
    const fetched = done.flatMap(({ name, outcome }) => (Either.isRight(outcome) ? [{ name, outcome: outcome.right }] : []))
    if (input.json) yield* output.json({ templates: done.map(forScripts) })
    else if (fetched.length > 0) yield* output.table({ columns, rows: fetched.map(({ name, outcome }) => [name, outcome.before?.version ?? "", outcome.after.version, news(outcome)]) })
    for (const { name, outcome } of done) if (Either.isLeft(outcome)) yield* output.error(text`${styled("red", "error:")} ${name}: ${ErrorReport.describe(outcome.left)}`)
    if (wanted.length === 0 && input.templates.length === 0) yield* output.message(text`No template in git is known.`)
    return done.some(({ outcome }) => Either.isLeft(outcome)) ? ExitCode.failed : undefined
  }).pipe(Effect.provide(services))
