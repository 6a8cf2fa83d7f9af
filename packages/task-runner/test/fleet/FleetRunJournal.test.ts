import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FleetRunJournal from "@dev-infra/task-runner/FleetRunJournal"
import * as FleetRunJournalFile from "@dev-infra/task-runner/FleetRunJournalFile"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const start = (task: string, at = 0): FleetRunJournal.RunStart => ({ started: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, at)).toISOString(), task, projects: ["a", "b"], given: "" })

const ran = (id: string): FleetRunJournal.FinishedProject => ({ id, state: "ran", duration: 5 })

const withFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E, FleetRunJournal.FleetRunJournal>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "fleet-"))),
    (folder) => Effect.provide(use(join(folder, "runs")), FleetRunJournalFile.layer(join(folder, "runs")).pipe(Layer.provide(DurableFile.layer))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const suites = {
  "in memory": <A, E>(use: Effect.Effect<A, E, FleetRunJournal.FleetRunJournal>) => Effect.provide(use, FleetRunJournal.layerMemory),
  "in a folder": <A, E>(use: Effect.Effect<A, E, FleetRunJournal.FleetRunJournal>) => withFolder(() => use)
}

for (const [kind, within] of Object.entries(suites)) {
  describe(`FleetRunJournal ${kind}`, () => {
    it.live("goes on with what did not end well", () =>
      within(
        Effect.gen(function* () {
          const journal = yield* FleetRunJournal.FleetRunJournal
          yield* journal.begin(start("test"), (run) => run.finish(ran("a")))
          const unfinished = yield* journal.resume("test", (_run, known) => Effect.succeed(known))
          expect(Option.map(unfinished, (known) => [known.start.projects, [...known.finished.values()]])).toEqual(Option.some([["a", "b"], [ran("a")]]))
          expect(yield* journal.resume(undefined, (run) => Effect.zipRight(run.finish(ran("b")), run.end))).toEqual(Option.some(undefined))
          expect(yield* journal.resume("test", () => Effect.void)).toEqual(Option.none())
        })
      )
    )

    it.live("knows only the newest run, of each task for itself", () =>
      within(
        Effect.gen(function* () {
          const journal = yield* FleetRunJournal.FleetRunJournal
          yield* journal.begin(start("test", 1), () => Effect.void)
          yield* journal.begin(start("test", 2), (run) => run.end)
          yield* journal.begin(start("build", 3), () => Effect.void)
          expect(yield* journal.resume("test", () => Effect.void)).toEqual(Option.none())
          expect(Option.isSome(yield* journal.resume("build", () => Effect.void))).toBe(true)
          expect(yield* journal.resume("deploy", () => Effect.void)).toEqual(Option.none())
        })
      )
    )

    it.live("lets two runs go on side by side, but nobody go on with one that is under way", () =>
      within(
        Effect.gen(function* () {
          const journal = yield* FleetRunJournal.FleetRunJournal
          const failure = yield* journal.begin(start("a"), (first) =>
            journal.begin(start("b"), (second) => {
              expect(second.folder).not.toBe(first.folder)
              return Effect.flip(journal.resume("a", () => Effect.void))
            })
          )
          expect(failure._tag).toBe("RunBusy")
        })
      )
    )

    it.live("keeps what projects print", () =>
      within(
        Effect.gen(function* () {
          const journal = yield* FleetRunJournal.FleetRunJournal
          const read = yield* journal.begin(start("test"), (run) =>
            Effect.scoped(
              Effect.gen(function* () {
                const log = yield* run.log("api.log")
                for (let at = 0; at < 5; at++) log.write(new TextEncoder().encode(`line ${at}\n`))
                let text = ""
                yield* log.read((bytes) => Effect.sync(() => void (text += new TextDecoder().decode(bytes))))
                expect(log.path).toBe(`${run.folder}/api.log`)
                return text
              })
            )
          )
          expect(read).toBe("line 0\nline 1\nline 2\nline 3\nline 4\n")
        })
      )
    )
  })
}

describe("FleetRunJournalFile", () => {
  it.live("takes a line that was cut off for not written, and lets nobody else read", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const journal = yield* FleetRunJournal.FleetRunJournal
        const file = yield* journal.begin(start("test"), (run) => Effect.as(Effect.zipRight(run.finish(ran("a")), Effect.scoped(run.log("a.log"))), join(run.folder, "run.jsonl")))
        appendFileSync(file, `{"id":"b","sta`)
        const unfinished = yield* journal.resume("test", (_run, known) => Effect.succeed([...known.finished.keys()]))
        expect(unfinished).toEqual(Option.some(["a"]))
        expect(readFileSync(file, "utf8")).not.toContain("secret")
        for (const name of readdirSync(join(file, ".."))) expect(statSync(join(file, "..", name)).mode & 0o077).toBe(0)
        expect(statSync(folder).mode & 0o077).toBe(0)
      })
    )
  )

  it.live("keeps fifty runs", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const journal = yield* FleetRunJournal.FleetRunJournal
        for (let at = 0; at < 53; at++) yield* journal.begin(start("test", at), () => Effect.void)
        expect(readdirSync(folder).length).toBe(50)
      })
    )
  )
})

describe("logNames", () => {
  it("are safe and unique", () => {
    const projects = [
      { id: "1", name: "api" },
      { id: "2", name: "../../etc/passwd" },
      { id: "3", name: "Web" },
      { id: "4", name: "web" },
      { id: "5", name: ".hidden" },
      { id: "6", name: "a\nb" },
      { id: "7", name: "a\tb" },
      { id: "8", name: "-rf" }
    ]
    const names = [...FleetRunJournal.logNames(projects).values()]
    expect(names).toEqual(["api.log", "__.._etc_passwd-2.log", "Web-3.log", "web-4.log", "_hidden-5.log", "a_b-6.log", "a_b-7.log", "_rf-8.log"])
    expect(new Set(names).size).toBe(projects.length)
  })
})
