/** Plays suites of tests over PostgreSQL which else are played over files. */
import { describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll } from "vitest"
import * as TestDatabases from "../testDatabases.js"
import * as TestDatabase from "./testDatabase.js"

/**
 * Adds the tests of suites, each test with a database of its own.
 *
 * @param always paths of test files without `.test.ts`, beside this folder
 * @param long those that are only played in the long form
 */
export const overPostgres = (always: ReadonlyArray<string>, long: ReadonlyArray<string>): void => {
  const suites = process.env["DEV_INFRA_SOAK"] === "1" ? [...always, ...long] : always
  describe.skipIf(TestDatabase.isMissing).each(suites)("over PostgreSQL: %s", async (file) => {
    const scope = Effect.runSync(Scope.make())
    beforeAll(async () => TestDatabases.choose(await Effect.runPromise(Scope.extend(TestDatabase.copies, scope))))
    afterAll(async () => {
      TestDatabases.choose(undefined)
      await Effect.runPromise(Scope.close(scope, Exit.void))
    })
    // With a query it is another module than the one that runs over files.
    await TestDatabases.loadOverPostgres(() => import(/* @vite-ignore */ `${file}.test.js?postgres`))
  })
}
