/**
 * Begins with the test files that take longest, so that no process is left alone with one of them at the end. For all others the order is
 * vitest's own.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Minutes, or most of one; the longest first. */
const longest = [
  "apps/cli/test/machines/killedOurs",
  "packages/work-prod-server/test/postgres/SuitesOf",
  "packages/sync-work-prod/test/histories/o",
  "apps/cli/test/machines/killedOld",
  "packages/durable-files/test/processes",
  "apps/cli/test/up/processes",
  "apps/cli/test/machines/",
  "apps/work-prod/test/processes/",
  "packages/sync-work-prod/test/histories/seeded",
  "apps/cli/test/golden",
  "apps/cli/test/login",
  "apps/work-prod/test/backupCommands"
]

const rank = ({ moduleId }: TestSpecification): number => {
  const found = longest.findIndex((part) => moduleId.includes(part))
  return found === -1 ? longest.length : found
}

/** The order of test files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const usual = await super.sort(files)
    return usual.toSorted((one, other) => rank(one) - rank(other))
  }
}
