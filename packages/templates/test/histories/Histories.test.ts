import { pending, type UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { mkdtempSync, realpathSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type File, type Files, type History, history, isText, projectOf, versionsOf } from "./Histories.js"
import { type Expected, expectedOf } from "./Oracle.js"
import { fetch, live, makeRepository, metadataText, plan, readFiles, remove, undo, update, writeFiles } from "./World.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
const seed = Number(process.env["DEV_INFRA_SEED"] ?? "20261121")

const shown = (file: File | undefined): string => (file === undefined ? "nothing" : `${file.mode} ${JSON.stringify(Buffer.from(file.content).toString(isText(file) ? "utf8" : "hex"))}`)

const isSame = (a: File | undefined, b: File | undefined): boolean => shown(a) === shown(b)

const without = (files: Files, path: string): Files => new Map([...files].filter(([other]) => other !== path))

const differing = (before: Files, after: Files): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => !isSame(before.get(path), after.get(path)))

const fail = (what: string, details: object): never => {
  throw new Error(`${what}: ${JSON.stringify(details, null, 1)}`)
}

const metadata = ".dev-infra.yml"

/** Nothing else is touched than what the plan lists, and what it lists as skipped is not touched. */
const checkListed = (planned: UpdatePlan, before: Files, after: Files) => {
  const touchable = new Set(planned.files.flatMap((file) => (pending.has(file.class) && file.class !== "ask" ? [file.path, file.from ?? file.path] : [])))
  for (const path of differing(before, after)) {
    if (!touchable.has(path)) fail("changed although the plan does not list it", { path, before: shown(before.get(path)), after: shown(after.get(path)), listed: planned.files.map((file) => [file.class, file.path]) })
  }
}

const checkExpected = (expected: ReadonlyMap<string, Expected>, planned: UpdatePlan, before: Files, after: Files) => {
  for (const [path, want] of expected) {
    if (want.kind === "is" && !isSame(want.file, after.get(path))) {
      fail("not as it has to be", { path, why: want.why, want: shown(want.file), got: shown(after.get(path)), before: shown(before.get(path)), listed: planned.files.filter((file) => file.path === path).map((file) => [file.class, file.reason]) })
    }
  }
}

/** Where both changed something, every line of the project is still somewhere, or stands in the undo journal of a file that follows the template by rule. */
const checkKept = (planned: UpdatePlan, base: Files, before: Files, after: Files) => {
  for (const file of planned.files) {
    const from = file.from ?? file.path
    const own = before.get(from)
    if (file.class !== "conflict" || own === undefined || !isText(own) || isSame(own, base.get(from))) continue
    const now = after.get(file.path) ?? after.get(from)
    const text = now === undefined ? "" : Buffer.from(now.content).toString()
    const old = new Set(Buffer.from(base.get(from)?.content ?? new Uint8Array()).toString().split(/\r?\n/))
    const lost = Buffer.from(own.content).toString().split(/\r?\n/).filter((line) => !old.has(line) && !text.includes(line))
    if (lost.length > 0) fail("lines of the project are gone", { path: file.path, lost, now: shown(now) })
  }
}

const play = (past: History) =>
  Effect.gen(function* () {
    const area = yield* Effect.acquireRelease(Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-history-")))), (folder) => Effect.sync(() => remove(folder)))
    const versions = versionsOf(past)
    const to = versions.length - 1
    const from = past.from % versions.length
    const base = versions[from]?.files ?? new Map()
    const repository = join(area, "template.git")
    const commits = makeRepository(repository, versions, past)
    const source = `git+file://${repository}`
    const folder = join(area, "project")
    const version = `v1.${from}.0`
    writeFiles(folder, new Map([...projectOf(base, past), [metadata, { mode: "file", content: Buffer.from(metadataText(past, { source, version, commit: commits[from] ?? "" })) }]]))
    const original = readFiles(folder)
    const ours = without(original, metadata)
    const target = `v1.${to}.0`
    const expected = expectedOf(past, versions, from, to, ours)

    yield* Effect.gen(function* () {
      yield* fetch(source)
      for (const choice of ["markers", "ours", "theirs"] as const) {
        const { planned } = yield* update(folder, target, choice)
        const now = readFiles(folder)
        const after = without(now, metadata)
        checkListed(planned, ours, after)
        if (choice === "markers") {
          checkExpected(expected, planned, ours, after)
          checkKept(planned, base, ours, after)
        }
        const again = yield* plan(folder, target)
        const left = again.files.filter((file) => pending.has(file.class) && file.class !== "ask")
        if (left.length > 0) fail("something is pending after it was applied", { choice, left: left.map((file) => [file.class, file.path, file.from, file.reason]), first: planned.files.map((file) => [file.class, file.path, file.from]) })
        if (again.from.version !== target) fail("the version is not recorded", { recorded: again.from })
        const text = Buffer.from(now.get(metadata)?.content ?? new Uint8Array()).toString()
        if (!text.startsWith("# kept as it is\n")) fail("other lines of the file were touched", { text })
        const second = yield* update(folder, target, choice)
        if (second.applied.changed || differing(now, readFiles(folder)).length > 0) fail("applying twice changed something", { changed: differing(now, readFiles(folder)), files: second.applied.files })
        if (differing(original, now).length > 0) yield* undo(folder)
        const undone = differing(original, readFiles(folder))
        if (undone.length > 0) fail("undone is not as before", { choice, undone: undone.map((path) => [path, shown(original.get(path)), shown(readFiles(folder).get(path))]) })
      }
    }).pipe(Effect.provide(live(area)))
  }).pipe(Effect.scoped)

describe("updates over random histories of a template and random edits of a project", () => {
  const runs = isSoak ? { numRuns: 80 } : { numRuns: Number(process.env["DEV_INFRA_RUNS"] ?? "15") }

  it("merge as git does, touch only what the plan lists, lose nothing, leave nothing pending, and can be undone", () =>
    FastCheck.assert(
      FastCheck.asyncProperty(history, (past) => Effect.runPromise(play(past).pipe(Effect.timeoutFail({ duration: "10 minutes", onTimeout: () => new Error("it does not come to an end") })))),
      { ...runs, seed, ...(process.env["DEV_INFRA_PATH"] === undefined ? {} : { path: process.env["DEV_INFRA_PATH"] }), markInterruptAsFailure: false, endOnFailure: true }
    ), 900_000)
})
