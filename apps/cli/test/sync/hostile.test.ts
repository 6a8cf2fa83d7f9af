/** A server that says what would act upon a terminal, wherever it can say anything. */
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { LogEntry } from "@dev-infra/sync/SyncLog"
import type { SyncShape, SyncStatus } from "@dev-infra/sync/Sync"
import { urlVariable } from "@dev-infra/work-prod-client/WorkProdSettings"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { list } from "../../src/commands/list/all.js"
import * as Everywhere from "../../src/commands/remove/everywhere.js"
import { show } from "../../src/commands/show/run.js"
import { status } from "../../src/commands/status/run.js"
import { fetch } from "../../src/commands/sync/fetch/run.js"
import { log } from "../../src/commands/sync/log/run.js"
import { pull } from "../../src/commands/sync/pull/run.js"
import { push } from "../../src/commands/sync/push/run.js"
import { undo } from "../../src/commands/sync/undo/run.js"
import { setStatus } from "../../src/StatusChange.js"
import { field, id, item, report, row, shown } from "./Shown.js"

const evil = "evil\u001b]0;title\u0007\u001b[2J\r\n\u202ename"

const remote = row(7, evil, {
  key: evil,
  fields: { name: evil, [evil]: evil, description: evil, repository: `https://git.example/${evil}`, status: evil, template: evil },
  locations: [{ machine: evil, name: evil, path: `/${evil}` }]
})
const fields = [field(evil, "conflict", evil, evil), field("description", "behind", null, { [evil]: evil }), field("template", "pending", evil, evil, { branch: evil })]
const refusal = { reason: "OtherRepository", detail: evil } as const

const full = report({
  address: evil,
  instance: evil,
  items: [item(7, evil, "updated", { fields }), item(8, evil, "refused", { refusal }), item(9, evil, "unlinked"), item(10, evil, "unsure")],
  duplicates: [remote],
  unreadable: [{ key: evil, uid: evil, fault: evil }],
  stopped: new RemoteFailed({ reason: "Refused", address: evil, detail: evil }),
  unsent: [item(11, evil, "updated")],
  counts: { notLocal: 1 }
})

const known: SyncStatus = {
  remote: { instance: evil, address: evil, fetchedAt: evil },
  projects: [{ id: id(7), name: evil, state: "refused", fields, remote, since: evil, location: false, refusal }],
  duplicates: [remote],
  problems: []
}

const entries: ReadonlyArray<LogEntry> = [
  { entry: "aaaaaaaa", record: { time: evil, command: evil, kind: "overridden", id: evil, name: evil, field: evil, old: evil, new: evil, source: evil } },
  { entry: "bbbbbbbb", record: { time: evil, command: evil, kind: "refused", id: evil, name: evil, source: evil, reason: evil, fields: [evil] } }
]

const sync: Partial<SyncShape> = {
  push: () => Effect.succeed(full),
  pull: () => Effect.succeed({ ...full, command: "pull" }),
  fetch: () => Effect.succeed({ ...full, command: "fetch" }),
  status: Effect.succeed(known),
  notLocal: Effect.succeed([remote]),
  log: Effect.succeed(entries),
  undo: () => Effect.succeed({ entry: entries[0] ?? expect.fail(), project: evil, file: evil }),
  removeEverywhere: () => Effect.void,
  removed: () => Effect.void,
  editRemote: () => Effect.void
}

const many = { projects: [id(7)], json: false, dryRun: false, stdin: false, nullSeparated: false }
const filters = { status: [], template: [], tag: [], organization: [] }

const commands = (json: boolean) => ({
  push: push({ dryRun: true, json, recreate: [], mine: [], same: [], newId: [], force: false, purge: false, acceptDeletions: false }),
  pull: pull({ dryRun: false, json, writeFiles: false, acceptDeletions: false }),
  fetch: fetch({ dryRun: false, json }),
  status: status({ ...many, ...filters, projects: [], json, fetch: true, git: false, dirty: false }),
  "list --all": list({ ...filters, all: true, missing: false, outdated: false, sort: "name", json }),
  show: Effect.provide(show({ ...many, json }), DirectoryReader.layerMemory({})),
  log: log({ json, projects: [], limit: Option.none() }),
  undo: undo({ entry: "aaaa", force: false, dryRun: false, json }),
  "remove --everywhere": Everywhere.run({ ...many, json, missing: false, everywhere: true, yes: true }),
  archive: setStatus({ ...many, json }, { command: "archive", status: "archived", done: "archived", already: "is archived already" })
})

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

describe("what a hostile server says", () => {
  for (const terminal of [false, true]) {
    for (const json of [false, true]) {
      for (const [name, command] of Object.entries(commands(json))) {
        it.effect(`is shown, never acted upon: ${name}${json ? " --json" : ""}${terminal ? " on a terminal" : ""}`, () =>
          Effect.gen(function* () {
            const { stderr, stdout } = yield* shown({ sync, terminal, columns: 200, environment: { [urlVariable]: "https://work-prod.example" } }, command)
            expect(stdout + stderr).toContain("evil")
            expect(stdout + stderr).not.toMatch(acting)
            if (json) expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(evil).slice(1, -1))
          })
        )
      }
    }
  }
})
