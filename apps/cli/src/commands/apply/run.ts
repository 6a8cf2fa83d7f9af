import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import type { Question } from "@dev-infra/templates/Answers"
import * as Application from "@dev-infra/templates/Application"
import * as Planning from "@dev-infra/templates/Planning"
import * as Rendering from "@dev-infra/templates/Rendering"
import * as SavedPlan from "@dev-infra/templates/SavedPlan"
import type { Answers, TemplateCommand } from "@dev-infra/templates/TemplateManifest"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import * as PlanPrint from "../../PlanPrint.js"
import { Prompt } from "../../Prompt.js"
import * as Recovery from "../../Recovery.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as TemplateQuestions from "../../TemplateQuestions.js"
import * as TrustedCommands from "../../TrustedCommands.js"
import * as UpdatedProject from "../../UpdatedProject.js"
import * as UpdateServices from "../../UpdateServices.js"
import { UsageError } from "../../UsageError.js"
import * as Asking from "./asking.js"
import type { ApplyInput } from "./command.js"
import * as Report from "./report.js"

const wrong = (message: string, hint?: string) => new UsageError({ command: ["apply"], message, ...(hint === undefined ? {} : { hint }) })

/** The file that was named, if what was named is a file and no folder. */
const planFile = (input: ApplyInput) =>
  Effect.gen(function* () {
    if (Option.isNone(input.project)) return undefined
    const files = yield* LocalFiles
    const { workingFolder } = yield* Surroundings
    const path = resolvePath(workingFolder, input.project.value)
    const target = yield* Effect.option(files.resolve(path))
    const found = Option.isNone(target) ? Option.none() : Option.flatten(yield* Effect.option(files.stat(target.value)))
    return Option.isSome(found) && found.value.kind === "File" ? path : undefined
  })

const savedPlan = (path: string) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const content = yield* files.read(path, SavedPlan.sizeLimit)
    return yield* SavedPlan.decode(new TextDecoder().decode(Option.match(content, { onNone: () => new Uint8Array(), onSome: ({ bytes }) => bytes })), path)
  })

/** Answers for variables that are new: from the flags, from whoever sits there, or by default. */
const answering = (input: ApplyInput, given: { readonly [name: string]: string }, project: string) => (question: Question, isFirst: boolean) =>
  Effect.gen(function* () {
    const { byDefault, problem, variable } = question
    const value = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined
    if (value !== undefined) return problem === undefined ? value : yield* wrong(`--var ${variable.name} is not allowed: ${problem}`)
    const prompt = yield* Prompt
    if (prompt.isPossible && !input.yes && !input.dryRun) {
      if (isFirst) yield* (yield* Output).message(text`${project} has no answer yet to what the new version of its template asks.`)
      return yield* TemplateQuestions.ask(question)
    }
    if (byDefault === undefined) return yield* wrong(`the template has a new variable without a default: ${variable.name}`, `give --var ${variable.name}=VALUE`)
    return problem === undefined ? byDefault : yield* wrong(`the default of the new variable ${variable.name} is not allowed: ${problem}`, `give --var ${variable.name}=VALUE`)
  })

const asTyped = (value: Answers[string] | undefined): string => (Array.isArray(value) ? value.join(",") : String(value))

/** What `--var` says of variables that are not new is not passed over in silence, unless it is what they are anyway. */
const checkUnused = (given: { readonly [name: string]: string }, asked: ReadonlySet<string>, { answers }: UpdatePlan) =>
  Effect.forEach(Object.entries(given), ([name, value]) => {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined
    if (asked.has(name) || (answer !== undefined && asTyped(answer) === value)) return Effect.void
    return wrong(answer === undefined ? `the template has no variable ${name}, so --var cannot answer it` : `--var answers variables that are new, and ${name} is ${asTyped(answer)} already`)
  }, { discard: true })

interface Planned {
  readonly plan: UpdatePlan
  /** what to type for the project */
  readonly reference: ReadonlyArray<string>
}

/** The plan that the command line means, made now or read. What was cut off before is ended first. */
const planOf = (input: ApplyInput): Effect.Effect<Planned, CommandError, CommandServices | UpdateServices.UpdateServices> =>
  Effect.gen(function* () {
    const given = yield* TemplateQuestions.variablesOf(input.variables, ["apply"])
    const file = yield* planFile(input)
    if (file !== undefined) {
      if (Option.isSome(input.to) || input.variables.length > 0) return yield* wrong("--to and --var are for a plan that is made now, and a plan in a file is complete")
      const plan = yield* savedPlan(file)
      yield* Recovery.end(plan.project.path)
      return { plan, reference: [plan.project.path] }
    }
    const project = yield* UpdatedProject.locate(input.project)
    yield* Recovery.end(project.path)
    const asked = new Set<string>()
    const answer = answering(input, given, project.name)
    const ask = (question: Question) => Effect.suspend(() => answer(question, asked.size === 0).pipe(Effect.tap(() => Effect.sync(() => asked.add(question.variable.name)))))
    const plan = yield* Planning.plan(project, { ...(Option.isSome(input.to) ? { to: input.to.value } : {}), ask })
    yield* checkUnused(given, asked, plan)
    return { plan, reference: Option.toArray(input.project) }
  })

interface Further {
  readonly message: string | undefined
  readonly commands: ReadonlyArray<TemplateCommand>
}

/** What the template wants to say after an update, and what it would like to run. A template that is gone says nothing. */
const furtherOf = (plan: UpdatePlan): Effect.Effect<Further, never, TemplateSources> =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const snapshot = yield* sources.open(yield* sources.parse(plan.source), plan.to.commit)
    const { commands, messages } = snapshot.manifest
    // Answers of a plan come from `Answers.resolve`, or from a file whose schema allows no other values.
    const message = messages.updated === undefined ? undefined : yield* Rendering.text(snapshot, messages.updated, plan.answers as Answers)
    return { message, commands: commands.filter(({ after }) => after === "update") }
  }).pipe(Effect.orElseSucceed(() => ({ message: undefined, commands: [] })))

const pendingText = ({ from, project, to }: UpdatePlan) => (from.version === to.version ? text`Update ${project.name}?` : text`Update ${project.name} from ${from.version} to ${to.version}?`)

/** Update one project. */
const one = (input: ApplyInput): Effect.Effect<void, CommandError, CommandServices | UpdateServices.UpdateServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const { plan, reference } = yield* planOf(input)
    for (const warning of plan.warnings) yield* output.warning(text`${warning}`)
    const options = { onConflict: input.onConflict, ask: Option.getOrElse(input.ask, () => "skip" as const), allowDirty: input.allowDirty }
    const foreseen = yield* Application.check(plan, options)
    const asksFiles = prompt.isPossible && !input.yes && Option.isNone(input.ask) && plan.files.some((file) => file.class === "ask")
    if (input.dryRun || (!foreseen.changed && !asksFiles)) {
      yield* input.json ? Report.json(plan, foreseen, input.dryRun) : Report.table(plan, foreseen)
      return yield* Report.messages(foreseen, reference, input.dryRun)
    }

    const further = yield* furtherOf(plan)
    if (!input.yes && !input.json) {
      yield* output.message(PlanPrint.headline(plan))
      yield* Report.table(plan, foreseen, asksFiles)
    }
    yield* TrustedCommands.announce(further.commands, input.trust)
    const answers = asksFiles ? yield* Asking.ask(plan) : undefined
    if (!input.yes && !(yield* prompt.confirm({ question: pendingText(plan), flag: "--yes", byDefault: true }))) return yield* output.message(text`Nothing was changed.`)

    const applied = yield* Application.apply(plan, { ...options, ...(answers === undefined ? {} : { ask: ({ path }) => answers.get(path) ?? "skip" }) })
    if (input.json) yield* Report.json(plan, applied, false)
    else if (input.yes) yield* Report.table(plan, applied)
    yield* Report.messages(applied, reference, false)
    if (!applied.changed) return
    for (const line of further.message?.trimEnd().split("\n") ?? []) yield* output.message(text`${line}`)
    if (input.trust) yield* TrustedCommands.run(applied.project.path, further.commands)
  })

/** With what updating many takes, which is loaded only then. */
const all = (input: ApplyInput) => Effect.flatMap(Effect.promise(() => import("./fleet.js")), (fleet) => fleet.apply(input))

/** Update a project, or all. @category commands */
export const run = (input: ApplyInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  input.all || input.resume || input.pullRequests ? all(input) : Effect.provide(one(input), UpdateServices.layer)
