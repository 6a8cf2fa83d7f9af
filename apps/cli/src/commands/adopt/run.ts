import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import * as Adoption from "@dev-infra/registry/Adoption"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import type { Found } from "@dev-infra/registry/DiscoveryEvent"
import type { Candidate } from "@dev-infra/registry/Identity"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Registration from "@dev-infra/registry/Registration"
import { isProvisional } from "@dev-infra/registry/Registry"
import * as BestFit from "@dev-infra/templates/BestFit"
import * as GitSetup from "@dev-infra/templates/GitSetup"
import type { AnswerValue } from "@dev-infra/templates/TemplateManifest"
import * as TemplateRecord from "@dev-infra/templates/TemplateRecord"
import * as TemplateSource from "@dev-infra/templates/TemplateSource"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import { UsedTemplates } from "@dev-infra/templates/UsedTemplates"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { CommandFailed } from "../../CommandError.js"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type * as ExitCode from "../../ExitCode.js"
import * as ErrorReport from "../../ErrorReport.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as TemplateQuestions from "../../TemplateQuestions.js"
import * as UpdateServices from "../../UpdateServices.js"
import { UsageError } from "../../UsageError.js"
import type { AdoptInput } from "./command.js"

interface Place {
  readonly found: Found
  readonly record: Option.Option<TemplateRecord.TemplateRecord>
  readonly created: string | undefined
}

/** The folder, and what its own file says of a template. */
const placeOf = (input: AdoptInput) =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    const [found] = yield* Registration.inspectAll([resolvePath(workingFolder, Option.getOrElse(input.path, () => "."))])
    if (found === undefined) return yield* Effect.dieMessage("one folder in, one out")
    const document = yield* Effect.flatMap(MetadataFile, (files) => files.read(found.path))
    const metadata = Option.getOrUndefined(Option.map(document, (one) => one.metadata))
    const record = metadata === undefined ? Option.none() : TemplateRecord.of(metadata)
    return { found, record, created: metadata?.created ?? undefined } satisfies Place
  })

/** Where to look: at the template that is named, at the one that an older file names, or at all that have a name. */
const wantedOf = (input: AdoptInput, { found, record }: Place) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const output = yield* Output
    const version = Option.getOrUndefined(input.version)
    if (Option.isSome(input.template)) {
      return { templates: [{ name: input.template.value, source: yield* sources.parse(input.template.value) }], version }
    }
    if (version !== undefined) return yield* new UsageError({ command: ["adopt"], message: "--version is a version of one template", hint: "add --template" })
    const recorded = Option.getOrUndefined(record)
    if (recorded?.source !== undefined) {
      return yield* new CommandFailed({
        what: `${found.path} says already that it was made from ${recorded.template} ${recorded.version}`,
        hint: "dev-infra plan shows what an update would do; --template TEMPLATE records another template"
      })
    }
    const named = yield* sources.list
    const usable = named.flatMap(({ name, source }) => (Either.isRight(source) ? [{ name, source: source.right }] : []))
    yield* Effect.forEach(
      named.filter(({ source }) => Either.isLeft(source)),
      ({ name, source }) => output.warning(text`the template ${name} is not looked at: ${Either.isLeft(source) ? source.left.reason : ""}`),
      { discard: true }
    )
    const same = usable.filter(({ name }) => name === recorded?.template)
    return { templates: same.length > 0 ? same : usable, version: undefined }
  })

const percent = (score: number): string => `${Math.floor(score * 100)} %`

const many = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`

const filesText = ({ alike, different, missing, same }: BestFit.FileCounts): string =>
  [[same, "the same"] as const, [alike, "alike"] as const, [different, "different"] as const, [missing, "missing"] as const].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(", ")

const columns = [{ title: "TEMPLATE", shorten: "text" }, { title: "VERSION", shorten: "text" }, { title: "FIT", align: "right" }, { title: "FILES", shorten: "text" }] as const

const rowOf = (fit: BestFit.Fit) => [fit.template, fit.version, percent(fit.score), filesText(fit.files)]

const certaintyText = (certainty: BestFit.Certainty) => styled(certainty === "sure" ? "green" : certainty === "likely" ? "yellow" : "red", certainty)

const whyNotSure = ({ asWell, best, certainty, others }: BestFit.BestFit): string => {
  const other = others.find(({ score }) => best.score - score < 0.2)
  if (certainty === "sure") return ""
  if (other !== undefined) return `: ${other.template} ${other.version} fits nearly as well`
  if (asWell.length > 0) return `: ${asWell.map(({ version }) => version).slice(0, 5).join(", ")}${asWell.length > 5 ? ", ..." : ""} ${asWell.length === 1 ? "fits" : "fit"} as well`
  return best.score < 0.8 ? ": many files are not as the template has them" : ": another version fits nearly as well"
}

const fitForScripts = ({ answers, commit, files, guessed, score, source, template, version }: BestFit.Fit) => ({
  template,
  version,
  source: TemplateSource.toText(source, { ref: false }),
  commit,
  score: Math.round(score * 1000) / 1000,
  files,
  answers,
  guessed: Object.keys(guessed)
})

const briefForScripts = ({ score, template, version }: BestFit.Fit) => ({ template, version, score: Math.round(score * 1000) / 1000 })

/** Say what was found, and whether it is to be recorded. */
const agree = (input: AdoptInput, result: BestFit.BestFit) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const { best, certainty, notLookedAt, skipped } = result
    if (!input.json) yield* output.table({ columns, rows: [rowOf(best), ...result.others.filter(({ score }) => score > 0).slice(0, 4).map(rowOf)] })
    for (const { reason, template, version } of skipped) yield* output.warning(text`${version === undefined ? template : `${template} ${version}`} was not looked at: ${ErrorReport.describe(reason)}`)
    if (notLookedAt > 0) yield* output.warning(text`${many(notLookedAt, "older version")} not looked at; --template and --version name one`)
    yield* output.message(text`${best.template} ${best.version} fits best (${percent(best.score)}), ${certaintyText(certainty)}${whyNotSure(result)}.`)
    const guessed = Object.entries(best.guessed).map(([name, value]) => `${name}=${String(value)}`)
    if (guessed.length > 0) yield* output.message(text`Read from the files: ${guessed.join(", ")}`)
    const isSaid = Option.isSome(input.template) && Option.isSome(input.version)
    if (input.dryRun || input.yes || isSaid || certainty !== "unsure") return true
    return yield* prompt.confirm({ question: text`Record ${best.template} ${best.version}, although that is unsure?`, flag: "--yes, or --template and --version", byDefault: false })
  })

const services = Layer.mergeAll(GitSetup.layer, Layer.provide(Discovery.layer, DirectoryReader.layer)).pipe(Layer.provideMerge(UpdateServices.layer))

/** Find, ask where it is unsure, write, register. @category commands */
export const run = (input: AdoptInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const place = yield* placeOf(input)
    const { found } = place
    const given = yield* TemplateQuestions.variablesOf(input.variables, ["adopt"])
    const wanted = yield* wantedOf(input, place)
    const today = DateTime.formatIsoDate(DateTime.setZone(yield* DateTime.now, DateTime.zoneMakeLocal()))
    const identity = yield* Effect.flatMap(GitSetup.GitSetup, (git) => git.identity(found.path))
    const recorded: { readonly [name: string]: AnswerValue } = Option.match(place.record, { onNone: () => ({}), onSome: ({ answers }) => answers })
    const known = (name: string, otherwise: string): string => (typeof recorded[name] === "string" ? recorded[name] : otherwise)
    const answers = { ...recorded, ...given }
    const result = yield* BestFit.search({
      path: found.path,
      templates: wanted.templates,
      ...(wanted.version === undefined ? {} : { version: wanted.version }),
      given: answers,
      builtIn: {
        name: known("name", found.path.slice(found.path.lastIndexOf("/") + 1)),
        date: known("date", place.created ?? today),
        author: known("author", Option.match(identity, { onNone: () => "", onSome: ({ name }) => name }))
      }
    })
    if (!(yield* agree(input, result))) {
      yield* output.message(text`Nothing was changed.`)
      return
    }
    const ask = prompt.isPossible && !input.dryRun ? { ask: TemplateQuestions.ask } : {}
    const { fit, snapshot } = input.dryRun && result.best.unanswered.length > 0 ? { fit: result.best, snapshot: undefined } : yield* BestFit.answered(result.best, { given: answers, ...(result.best.unanswered.length > 0 ? ask : {}) })
    if (!input.dryRun && snapshot !== undefined) yield* Effect.flatMap(UsedTemplates, (used) => used.keep(snapshot))
    const made = place.created === undefined && typeof fit.guessed["date"] === "string" ? { created: String(fit.answers["date"]) } : {}
    const stated: MetadataPatch = { ...made, template: fit.template, version: fit.version, source: TemplateSource.toText(fit.source, { ref: false }), commit: fit.commit, migrated: today, answers: fit.answers }
    let names: RegistrationReport.RecognisedNames = new Map()
    const recognise = (candidate: Candidate) =>
      Effect.map(Recognition.recognise([candidate]), (recognised) => {
        names = recognised.names
        return recognised.candidates[0] ?? candidate
      })
    const { document, isWritten, outcome } = yield* Adoption.adopt(found, { stated, dryRun: input.dryRun, recognise })
    if (!input.dryRun) yield* Recognition.registered([outcome])
    if (input.json) {
      yield* output.json({
        dry_run: input.dryRun,
        file: document.path,
        written: isWritten,
        certainty: result.certainty,
        fit: fitForScripts(fit),
        unanswered: fit.unanswered,
        as_well: result.asWell.map(briefForScripts),
        others: result.others.map(briefForScripts),
        ...RegistrationReport.forScripts(outcome, names)
      })
    }
    if (fit.unanswered.length > 0) yield* output.warning(text`the template needs to know ${fit.unanswered.join(", ")}; say it with --var ${`${fit.unanswered[0] ?? ""}=VALUE`}`)
    if (input.dryRun) {
      // What is new gets its id when it is registered; the one of the plan is made up.
      yield* output.message(text`Would write ${document.path}${isProvisional(outcome.project.id) ? ", with an id that is made then" : ""}:`)
      if (!input.json) for (const line of document.text.replace(/\n$/, "").split("\n")) yield* output.message(text`  ${line}`)
    } else yield* output.message(isWritten ? text`Wrote ${document.path}.` : text`${document.path} says so already.`)
    const name = outcome.project.name
    if (outcome._tag === "AlreadyRegistered") yield* output.message(text`${name} is registered already.`)
    else yield* output.message(text`${input.dryRun ? "Would register" : "Registered"} ${name} (${outcome.path}).`)
    if (!input.dryRun) yield* output.message(yield* Next.line("plan", outcome.path))
  }).pipe(Effect.provide(services))
