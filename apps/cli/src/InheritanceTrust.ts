/**
 * Asks whether a content is to be trusted, once it was shown.
 *
 * @module
 */
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { Inheritance, type InheritanceError } from "@dev-infra/inheritance/Inheritance"
import * as Effect from "effect/Effect"
import type { OutputFailed } from "./CommandError.js"
import * as InheritanceChangeServices from "./InheritanceChangeServices.js"
import * as InheritancePrint from "./InheritancePrint.js"
import type { Output } from "./Output.js"
import { Prompt } from "./Prompt.js"
import { text } from "./SafeText.js"
import type { Surroundings } from "./Surroundings.js"
import type { UsageError } from "./UsageError.js"

/** Shows what an entry or a remote include holds, and asks; true if it is trusted then. Without a terminal the question is an error that names `flag`. @category asking */
export const ask = (project: string, name: string, flag: string): Effect.Effect<boolean, InheritanceError | UsageError | OutputFailed, Inheritance | LocalFiles | Output | Prompt | Surroundings> =>
  Effect.gen(function* () {
    const inheritance = yield* Inheritance
    const prompt = yield* Prompt
    const review = yield* inheritance.review(project, name)
    yield* InheritancePrint.showReview(review)
    if (!(yield* prompt.confirm({ question: text`Trust this content of ${name}?`, flag, byDefault: false }))) return false
    yield* inheritance.trust(project, name, { by: yield* InheritanceChangeServices.approver(project) })
    return true
  })
