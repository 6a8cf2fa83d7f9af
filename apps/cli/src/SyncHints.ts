/**
 * What to type where a project is left as it is until somebody decides: commands that work as they stand.
 *
 * @module
 */
import { Registry } from "@dev-infra/registry/Registry"
import type { Refusal } from "@dev-infra/sync/Comparison"
import * as Effect from "effect/Effect"
import * as Next from "./Next.js"
import { type SafeText, styled, text } from "./SafeText.js"
import type { Surroundings } from "./Surroundings.js"

/** A project that waits for a decision. @category models */
export interface Undecided {
  readonly id: string
  readonly name: string
  readonly reason: Refusal["reason"]
}

/** A line for this many; the others are like them. */
const most = 3

/** The choices that there are, with what each means. */
const choices: { readonly [reason in Refusal["reason"]]: ReadonlyArray<readonly [flag: string, meaning: string]> } = {
  OtherRepository: [
    ["--same", "it is the same project"],
    ["--new-id", "it is a project of its own"]
  ],
  WasSynced: [["--recreate", "it shall be there again"]],
  DeletedElsewhere: [["--recreate", "it shall be there again"]],
  ChangedThere: [["--force", "it shall be deleted all the same"]],
  Server: [],
  SameUid: [],
  Stale: [["", "tries again"]]
}

/** What concerns all projects at once: a flag, or the push itself. */
const forAll: ReadonlySet<string> = new Set(["--force", ""])

/** By name where that means one project only, else by id. */
const references = (undecided: ReadonlyArray<Undecided>) =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const counts = new Map<string, number>()
    // A registry that cannot be read was told before; then ids are what is sure.
    const names = yield* Effect.orElseSucceed(Effect.map(registry.list(), ({ projects }) => projects.map(({ name }) => name)), (): ReadonlyArray<string> => [])
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
    return (one: Undecided): string => (counts.get(one.name) === 1 && !/^[-.~/]/.test(one.name) ? one.name : one.id)
  }).pipe(Effect.map((reference) => undecided.map((one) => ({ ...one, reference: reference(one) }))))

/**
 * A line for each choice.
 *
 * @category messages
 */
export const lines = (undecided: ReadonlyArray<Undecided>): Effect.Effect<ReadonlyArray<SafeText>, never, Surroundings | Registry> =>
  Effect.gen(function* () {
    if (undecided.length === 0) return []
    const all = yield* references(undecided)
    const told: Array<SafeText> = []
    const flags = new Map(all.flatMap(({ reason }) => choices[reason]))
    for (const [flag, meaning] of flags) {
      const concerned = all.filter(({ reason }) => choices[reason].some(([each]) => each === flag))
      const commands = forAll.has(flag) ? [flag === "" ? ["push"] : ["push", flag]] : concerned.slice(0, most).map(({ reference }) => ["push", flag, reference])
      for (const words of commands) told.push(text`${yield* Next.line(...words)}   ${styled("dim", meaning)}`)
      if (!forAll.has(flag) && concerned.length > most) told.push(text`${styled("dim", `and so for ${concerned.length - most} more`)}`)
    }
    return told
  })
