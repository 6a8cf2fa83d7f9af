import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import * as ExitCode from "../../../ExitCode.js"
import * as InheritanceChangeServices from "../../../InheritanceChangeServices.js"
import * as InheritancePrint from "../../../InheritancePrint.js"
import * as InheritanceTrust from "../../../InheritanceTrust.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import * as UpdatedProject from "../../../UpdatedProject.js"
import type { InheritTrustInput } from "./command.js"

/** Approve a content. @category commands */
export const run = (input: InheritTrustInput): Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const inheritance = yield* Inheritance
    const { path: project } = yield* UpdatedProject.locate(input.project)
    if (input.show || input.yes || input.json) {
      const review = yield* inheritance.review(project, input.name)
      if (input.yes && !input.show) yield* inheritance.trust(project, input.name, { by: yield* InheritanceChangeServices.approver(project) })
      const isTrusted = review.isTrusted || (input.yes && !input.show)
      if (input.json) return yield* output.json({ ...InheritancePrint.reviewForScripts(review), trusted: isTrusted })
      if (input.show) yield* InheritancePrint.showReview(review)
      return yield* output.message(isTrusted ? text`${input.name} is trusted at this content` : text`${input.name} is not trusted`)
    }
    if (yield* InheritanceTrust.ask(project, input.name, "--yes")) return yield* output.message(text`${input.name} is trusted at this content; commit dev-infra.lock, and it is for everybody`)
    yield* output.message(text`nothing was changed`)
    return ExitCode.failed
  }).pipe(Effect.provide(InheritanceChangeServices.layer()))
