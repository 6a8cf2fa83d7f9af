/**
 * Whether the tasks of projects may run: that a project is registered does not say that somebody looked at its tasks.
 *
 * @module
 */
import * as ProjectTrust from "@dev-infra/inheritance/ProjectTrust"
import { type Decision, Trust } from "@dev-infra/inheritance/Trust"
import type { FleetNode } from "@dev-infra/task-runner/FleetPlan"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CommandFailed } from "../../CommandError.js"
import { Output } from "../../Output.js"
import { Prompt } from "../../Prompt.js"
import { styled, text } from "../../SafeText.js"
import type { Plan, ProjectTask } from "./chosen.js"
import type { RunInput } from "./command.js"

interface Pending {
  readonly node: FleetNode<ProjectTask>
  readonly decision: Decision
}

const pendingOf = (nodes: Plan["nodes"]) =>
  Effect.gen(function* () {
    const trust = yield* Trust
    const found: Array<Pending> = []
    for (const node of nodes) {
      if (node.task._tag === "Unknown") continue
      const decision = ProjectTrust.ofProject(node.project.path, node.task.graph.contentHash)
      if (!(yield* trust.isTrusted(decision.subject, decision.hash))) found.push({ node, decision })
    }
    return found
  })

const sinceText = ({ decision, node }: Pending) =>
  Effect.gen(function* () {
    const last = yield* Effect.flatMap(Trust, (trust) => trust.last(decision.subject))
    return Option.match(last, {
      onNone: () => text`${node.project.name} (${node.project.path}): its tasks were never run in this way`,
      onSome: ({ at }) => text`${node.project.name} (${node.project.path}): its tasks have changed since ${at.slice(0, 10)}`
    })
  })

const shownNames = 5

const namesOf = (pending: ReadonlyArray<Pending>): string =>
  [...pending.slice(0, shownNames).map(({ node }) => node.project.name), ...(pending.length > shownNames ? [`${pending.length - shownNames} more`] : [])].join(", ")

/** What whoever sits there trusts; nothing runs unless it is all. */
const asked = (pending: ReadonlyArray<Pending>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const decisions: Array<Decision> = []
    for (const [at, each] of pending.entries()) {
      yield* output.message(yield* sinceText(each))
      const rest = pending.length - at
      const answer = yield* prompt.select({
        question: text`Trust the tasks of ${each.node.project.name} as they are now?`,
        flag: "--trust",
        choices: [
          { title: "yes", value: "yes" as const },
          ...(rest > 1 ? [{ title: `all ${rest} that are left`, value: "all" as const }] : []),
          { title: "no", value: "no" as const }
        ]
      })
      if (answer === "no") return Option.none()
      if (answer === "all") return Option.some([...decisions, ...pending.slice(at).map(({ decision }) => decision)])
      decisions.push(each.decision)
    }
    return Option.some(decisions)
  })

/**
 * True once all of it is trusted; false if somebody said no. Asks only about what was not trusted with exactly this content.
 *
 * @category checking
 */
export const ensure = (input: RunInput, { nodes }: Plan) =>
  Effect.gen(function* () {
    const output = yield* Output
    const prompt = yield* Prompt
    const trust = yield* Trust
    const pending = yield* pendingOf(nodes)
    if (pending.length === 0) return true
    if (input.trust || (input.yes && !input.frozen)) {
      yield* output.message(styled("dim", text`From now on the tasks of ${namesOf(pending)} are trusted as they are.`))
      // Also what they inherit, or the next run would ask about that.
      const inherited = input.trust ? yield* Effect.forEach(pending, ({ node }) => ProjectTrust.ofLock(node.project.path)) : []
      yield* trust.trustAll([...pending.map(({ decision }) => decision), ...inherited.flat()])
      return true
    }
    if (!prompt.isPossible || input.frozen) {
      return yield* new CommandFailed({
        what: `the tasks of ${namesOf(pending)} are not trusted as they are now`,
        why: `they were never run in this way, or have changed since`,
        hint: "look at them (dev-infra run NAME --plan shows where they come from), then give --trust"
      })
    }
    const decisions = yield* asked(pending)
    if (Option.isNone(decisions)) return false
    yield* trust.trustAll(decisions.value)
    return true
  })
