/**
 * Whether the tasks of projects may run: that a project is registered does not say that somebody looked at its tasks.
 *
 * @module
 */
import * as ProjectTrust from "@dev-infra/inheritance/ProjectTrust"
import { Trust } from "@dev-infra/inheritance/Trust"
import * as TrustedTasks from "@dev-infra/inheritance/TrustedTasks"
import * as Effect from "effect/Effect"
import { CommandFailed } from "../../CommandError.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import { styled, text } from "../../SafeText.js"
import type { Plan } from "./chosen.js"
import type { RunInput } from "./command.js"
import * as Review from "./review.js"

const shownNames = 5

const namesOf = (pending: ReadonlyArray<Review.Untrusted>): string =>
  [...pending.slice(0, shownNames).map(({ project }) => project.name), ...(pending.length > shownNames ? [`${pending.length - shownNames} more`] : [])].join(", ")

/** Nothing runs unless all of it is trusted. */
const asked = (pending: ReadonlyArray<Review.Untrusted>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    for (const each of pending) {
      // Also with --quiet: nobody can answer without it.
      yield* output.error(Review.paragraph(each))
      if (!(yield* prompt.confirm({ question: text`Trust the tasks of ${each.project.name} as they are now?`, flag: "--trust", byDefault: false }))) return false
    }
    return true
  })

/** So many files are written at a time. */
const writers = 8

/** Keep the decisions, and what they are about, so that the next one can show what changed. */
const decide = (pending: ReadonlyArray<Review.Untrusted>, inherited: ReadonlyArray<Review.Untrusted["decision"]>) =>
  Effect.gen(function* () {
    const trust = yield* Trust
    yield* trust.trustAll([...pending.map(({ decision }) => decision), ...inherited])
    yield* Effect.forEach(pending, ({ decision, tasks }) => TrustedTasks.remember({ ...decision, tasks }), { concurrency: writers, discard: true })
  })

/**
 * True once all of it is trusted; false if somebody said no. Asks only about what was not trusted with exactly this content.
 *
 * @category checking
 */
export const ensure = (input: RunInput, plan: Plan) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const pending = yield* Review.untrusted(plan)
    if (pending.length === 0) return true
    if (input.trust || (input.yes && !input.frozen)) {
      yield* output.message(styled("dim", text`From now on the tasks of ${namesOf(pending)} are trusted as they are.`))
      // Also what they inherit, or the next run would ask about that.
      const inherited = input.trust ? yield* Effect.forEach(pending, ({ project }) => ProjectTrust.ofLock(project.path)) : []
      yield* decide(pending, inherited.flat())
      return true
    }
    if (!prompt.isPossible || input.frozen) {
      return yield* new CommandFailed({
        what: `the tasks of ${namesOf(pending)} are not trusted as they are now`,
        why: `they were never run in this way, or have changed since`,
        hint: "look at them (the same with --plan shows their commands, or what has changed), then give --trust"
      })
    }
    if (!(yield* asked(pending))) return false
    yield* decide(pending, [])
    return true
  })
