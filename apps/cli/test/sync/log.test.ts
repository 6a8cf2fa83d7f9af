import { CannotUndo } from "@dev-infra/sync/SyncError"
import type { LogEntry, SyncRecord } from "@dev-infra/sync/SyncLog"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { log } from "../../src/commands/sync/log/run.js"
import { undo } from "../../src/commands/sync/undo/run.js"
import { entry, id, shown } from "./Shown.js"

const overridden = (more: Partial<Extract<SyncRecord, { readonly kind: "overridden" }>> = {}): SyncRecord => ({
  time: "2026-11-21T10:00:00.000Z",
  command: "push",
  kind: "overridden",
  id: id(1),
  name: "api",
  field: "description",
  old: "their\u001b[2J text",
  new: "our text",
  source: "work-prod.example",
  side: "remote",
  conflict: true,
  ...more
})

const entries: ReadonlyArray<LogEntry> = [
  { entry: "aaaaaaaa", record: { time: "2026-11-21T09:00:00.000Z", command: "push", kind: "created", id: id(2), name: "gone", source: "work-prod.example" } },
  { entry: "bbbbbbbb", record: { time: "2026-11-21T09:30:00.000Z", command: "push", kind: "refused", id: id(3), name: "web", source: "work-prod.example", reason: "OtherRepository" } },
  { entry: "cccccccc", record: overridden() },
  { entry: "dddddddd", record: overridden({ command: "pull", side: "local", conflict: false, field: "tags", old: ["a"], new: null }) }
]

const plain = { limit: Option.none<number>(), json: false, projects: [] }
const setting = { sync: { log: Effect.succeed(entries) }, projects: [entry(1, "api"), entry(3, "web")] }

describe("sync log", () => {
  it.effect("Y5: lists what each sync sent, overrode with the overridden value, and refused; the newest first", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown(setting, log(plain))
      expect(stdout).toBe(
        'dddddddd\t2026-11-21T10:00:00.000Z\tpull\treplaced here\tapi\ttags\t["a"]\tnone\twork-prod.example\n' +
          "cccccccc\t2026-11-21T10:00:00.000Z\tpush\tconflict\tapi\tdescription\ttheir\\x1b[2J text\tour text\twork-prod.example\n" +
          "bbbbbbbb\t2026-11-21T09:30:00.000Z\tpush\trefused\tweb\t\t\t\tOtherRepository\n" +
          "aaaaaaaa\t2026-11-21T09:00:00.000Z\tpush\tcreated\tgone\t\t\t\twork-prod.example\n"
      )
    })
  )

  it.effect("shows the last ones, and those of some projects, also of projects that are gone", () =>
    Effect.gen(function* () {
      const last = yield* shown(setting, log({ ...plain, limit: Option.some(1) }))
      expect(last.stdout.split("\n").map((line) => line.slice(0, 8))).toEqual(["dddddddd", ""])
      const ofApi = yield* shown(setting, log({ ...plain, projects: ["api"], limit: Option.some(5) }))
      expect(ofApi.stdout.split("\n").map((line) => line.slice(0, 8))).toEqual(["dddddddd", "cccccccc", ""])
      const ofGone = yield* shown(setting, log({ ...plain, projects: ["gone"] }))
      expect(ofGone.stdout).toMatch(/^aaaaaaaa\t.*\n$/)
      expect(yield* Effect.flip(shown(setting, log({ ...plain, projects: ["nobody"] })))).toMatchObject({ _tag: "ProjectNotFound" })
    })
  )

  it.effect("on a terminal shows the last fifty, and how to see more", () =>
    Effect.gen(function* () {
      const all = Array.from({ length: 60 }, (_, at): LogEntry => ({ entry: `aaaaaa${at}`, record: overridden() }))
      const { stderr, stdout } = yield* shown({ terminal: true, sync: { log: Effect.succeed(all) } }, log(plain))
      expect(stdout.split("\n")).toHaveLength(52)
      expect(stdout).toContain("aaaaaa59")
      expect(stderr).toBe("and 10 older; -n N shows more\n")
    })
  )

  it.effect("with --json has every field of an entry", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown(setting, log({ ...plain, json: true, limit: Option.some(2) }))
      expect(JSON.parse(stdout)).toEqual({ entries: [{ entry: "dddddddd", ...entries[3]?.record }, { entry: "cccccccc", ...entries[2]?.record }] })
    })
  )

  it.effect("says that nothing was synced yet", () =>
    Effect.gen(function* () {
      expect(yield* shown({ sync: { log: Effect.succeed([]) } }, log(plain))).toEqual({ stdout: "", stderr: "Nothing was synced yet.\n", code: 0 })
    })
  )
})

describe("sync undo", () => {
  const undone: LogEntry = { entry: "cccccccc", record: overridden() }

  it.effect("says which value is back, in which file, and what to type next; a dry run the same", () =>
    Effect.gen(function* () {
      const sync = { undo: () => Effect.succeed({ entry: undone, project: id(1), file: "/code/api/.dev-infra.yml" }) }
      const real = yield* shown({ sync }, undo({ entry: "cccc", force: false, dryRun: false, json: false }))
      expect(real).toEqual({
        stdout: "",
        stderr: 'api: description is "their\\x1b[2J text" again (also in /code/api/.dev-infra.yml)\nnext: dev-infra push   sends it\n',
        code: 0
      })
      const dry = yield* shown({ sync }, undo({ entry: "cccc", force: false, dryRun: true, json: false }))
      expect(dry.stderr).toBe(`${real.stderr}Nothing was changed.\n`)
      const json = yield* shown({ sync }, undo({ entry: "cccc", force: false, dryRun: false, json: true }))
      expect(JSON.parse(json.stdout)).toEqual({ dry_run: false, entry: { entry: "cccccccc", ...undone.record }, project: id(1), file: "/code/api/.dev-infra.yml" })
    })
  )

  it.effect("hands on that the value was changed since", () =>
    Effect.gen(function* () {
      const failure = new CannotUndo({ entry: "cccccccc", reason: "ChangedSince", detail: "it was changed since" })
      expect(yield* Effect.flip(shown({ sync: { undo: () => Effect.fail(failure) } }, undo({ entry: "cccc", force: false, dryRun: false, json: false })))).toBe(failure)
    })
  )
})
