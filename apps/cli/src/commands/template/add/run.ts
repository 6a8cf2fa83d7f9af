import { builtInNames, isTemplateName, isUnprotected, toText } from "@dev-infra/templates/TemplateSource"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import * as CloneProgress from "../../../CloneProgress.js"
import { CommandFailed, type CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as Next from "../../../Next.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import * as TemplateServices from "../../../TemplateServices.js"
import { UsageError } from "../../../UsageError.js"
import type { TemplateAddInput } from "./command.js"

const wrong = (message: string) => new UsageError({ command: ["template", "add"], message })

const checkName = (name: string) =>
  Effect.gen(function* () {
    if (!isTemplateName(name)) return yield* wrong(`a template cannot be called ${JSON.stringify(name)}: a name is 1 to 60 letters, digits, dots, dashes and underscores, and begins with a letter or digit`)
    if (builtInNames.includes(name)) return yield* wrong(`${name} comes with the program; call yours something else`)
  })

/** Give a template a name. @category commands */
export const run = (input: TemplateAddInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    yield* checkName(input.name)
    const output = yield* Output
    const sources = yield* TemplateSources
    const source = yield* sources.parse(input.source)
    const known = (yield* sources.list).find(({ name }) => name === input.name)
    if (known !== undefined && known.text !== toText(source) && !input.replace) {
      return yield* new CommandFailed({ what: `the name ${input.name} means ${known.text} already`, hint: "--replace lets it mean the other one" })
    }
    if (isUnprotected(source)) yield* output.warning(text`what comes from ${toText(source)} can be read and changed on its way; https and ssh protect it`)
    const isCloned = yield* CloneProgress.fetchMissing(source)
    if (isCloned) yield* output.message(text`Cloned ${toText(source, { ref: false })}.`)
    const { commit, name, version } = yield* sources.open(source)
    yield* sources.add(input.name, source)
    if (input.json) yield* output.json({ name: input.name, source: toText(source), template: name, version, commit, cloned: isCloned })
    const at = source._tag === "Git" ? text` (commit ${commit.slice(0, 12)})` : text``
    yield* output.message(text`${input.name} is ${toText(source)}, ${version === "unknown" ? "without a version" : `now at ${version}`}${at}.`)
    if (!input.json) yield* output.message(yield* Next.line("new", "NAME", "--template", input.name))
  }).pipe(Effect.provide(TemplateServices.layer))
