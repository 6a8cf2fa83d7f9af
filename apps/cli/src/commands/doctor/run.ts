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

const marks: { readonly [severity in Doctor.Finding["severity"]]: SafeText } = {
  ok: styled("green", "ok"),
  note: styled("dim", "note"),
  warning: styled("yellow", "warning"),
  error: styled("red", "error")
}

const columns = [{ title: "STATE" }, { title: "ABOUT" }, { title: "WHAT", shorten: "text" }] as const

const layer = Doctor.layer.pipe(Layer.provide(NodeCommandExecutor.layer), Layer.provideMerge(ConfigurationServices.layer))

/** On a terminal the whole sentences, one below the other: nothing of them may be cut off. */
const show = (findings: ReadonlyArray<Doctor.Finding>) =>
  Effect.gen(function* () {
    const output = yield* Output
    if (!output.isTerminal) {
      return yield* output.table({ columns, rows: findings.map(({ fix, severity, subject, what }) => [severity, subject, fix === undefined ? what : `${what}; to mend it: ${fix}`]) })
    }
    for (const { fix, severity, subject, what } of findings) {
      yield* output.line(text`${marks[severity]}  ${subject}: ${what}`)
      if (fix !== undefined) yield* output.line(text`    ${styled("dim", "to mend it:")} ${fix}`)
    }
  })

/** What needs attention: a missing folder or an unused tool does not. */
const isWrong = ({ severity }: Doctor.Finding): boolean => severity === "error" || severity === "warning"

/** Examine, and repair if that is asked for. @category commands */
export const run = (input: DoctorInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const doctor = yield* Doctor.Doctor
    const output = yield* Output
    const prompt = yield* Prompt
    const findings = yield* doctor.examine
    const repairable = findings.filter(Doctor.isRepairable)
    if (input.repair && repairable.length > 0 && !input.yes && !prompt.isPossible) {
      return yield* new UsageError({ command: ["doctor"], message: "whether to repair cannot be asked here", hint: "give --yes to do what dev-infra doctor shows" })
    }
    if (!input.json) yield* show(findings)
    const asked = input.repair && repairable.length > 0
    const agreed = asked && (input.yes || (yield* prompt.confirm({ question: text`Do ${repairable.length} ${repairable.length === 1 ? "repair" : "repairs"}?`, flag: "--yes", byDefault: true })))
    const outcomes = agreed ? yield* doctor.repair(repairable) : []
    if (input.json) {
      yield* output.json({
        findings: findings.map(({ repair, ...finding }) => ({ ...finding, repairable: repair !== undefined })),
        repairs: outcomes.map((outcome) => ({ subject: outcome.finding.subject, done: outcome._tag === "Repaired", what: outcome._tag === "Repaired" ? outcome.what : outcome.detail, ...(outcome._tag === "Repaired" && outcome.copy !== undefined ? { copy: outcome.copy } : {}) }))
      })
    }
    for (const outcome of outcomes) {
      if (outcome._tag === "Repaired") yield* output.message(text`Repaired: ${outcome.what}.`)
      else yield* output.warning(text`could not mend ${outcome.finding.subject}: ${outcome.detail}`)
    }
    const left = agreed ? (yield* doctor.examine).filter(isWrong) : findings.filter(isWrong)
    const can = left.filter(Doctor.isRepairable).length
    yield* output.message(left.length === 0 ? text`All is well.` : text`${left.length} ${left.length === 1 ? "thing needs" : "things need"} attention.`)
    if (can > 0 && !input.repair) yield* output.message(text`${yield* Next.line("doctor", "--repair")}   ${styled("dim", `mends ${can} of them`)}`)
    return left.length > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(layer))
