import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import * as LockFile from "@dev-infra/inheritance/LockFile"
import * as ProjectInherits from "@dev-infra/inheritance/ProjectInherits"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CommandError, CommandFailed } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import type * as ExitCode from "../../../ExitCode.js"
import * as InheritanceChangeServices from "../../../InheritanceChangeServices.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import * as UpdatedProject from "../../../UpdatedProject.js"
import type { InheritRemoveInput } from "./command.js"

/** Stop inheriting. @category commands */
export const run = (input: InheritRemoveInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const inheritance = yield* Inheritance
    const { path: project } = yield* UpdatedProject.locate(input.project)
    if (input.dryRun) {
      const { inherits } = yield* ProjectInherits.read(project)
      const lock = Option.getOrElse(yield* LockFile.read(project), () => LockFile.empty)
      const names = new Set([...inherits, ...lock.libraries].map(({ name }) => name))
      if (!names.has(input.name)) return yield* new CommandFailed({ what: `${project} inherits nothing under the name ${input.name}`, hint: names.size === 0 ? "it inherits nothing" : `it inherits ${[...names].join(", ")}` })
      return yield* output.line(text`would remove ${input.name} from .dev-infra.yml, dev-infra.lock and .dev-infra/inherit`)
    }
    yield* inheritance.remove(project, input.name)
    return yield* output.message(text`${project} no longer inherits ${input.name}`)
  }).pipe(Effect.provide(InheritanceChangeServices.layer()))
