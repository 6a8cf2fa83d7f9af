import * as InheritanceDrift from "@dev-infra/inheritance/InheritanceDrift"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import { filterOf } from "../../../FilterFlags.js"
import * as InheritanceServices from "../../../InheritanceServices.js"
import { Output } from "../../../Output.js"
import { styled, text } from "../../../SafeText.js"
import type { InheritDriftInput } from "./command.js"

const columns = [
  { title: "PROJECT", shorten: "text" },
  { title: "NAME", shorten: "text" },
  { title: "KIND" },
  { title: "WHAT", shorten: "text" },
  { title: "WHERE", shorten: "path" }
] as const

/** Find drift; 1 if there is any. @category commands */
export const run = (input: InheritDriftInput): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const projects = yield* InheritanceServices.chosen(["inherit", "drift"], input.projects, filterOf(input))
    const findings = yield* InheritanceDrift.find(projects, InheritanceDrift.lookAt)
    if (input.json) {
      yield* output.json({
        findings: findings.map(({ file, kind, line, name, project: { id, name: projectName, path }, text: what }) => ({ project: { id, name: projectName, path }, name, kind, text: what, file, line: line ?? null })),
        checked: projects.length
      })
    } else {
      yield* output.table({
        columns,
        rows: findings.map(({ file, kind, line, name, project, text: what }) => [project.name, name, styled(kind === "notChecked" ? "red" : "yellow", kind), what, line === undefined ? file : `${file}:${line}`])
      })
    }
    const count = `${projects.length} project${projects.length === 1 ? "" : "s"}`
    yield* output.message(findings.length === 0 ? text`${count}: nothing has drifted` : text`${count}: ${findings.length} finding${findings.length === 1 ? "" : "s"}`)
    return findings.length === 0 ? ExitCode.done : ExitCode.failed
  }).pipe(Effect.provide(InheritanceServices.layer))
