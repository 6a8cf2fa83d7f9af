/**
 * Each folder of `examples/taskfile-features` shows one thing that Taskfiles can do. What it is to print stands beside it, in `expected.json`.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { app, ensureBuilt, run } from "../Binary.js"
import { copyExample, makeTaskPlace, type TaskPlace } from "./TaskPlace.js"

const example = "taskfile-features"
const folder = join(app, "../../examples", example)

/** One run in a folder: those of a folder follow each other, and see what earlier ones made. */
interface Expected {
  readonly words: ReadonlyArray<string>
  readonly stdout: string
  /** instead of `stdout`: parts of it */
  readonly stdoutContains?: ReadonlyArray<string>
  /** parts of it; empty: nothing at all */
  readonly stderr?: ReadonlyArray<string>
  readonly notStderr?: ReadonlyArray<string>
  /** 0 if it is not said */
  readonly exitCode?: number
  readonly environment?: { readonly [name: string]: string }
  /** the folder is made a repository first */
  readonly git?: boolean
}

const features = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe("what Taskfiles can do", () => {
  let world: TaskPlace
  beforeAll(() => {
    ensureBuilt()
    world = makeTaskPlace()
    copyExample(world, example)
  })
  afterAll(() => world.place.remove())

  it.concurrent.each(features)("%s", async (feature) => {
    // written by hand beside the Taskfile; a wrong shape fails the test
    const runs = JSON.parse(readFileSync(join(folder, feature, "expected.json"), "utf8")) as ReadonlyArray<Expected>
    for (const { environment, exitCode = 0, git, notStderr = [], stderr, stdout, stdoutContains, words } of runs) {
      const place = world.path(example, feature)
      if (git === true) await run(world.place, "git", ["init", "--quiet"], { folder: place })
      const ended = await world.task(
        words.filter((word) => word !== ""),
        { folder: place, ...(environment === undefined ? {} : { environment }) }
      )
      const what = `${feature}: task ${words.join(" ")}\n${ended.stderr}`
      expect(ended.exitCode, what).toBe(exitCode)
      if (stdoutContains === undefined) expect(ended.stdout, what).toBe(stdout)
      for (const part of stdoutContains ?? []) expect(ended.stdout, what).toContain(part)
      if (stderr?.length === 0) expect(ended.stderr, what).toBe("")
      for (const part of stderr ?? []) expect(ended.stderr, what).toContain(part)
      for (const part of notStderr) expect(ended.stderr, what).not.toContain(part)
    }
  })
})
