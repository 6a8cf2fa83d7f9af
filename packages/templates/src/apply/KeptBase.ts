/**
 * Keeping the version that a project is updated to, where the template has no history of its own: the next update compares with it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Effect from "effect/Effect"
import { TemplateSources } from "../TemplateSources.js"
import type { UpdatePlan } from "../UpdatePlan.js"
import { UsedTemplates } from "../UsedTemplates.js"

/**
 * Keep it. False if it is not to be had any more, because the template was changed since the plan was made.
 *
 * @category keeping
 */
export const keep = (plan: UpdatePlan): Effect.Effect<boolean, FileFailure, TemplateSources | UsedTemplates> =>
  Effect.gen(function* () {
    // git keeps what a commit names
    if (!plan.to.commit.startsWith("sha256:")) return true
    const sources = yield* TemplateSources
    const used = yield* UsedTemplates
    const source = yield* sources.parse(plan.source)
    yield* used.keep(yield* sources.open(source, plan.to.commit))
    return true
  }).pipe(
    Effect.catchTags({
      TemplateUnavailable: () => Effect.succeed(false),
      TemplateInvalid: () => Effect.succeed(false),
      SourceInvalid: () => Effect.succeed(false),
      ConfigurationInvalid: () => Effect.succeed(false),
      ConfigurationUnreadable: () => Effect.succeed(false)
    })
  )
