import * as TemplateLint from "@dev-infra/templates/TemplateLint"
import { toText } from "@dev-infra/templates/TemplateSource"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import { Output } from "../../../Output.js"
import { styled, text } from "../../../SafeText.js"
import * as TemplateServices from "../../../TemplateServices.js"
import type { TemplateLintInput } from "./command.js"

const columns = [{ title: "WHAT" }, { title: "WHERE", shorten: "path" }, { title: "PROBLEM", shorten: "text" }] as const

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`

/** What is found, of a template that cannot be opened too. */
const findingsOf = (text_: string) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources
    const source = yield* sources.parse(text_)
    const findings = yield* Effect.flatMap(sources.open(source), TemplateLint.lint).pipe(
      Effect.catchTag("TemplateInvalid", ({ problems }) => Effect.succeed(problems.map((problem): TemplateLint.LintFinding => ({ severity: "error", ...problem }))))
    )
    return { source: toText(source), findings }
  })

/** Say what is wrong with a template. @category commands */
export const run = (input: TemplateLintInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const { findings, source } = yield* findingsOf(Option.getOrElse(input.template, () => "."))
    const errors = findings.filter(({ severity }) => severity === "error").length
    if (input.json) yield* output.json({ source, findings: findings.map(({ line, path, problem, severity }) => ({ severity, path, line: line ?? null, problem })) })
    else if (findings.length > 0) {
      yield* output.table({
        columns,
        rows: findings.map(({ line, path, problem, severity }) => [styled(severity === "error" ? "red" : "yellow", severity), `${path === "" ? "." : path}${line === undefined ? "" : `:${line}`}`, problem])
      })
    }
    yield* output.message(findings.length === 0 ? text`Nothing is wrong with it.` : text`${count(errors, "error")}, ${count(findings.length - errors, "warning")}.`)
    return errors > 0 ? ExitCode.failed : undefined
  }).pipe(Effect.provide(TemplateServices.layer))
