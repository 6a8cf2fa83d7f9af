import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Creation from "@dev-infra/templates/Creation"
import * as GitHub from "@dev-infra/templates/GitHub"
import * as GitSetup from "@dev-infra/templates/GitSetup"
import * as StagedFolders from "@dev-infra/templates/StagedFolders"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CloneProgress from "../../CloneProgress.js"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import * as Recognition from "../../Recognition.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import * as TemplateQuestions from "../../TemplateQuestions.js"
import * as TemplateServices from "../../TemplateServices.js"
import * as TrustedCommands from "../../TrustedCommands.js"
import { UsageError } from "../../UsageError.js"
import type { NewInput } from "./command.js"
import * as Report from "./report.js"

const standard = "standard-project"

const words = ["new"]

/** What of the command line cannot be meant. */
const contradiction = (input: NewInput): string | undefined => {
  const problem = Creation.nameProblem(input.name)
  if (problem !== undefined) return `a project cannot be called ${JSON.stringify(input.name)}: ${problem}`
  if (input.github && input.noGit) return "--github needs a repository, which --no-git forbids"
  return input.private && !input.github ? "--private is for --github" : undefined
}

/** The folder of a project appears as a whole, so it cannot be one that a shell stands in. */
const inPlace = (target: string): CommandFailed =>
  new CommandFailed({ what: `${target} is the folder that you are in, and a project cannot be made in place of it`, hint: "run it in the folder above; an empty folder is replaced, and nothing was changed" })

/** The template as it is to be read: from the flag, or from whoever sits there. */
const templateOf = (input: NewInput) =>
  Effect.gen(function* () {
    if (Option.isSome(input.template)) return input.template.value
    const prompt = yield* Prompt
    if (!prompt.isPossible || input.defaults) return standard
    const named = yield* (yield* TemplateSources).list
    return yield* prompt.select({ question: text`Template`, flag: "--template TEMPLATE", choices: named.map(({ name }) => ({ title: name, value: name })), byDefault: standard })
  })

/** The day as the clock on the wall has it. */
const today = Effect.map(DateTime.now, (now) => DateTime.formatIsoDate(DateTime.setZone(now, DateTime.zoneMakeLocal())))

/** The author that git knows, and who has a name nowhere is nobody. */
const author = (folder: string) => Effect.map(Effect.flatMap(GitSetup.GitSetup, (git) => git.identity(folder)), Option.match({ onNone: () => "", onSome: ({ name }) => name }))

const services = Layer.mergeAll(
  GitHub.layer,
  GitSetup.layer,
  StagedFolders.layer,
  MetadataFile.layer,
  Layer.provide(Discovery.layer, DirectoryReader.layer)
).pipe(Layer.provideMerge(TemplateServices.layer))

/** Make the project. @category commands */
export const run = (input: NewInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const problem = contradiction(input)
    if (problem !== undefined) return yield* new UsageError({ command: words, message: problem })
    const given = yield* TemplateQuestions.variablesOf(input.variables, words)
    const { workingFolder } = yield* Surroundings
    const output = yield* Output
    const prompt = yield* Prompt
    const target = resolvePath(workingFolder, Option.getOrElse(input.dir, () => `./${input.name}`))
    if (yield* (yield* StagedFolders.StagedFolders).isTaken(target)) return yield* target === workingFolder ? inPlace(target) : new Creation.CreationRefused({ reason: "Taken", subject: target, detail: "something is there already" })
    if (input.github) yield* (yield* GitHub.GitHub).ready

    const sources = yield* TemplateSources
    const source = yield* sources.parse(yield* templateOf(input))
    if (yield* CloneProgress.fetchMissing(source)) yield* output.message(text`Cloned ${Report.sourceText(source)}, which was not cached yet.`)
    const [snapshot, by] = yield* Effect.all([sources.open(source), author(workingFolder)], { concurrency: 2 })
    const asking = prompt.isPossible && !input.defaults ? { ask: TemplateQuestions.ask } : {}
    const plan = yield* Creation.plan({ name: input.name, target, snapshot, given, author: by, date: yield* today, ...asking })
    const commands = snapshot.manifest.commands.filter(({ after }) => after === "create")
    yield* TrustedCommands.announce(commands, input.trust)
    if (input.dryRun) return yield* Report.foreseen(input, plan)

    const created = yield* Creation.create(plan, { git: !input.noGit, ...(input.github ? { github: { isPrivate: input.private } } : {}) })
    yield* Recognition.registered([created.outcome])
    yield* Report.made(input, plan, created)
    if (input.trust) yield* TrustedCommands.run(created.path, commands)
  }).pipe(Effect.provide(services))
