import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import type { Candidate } from "@dev-infra/registry/Identity"
import { Registry } from "@dev-infra/registry/Registry"
import { SyncStateUnreadable } from "@dev-infra/sync/SyncState"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Recognition from "../../src/Recognition.js"
import * as RegistrationReport from "../../src/RegistrationReport.js"
import { render } from "../../src/SafeText.js"
import { id, shown } from "./Shown.js"

const candidates: ReadonlyArray<Candidate> = [
  { path: AbsolutePath.make("/code/clone"), kind: "repository", repository: "git@git.example:acme/api.git", fields: {}, derived: { name: "clone" } },
  { path: AbsolutePath.make("/code/other"), kind: "repository", fields: {}, derived: { name: "other" } }
]

describe("Recognition", () => {
  it.effect("Y1: gives a folder the id and the fields that another machine knows, and says as what it was recognised", () =>
    Effect.gen(function* () {
      const told: Array<ReadonlyArray<string>> = []
      const sync = {
        recognise: (found: ReadonlyArray<Candidate>) =>
          Effect.succeed(found.map((one) => (one.repository === undefined ? one : { ...one, id: ProjectId.make(id(7)), derived: { name: "api", description: "An API" } }))),
        registered: (ids: ReadonlyArray<string>) => Effect.sync(() => void told.push(ids))
      }
      yield* shown(
        { sync },
        Effect.gen(function* () {
          const registry = yield* Registry
          const recognised = yield* Recognition.recognise(candidates)
          const outcomes = yield* registry.add(recognised.candidates)
          yield* Recognition.registered(outcomes)
          expect(outcomes.map((outcome) => render(RegistrationReport.noteText(outcome, recognised.names), false))).toEqual(["recognised as api from work-prod", ""])
          expect(RegistrationReport.forScripts(outcomes[0] ?? expect.fail(), recognised.names)).toMatchObject({ recognised: true, project: { id: id(7), name: "api", description: "An API" } })
          expect(told).toEqual([outcomes.flatMap((outcome) => (outcome._tag === "Added" ? [outcome.project.id] : []))])
          expect(told[0]?.[0]).toBe(id(7))
        })
      )
    })
  )

  it.effect("registers all the same, with a warning, where what syncs remember cannot be read", () =>
    Effect.gen(function* () {
      const unreadable = Effect.fail(new SyncStateUnreadable({ path: "/home/user/.dev-infra/state/sync.json", detail: "it is empty" }))
      const { stderr } = yield* shown(
        { sync: { recognise: () => unreadable } },
        Effect.gen(function* () {
          const recognised = yield* Recognition.recognise(candidates)
          expect(recognised).toEqual({ candidates, names: new Map() })
        })
      )
      expect(stderr).toBe("warning: what is remembered of the last syncs cannot be read: /home/user/.dev-infra/state/sync.json: it is empty\n")
    })
  )

  it.effect("changes nothing, and loads nothing, where nothing was ever synced", () =>
    Effect.gen(function* () {
      const sync = { recognise: () => Effect.dieMessage("asked"), registered: () => Effect.dieMessage("told"), removed: () => Effect.dieMessage("told") }
      yield* shown(
        { sync, known: false },
        Effect.gen(function* () {
          const registry = yield* Registry
          const recognised = yield* Recognition.recognise(candidates)
          expect(recognised).toEqual({ candidates, names: new Map() })
          yield* Recognition.registered(yield* registry.add(recognised.candidates))
          yield* Recognition.removed([id(1)])
        })
      )
    })
  )
})
