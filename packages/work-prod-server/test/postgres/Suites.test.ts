import { describe } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import * as TestDatabases from "../testDatabases.js"
import * as TestDatabase from "./testDatabase.js"

const suites = ["Projects", "ProjectLists", "ProjectChanges", "ProjectImport", "OldInstallation", "ProjectBatch", "BatchIdempotency", "BatchEquivalence", "BatchIsolation", "ProjectChanges.model", "ProjectRendering", "Retention", "events/ProjectEvents", "compatibility/Compatibility", "compatibility/Concurrency"]

describe.skipIf(TestDatabase.isMissing).each(suites)("over PostgreSQL: %s", async (name) => {
  beforeAll(() => TestDatabases.choose(TestDatabase.layer))
  afterAll(() => TestDatabases.choose(undefined))
  await import(/* @vite-ignore */ `../${name}.test.js?postgres`)
})
