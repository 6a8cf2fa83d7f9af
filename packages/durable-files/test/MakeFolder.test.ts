import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const withFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "make-folder-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const make = (folder: string) =>
  Effect.flatMap(LocalFiles.LocalFiles, (files) => files.makeFolder(folder, 0o700)).pipe(Effect.provide(LocalFiles.layer))

describe("makeFolder", () => {
  it.effect("makes the folders around it and names the outermost that was made", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* make(`${folder}/a/b/c`), Option.some(`${folder}/a`))
        assert.deepStrictEqual(yield* make(`${folder}/a/b/c`), Option.none())
        assert.isTrue(existsSync(`${folder}/a/b/c`))
      })
    ))

  it.effect("fails below a file", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        writeFileSync(`${folder}/file`, "")
        for (const path of [`${folder}/file`, `${folder}/file/a`]) {
          assert.strictEqual((yield* Effect.flip(make(path))).reason, "NotAFolder")
        }
      })
    ))

  it.effect("fails, and does not try for ever, where the system lets nobody make a folder", () =>
    Effect.gen(function* () {
      if (!existsSync("/proc/self")) return
      yield* Effect.flip(make("/proc/no-such-folder/inside"))
    }))
})
