/** The commands over the real engine: two machines and a server in memory. */
import { Registry } from "@dev-infra/registry/Registry"
import { Sync } from "@dev-infra/sync/Sync"
import { urlVariable } from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type TestMachine, twoMachines } from "../../../../packages/sync/test/world.js"
import { shown } from "./Shown.js"
import { push } from "../../src/commands/sync/push/run.js"
import { pull } from "../../src/commands/sync/pull/run.js"
import { fetch } from "../../src/commands/sync/fetch/run.js"
import { log } from "../../src/commands/sync/log/run.js"
import { undo } from "../../src/commands/sync/undo/run.js"
import { status } from "../../src/commands/status/run.js"
import { list } from "../../src/commands/list/all.js"
import * as Everywhere from "../../src/commands/remove/everywhere.js"
import { setStatus } from "../../src/StatusChange.js"

const pushInput = { dryRun: false, json: false, recreate: [], mine: [], same: [], newId: [], force: false, purge: false, acceptDeletions: false }
const pullInput = { dryRun: false, json: false, writeFiles: false, acceptDeletions: false }
const many = { projects: [], json: false, dryRun: false, stdin: false, nullSeparated: false }
const statusInput = { ...many, fetch: false, git: false, dirty: false, status: [], template: [], tag: [], organization: [] }
const listInput = { all: true, missing: false, outdated: false, sort: "name", json: false, status: [], template: [], tag: [], organization: [] } as const

const on = (machine: TestMachine) => ({ machine: Context.pick(Sync, Registry)(machine.context), environment: { [urlVariable]: "https://memory.example" } })

const api = { repository: "https://git.example/acme/api.git" }

/** What a command prints, and that it ended well. */
const printed = (machine: TestMachine, command: Parameters<typeof shown<unknown>>[1]) =>
  Effect.map(shown(on(machine), command), ({ code, stderr, stdout }) => {
    expect(code).toBe(0)
    return stdout + stderr
  })

describe("the commands over the real engine", () => {
  it.scoped("Y7: show what another machine has, and what would bring it; a clone of it is the same project", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      yield* one.add("api", api)
      yield* one.add("web")
      expect(yield* printed(one, push(pushInput))).toBe("created\tapi\t\t\t\t\ncreated\tweb\t\t\t\t\ncreated 2, unchanged 0 (memory.example)\n")
      expect(yield* printed(one, push(pushInput))).toBe("unchanged 2 (memory.example)\n")
      expect(yield* printed(two, pull(pullInput))).toBe("unchanged 0, not local 2 (memory.example)\nnext: dev-infra list --all   what is on other machines, and how to get it\n")
      expect(yield* printed(two, list(listInput))).toBe(
        "api\t\tactive\tunknown\tnot local\tmachine 1:/home/1/api\tgit clone https://git.example/acme/api.git\nweb\t\tactive\tunknown\tnot local\tmachine 1:/home/1/web\t\n"
      )
      yield* two.add("clone", { repository: "git@git.example:acme/api" })
      expect(yield* printed(two, list(listInput))).toMatch(/^api\t\/home\/2\/clone\t.*\nweb\t\t.*not local.*\n$/)
      expect(yield* printed(two, push(pushInput))).toContain("located\tapi\t\t\t\tits place on this machine\n")
      expect(yield* printed(one, fetch({ dryRun: false, json: false }))).toBe("unchanged 2 (memory.example)\nnext: dev-infra status   what differs\n")
    })
  )

  it.scoped("Y5: show both values of a conflict and which one stands; the log has the other one, and undo puts it back", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      yield* one.add("api", api)
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.add("api", api)
      yield* two.sync.push()
      yield* one.edit("api", { description: "from one" })
      yield* one.sync.push()
      yield* two.edit("api", { description: "from two", tags: ["x"] })
      yield* two.sync.fetch()
      expect(yield* printed(two, status(statusInput))).toMatch(
        /^api\tconflict: description; here tags\t.*\nwarning: conflict: description of api is "from two" here and "from one" there; the one here stands, the other will be kept in dev-infra sync log\n/
      )
      const dry = yield* printed(two, push({ ...pushInput, dryRun: true }))
      const real = yield* printed(two, push(pushInput))
      expect(dry).toBe(`${real}Nothing was changed.\n`)
      expect(real).toContain("conflict\tapi\tdescription\tfrom two\tfrom one\tthe one here stands\n")
      expect(real).toContain("conflict 1 (memory.example)\n")
      const entries = (yield* shown(on(two), log({ limit: Option.none(), json: false, projects: ["api"] }))).stdout.split("\n")
      const [entry] = entries.find((line) => line.includes("\tconflict\tapi\tdescription\tfrom one\tfrom two\t"))?.split("\t") ?? []
      expect(yield* printed(two, undo({ entry: entry ?? "", force: false, dryRun: false, json: false }))).toBe('api: description is "from one" again\nnext: dev-infra push   sends it\n')
      expect(yield* printed(two, push(pushInput))).toContain("updated\tapi\tdescription\tfrom one\tfrom two\t\n")
      expect(yield* printed(one, pull(pullInput))).toBe('taken\tapi\ttags\tnone\t["x"]\t\ntaken 1, unchanged 0 (memory.example)\n')
    })
  )

  it.scoped("change and remove a project that is elsewhere with the next push", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      yield* one.add("web")
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* printed(two, setStatus({ ...many, projects: ["web"] }, { command: "archive", status: "archived", done: "archived", already: "is archived already" }))
      expect(yield* printed(two, status(statusInput))).toMatch(/^web\tedit pending: status\t/)
      expect(yield* printed(two, list(listInput))).toContain("\tnot local, edit pending\t")
      expect(yield* printed(two, push(pushInput))).toContain("updated\tweb\tstatus\tarchived\tactive\t\n")
      yield* printed(two, Everywhere.run({ ...many, missing: false, everywhere: true, yes: true, projects: ["web"] }))
      expect(yield* printed(two, list(listInput))).toContain("\tnot local, removal pending\t")
      expect(yield* printed(two, push(pushInput))).toMatch(/^deleted\tweb\t/)
      expect(yield* printed(two, list(listInput))).toBe("")
    })
  )

  it.scoped("Y14: keep a project that was deleted elsewhere, say so, and create it there again only when told", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      yield* one.add("web")
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* printed(two, Everywhere.run({ ...many, missing: false, everywhere: true, yes: true, projects: ["web"] }))
      yield* two.sync.push()
      expect(yield* printed(one, pull(pullInput))).toBe(
        "deleted elsewhere\tweb\t\t\t\tstays on this machine\n" +
          "warning: web was deleted elsewhere; it stays on this machine\n" +
          "unchanged 0, deleted elsewhere 1 (memory.example)\n" +
          "next: dev-infra push --recreate web   it shall be there again\n"
      )
      const stands = yield* printed(one, status(statusInput))
      expect(stands).toMatch(/^web\tdeleted elsewhere\t/)
      expect(stands).toContain("next: dev-infra push --recreate web   it shall be there again\n")
      expect((yield* shown(on(one), push(pushInput))).stdout).toBe("")
      expect(yield* printed(one, push({ ...pushInput, recreate: ["web"] }))).toMatch(/^created\tweb\t/)
    })
  )
})
