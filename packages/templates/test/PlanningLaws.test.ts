/**
 * What holds for every template and every project: shown with random versions of a template and random changes of a project.
 */
import * as FileTree from "@dev-infra/git-repositories/FileTree"
import * as Planning from "@dev-infra/templates/Planning"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import * as UpdatePlan from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { gitMerge } from "./gitMerge.js"
import { applied, bytes, textOf } from "./trees.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
const numRuns = isSoak ? 2000 : 150
const seed = 6

type File = FileTree.TreeFile

const paths = ["README.md", "a.txt", "b.txt", "docs/x.md", "docs/y.md", "bin/run", "bin", "data.bin", ".ci/build.yml", "link"]

const line = FastCheck.oneof(
  { weight: 4, arbitrary: FastCheck.nat(30).map((number) => `line ${number}\n`) },
  { weight: 1, arbitrary: FastCheck.constantFrom("\n", "}\n", "same\n", "windows\r\n") }
)

const text = FastCheck.tuple(FastCheck.array(line, { maxLength: 14 }), FastCheck.boolean()).map(([lines, isOpen]) => (isOpen ? lines.join("").replace(/\n$/, "") : lines.join("")))

const file: FastCheck.Arbitrary<Omit<File, "path">> = FastCheck.oneof(
  { weight: 8, arbitrary: text.map((content) => ({ mode: "file" as const, content: bytes(content) })) },
  { weight: 1, arbitrary: text.map((content) => ({ mode: "executable" as const, content: bytes(content) })) },
  { weight: 1, arbitrary: FastCheck.string().map((content) => ({ mode: "file" as const, content: bytes(`\0${content}`) })) },
  { weight: 1, arbitrary: FastCheck.constantFrom("a.txt", "../out").map((target) => ({ mode: "symlink" as const, content: bytes(target) })) }
)

/** Files that can lie beside each other: none is a folder of another. */
const treeOf = (files: ReadonlyArray<File>): FileTree.FileTree => {
  const kept: Array<File> = []
  for (const one of files) if (!kept.some(({ path }) => path === one.path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`))) kept.push(one)
  return FileTree.fromFiles(kept)
}

const tree = FastCheck.array(FastCheck.record({ path: FastCheck.constantFrom(...paths), file }), { minLength: 2, maxLength: 9 }).map((all) => treeOf(all.map(({ file, path }) => ({ path, ...file }))))

type Change =
  | { readonly kind: "edit"; readonly at: number; readonly drop: number; readonly add: string }
  | { readonly kind: "replace"; readonly file: Omit<File, "path"> }
  | { readonly kind: "remove" | "mode" }
  | { readonly kind: "move"; readonly to: string }
  | { readonly kind: "add"; readonly path: string; readonly file: Omit<File, "path"> }

interface Step {
  readonly which: number
  readonly change: Change
}

const step = (own: string): FastCheck.Arbitrary<Step> =>
  FastCheck.record({
    which: FastCheck.nat(20),
    change: FastCheck.oneof(
      { weight: 6, arbitrary: FastCheck.record({ kind: FastCheck.constant("edit" as const), at: FastCheck.nat(14), drop: FastCheck.nat(2), add: FastCheck.nat(1_000_000).map((number) => `${own} ${number}\n`) }) },
      { weight: 1, arbitrary: FastCheck.record({ kind: FastCheck.constant("replace" as const), file }) },
      { weight: 2, arbitrary: FastCheck.record({ kind: FastCheck.constantFrom("remove" as const, "mode" as const) }) },
      { weight: 2, arbitrary: FastCheck.record({ kind: FastCheck.constant("move" as const), to: FastCheck.constantFrom(...paths) }) },
      { weight: 2, arbitrary: FastCheck.record({ kind: FastCheck.constant("add" as const), path: FastCheck.constantFrom(...paths, "mine.txt"), file }) }
    )
  })

const edited = (old: File, { add, at, drop }: Extract<Change, { readonly kind: "edit" }>): File => {
  const lines = textOf(old.content).match(/[^\n]*\n|[^\n]+$/g) ?? []
  return old.mode === "symlink" ? old : { ...old, content: bytes(lines.toSpliced(at % (lines.length + 1), drop, add).join("")) }
}

const stepped = (before: FileTree.FileTree, { change, which }: Step): FileTree.FileTree => {
  const files = [...before.values()]
  if (change.kind === "add") return treeOf([{ path: change.path, ...change.file }, ...files])
  const old = files[which % Math.max(1, files.length)]
  if (old === undefined) return before
  const others = files.filter((one) => one !== old)
  switch (change.kind) {
    case "edit":
      return treeOf([edited(old, change), ...others])
    case "replace":
      return treeOf([{ path: old.path, ...change.file }, ...others])
    case "remove":
      return treeOf(others)
    case "mode":
      return treeOf([old.mode === "symlink" ? old : { ...old, mode: old.mode === "file" ? "executable" : "file" }, ...others])
    case "move":
      return treeOf([{ ...old, path: change.to }, ...others])
  }
}

interface History {
  readonly base: FileTree.FileTree
  readonly theirs: FileTree.FileTree
  readonly ours: FileTree.FileTree
  readonly renamed: Planning.CompareOptions["renamed"]
}

const history: FastCheck.Arbitrary<History> = FastCheck.record({
  base: tree,
  template: FastCheck.array(step("theirs"), { maxLength: 6 }),
  project: FastCheck.array(step("ours"), { maxLength: 6 }),
  isTold: FastCheck.boolean()
}).map(({ base, isTold, project, template }) => ({
  base,
  theirs: template.reduce(stepped, base),
  ours: project.reduce(stepped, base),
  renamed: isTold ? template.flatMap(({ change, which }) => (change.kind === "move" ? [{ from: [...base.keys()][which % Math.max(1, base.size)] ?? "", to: change.to }] : [])) : []
}))

const labels = { ours: "here", base: "v1", theirs: "v2" }

const compare = ({ base, ours, renamed, theirs }: History, rules = Planning.noRules) =>
  Effect.gen(function* () {
    const folder = yield* ProjectFolder.ProjectFolder
    const { files, obstacles } = yield* folder.read("/project", [...base.keys(), ...theirs.keys()])
    return yield* Planning.compare({ base, theirs, ours: files, obstacles, rules, renamed, labels })
  }).pipe(Effect.provide([TextMerge.layerMemory, ProjectFolder.layerMemory({ "/project": ours })]))

/** Else nobody hears of the test until it has ended. */
const othersTurn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

const check = (title: string, law: (one: History) => Effect.Effect<void, unknown>) =>
  it.effect(
    title,
    () => Effect.promise(() => FastCheck.assert(FastCheck.asyncProperty(history, (one) => Effect.runPromise(Effect.zipRight(othersTurn, law(one)))), { numRuns, ...(seed === undefined ? {} : { seed }) })),
    isSoak ? 1_800_000 : 240_000
  )

const all = (files: FileTree.FileTree): string => [...files.values()].map(({ content }) => textOf(content)).join("\n")

/** Lines that nobody but the project has. */
const ownLines = (files: FileTree.FileTree): ReadonlyArray<string> => all(files).match(/ours \d+/g) ?? []

describe("for every history", () => {
  check("a plan after applying is empty", (one) =>
    Effect.gen(function* () {
      const ours = applied(one.ours, yield* compare(one))
      const again = yield* compare({ ...one, base: one.theirs, ours, renamed: [] })
      assert.deepStrictEqual(again.filter((file) => UpdatePlan.pending.has(file.class)), [])
    }))

  check("no line is lost that only the project has", (one) =>
    Effect.gen(function* () {
      const after = all(applied(one.ours, yield* compare(one)))
      for (const own of ownLines(one.ours)) assert.include(after, own)
    }))

  check("files that the template did not change stay as they are", (one) =>
    Effect.gen(function* () {
      const after = applied(one.ours, yield* compare(one))
      for (const [path, file] of one.ours) {
        const [before, then] = [one.base.get(path), one.theirs.get(path)]
        const isUnchanged = before === undefined ? then === undefined : then !== undefined && FileTree.isSameFile(before, then)
        const now = after.get(path)
        if (isUnchanged) assert.isTrue(now !== undefined && FileTree.isSameFile(now, file), path)
      }
    }))

  check("without changes of the project the template's files are what it has", (one) =>
    Effect.gen(function* () {
      const after = applied(one.base, yield* compare({ ...one, ours: one.base }))
      assert.deepStrictEqual(after, one.theirs)
    }))

  check("with always the template's files are what it has, with never nothing changes", (one) =>
    Effect.gen(function* () {
      const globs = { always: [], ask: [], never: [] }
      const forced = applied(one.ours, yield* compare(one, { ...Planning.noRules, template: { ...globs, always: ["**"] } }))
      const isInTheWay = (path: string) => [...one.ours.keys()].some((other) => !one.base.has(other) && (path.startsWith(`${other}/`) || other.startsWith(`${path}/`)))
      for (const [path, file] of one.theirs) if (!isInTheWay(path)) assert.deepStrictEqual(forced.get(path), file, path)
      assert.deepStrictEqual(applied(one.ours, yield* compare(one, { ...Planning.noRules, project: { ...globs, never: ["**"] } })), one.ours)
    }))

  it.effect(
    "what is clean is what git merge-file makes of the three",
    () =>
      Effect.gen(function* () {
        const histories = FastCheck.sample(history, { numRuns: 2 * numRuns, seed: seed ?? Date.now() })
        const merges = yield* Effect.forEach(histories, (one) =>
          Effect.map(Effect.zipRight(othersTurn, compare(one)), (files) =>
            files.flatMap((file) => {
              const [base, ours, theirs] = [one.base.get(file.from ?? file.path), one.ours.get(file.from ?? file.path), one.theirs.get(file.path)]
              if ((file.class !== "merge" && file.class !== "rename") || file.isBinary || base === undefined || ours === undefined || theirs === undefined) return []
              if ([base, ours, theirs].some(({ mode }) => mode === "symlink")) return []
              return [{ base: textOf(base.content), ours: textOf(ours.content), theirs: textOf(theirs.content), after: file.after === undefined ? "" : textOf(file.after.content) }]
            })
          )
        )
        const each = merges.flat()
        assert.isAbove(each.length, 10)
        for (const [at, { conflicts, text: expected }] of gitMerge(each, labels).entries()) assert.deepStrictEqual([each[at]?.after, 0], [expected, conflicts])
      }),
    240_000
  )
})
