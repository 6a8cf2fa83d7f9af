import * as ApplyStep from "@dev-infra/templates/ApplyStep"
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import { thorough } from "../Rounds.js"
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

const steps = ApplyStep.steps.filter((step) => !step.startsWith("revert"))

describe("dev-infra apply, killed with SIGKILL", () => {
  let place: Place
  let updated: Updated
  let before: object
  let after: object
  beforeAll(async () => {
    ensureBuilt()
    place = makePlace()
    const many = Object.fromEntries(Array.from({ length: isLong ? 20 : 3 }, (_, at) => [`many/${at}.txt`, `${at}\n`]))
    updated = await make(place, many)
    // each try begins with the same home and the same project
    for (const name of ["api", ".dev-infra"]) cpSync(join(place.home, name), join(place.home, `../saved-${name}`), { recursive: true, verbatimSymlinks: true })
    before = stateOf(updated.project)
    expect((await inProject(["apply", "--yes"])).exitCode).toBe(0)
    after = stateOf(updated.project)
  })
  beforeEach(() => again())
  afterAll(() => place.remove())

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
  const check = async (point: string, next: ReadonlyArray<string>) => {
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

  it.each(steps)("before %s is finished or rolled back by the next command", async (step) => {
    expect((await inProject(["apply", "--yes"], `${step}:before:1`)).exitCode).toBe(137)
    const isNew = await check(step, ["plan"])
    expect(isNew).toBe(steps.indexOf(step) > steps.indexOf("apply-commit"))
  })

  it.each(steps)("after %s is finished or rolled back by the next command", async (step) => {
    expect((await inProject(["apply", "--yes"], `${step}:after:1`)).exitCode).toBe(137)
    const isNew = await check(step, ["undo", "--dry-run"])
    expect(isNew).toBe(steps.indexOf(step) >= steps.indexOf("apply-commit"))
  })

  it("is told by status, which changes nothing", async () => {
    await inProject(["apply", "--yes"], "apply-replace:after:2")
    const cutOff = stateOf(updated.project)
    expect((await inProject(["status"])).stderr).toContain("an update of api was cut off")
    expect(stateOf(updated.project)).toEqual(cutOff)
    const told = await inProject(["plan"])
    expect(told.stderr).toContain("The update of api from 1.0.0 to 2.0.0 had been cut off; it is finished now.")
    expect((await inProject(["status"])).stderr).not.toContain("was cut off")
  })

  it.each(["apply-commit:before", "apply-replace:after", "apply-remove-folder:after", "apply-done:before"])("while it is undone, at %s", async (name) => {
    await inProject(["apply", "--yes"])
    expect((await inProject(["undo"], `${name}:1`)).exitCode).toBe(137)
    if (await check(name, ["plan"])) expect((await inProject(["undo"])).exitCode).toBe(0)
    expect(stateOf(updated.project)).toEqual(before)
  })

  it.each([["apply-replace:after:2", "apply-replace:before:1"], ["apply-replace:after:1", "apply-clear:after:1"], ["apply-stage:after:2", "lock-release:before:1"]] as const)(
    "at %s, and the command that ends it at %s",
    async (first, second) => {
      await inProject(["apply", "--yes"], first)
      expect((await inProject(["plan"], second)).exitCode).toBe(137)
      await check(`${first}, ${second}`, ["plan"])
    }
  )

  thorough("at 100 random points", async () => {
    const random = numbers(6)
    const often: { readonly [step: string]: number } = { "apply-stage": 20, "apply-hold": 4, "apply-replace": 20 }
    for (let round = 0; round < 100; round++) {
      again()
      const step = steps[random(steps.length)] ?? "apply-commit"
      const point = `${step}:${random(2) === 0 ? "before" : "after"}:${1 + random(often[step] ?? 1)}`
      expect([0, 137], point).toContain((await inProject(["apply", "--yes"], point)).exitCode)
      await check(point, ["plan"])
    }
  })
})
