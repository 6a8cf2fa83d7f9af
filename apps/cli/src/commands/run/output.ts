/**
 * What projects print, on its way to the log and to whoever watches.
 *
 * @module
 */
import type { RunLog } from "@dev-infra/task-runner/FleetRunJournal"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { render } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { heading, type Outcome } from "./print.js"

/** Where text for whoever watches goes: with `--json` standard output is for the document. */
const watched = (json: boolean): Effect.Effect<(text: string) => Effect.Effect<void>, never, StandardStreams> =>
  Effect.map(StandardStreams, ({ stderr, stdout }) => (text) =>
    // The progress line on the same terminal goes first. Output that nobody takes is in the log all the same.
    json ? stderr.write(text) : Effect.zipRight(stderr.status(""), Effect.catchAll(stdout.write(text), () => Effect.void))
  )

/** Shows the output of projects. @category models */
export interface Shown {
  /** Where a project writes, besides its log. */
  readonly live: (name: string) => { readonly write: (bytes: Uint8Array) => void; readonly end: () => void }
  /** A project has ended. */
  readonly ended: (outcome: Outcome, log: RunLog | undefined) => Effect.Effect<void>
}

/** The output of each project in one piece, when it has ended. Nothing is shown of one that said nothing and did not fail. @category constructors */
export const grouped = (json: boolean): Effect.Effect<Shown, never, StandardStreams> =>
  Effect.map(watched(json), (write) => ({
    live: () => ({ write: () => undefined, end: () => undefined }),
    ended: (outcome, log) =>
      Effect.gen(function* () {
        const decoder = new TextDecoder()
        let last = ""
        const show = (text: string) => {
          if (text === "") return Effect.void
          const first = last === "" ? `${render(heading(outcome), false)}\n` : ""
          last = text
          return write(first + text)
        }
        if (log !== undefined) yield* Effect.ignore(log.read((bytes) => show(decoder.decode(bytes, { stream: true }))))
        yield* show(decoder.decode())
        if (last !== "" && !last.endsWith("\n")) yield* write("\n")
      })
  }))

/** Longer lines are shown in pieces. */
const longest = 64 * 1024

/** The lines of all projects as they come, each with the name of its project. @category constructors */
export const prefixed = (json: boolean): Effect.Effect<Shown, never, StandardStreams | Scope.Scope> =>
  Effect.gen(function* () {
    const write = yield* watched(json)
    const lines = yield* Queue.unbounded<string>()
    const drain = Effect.flatMap(Queue.takeAll(lines), (all) => Effect.forEach(all, write, { discard: true }))
    yield* Effect.addFinalizer(() => drain)
    yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.takeBetween(lines, 1, 1000), (some) => write([...some].join("")))))
    return {
      live: (name) => {
        const decoder = new TextDecoder()
        let rest = ""
        const take = (text: string, isLast: boolean): void => {
          rest += text
          const ready = rest.split("\n")
          rest = ready.pop() ?? ""
          if (rest.length > longest || (isLast && rest !== "")) {
            ready.push(rest)
            rest = ""
          }
          if (ready.length > 0) lines.unsafeOffer(ready.map((line) => `[${name}] ${line}\n`).join(""))
        }
        return { write: (bytes) => take(decoder.decode(bytes, { stream: true }), false), end: () => take(decoder.decode(), true) }
      },
      ended: () => Effect.void
    }
  })
