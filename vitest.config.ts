import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { LongestFirst } from "./scripts/workspace/LongestFirst.js"

const root = fileURLToPath(new URL("./", import.meta.url))

const forks = availableParallelism() + 1

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@dev-infra\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^@dev-infra\/([^/]+)\/(.+)$/, replacement: `${root}packages/$1/src/$2.ts` }
    ]
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // One process runs many files and loads each module once: a third less work. Tests wait for programs that they start, so
    // there is one process more than processors. With fewer as the minimum, the pool ends one that still has files to run.
    pool: "forks",
    poolOptions: { forks: { isolate: false, minForks: forks, maxForks: forks } },
    globalSetup: ["scripts/workspace/find-postgres.mjs"],
    setupFiles: ["scripts/workspace/end-with-runner.mjs", "scripts/workspace/same-cases.mjs"],
    sequence: { sequencer: LongestFirst },
    fakeTimers: { toFake: undefined },
    // The long forms of the tests may take long; the quick ones are to be quick, but not on a machine that is busy.
    testTimeout: process.env["DEV_INFRA_SOAK"] === "1" ? 900_000 : 120_000,
    hookTimeout: 120_000,
    maxConcurrency: 3
  }
})
