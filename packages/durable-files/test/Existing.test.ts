import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const inFolder = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-existing-")))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const existing = (paths: ReadonlyArray<string>) => Effect.map(LocalFiles.LocalFiles, (files) => files.existing(paths)).pipe(Effect.provide(LocalFiles.layer))

describe("LocalFiles.existing", () => {
  it.effect("tells for each path whether something is there, many beside each other or few", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        for (const name of ["a", "b", "c", "d", "e e", "f\n"]) mkdirSync(join(folder, name))
        writeFileSync(join(folder, "file"), "")
        symlinkSync(join(folder, "a"), join(folder, "good link"))
        symlinkSync(join(folder, "nowhere"), join(folder, "dead link"))
        mkdirSync(join(folder, "a/inner"))
        const expected: ReadonlyArray<readonly [name: string, exists: boolean]> = [
          ["a", true],
          ["b", true],
          ["nothing", false],
          ["e e", true],
          ["f\n", true],
          ["file", true],
          ["good link", true],
          ["dead link", false],
          ["a/inner", true],
          ["a/other", false],
          ["no/such/folder", false],
          [`${"long".repeat(200)}`, false],
          ["", true]
        ]
        const paths = expected.map(([name]) => join(folder, name))
        const told = yield* existing(paths)
        expect(told).toEqual(expected.map(([, exists]) => exists))
        for (const [at, path] of paths.entries()) expect(yield* existing([path])).toEqual([expected[at]?.[1]])
      })
    ))

  it.effect("asks nothing for no paths, and takes what is no absolute path as the system does", () =>
    Effect.gen(function* () {
      expect(yield* existing([])).toEqual([])
      expect(yield* existing(["/", "/tmp/", "", "a\0b", "no-such-thing-here", "no-such-1", "no-such-2", "no-such-3"])).toEqual([true, true, false, false, false, false, false, false])
      expect(yield* existing(["/nope-1", "/nope-2", "/nope-3", "/nope-4", tmpdir()])).toEqual([false, false, false, false, true])
    }))
})
