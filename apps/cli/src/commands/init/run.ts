import * as Adoption from "@dev-infra/registry/Adoption"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import type { Candidate } from "@dev-infra/registry/Identity"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Registration from "@dev-infra/registry/Registration"
import { isProvisional } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type * as ExitCode from "../../ExitCode.js"
import { fieldsOf, hasEmptyTag } from "../../FieldFlags.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import * as ProjectFileServices from "../../ProjectFileServices.js"
import * as Recognition from "../../Recognition.js"
import * as RegistrationReport from "../../RegistrationReport.js"
import { text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import { UsageError } from "../../UsageError.js"
import type { InitInput } from "./command.js"

/** Write the file and register. @category commands */
export const run = (input: InitInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    if (hasEmptyTag(input)) return yield* new UsageError({ command: ["init"], message: "--tag is empty" })
    const { workingFolder } = yield* Surroundings
    const [folder] = yield* Registration.inspectAll([resolvePath(workingFolder, Option.getOrElse(input.path, () => "."))])
    if (folder === undefined) return
    const fields = { ...fieldsOf(input), ...(input.tag.length === 0 ? {} : { tags: input.tag }) }
    let names: RegistrationReport.RecognisedNames = new Map()
    const recognise = (candidate: Candidate) =>
      Effect.map(Recognition.recognise([candidate]), (recognised) => {
        names = recognised.names
        return recognised.candidates[0] ?? candidate
      })
    const { document, isWritten, outcome } = yield* Adoption.adopt(folder, { fields, dryRun: input.dryRun, recognise })
    if (!input.dryRun) yield* Recognition.registered([outcome])
    if (input.json) yield* output.json({ dry_run: input.dryRun, file: document.path, written: isWritten, ...RegistrationReport.forScripts(outcome, names) })
    else if (input.dryRun && isWritten) {
      // Line by line: on a terminal what is inside a line is escaped.
      for (const line of document.text.replace(/\n$/, "").split("\n")) yield* output.plain(line, "\n")
    }
    // What is new gets its id when it is registered; the one of the plan is made up.
    const later = input.dryRun && isProvisional(outcome.project.id) ? text`, with an id that is made then` : text``
    yield* output.message(isWritten ? text`${input.dryRun ? "Would write" : "Wrote"} ${document.path}${later}.` : text`${document.path} is there already; it was left as it is.`)
    const name = outcome.project.name
    if (outcome._tag === "AlreadyRegistered") yield* output.message(text`${name} is registered already.`)
    else yield* output.message(text`${input.dryRun ? "Would register" : "Registered"} ${name} (${outcome.path}${outcome._tag === "Added" ? text`` : text`, ${RegistrationReport.stateText(Registration.stateOf(outcome))}: ${RegistrationReport.noteText(outcome)}`}).`)
    for (const recognised of names.values()) {
      if (outcome._tag === "Added") yield* output.message(text`${outcome.path}: recognised as ${recognised} from work-prod.`)
    }
    if (!input.dryRun && isWritten) yield* output.message(yield* Next.line("show", outcome.project.id))
  }).pipe(Effect.provide(Layer.merge(ProjectFileServices.layer, Layer.provide(Discovery.layer, DirectoryReader.layer))))
