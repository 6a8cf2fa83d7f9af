import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { PullOptions, PushOptions, SyncItem } from "@dev-infra/sync/Sync"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fetch } from "../../src/commands/sync/fetch/run.js"
import { pull } from "../../src/commands/sync/pull/run.js"
import { push } from "../../src/commands/sync/push/run.js"
import type { PushInput } from "../../src/commands/sync/push/command.js"
import { entry, field, id, item, report, row, shown } from "./Shown.js"

const plain: PushInput = { dryRun: false, json: false, recreate: [], mine: [], same: [], newId: [], force: false, purge: false, acceptDeletions: false }

const mixed = report({
  items: [
    item(1, "api", "created"),
    item(2, "web", "updated", { fields: [field("description", "conflict", "The web site", "Web\u001b[31m front"), field("tags", "merged", ["a"], ["b"], { merged: ["a", "b"] })] }),
    item(3, "docs", "adopted", { fields: [field("status", "ahead", "paused", "active")] }),
    item(4, "lib", "refused", { refusal: { reason: "OtherRepository", detail: "it has the id of another project: push --same lib, or push --new-id lib" } })
  ],
  counts: { created: 1, updated: 2, unchanged: 985, refused: 1, conflicts: 1 }
})

const stoppedWith = (items: ReadonlyArray<SyncItem>) =>
  report({ items, unsent: [item(3, "docs", "updated")], counts: { created: items.length }, stopped: new RemoteFailed({ reason: "Unreachable", address: "work-prod.example", detail: "work-prod.example does not answer" }) })

describe("push", () => {
  it.effect("prints what was done, each conflict with both values, each refusal with its reason, and ends with 1", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* shown({ sync: { push: () => Effect.succeed(mixed) } }, push(plain))
      expect(stdout).toBe(
        "created\tapi\t\t\t\t\n" +
          "conflict\tweb\tdescription\tThe web site\tWeb\\x1b[31m front\tthe one here stands\n" +
          'updated\tweb\ttags\t["a"]\t["b"]\ttogether: ["a","b"]\n' +
          "linked\tdocs\tstatus\tpaused\tactive\t\n" +
          "refused\tlib\t\t\t\tit has the id of another project: push --same lib, or push --new-id lib\n"
      )
      expect(stderr).toBe(
        'warning: conflict: description of web is "The web site" here and "Web\\x1b[31m front" there; the one here stands, the other is kept in dev-infra sync log\n' +
          "warning: refused: lib: it has the id of another project: push --same lib, or push --new-id lib\n" +
          "created 1, updated 2, unchanged 985, refused 1, conflict 1 (work-prod.example)\n" +
          `next: dev-infra push --same ${id(4)}   it is the same project\n` +
          `next: dev-infra push --new-id ${id(4)}   it is a project of its own\n`
      )
      expect(code).toBe(1)
    })
  )

  it.effect("with --dry-run prints exactly the same, then that nothing was changed", () =>
    Effect.gen(function* () {
      const real = yield* shown({ sync: { push: () => Effect.succeed(mixed) } }, push(plain))
      const dry = yield* shown({ sync: { push: (options) => Effect.succeed({ ...mixed, dryRun: options?.dryRun ?? false }) } }, push({ ...plain, dryRun: true }))
      expect(dry).toEqual({ ...real, stderr: `${real.stderr}Nothing was changed.\n` })
    })
  )

  it.effect("with nothing to do says so in one line and ends with 0", () =>
    Effect.gen(function* () {
      const ended = yield* shown({ sync: { push: () => Effect.succeed(report({ counts: { unchanged: 3 } })) } }, push(plain))
      expect(ended).toEqual({ stdout: "", stderr: "unchanged 3 (work-prod.example)\n", code: 0 })
    })
  )

  it.effect("that was stopped says what was sent, what was not and why, and ends with 1", () =>
    Effect.gen(function* () {
      const some = yield* shown({ sync: { push: () => Effect.succeed(stoppedWith([item(1, "api", "created"), item(2, "web", "unsure")])) } }, push(plain))
      expect(some.stderr).toContain("error: work-prod.example does not answer\n")
      expect(some.stderr).toContain("1 project was sent, 1 project was not (docs); dev-infra push goes on from there.\n")
      expect(some.stderr).toContain("web: the answer was lost")
      expect(some.code).toBe(1)
      const none = yield* shown({ sync: { push: () => Effect.succeed(stoppedWith([])) } }, push(plain))
      expect(none.stderr).toContain("Nothing was sent, 1 project was not (docs); dev-infra push goes on from there.\n")
      expect(none.code).toBe(1)
    })
  )

  it.effect("with --json prints one document that loses nothing", () =>
    Effect.gen(function* () {
      const { stdout } = yield* shown({ sync: { push: () => Effect.succeed({ ...mixed, duplicates: [row(9, "copy")] }) } }, push({ ...plain, json: true }))
      expect(JSON.parse(stdout)).toEqual({
        command: "push",
        dry_run: false,
        remote: { address: "work-prod.example", instance: "i-1" },
        items: [
          { id: id(1), name: "api", action: "created", fields: [] },
          {
            id: id(2),
            name: "web",
            action: "updated",
            fields: [
              { field: "description", state: "conflict", here: "The web site", there: "Web\u001b[31m front" },
              { field: "tags", state: "merged", here: ["a"], there: ["b"], together: ["a", "b"] }
            ]
          },
          { id: id(3), name: "docs", action: "adopted", fields: [{ field: "status", state: "ahead", here: "paused", there: "active" }] },
          { id: id(4), name: "lib", action: "refused", fields: [], refusal: { reason: "OtherRepository", detail: "it has the id of another project: push --same lib, or push --new-id lib" } }
        ],
        counts: { created: 1, updated: 2, deleted: 0, taken: 0, unchanged: 985, refused: 1, conflicts: 1, not_local: 0 },
        problems: [],
        unreadable: [],
        duplicates: [{ key: "9", uid: id(9), created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z", fields: { name: "copy", status: "active" }, locations: [] }],
        stopped: null,
        unsent: [],
        deleted_elsewhere: []
      })
    })
  )

  it.effect("on a terminal cuts a long list down, but never what somebody has to look at", () =>
    Effect.gen(function* () {
      const items = [...Array.from({ length: 200 }, (_, at) => item(at, `project-${at}`, "created")), ...mixed.items.slice(1)]
      const { stderr, stdout } = yield* shown({ terminal: true, sync: { push: () => Effect.succeed({ ...mixed, items }) } }, push(plain))
      expect(stdout.split("\n").length).toBeLessThan(30)
      expect(stdout).toMatch(/conflict +web +description/)
      expect(stdout).toMatch(/refused +lib/)
      expect(stderr).toContain("and 182 more; --json lists them all\n")
    })
  )

  it.effect("tells projects of one name apart", () =>
    Effect.gen(function* () {
      const items = [item(1, "api", "created"), { ...item(2, "api", "refused", { refusal: { reason: "Server", detail: "no" } }), id: "22222222-1111-4111-8111-000000000002" }, item(3, "web", "created")]
      const { stderr, stdout } = yield* shown({ sync: { push: () => Effect.succeed(report({ items })) } }, push(plain))
      expect(stdout).toBe("created\tapi (11111111)\t\t\t\t\nrefused\tapi (22222222)\t\t\t\tno\ncreated\tweb\t\t\t\t\n")
      expect(stderr).toContain("warning: refused: api (22222222): no\n")
    })
  )

  it.effect("takes projects by name, also those with a colon in it, and fields after a colon", () =>
    Effect.gen(function* () {
      const asked: Array<PushOptions | undefined> = []
      const sync = { push: (options?: PushOptions) => Effect.sync(() => void asked.push(options)).pipe(Effect.as(report())) }
      const projects = [entry(1, "api"), entry(2, "ap:is"), entry(3, "web")]
      yield* shown({ sync, projects }, push({ ...plain, mine: ["api", "ap:is", "api:description", "ap:is:tags"], recreate: ["web"], same: ["api"], newId: ["web"], force: true, purge: true }))
      expect(asked[0]).toMatchObject({
        mine: [{ id: id(1) }, { id: id(2) }, { id: id(1), field: "description" }, { id: id(2), field: "tags" }],
        recreate: [id(3)],
        same: [id(1)],
        newId: [id(3)],
        force: true,
        purge: true,
        dryRun: false
      })
      const unknown = yield* Effect.flip(shown({ sync, projects }, push({ ...plain, mine: ["nothing:description"] })))
      expect(unknown).toMatchObject({ _tag: "ProjectNotFound", reference: "nothing" })
      const machineLocal = yield* Effect.flip(shown({ sync, projects }, push({ ...plain, mine: ["api:path"] })))
      expect(machineLocal).toMatchObject({ _tag: "UsageError" })
      const both = yield* Effect.flip(shown({ sync, projects }, push({ ...plain, same: ["api"], newId: [id(1)] })))
      expect(both).toMatchObject({ _tag: "UsageError" })
    })
  )
})

describe("pull", () => {
  const plainPull = { dryRun: false, json: false, writeFiles: false, acceptDeletions: false }

  it.effect("prints what was taken, and leads to what is elsewhere", () =>
    Effect.gen(function* () {
      const asked: Array<PullOptions | undefined> = []
      const taken = report({ command: "pull", items: [item(1, "api", "taken", { fields: [field("description", "behind", null, "An API")] }), item(2, "old", "unlinked")], counts: { taken: 1, notLocal: 2 } })
      const { code, stderr, stdout } = yield* shown({ sync: { pull: (options) => Effect.sync(() => void asked.push(options)).pipe(Effect.as(taken)) }, projects: [entry(2, "old")] }, pull({ ...plainPull, writeFiles: true }))
      expect(stdout).toBe("taken\tapi\tdescription\tnone\tAn API\t\ndeleted elsewhere\told\t\t\t\tstays on this machine\n")
      expect(stderr).toBe(
        'warning: old was deleted elsewhere; it stays on this machine\n' +
          "taken 1, unchanged 0, deleted elsewhere 1, not local 2 (work-prod.example)\n" +
          "next: dev-infra push --recreate old   it shall be there again\n" +
          "next: dev-infra list --all   what is on other machines, and how to get it\n"
      )
      expect(code).toBe(0)
      expect(asked[0]).toMatchObject({ writeFiles: true, acceptDeletions: false, dryRun: false })
    })
  )

  it.effect("Y12: says of a field that it was written into the project's own file", () =>
    Effect.gen(function* () {
      const waiting = report({ command: "pull", items: [item(1, "api", "taken", { fields: [field("description", "behind", "old", "new", { arrivesWithGit: true })] })] })
      const { stdout } = yield* shown({ sync: { pull: () => Effect.succeed(waiting) } }, pull(plainPull))
      expect(stdout).toBe("taken\tapi\tdescription\told\tnew\twritten to .dev-infra.yml\n")
    })
  )
})

describe("fetch", () => {
  it.effect("says how many there are and what to type next", () =>
    Effect.gen(function* () {
      const ended = yield* shown({ sync: { fetch: () => Effect.succeed(report({ command: "fetch", counts: { unchanged: 4, notLocal: 1 } })) } }, fetch({ dryRun: false, json: false }))
      expect(ended).toEqual({ stdout: "", stderr: "unchanged 4, not local 1 (work-prod.example)\nnext: dev-infra status   what differs\n", code: 0 })
    })
  )

  it.effect("hands on why the server could not be asked", () =>
    Effect.gen(function* () {
      const failed = new RemoteFailed({ reason: "Unauthorized", address: "work-prod.example", detail: "the key is not known there" })
      expect(yield* Effect.flip(shown({ sync: { fetch: () => Effect.fail(failed) } }, fetch({ dryRun: false, json: false })))).toBe(failed)
    })
  )
})

