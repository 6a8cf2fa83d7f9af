/**
 * What is to be seen while a template is cloned, which says nothing of itself until it is done.
 *
 * @module
 */
import type { TemplateFailure } from "@dev-infra/templates/TemplateFailure"
import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import { type TemplateSource, toText } from "@dev-infra/templates/TemplateSource"
import * as Effect from "effect/Effect"
import { Progress, type Report } from "./Progress.js"

/** Tells the seconds that passed, without end. */
const ticking = (report: Report, what: string, seconds = 1): Effect.Effect<never> =>
  Effect.suspend(() => Effect.sleep("1 second").pipe(Effect.zipRight(report(seconds, `s: ${what}`)), Effect.zipRight(ticking(report, what, seconds + 1))))

/**
 * Clone what is not cached yet. Where that takes more than a second, a terminal shows for how long it has been going on.
 *
 * @returns whether it was cloned
 * @category templates
 */
export const fetchMissing = (source: TemplateSource): Effect.Effect<boolean, TemplateFailure, Progress | TemplateSources> =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const sources = yield* TemplateSources
    return yield* progress.during({ label: "cloning" }, (report) => Effect.raceFirst(sources.fetchMissing(source), ticking(report, toText(source))))
  })
