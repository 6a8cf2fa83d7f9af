import * as Project from "@dev-infra/metadata/Project"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import type { ProjectState } from "@dev-infra/sync/Comparison"
import type { SyncShape, SyncStatus } from "@dev-infra/sync/Sync"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Everywhere from "../../src/commands/remove/everywhere.js"
import type { RemoveInput } from "../../src/commands/remove/command.js"
import { show } from "../../src/commands/show/run.js"
import { update } from "../../src/commands/update/run.js"
import type { UpdateInput } from "../../src/commands/update/command.js"
import { path } from "../../src/commands/path/run.js"
import { setStatus } from "../../src/StatusChange.js"
import { entry, field, id, row, shown } from "./Shown.js"

const none = Option.none<never>()
const many = { dryRun: false, json: false, stdin: false, nullSeparated: false }
const removal: RemoveInput = { ...many, projects: [], missing: false, everywhere: true, yes: false }
const change: UpdateInput = {
  ...many,
  projects: [],
  name: none,
  description: none,
  organization: none,
  classification: none,
  type: none,
  status: none,
  template: none,
  version: none,
  repository: none,
  path: none,
  tag: [],
  removeTag: [],
  clear: []
}

const api = Either.getOrThrow(Project.decode(entry(1, "api"), { machineId: id(0) }))

const phone = row(7, "phone", { fields: { name: "phone", status: "active", tags: ["go"], description: "A phone" }, locations: [{ machine: "m-1", name: "laptop", path: "/home/me/phone" }] })
const foreign = row(8, "foreign", { uid: null })
const other = (of: typeof phone, more: Partial<ProjectState> = {}): ProjectState => ({ id: of.uid ?? of.key, name: String(of.fields["name"]), state: "not local", fields: [], remote: of, since: null, location: false, ...more })

const known: SyncStatus = {
  remote: { instance: "i-1", address: "work-prod.example", fetchedAt: "2026-11-21T10:00:00.000Z" },
  projects: [
    { id: id(1), name: "api", state: "in sync", fields: [], remote: row(1, "api"), since: null, location: false },
    { id: id(2), name: "web", state: "local only", fields: [], since: null, location: false },
    other(phone),
    other(foreign)
  ],
  duplicates: [],
  problems: []
}

/** What sync was told, in order. */
const recorded = (status: SyncStatus = known) => {
  const told: Array<readonly [string, ...ReadonlyArray<unknown>]> = []
  const tell = (...call: (typeof told)[number]) => Effect.sync(() => void told.push(call))
  const sync: Partial<SyncShape> = {
    status: Effect.succeed(status),
    notLocal: Effect.succeed([phone, foreign]),
    removeEverywhere: (ids) => tell("removeEverywhere", ids),
    removed: (ids) => tell("removed", ids),
    editRemote: (project: string, patch: { readonly [name: string]: JsonValue }) => tell("editRemote", project, patch)
  }
  return { told, setting: { sync, projects: [entry(1, "api"), entry(2, "web")] } }
}

describe("remove --everywhere", () => {
  it.effect("says what will happen, asks, and leaves the rest to the next push", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const { stderr } = yield* shown({ ...setting, terminal: true, answers: ["y"] }, Everywhere.run({ ...removal, projects: ["api", "web", "phone"] }))
      expect(stderr).toBe(
        "api: forgotten here (/code/api); with the next push deleted at work-prod\n" +
          "web: forgotten here (/code/web); work-prod does not have it\n" +
          "phone: not on this machine; with the next push deleted at work-prod; laptop:/home/me/phone stays as it is\n" +
          "Remove 3 projects everywhere? [y/N] Nothing on disk was touched.\n" +
          "next: dev-infra push   deletes at work-prod; until then, registering a project again calls it off\n"
      )
      expect(told).toEqual([["removeEverywhere", [id(1), id(2), id(7)]], ["removed", [id(1), id(2)]]])
    })
  )

  it.effect("changes nothing on a dry run, without an answer, or with a no", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const dry = yield* shown(setting, Everywhere.run({ ...removal, projects: ["phone"], dryRun: true }))
      expect(dry.stderr).toMatch(/^phone: not on this machine.*\nNothing was changed\.\n$/)
      const no = yield* shown({ ...setting, terminal: true, answers: ["n"] }, Everywhere.run({ ...removal, projects: ["phone"] }))
      expect(no.stderr).toContain("Nothing was changed.\n")
      expect(yield* Effect.flip(shown(setting, Everywhere.run({ ...removal, projects: ["phone"] })))).toMatchObject({ _tag: "UsageError" })
      expect(told).toEqual([])
    })
  )

  it.effect("with --json tells of each what there is", () =>
    Effect.gen(function* () {
      const { setting } = recorded()
      const { stdout } = yield* shown(setting, Everywhere.run({ ...removal, projects: ["web", "phone"], yes: true, json: true }))
      expect(JSON.parse(stdout)).toEqual({
        dry_run: false,
        everywhere: [
          { id: id(2), name: "web", path: "/code/web", local: true, there: false },
          { id: id(7), name: "phone", path: null, local: false, there: true }
        ]
      })
    })
  )

  it.effect("refuses what it could not do: nothing was asked yet, a row of another program, no such project", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const failure = (more: object, projects: ReadonlyArray<string>) => Effect.flip(shown({ ...setting, ...more }, Everywhere.run({ ...removal, projects, yes: true })))
      expect(yield* failure({ known: false }, ["api"])).toMatchObject({ _tag: "CommandFailed", what: "no server was asked yet, so nothing is known of other machines" })
      expect(yield* failure({}, ["foreign"])).toMatchObject({ _tag: "CommandFailed", hint: "remove it there" })
      expect(yield* failure({}, ["phone", "nothing"])).toMatchObject({ _tag: "ProjectNotFound", reference: "nothing" })
      expect(yield* failure({}, ["./phone"])).toMatchObject({ _tag: "ProjectNotFound" })
      expect(told).toEqual([])
    })
  )
})

describe("update of a project that is elsewhere", () => {
  it.effect("waits for the next push, and says so", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const { stderr, stdout } = yield* shown(setting, update({ ...change, projects: ["phone"], tag: ["new"], description: Option.some("A phone") }))
      expect(stdout).toBe('phone\ttags\t["go"]\t["go","new"]\twork-prod, with the next push\n')
      expect(stderr).toBe("phone is not on this machine; it is changed at work-prod with the next push.\nnext: dev-infra push\n")
      expect(told).toEqual([["editRemote", id(7), { tags: ["go", "new"] }]])
    })
  )

  it.effect("goes on from what is waiting already, and changes nothing on a dry run", () =>
    Effect.gen(function* () {
      const waiting = { ...known, projects: [other(phone, { state: "edit pending", fields: [field("tags", "ahead", ["go", "new"], ["go"]), field("description", "ahead", null, "A phone")] })] }
      const { setting, told } = recorded(waiting)
      const { stdout } = yield* shown(setting, update({ ...change, projects: ["phone"], removeTag: ["go"], clear: ["description"], dryRun: true }))
      expect(stdout).toBe('phone\ttags\t["go","new"]\t["new"]\twork-prod, with the next push\n')
      expect(told).toEqual([])
    })
  )

  it.effect("cannot give it a folder, and leaves projects of this machine alone then", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const failure = yield* Effect.flip(shown(setting, update({ ...change, projects: ["phone"], path: Option.some("/home/user") })))
      expect(failure).toMatchObject({ _tag: "CommandFailed", what: "phone is not on this machine, so it has no folder here" })
      const foreignToo = yield* Effect.flip(shown(setting, update({ ...change, projects: ["api", "foreign"], description: Option.some("x") })))
      expect(foreignToo).toMatchObject({ _tag: "CommandFailed", hint: "change it there" })
      expect(told).toEqual([])
    })
  )
})

describe("archive and restore of a project that is elsewhere", () => {
  const words = { command: "archive", status: "archived", done: "archived", already: "is archived already" } as const

  it.effect("wait for the next push, beside what is done here", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const { stderr } = yield* shown(setting, setStatus({ ...many, projects: ["api", "phone"] }, words))
      expect(stderr).toBe("archived api\narchived phone (not on this machine, so with the next push)\nnext: dev-infra push\n")
      expect(told).toEqual([["editRemote", id(7), { status: "archived" }]])
    })
  )

  it.effect("say what is so already", () =>
    Effect.gen(function* () {
      const { setting, told } = recorded()
      const { stderr } = yield* shown(setting, setStatus({ ...many, projects: ["phone"] }, { command: "restore", status: "restored", done: "restored", already: "is not archived" }))
      expect(stderr).toBe("phone is not archived\n")
      expect(told).toEqual([])
    })
  )
})

describe("show", () => {
  const input = { projects: ["api", "phone"], json: false, stdin: false, nullSeparated: false }
  const behind: SyncStatus = {
    ...known,
    projects: [
      { ...known.projects[0], id: id(1), name: "api", state: "behind", fields: [field("description", "behind", null, "An API")], local: api, since: "2026-11-20T10:00:00Z", location: false },
      ...known.projects.slice(1)
    ]
  }

  it.effect("tells how a project stands to work-prod, and what is known of one that is elsewhere", () =>
    Effect.gen(function* () {
      const { setting } = recorded(behind)
      const { stdout } = yield* shown(setting, Effect.provide(show(input), DirectoryReader.layerMemory({})))
      expect(stdout).toContain("sync\tbehind: description  (since 2026-11-20T10:00:00Z)\n\nname\tphone\npath\tnot local\non\tlaptop:/home/me/phone\n")
      expect(stdout).toContain("tags\tgo\n")
      const document: unknown = JSON.parse((yield* shown(setting, Effect.provide(show({ ...input, json: true }), DirectoryReader.layerMemory({})))).stdout)
      expect(document).toMatchObject({
        projects: [
          { project: { name: "api" }, sync: { state: "behind", fields: [{ field: "description", state: "behind", here: null, there: "An API" }], location: false } },
          { project: null, local: false, there: { key: "7", fields: { name: "phone" }, locations: [{ machine: "m-1", name: "laptop", path: "/home/me/phone" }] }, clone: null, sync: { state: "not local" } }
        ]
      })
    })
  )
})

describe("a name that nobody has", () => {
  it.effect("is told with those of other machines that are close to it", () =>
    Effect.gen(function* () {
      const { setting } = recorded()
      const failure = yield* Effect.flip(shown(setting, update({ ...change, projects: ["phon"], tag: ["x"] })))
      expect(failure).toMatchObject({ _tag: "ProjectNotFound", reference: "phon", suggestions: ["phone"] })
    })
  )
})

describe("path", () => {
  it.effect("says of a project that is elsewhere where it is, and what brings it", () =>
    Effect.gen(function* () {
      const { setting } = recorded()
      const cloned = { ...phone, fields: { ...phone.fields, repository: "https://git.example/acme/phone.git" } }
      const failure = yield* Effect.flip(shown({ ...setting, sync: { notLocal: Effect.succeed([cloned]) } }, path({ projects: ["phone"], print0: false, stdin: false, nullSeparated: false })))
      expect(failure).toMatchObject({ _tag: "CommandFailed", what: "phone is not on this machine", where: "laptop:/home/me/phone", hint: "git clone https://git.example/acme/phone.git" })
    })
  )
})
