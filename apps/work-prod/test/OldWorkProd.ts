/**
 * A work-prod 0.3.0 that somebody wants to move from: its list over HTTP, and its SQLite file.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { onTestFinished } from "vitest"
import { type OldRow, write } from "../../../packages/work-prod-server/test/oldDatabase.js"
import * as OldServer from "../../../packages/work-prod-client/test/double/OldServer.js"

const madeAt = "2026-01-02T03:04:05"

/** What it has. */
const projects: ReadonlyArray<OldRow> = [
  { name: "website", status: "active", remote_url: "https://git.example.org/website.git" },
  { name: "notes", status: "active", path: "/home/me/notes" },
  { name: "thesis", status: "paused", description: "two chapters are missing" }
]

/** The rows of its table, and those that came later; `changed` are fields of the last one. */
const rows = (changed: OldRow, ...later: ReadonlyArray<OldRow>): ReadonlyArray<OldRow> =>
  [...projects.map((project, index) => (index === projects.length - 1 ? { ...project, ...changed } : project)), ...later].map((project, index) => {
    const time = `${madeAt.replace("T", " ")}.000000`
    return { id: index + 1, created_at: time, updated_at: time, ...project }
  })

/** Starts it, at a free port if none is said; it is gone after the test. */
export const startOld = async (port = 0): Promise<string> => {
  const scope = await Effect.runPromise(Scope.make())
  onTestFinished(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  const starting = Effect.tap(OldServer.start(() => madeAt, port), ({ run }) => Effect.forEach(projects, (fields) => run({ do: "add", fields })))
  return (await Effect.runPromise(Scope.extend(starting, scope))).url
}

/** Writes its file, as it is now or on a later day, when one project has changed and one has been added. */
export const writeOldFile = (file: string, when: "now" | "later"): void => {
  mkdirSync(dirname(file), { recursive: true })
  write(file, when === "now" ? rows({}) : rows({ status: "completed" }, { name: "garden", status: "active" }))
}
