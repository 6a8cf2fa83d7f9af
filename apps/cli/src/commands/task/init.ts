/**
 * `dev-infra task --init`
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { resolvePath } from "@dev-infra/registry/ProjectReference"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { Output } from "../../Output.js"
import { styled, text } from "../../SafeText.js"
import { Surroundings } from "../../Surroundings.js"
import type { TaskLine } from "./line.js"

const content = `version: '3'

vars:
  GREETING: Hello, World!

tasks:
  default:
    desc: Say hello
    cmds:
      - echo "{{.GREETING}}"
    silent: true
`

/** There is one already: what `task` says by it. */
const exists: ExitCode.ExitCode = 101

/** Write a small Taskfile into the working folder, or where the line says. @category commands */
export const run = (line: TaskLine): Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const files = yield* DurableFile.DurableFile
    const { workingFolder } = yield* Surroundings
    const named = resolvePath(workingFolder, line.names[0] ?? line.text("dir") ?? ".")
    const path = /\.ya?ml$/.test(named) ? named : `${named === "/" ? "" : named}/Taskfile.yml`
    const isWritten = yield* files.modify(path, { backup: "none", modeWhenNew: 0o644 }, (current) =>
      Effect.succeed(Option.isSome(current) ? { result: false, content: undefined } : { result: true, content })
    )
    if (!isWritten) {
      yield* output.error(text`${styled("red", "error:")} there is a Taskfile already: ${path}`)
      return exists
    }
    yield* output.message(text`Taskfile created: ${path}`)
    return ExitCode.done
  }).pipe(Effect.provide(DurableFile.layer))
