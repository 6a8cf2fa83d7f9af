import * as Project from "@dev-infra/metadata/Project"
import type { ProjectState } from "@dev-infra/sync/Comparison"
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { SyncStatus } from "@dev-infra/sync/Sync"
import { urlVariable } from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TestClock from "effect/TestClock"
import { status } from "../../src/commands/status/run.js"
import type { StatusInput } from "../../src/commands/status/command.js"
import { entry, field, id, report, row, shown } from "./Shown.js"

const plain: StatusInput = { projects: [], fetch: false, git: false, dirty: false, json: false, stdin: false, nullSeparated: false, status: [], template: [], tag: [], organization: [] }

const names = ["api", "web", "docs", "lib", "tool", "old"]
const projects = names.map((name, at) => entry(at + 1, name, name === "api" ? { tags: ["go"] } : {}))
const project = (at: number) => Either.getOrThrow(Project.decode(projects[at - 1] ?? {}, { machineId: id(0) }))

const state = (at: number, name: ProjectState["state"], more: Partial<ProjectState> = {}): ProjectState => ({
  id: id(at),
  name: names[at - 1] ?? "",
  state: name,
  fields: [],
  local: project(at),
  remote: row(at, names[at - 1] ?? ""),
  since: "2026-11-20T10:00:00.000Z",
  location: false,
  ...more
})

const elsewhere = (at: number, name: string, more: Partial<ProjectState> = {}): ProjectState => ({ id: id(at), name, state: "not local", fields: [], remote: row(at, name), since: null, location: false, ...more })

const all: SyncStatus = {
  remote: { instance: "i-1", address: "work-prod.example", fetchedAt: "2026-11-21T10:00:00.000Z" },
  projects: [
    state(1, "conflict", { fields: [field("description", "conflict", "ours", "theirs")] }),
    state(2, "behind", { fields: [field("description", "behind", "a", "b", { arrivesWithGit: true }), field("status", "behind", "active", "paused")] }),
    state(3, "pending", { fields: [field("template", "pending", "a", "b", { branch: "feature/x" })] }),
    state(4, "diverged", { fields: [field("organization", "ahead", "acme", null), field("tags", "behind", null, ["a"])] }),
    state(5, "in sync"),
    state(6, "deleted elsewhere", { since: null, refusal: { reason: "DeletedElsewhere", detail: "it was deleted there: push --recreate old" } }),
    elsewhere(7, "phone"),
    elsewhere(8, "evil\u001b[2J", { state: "removal pending", since: "2026-11-20T11:00:00.000Z" })
  ],
  duplicates: [],
  problems: []
}

const environment = { [urlVariable]: "https://work-prod.example" }
const setting = { environment, projects, sync: { status: Effect.succeed(all) } }
const now = TestClock.setTime(Date.parse("2026-11-21T10:03:00.000Z"))

describe("status", () => {
  it.effect("has a line for each project that needs attention, counts for the rest, the age of the last fetch, and what to type next", () =>
    Effect.gen(function* () {
      yield* now
      const { code, stderr, stdout } = yield* shown(setting, status(plain))
      expect(stdout.split("\n")).toEqual([
        "api\tconflict: description\t2026-11-20T10:00:00.000Z\t/code/api",
        "docs\tpending (branch feature/x): template\t2026-11-20T10:00:00.000Z\t/code/docs",
        "evil\\x1b[2J\tremoval pending\t2026-11-20T11:00:00.000Z\t",
        "lib\tdiverged: here organization; there tags\t2026-11-20T10:00:00.000Z\t/code/lib",
        "old\tdeleted elsewhere\t\t/code/old",
        "web\tbehind: description (arrives with git pull), status\t2026-11-20T10:00:00.000Z\t/code/web",
        ""
      ])
      expect(stderr.split("\n")).toEqual([
        'warning: conflict: description of api is "ours" here and "theirs" there; the one here stands, the other will be kept in dev-infra sync log',
        "warning: old: it was deleted there: push --recreate old",
        "6 need attention, 1 in sync, 1 not local (dev-infra list --all); work-prod.example was asked 3 minutes ago",
        "next: dev-infra pull   takes what changed there",
        "next: dev-infra push   sends what changed here",
        "next: dev-infra push --recreate old   it shall be there again",
        "git pull in the project brings what stands in its .dev-infra.yml; dev-infra pull --write-files writes it now",
        ""
      ])
      expect(code).toBe(0)
    })
  )

  it.effect("says nothing but the counts where nothing is to be done, and to ask again after a day", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-23T10:00:01.000Z"))
      const { stderr, stdout } = yield* shown({ environment, projects, sync: { status: Effect.succeed({ ...all, projects: [state(5, "in sync")] }) } }, status(plain))
      expect(stdout).toBe("")
      expect(stderr).toBe("1 in sync; work-prod.example was asked 2 days ago\nnext: dev-infra status --fetch   asks again\n")
    })
  )

  it.effect("says of which server it speaks where another one is set up, or none any more", () =>
    Effect.gen(function* () {
      yield* now
      const first = (environment: { readonly [name: string]: string }) => Effect.map(shown({ ...setting, environment }, status(plain)), ({ stderr }) => stderr.split("\n")[0])
      expect(yield* first({ [urlVariable]: "https://other.example" })).toBe("other.example is set up, and was not asked yet: this is how projects stood to work-prod.example.")
      expect(yield* first({})).toBe("No server is set up any more: this is how projects stood to work-prod.example.")
    })
  )

  it.effect("shows the projects that are named whatever their state, and those that fit a filter", () =>
    Effect.gen(function* () {
      yield* now
      expect((yield* shown({ ...setting, sync: { ...setting.sync, notLocal: Effect.succeed([row(7, "phone")]) } }, status({ ...plain, projects: ["tool", "phone"] }))).stdout).toBe(
        "phone\tnot local\t\t\ntool\tin sync\t2026-11-20T10:00:00.000Z\t/code/tool\n"
      )
      expect((yield* shown(setting, status({ ...plain, tag: ["go"] }))).stdout).toMatch(/^api\t.*\n$/)
    })
  )

  it.effect("with --json loses nothing", () =>
    Effect.gen(function* () {
      yield* now
      const document: unknown = JSON.parse((yield* shown(setting, status({ ...plain, json: true }))).stdout)
      expect(document).toMatchObject({
        remote: { instance: "i-1", address: "work-prod.example", fetched_at: "2026-11-21T10:00:00.000Z" },
        summary: { projects: 8, need_attention: 6, states: { conflict: 1, behind: 1, pending: 1, diverged: 1, "in sync": 1, "deleted elsewhere": 1, "not local": 1, "removal pending": 1 }, outdated: 0 }
      })
      expect(document).toHaveProperty("projects.7", {
        id: id(2),
        name: "web",
        state: "behind",
        fields: [
          { field: "description", state: "behind", here: "a", there: "b", arrives_with_git: true },
          { field: "status", state: "behind", here: "active", there: "paused" }
        ],
        since: "2026-11-20T10:00:00.000Z",
        location: false,
        here: projects[1],
        there: { key: "2", uid: id(2), created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z", fields: { name: "web", status: "active" }, locations: [] }
      })
    })
  )

  it.effect("with --fetch asks first; where that fails it says why, shows what was known, and ends with 1", () =>
    Effect.gen(function* () {
      yield* now
      const asked = yield* shown({ ...setting, sync: { ...setting.sync, fetch: () => Effect.succeed(report({ command: "fetch" })) } }, status({ ...plain, fetch: true }))
      expect(asked.code).toBe(0)
      const failed = new RemoteFailed({ reason: "Unreachable", address: "work-prod.example", detail: "work-prod.example does not answer" })
      const { code, stderr, stdout } = yield* shown({ ...setting, sync: { ...setting.sync, fetch: () => Effect.fail(failed) } }, status({ ...plain, fetch: true }))
      expect(stdout).toBe(asked.stdout)
      expect(stderr).toMatch(/^error: work-prod\.example does not answer\n/)
      expect(code).toBe(1)
    })
  )

  it.effect("with --git shows git state, and how each project stands beside it", () =>
    Effect.gen(function* () {
      yield* now
      const { stdout } = yield* shown(setting, status({ ...plain, git: true, projects: ["tool", "web"] }))
      expect(stdout).toContain("tool\t/code/tool\t\t\t\t\t\tmissing\tin sync\n")
      expect(stdout).toContain("web\t/code/web\t\t\t\t\t\tmissing\tbehind: description (arrives with git pull), status\n")
    })
  )

  it.effect("shows git state where no server was ever asked, without loading anything of sync", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* shown({ projects, known: false, sync: {} }, status({ ...plain, projects: ["tool"] }))
      expect(stdout).toBe("tool\t/code/tool\t\t\t\t\t\tmissing\n")
      expect(stderr).toContain("No remote is set up to compare with, so this is git state only (as with --git).\n")
    })
  )
})
