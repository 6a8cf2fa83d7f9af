import * as NodeCommandExecutor from "@effect/platform-node/NodeCommandExecutor"
import * as Doctor from "@dev-infra/registry/Doctor"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CommandError } from "../../CommandError.js"
import * as ConfigurationServices from "../../ConfigurationServices.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import * as Next from "../../Next.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import { type SafeText, styled, text } from "../../SafeText.js"
import { UsageError } from "../../UsageError.js"
import type { DoctorInput } from "./command.js"
import { examineRemembered } from "./remembered.js"

const marks: { readonly [severity in Doctor.Finding["severity"]]: SafeText } = {
  ok: styled("green", "ok"),
  note: styled("dim", "note"),
  warning: styled("yellow", "warning"),
  error: styled("red", "error")
}

const columns = [{ title: "STATE" }, { title: "ABOUT" }, { title: "WHAT" }, { title: "FIX" }, { title: "REPAIR" }] as const

const layer = Doctor.layer.pipe(Layer.provideMerge(NodeCommandExecutor.layer), Layer.provideMerge(ConfigurationServices.layer))

/** What asks others is loaded only if it is to ask. */
const examineOnline = Effect.flatMap(
  Effect.promise(() => import("./online.js")),
  (online) => online.examineOnline
)

/** Everything here, and with `online` what others say. */
const examine = (online: boolean) =>
  Effect.gen(function* () {
    const doctor = yield* Doctor.Doctor
    const found = yield* Effect.all([doctor.examine, examineRemembered, online ? examineOnline : Effect.succeed([])], { concurrency: 3 })
    return found.flat()
  })

/** On a terminal the whole sentences, one below the other: nothing of them may be cut off. */
const show = (findings: ReadonlyArray<Doctor.Finding>) =>
  Effect.gen(function* () {
    const output = yield* Output
    if (!output.isTerminal) {
      return yield* output.table({
        columns,
        rows: findings.map((finding) => [finding.severity, finding.subject, finding.what, finding.fix ?? "", Doctor.isRepairable(finding) ? "--repair" : ""])
      })
    }
    for (const finding of findings) {
      const { fix, severity, subject, what } = finding
      yield* output.line(text`${marks[severity]}  ${subject}: ${what}`)
      if (fix !== undefined) yield* output.line(text`    ${styled("dim", Doctor.isRepairable(finding) ? "--repair would:" : "to mend it:")} ${fix}`)
    }
  })

/** What needs attention. */
const isWrong = ({ severity }: Doctor.Finding): boolean => severity === "error" || severity === "warning"

const forScripts = ({ repair, ...finding }: Doctor.Finding) => ({ ...finding, repairable: repair !== undefined })

const outcomeForScripts = (outcome: Doctor.RepairOutcome) => ({
  subject: outcome.finding.subject,
  ...(outcome.finding.path === undefined ? {} : { path: outcome.finding.path }),
  done: outcome._tag === "Repaired",
  what: outcome._tag === "Repaired" ? outcome.what : outcome.detail,
  ...(outcome._tag === "Repaired" && outcome.copy !== undefined ? { copy: outcome.copy } : {})
})

/** Whether to do the repairs; they have been shown. */
const agree = (input: DoctorInput, count: number) =>
  Effect.gen(function* () {
    if (!input.repair || count === 0) return false
    if (input.yes) return true
    const prompt = yield* Prompt
    if (input.json || !prompt.isPossible) {
      const why = input.json ? "--json does not ask" : "there is nobody to ask"
      return yield* new UsageError({ command: ["doctor"], message: `--repair needs --yes here, for ${why}`, hint: "dev-infra doctor shows what --repair --yes would do" })
    }
    return yield* prompt.confirm({ question: text`Do ${count === 1 ? "this repair" : `these ${count} repairs`}?`, flag: "--yes", byDefault: true })
  })

/** Examine, and repair if that is asked for. @category commands */
export const run = (input: DoctorInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const doctor = yield* Doctor.Doctor
    const output = yield* Output
    const findings = yield* examine(input.online)
    const repairable = findings.filter(Doctor.isRepairable)
    if (!input.json) yield* show(findings)
    const agreed = yield* agree(input, repairable.length)
    const outcomes = agreed ? yield* doctor.repair(repairable) : []
    const left = agreed ? yield* examine(input.online) : findings
    if (input.json) yield* output.json({ findings: findings.map(forScripts), repairs: outcomes.map(outcomeForScripts), left: left.filter(isWrong).map(forScripts) })
    for (const outcome of outcomes) {
      if (outcome._tag === "Repaired") yield* output.message(text`Done: ${outcome.what}.`)
      else yield* output.warning(text`could not mend ${outcome.finding.subject}: ${outcome.detail}`)
    }
    const wrong = left.filter(isWrong)
    const byItself = left.filter(Doctor.isRepairable).length
    yield* output.message(wrong.length === 0 ? text`All is well.` : text`${wrong.length} ${wrong.length === 1 ? "thing needs" : "things need"} attention.`)
    if (input.repair && repairable.length === 0 && wrong.length > 0) yield* output.message(text`None of it can be repaired without you; see what would mend it above.`)
    if (!input.repair && byItself > 0) yield* output.message(text`${yield* Next.line("doctor", "--repair")}   ${styled("dim", `repairs ${byItself} of the findings`)}`)
    return wrong.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(layer))
