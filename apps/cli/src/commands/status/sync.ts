/**
 * How projects stand to the remote, as far as that is known without asking.
 *
 * @module
 */
import type { ProjectState, StateName } from "@dev-infra/sync/Comparison"
import type { SyncStatus } from "@dev-infra/sync/Sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { CommandServices } from "../../Declaration.js"
import * as Next from "../../Next.js"
import { type Cell, Output } from "../../Output.js"
import { styled, text } from "../../SafeText.js"
import * as SyncForScripts from "../../SyncForScripts.js"
import * as SyncHints from "../../SyncHints.js"
import * as SyncPrint from "../../SyncPrint.js"
import * as SyncText from "../../SyncText.js"

/** A remote that was asked. @category models */
export type Remote = NonNullable<SyncStatus["remote"]>

const columns = [{ title: "NAME", shorten: "text" }, { title: "STATE", shorten: "text" }, { title: "SINCE" }, { title: "PATH", shorten: "path" }] as const

/** Whether somebody has something to do about a project, or a sync has. */
const needsAttention = ({ location, state }: ProjectState): boolean => (state !== "in sync" && state !== "not local") || (state === "in sync" && location)

const rowOf =
  (isTerminal: boolean, twins: ReadonlySet<string>) =>
  (state: ProjectState): ReadonlyArray<Cell> => [
    state.name,
    SyncText.stateText(state),
    state.since === null ? "" : isTerminal ? SyncText.timeText(state.since) : state.since,
    // A terminal has no room for paths that the name says already.
    isTerminal && !twins.has(state.name) ? "" : (state.local?.path ?? "")
  ]

const repeated = (names: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)))
}

/** States in which a push does something, and those in which a pull does. */
const pushes: ReadonlySet<StateName> = new Set(["ahead", "diverged", "conflict", "local only", "edit pending", "removal pending"])
const pulls: ReadonlySet<StateName> = new Set(["behind", "diverged", "conflict"])

const waitsForPull = ({ fields, state }: ProjectState): boolean =>
  pulls.has(state) && fields.some((field) => (field.state === "behind" && field.arrivesWithGit !== true) || field.state === "merged")

const dayMillis = 86_400_000

/** What to type next, if anything. */
const next = (remote: Remote, states: ReadonlyArray<ProjectState>) =>
  Effect.gen(function* () {
    const output = yield* Output
    const now = yield* Clock.currentTimeMillis
    const say = (words: ReadonlyArray<string>, why: string) => Effect.flatMap(Next.line(...words), (line) => output.message(text`${line}   ${styled("dim", why)}`))
    if (states.some(waitsForPull)) yield* say(["pull"], "takes what changed there")
    if (states.some((state) => pushes.has(state.state) || state.location)) yield* say(["push"], "sends what changed here")
    for (const line of yield* SyncHints.lines(states.flatMap(({ id, name, refusal }) => (refusal === undefined ? [] : [{ id, name, reason: refusal.reason }])))) yield* output.message(line)
    if (states.some(({ fields }) => fields.some(({ arrivesWithGit, state }) => arrivesWithGit === true && state === "behind"))) {
      yield* output.message(text`${styled("dim", "git pull in the project brings what stands in its .dev-infra.yml; dev-infra pull --write-files writes it now")}`)
    }
    if (!(now - Date.parse(remote.fetchedAt) <= dayMillis)) yield* say(["status", "--fetch"], "asks again")
  })

/** `985 in sync, 12 not local; work-prod.example was asked 3 minutes ago` */
const summary = (remote: Remote, states: ReadonlyArray<ProjectState>) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const of = (name: StateName) => states.filter((state) => state.state === name && !needsAttention(state)).length
    const attention = states.filter(needsAttention).length
    const counts = [
      ...(attention === 0 ? [] : [`${attention} ${attention === 1 ? "needs" : "need"} attention`]),
      `${of("in sync")} in sync`,
      ...(of("not local") === 0 ? [] : [`${of("not local")} not local (dev-infra list --all)`])
    ]
    return text`${counts.join(", ")}; ${remote.address} was asked ${SyncText.ageText(remote.fetchedAt, now)}`
  })

/** What is wrong, in whole sentences. @category printing */
export const warn = ({ duplicates, problems }: SyncStatus, states: ReadonlyArray<ProjectState>) =>
  Effect.gen(function* () {
    const output = yield* Output
    yield* SyncPrint.warnOfProblems(problems)
    for (const entry of duplicates) yield* output.warning(SyncText.duplicateText(entry))
    for (const state of states) {
      for (const conflict of SyncText.conflictTexts(state, "will be kept")) yield* output.warning(conflict)
      if (state.refusal !== undefined) yield* output.warning(text`${state.name}: ${state.refusal.detail}`)
    }
  })

const counted = (states: ReadonlyArray<ProjectState>) => {
  const counts: { [state: string]: number } = {}
  for (const { state } of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** What is known of the remote, for scripts. @category printing */
export const remoteForScripts = (remote: Remote) => ({ instance: remote.instance, address: remote.address, fetched_at: remote.fetchedAt })

/**
 * Show how projects stand.
 *
 * @param states those that are meant
 * @param all show also those about which there is nothing to do
 * @param outdated how many could have a newer version of their template
 * @category printing
 */
export const show = (status: SyncStatus, remote: Remote, states: ReadonlyArray<ProjectState>, { all, json, outdated }: { readonly all: boolean; readonly json: boolean; readonly outdated: Effect.Effect<number, never, CommandServices> }) =>
  Effect.gen(function* () {
    const output = yield* Output
    const shown = all ? states : states.filter(needsAttention)
    if (json) {
      yield* output.json({
        remote: remoteForScripts(remote),
        projects: states.map(SyncForScripts.projectState),
        summary: { projects: states.length, need_attention: states.filter(needsAttention).length, states: counted(states), outdated: yield* outdated },
        duplicates: status.duplicates.map(SyncForScripts.entry),
        problems: status.problems
      })
    } else yield* output.table({ columns, rows: shown.map(rowOf(output.isTerminal, repeated(shown.map(({ name }) => name)))) })
    yield* warn(status, states)
    yield* output.message(yield* summary(remote, states))
    yield* next(remote, states)
  })
