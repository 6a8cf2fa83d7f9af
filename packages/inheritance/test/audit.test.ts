import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as GitHistory from "@dev-infra/inheritance/GitHistory"
import * as InheritanceDrift from "@dev-infra/inheritance/InheritanceDrift"
import type { LibraryUse } from "@dev-infra/inheritance/InheritanceUses"
import * as InheritanceList from "@dev-infra/inheritance/InheritanceList"
import * as MigrationTable from "@dev-infra/inheritance/MigrationTable"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const id = (digit: number): string => String(digit).repeat(40)

const use = (name: string, ref: string, commit: string): LibraryUse => ({
  project: { id: name, name, path: `/code/${name}` },
  name: "infra",
  kind: "inherited",
  from: "gh:acme/infra",
  library: "https://github.com/acme/infra.git",
  folder: "",
  path: undefined,
  ref,
  lockedRef: ref,
  commit,
  tree: undefined,
  floating: false,
  lock: "fits",
  file: `/code/${name}/.dev-infra.yml`,
  line: undefined
})

describe("MigrationTable", () => {
  const table = Either.getOrThrow(
    MigrationTable.parse("migrations:\n  v3:\n    tasks: {b: c}\n  v2.0.0:\n    tasks: {a: b}\n    paths: {v1/all.yml: v2/all.yml}\n  v4.0.0: {tasks: {c: d}}\n")
  )

  it("follows all versions on the way, the oldest first, and no others", () => {
    expect([...MigrationTable.between(table, "v1.0.0", "v3.0.0").tasks]).toEqual([["a", "c"], ["b", "c"]])
    expect([...MigrationTable.between(table, "v2.0.0", "v3.1.0").tasks]).toEqual([["b", "c"]])
    expect([...MigrationTable.between(table, "v1.0.0", "v2.0.0").paths]).toEqual([["v1/all.yml", "v2/all.yml"]])
    expect([...MigrationTable.between(table, "v4.0.0", "v4.0.0").tasks]).toEqual([])
  })

  it("follows all where refs are no versions", () => {
    expect([...MigrationTable.between(table, "main", "5f0c1e0").tasks]).toEqual([["a", "d"], ["b", "d"], ["c", "d"]])
  })

  it("says what is wrong with a table", () => {
    expect(Either.isLeft(MigrationTable.parse("migrations: [1]\n"))).toBe(true)
    expect(Either.isLeft(MigrationTable.parse("migrations: {a: {tasks: {b: 1}}}\n"))).toBe(true)
    expect(Either.isLeft(MigrationTable.parse("a: &a [*a]\n"))).toBe(true)
    expect(Either.isRight(MigrationTable.parse(""))).toBe(true)
  })
})

describe("InheritanceDrift", () => {
  it("takes the version of most for the usual one, and of equally many the newest", () => {
    const deviations = (...uses: ReadonlyArray<LibraryUse>) => InheritanceDrift.deviations(uses).map(({ count, of, usual, use: { project } }) => [project.name, usual.ref, count, of])
    expect(deviations(use("a", "v1.0.0", id(1)), use("b", "v1.0.0", id(1)), use("c", "v2.0.0", id(2)))).toEqual([["c", "v1.0.0", 2, 3]])
    expect(deviations(use("a", "v9.0.0", id(1)), use("b", "v10.0.0", id(2)))).toEqual([["a", "v10.0.0", 1, 2]])
    expect(deviations(use("a", "v1.0.0", id(1)), use("b", "v1.0.0", id(1)))).toEqual([])
  })
})

describe("InheritanceList", () => {
  it.effect("counts versions and commits, and says why it cannot", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "list-"))),
      (root) =>
        Effect.gen(function* () {
          const project = (name: string, commit: string, ref: string) => {
            const path = join(root, name)
            mkdirSync(path)
            writeFileSync(join(path, ".dev-infra.yml"), `inherits: [{name: infra, from: "gh:acme/infra", ref: ${ref}}]\n`)
            writeFileSync(join(path, "dev-infra.lock"), `version: 1\nlibraries:\n  infra: {url: "https://github.com/acme/infra.git", ref: ${ref}, commit: "${commit}", tree: "${id(9)}"}\n`)
            return { id: name, name, path }
          }
          const projects = [project("old", id(1), "v1.0.0"), project("new", id(3), "v1.2.0"), project("other", id(7), "v0.1.0"), project("moving", id(1), "main")]
          const { uses } = yield* InheritanceList.make(projects)
          expect(uses.map(({ behind, isBranch }) => [Either.isRight(behind) ? [behind.right.versions, behind.right.commits?.commits] : behind.left, isBranch])).toEqual([
            [[2, 2], false],
            [[0, 0], false],
            [[undefined, undefined], false],
            [[2, 2], true]
          ])
        }).pipe(
          Effect.provide([
            LocalFiles.layer,
            GitHistory.layerMemory([
              {
                folder: "/clones/https://github.com/acme/infra.git",
                commits: [1, 2, 3].map((digit) => ({ commit: id(digit), files: {} })),
                branches: { main: id(3) },
                tags: { "v1.0.0": id(1), "v1.1.0": id(2), "v1.2.0": id(3) }
              }
            ])
          ])
        ),
      (root) => Effect.sync(() => rmSync(root, { recursive: true }))
    )
  )
})
