import * as ApplyStep from "@dev-infra/templates/ApplyStep"
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import { make, stateOf, type Updated } from "./updatedProject.js"

const isLong = process.env["DEV_INFRA_SOAK"] === "1"

/** Numbers that look random and are the same in each run (Park and Miller, 1988). */
const numbers = (seed: number) => {
  let last = seed
  return (below: number): number => {
    last = (last * 48_271) % 2_147_483_647
    return last % below
  }
}

describe("dev-infra apply, killed with SIGKILL", () => {
  let place: Place
  let updated: Updated
  beforeAll(ensureBuilt)
  beforeEach(async () => {
    place = makePlace()
    const many = Object.fromEntries(Array.from({ length: isLong ? 60 : 3 }, (_, at) => [`many/${at}.txt`, `${at}\n`]))
    updated = await make(place, many)
    // each try begins with the same home and the same project
    for (const name of ["api", ".dev-infra"]) cpSync(join(place.home, name), join(place.home, `../saved-${name}`), { recursive: true, verbatimSymlinks: true })
  })
  afterEach(() => place.remove())

  const again = () => {
    for (const name of ["api", ".dev-infra"]) {
      rmSync(join(place.home, name), { recursive: true, force: true })
      cpSync(join(place.home, `../saved-${name}`), join(place.home, name), { recursive: true, verbatimSymlinks: true })
    }
  }
  const inProject = (words: ReadonlyArray<string>, point?: string) =>
    devInfra(place, words, { folder: updated.project, ...(point === undefined ? {} : { environment: { DEV_INFRA_FAULT_POINT: point } }) })
  const registered = () => JSON.parse(readFileSync(join(place.home, ".dev-infra/registry.json"), "utf8")).projects[0].version
  const openJournals = () => {
    const folder = join(place.home, ".dev-infra/state/apply")
    return readdirSync(folder).flatMap((name) => (name.includes(".") ? [name] : readdirSync(join(folder, name)).filter((each) => !/\.(done|undone|old)$/.test(each))))
  }

  /** What the project may be after a crash and one more command, and how it got there. */
  const check = async (point: string, before: object, after: object, next: ReadonlyArray<string>) => {
    const ended = await inProject(next)
    expect([0, 1], `${point}: ${ended.stderr}`).toContain(ended.exitCode)
    const state = stateOf(updated.project)
    const isNew = state["README.md"] === "644 # api, MIT\n"
    expect(state, point).toEqual(isNew ? after : before)
    expect(registered(), point).toBe(isNew ? "2.0.0" : "1.0.0")
    expect(readdirSync(place.home).sort(), point).toEqual([".dev-infra", "api", "template"])
    expect(openJournals(), point).toEqual([])
    return isNew
  }

  it("is finished or rolled back by the next command, at every point", async () => {
    const before = stateOf(updated.project)
    expect((await inProject(["apply", "--yes"])).exitCode).toBe(0)
    const after = stateOf(updated.project)
    const next = [["plan"], ["undo", "--dry-run"], ["plan", "--json"]]
    const outcomes = new Set<boolean>()
    for (const [at, name] of ApplyStep.names.filter((each) => !each.startsWith("revert")).entries()) {
      again()
      const killed = await inProject(["apply", "--yes"], `${name}:1`)
      expect(killed.exitCode, name).toBe(137)
      const status = await inProject(["status"])
      const isOpen = openJournals().length > 0
      if (isOpen && /\.(prepare|apply|finish)$/.test(openJournals().join())) expect(status.stderr, name).toContain("was cut off")
      outcomes.add(await check(name, before, after, next[at % next.length] ?? []))
    }
    expect(outcomes.size).toBe(2)
  })

  it("and so is undo", async () => {
    const before = stateOf(updated.project)
    for (const name of ["apply-commit:before", "apply-replace:after", "apply-remove-folder:after", "apply-done:before"]) {
      again()
      await inProject(["apply", "--yes"])
      const after = stateOf(updated.project)
      expect((await inProject(["undo"], `${name}:1`)).exitCode, name).toBe(137)
      const isNew = await check(name, before, after, ["plan"])
      if (isNew) expect((await inProject(["undo"])).exitCode, name).toBe(0)
      expect(stateOf(updated.project), name).toEqual(before)
    }
  })

  it("also if the command that ends it is killed", async () => {
    const before = stateOf(updated.project)
    await inProject(["apply", "--yes"])
    const after = stateOf(updated.project)
    for (const [first, second] of [["apply-replace:after:2", "apply-replace:before:1"], ["apply-replace:after:1", "apply-clear:after:1"], ["apply-stage:after:2", "lock-release:before:1"]]) {
      again()
      await inProject(["apply", "--yes"], first)
      expect((await inProject(["plan"], second)).exitCode, `${first}, ${second}`).toBe(137)
      await check(`${first}, ${second}`, before, after, ["plan"])
    }
  })

  it.runIf(isLong)("at 100 random points", async () => {
    const before = stateOf(updated.project)
    await inProject(["apply", "--yes"])
    const after = stateOf(updated.project)
    const random = numbers(6)
    const often = new Set(["apply-stage", "apply-hold", "apply-replace"])
    for (let round = 0; round < 100; round++) {
      again()
      const name = ApplyStep.names.filter((each) => !each.startsWith("revert"))[random(28)] ?? "apply-commit:after"
      const occurrence = often.has(name.split(":")[0] ?? "") ? 1 + random(name.startsWith("apply-hold") ? 4 : 60) : 1
      const point = `${name}:${occurrence}`
      expect([0, 137], point).toContain((await inProject(["apply", "--yes"], point)).exitCode)
      await check(point, before, after, ["plan"])
    }
  })
})
