import type { SyncStatus } from "@dev-infra/sync/Sync"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { list } from "../../src/commands/list/all.js"
import type { ListInput } from "../../src/commands/list/command.js"
import { cloneOf } from "../../src/NotLocal.js"
import { entry, id, row, shown } from "./Shown.js"

const plain: ListInput = { all: true, missing: false, outdated: false, sort: "name", json: false, status: [], template: [], tag: [], organization: [] }

const phone = row(7, "phone", {
  fields: { name: "phone", repository: "git@git.example:acme/mono.git#apps/phone", tags: ["go"], organization: "acme", created: "2020-01-01", mood: "good" },
  locations: [
    { machine: "m-1", name: "lap\u001b[2Jtop", path: "/home/me/phone" },
    { machine: null, name: null, path: "/srv/phone" }
  ]
})
const broken = row(8, "broken", { fields: { name: "broken", organization: 7, tags: "no", status: null, repository: "https://user:secret@git.example/acme/x.git" } })

const known: SyncStatus = {
  remote: { instance: "i-1", address: "work-prod.example", fetchedAt: "2026-11-21T10:00:00.000Z" },
  projects: [
    { id: id(7), name: "phone", state: "not local", fields: [], remote: phone, since: null, location: false },
    { id: id(8), name: "broken", state: "removal pending", fields: [], remote: broken, since: null, location: false }
  ],
  duplicates: [],
  problems: []
}
const setting = { projects: [entry(1, "api", { organization: "other" })], sync: { status: Effect.succeed(known) } }

describe("list --all", () => {
  it.effect("has the projects of other machines, marked, with where they are and what brings them", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* shown(setting, list(plain))
      expect(stdout.split("\n")).toEqual([
        "api\t/code/api\tactive\tunknown\tmissing\t\t",
        "broken\t\t\tunknown\tnot local, removal pending\t\tgit clone https://git.example/acme/x.git",
        "phone\t\tactive\tunknown\tnot local\tlap\\x1b[2Jtop:/home/me/phone, another machine:/srv/phone\tgit clone git@git.example:acme/mono.git",
        ""
      ])
      expect(stderr).toBe("")
    })
  )

  it.effect("on a terminal shows the clone whole, so that it can be copied", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown({ ...setting, terminal: true, columns: 80 }, list(plain))
      expect(stdout).toContain("git clone git@git.example:acme/mono.git\n")
      expect(stdout).toContain("not local")
    })
  )

  it.effect("filters and orders them like those of this machine", () =>
    Effect.gen(function* () {
      const tagged = yield* shown(setting, list({ ...plain, tag: ["go"] }))
      expect(tagged.stdout).toMatch(/^phone\t.*\n$/)
      const ordered = yield* shown(setting, list({ ...plain, sort: "organization" }))
      expect(ordered.stdout.split("\n").map((line) => line.split("\t")[0])).toEqual(["phone", "api", "broken", ""])
      const missing = yield* shown(setting, list({ ...plain, missing: true }))
      expect(missing.stdout).toMatch(/^api\t.*\n$/)
    })
  )

  it.effect("with --json has all of their fields", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown(setting, list({ ...plain, json: true }))
      expect(JSON.parse(stdout)).toEqual({
        projects: [
          entry(1, "api", { organization: "other" }),
          {
            id: id(8),
            name: "broken",
            path: null,
            status: null,
            organization: 7,
            tags: "no",
            repository: "https://user:secret@git.example/acme/x.git",
            local: false,
            state: "removal pending",
            locations: [],
            clone: "git clone https://git.example/acme/x.git",
            updated_at: "2026-01-02T00:00:00Z"
          },
          {
            id: id(7),
            name: "phone",
            path: null,
            status: "active",
            repository: "git@git.example:acme/mono.git#apps/phone",
            tags: ["go"],
            organization: "acme",
            created: "2020-01-01",
            mood: "good",
            local: false,
            state: "not local",
            locations: phone.locations,
            clone: "git clone git@git.example:acme/mono.git",
            updated_at: "2026-01-02T00:00:00Z"
          }
        ],
        problems: []
      })
    })
  )

  it.effect("without any remote lists what is here, and says so in one line", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* shown({ ...setting, known: false, sync: {} }, list(plain))
      expect(stdout).toMatch(/^api\t.*\n$/)
      expect(stderr).toBe("Nothing is known of other machines: no server was asked yet. next: dev-infra pull\n")
    })
  )

  it("offers no clone that could do more than clone", () => {
    const clone = (repository: string) => cloneOf({ fields: { repository } })
    expect(clone("https://git.example/a b.git")).toBe("git clone 'https://git.example/a b.git'")
    expect(clone("https://git.example/$(id).git")).toBe("git clone 'https://git.example/$(id).git'")
    expect(clone("ssh://git@git.example/x.git")).toBe("git clone ssh://git@git.example/x.git")
    expect(clone("git.example:acme/x")).toBe("git clone git.example:acme/x")
    expect(clone("work:acme/x.git")).toBe("git clone work:acme/x.git")
    expect(clone("/srv/git/x.git")).toBe("git clone /srv/git/x.git")
    for (const bad of ["ext::sh -c id", "--upload-pack=id", "-x:y", "ssh://-oProxyCommand=id/x", "fd::17", "git.example/acme/x", "gopher://x/y", ""]) expect(clone(bad)).toBeUndefined()
  })
})
