/** Suites of the server, of its clients and of sync, over PostgreSQL: some of them always, all of them in the long form. */
import { describe } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import * as TestDatabases from "../testDatabases.js"
import * as TestDatabase from "./testDatabase.js"

const quick = ["../Projects", "../ProjectLists", "../ProjectImport", "../ProjectBatch", "../compatibility/Concurrency"]
const others = [
  "../ProjectChanges",
  "../OldInstallation",
  "../Doctor",
  "../BatchIdempotency",
  "../BatchEquivalence",
  "../BatchIsolation",
  "../ProjectRendering",
  "../compatibility/Compatibility",
  "../../../work-prod-client/test/contract/Contract",
  "../../../sync-work-prod/test/Http"
]

const suites = process.env["DEV_INFRA_SOAK"] === "1" ? [...quick, ...others] : quick

describe.skipIf(TestDatabase.isMissing).each(suites)("over PostgreSQL: %s", async (file) => {
  beforeAll(() => TestDatabases.choose(TestDatabase.layer))
  afterAll(() => TestDatabases.choose(undefined))
  // With a query it is another module than the one that runs over files.
  await import(/* @vite-ignore */ `${file}.test.js?postgres`)
})
