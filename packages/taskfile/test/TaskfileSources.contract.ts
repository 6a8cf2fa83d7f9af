/**
 * What every way to read Taskfiles promises; run on each of them.
 *
 * @module
 */
import { defaultNames, TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import type { TaskfileOrigin } from "@dev-infra/taskfile/TaskGraph"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** The layer over some files, and the folder that they are in. */
export type World = (files: { readonly [path: string]: string }) => Effect.Effect<{ readonly layer: Layer.Layer<TaskfileSources>; readonly root: string }, never, Scope.Scope>

const local: TaskfileOrigin = { _tag: "Local" }

/** Run the suite. */
export const testTaskfileSources = (name: string, world: World): void => {
  const using = <A, E>(files: { readonly [path: string]: string }, work: (sources: TaskfileSources["Type"], root: string) => Effect.Effect<A, E>) =>
    Effect.flatMap(world(files), ({ layer, root }) => Effect.provide(Effect.flatMap(TaskfileSources, (sources) => work(sources, root)), layer))

  describe(`TaskfileSources, ${name}`, () => {
    it.scoped("finds the Taskfile of a folder, or of one above it", () =>
      using({ "Taskfile.yml": "root", "a/b/c.txt": "", "web/Taskfile.dist.yml": "web" }, (sources, root) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* sources.find(`${root}/a/b`), Option.some(`${root}/Taskfile.yml`))
          assert.deepStrictEqual(yield* sources.find(`${root}/web`), Option.some(`${root}/web/Taskfile.dist.yml`))
        })
      ))

    it.scoped("takes the first of the eight names", () =>
      Effect.forEach(
        // On file systems that do not tell large letters from small ones, names that differ in that only cannot stand beside each other.
        [defaultNames.filter((one) => one.startsWith("T")), defaultNames.filter((one) => one.startsWith("t"))].flatMap((all) => all.map((_, at) => all.slice(at))),
        (rest) =>
          using(Object.fromEntries(rest.map((file) => [file, file])), (sources, root) =>
            Effect.gen(function* () {
              const { directory, file, text } = yield* sources.read(root, { within: local, checksum: undefined })
              assert.deepStrictEqual([text, file, directory], [rest[0], `${root}/${rest[0]}`, root])
            })
          ),
        { discard: true }
      ))

    it.scoped("reads a file, with where it is", () =>
      using({ "lib/tasks.yml": "é\r\n" }, (sources, root) =>
        Effect.gen(function* () {
          const read = yield* sources.read(`${root}/x/../lib/./tasks.yml`, { within: local, checksum: undefined })
          assert.deepStrictEqual(read, { file: `${root}/lib/tasks.yml`, text: "é\r\n", origin: local, directory: `${root}/lib` })
        })
      ))

    it.scoped("says what is not there", () =>
      using({ "a/x.txt": "", "Taskfile.yml": "x" }, (sources, root) =>
        Effect.gen(function* () {
          const reason = (target: string) => Effect.map(Effect.flip(sources.read(target, { within: local, checksum: undefined })), (problem) => problem.reason)
          assert.deepStrictEqual([yield* reason(`${root}/no.yml`), yield* reason(`${root}/a`), yield* reason(`${root}/Taskfile.yml/x`)], ["NotFound", "NotFound", "NotFound"])
          assert.deepStrictEqual([yield* reason("https://example.org/Taskfile.yml"), yield* reason("git@example.org:a/b.git//Taskfile.yml")], ["NotHere", "NotHere"])
        })
      ))

    it.scoped("compares with a checksum", () =>
      using({ "Taskfile.yml": "abc" }, (sources, root) =>
        Effect.gen(function* () {
          const read = (checksum: string) => sources.read(`${root}/Taskfile.yml`, { within: local, checksum })
          assert.strictEqual((yield* read("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")).text, "abc")
          assert.strictEqual((yield* Effect.flip(read("0".repeat(64)))).reason, "ChecksumDiffers")
        })
      ))

    it.scoped("does not let files of a library name what lies outside", () =>
      using({ "lib/in.yml": "in", "out.yml": "out" }, (sources, root) =>
        Effect.gen(function* () {
          const within: TaskfileOrigin = { _tag: "Inherited", name: "lib", url: "u", ref: "v1", commit: undefined, folder: `${root}/lib` }
          assert.strictEqual((yield* sources.read(`${root}/lib/in.yml`, { within, checksum: undefined })).text, "in")
          assert.strictEqual((yield* Effect.flip(sources.read(`${root}/lib/../out.yml`, { within, checksum: undefined }))).reason, "Escapes")
          assert.strictEqual((yield* Effect.flip(sources.read(`${root}/library.yml`, { within, checksum: undefined }))).reason, "Escapes")
        })
      ))

    it.scoped("reads dotenv files that are there, and inherits nothing by itself", () =>
      using({ ".env": "A=1" }, (sources, root) =>
        Effect.gen(function* () {
          assert.deepStrictEqual([yield* sources.dotenv(`${root}/.env`), yield* sources.dotenv(`${root}/.env.local`)], [Option.some("A=1"), Option.none()])
          assert.deepStrictEqual(yield* sources.inherited(root), [])
        })
      ))
  })
}
