import * as Digest from "@dev-infra/git-repositories/Digest"
import * as Planning from "@dev-infra/templates/Planning"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import type { PlannedFile } from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { applied, executable, link, shown, textOf, tree, type Written } from "./trees.js"

type Files = { readonly [path: string]: Written }

const labels = { ours: "here", base: "web v1", theirs: "web v2" }

/** Compares, with a project that is read as it would be from the disk. */
const compare = (base: Files, theirs: Files, ours: Files, more: Partial<Planning.CompareOptions> = {}): Effect.Effect<ReadonlyArray<PlannedFile>> =>
  Effect.gen(function* () {
    const folder = yield* ProjectFolder.ProjectFolder
    const { files, obstacles } = yield* folder.read("/project", [...Object.keys(base), ...Object.keys(theirs)])
    return yield* Planning.compare({ base: tree(base), theirs: tree(theirs), ours: files, obstacles, rules: Planning.noRules, renamed: [], labels, ...more })
  }).pipe(Effect.provide([TextMerge.layerMemory, ProjectFolder.layerMemory({ "/project": tree(ours) })]), Effect.orDie)

const classes = (files: ReadonlyArray<PlannedFile>) => Object.fromEntries(files.map((file) => [file.path, file.proposed === undefined ? file.class : `${file.class} ${file.proposed}`]))

const afterOf = (file: PlannedFile | undefined) => (file?.after === undefined ? undefined : textOf(file.after.content))

const rules = (more: Partial<Planning.UpdateRules>): Pick<Planning.CompareOptions, "rules"> => ({ rules: { ...Planning.noRules, ...more } })
const globs = (more: Partial<Planning.UpdateRules["project"]>) => ({ always: [], ask: [], never: [], ...more })

const five = "1\n2\n3\n4\n5\n"

describe("Planning.compare", () => {
  it.effect("says nothing of files that are as they should be", () =>
    Effect.map(compare({ a: "1\n", b: "1\n" }, { a: "1\n", b: "2\n" }, { a: "1\n", b: "2\n", mine: "x" }), (files) => assert.deepStrictEqual(files, [])))

  it.effect("gives each file its class", () =>
    Effect.gen(function* () {
      const base = { updated: "1\n", merged: five, conflict: five, dropped: "x\n", changedAndDropped: "x\n", removed: "1\n", mode: "#!\n", local: "1\n", both: five }
      const theirs = { updated: "2\n", merged: five.replace("1", "one"), conflict: five.replace("3", "drei"), removed: "2\n", mode: executable("#!\n"), local: "1\n", both: five.replace("2", "two"), fresh: "hello\n" }
      const ours = { updated: "1\n", merged: five.replace("5", "five"), conflict: five.replace("3", "three"), dropped: "x\n", changedAndDropped: "y\n", mode: "#!\n", local: "mine\n", both: five.replace("2", "two") }
      const files = yield* compare(base, theirs, ours)
      assert.deepStrictEqual(classes(files), {
        changedAndDropped: "conflict",
        conflict: "conflict",
        dropped: "delete",
        fresh: "new",
        local: "local",
        merged: "merge",
        mode: "mode",
        removed: "kept-deleted",
        updated: "update"
      })
      assert.deepStrictEqual(shown(applied(tree(ours), files)), {
        both: five.replace("2", "two"),
        changedAndDropped: "y\n",
        conflict: "1\n2\n<<<<<<< here\nthree\n=======\ndrei\n>>>>>>> web v2\n4\n5\n",
        fresh: "hello\n",
        local: "mine\n",
        merged: "one\n2\n3\n4\nfive\n",
        mode: "executable: #!\n",
        updated: "2\n"
      })
    }))

  it.effect("names what is there now, so that a plan can be seen to be stale", () =>
    Effect.gen(function* () {
      const [file] = yield* compare({ a: "1\n" }, { a: executable("2\n") }, { a: "1\n" })
      assert.deepStrictEqual(file, {
        path: "a",
        class: "update",
        isBinary: false,
        before: Digest.ofFile({ mode: "file", content: Buffer.from("1\n") }),
        modeBefore: "file",
        after: { mode: "executable", content: Buffer.from("2\n") }
      })
    }))

  it.effect("keeps a mode that the project changed, and takes one that the template changed", () =>
    Effect.gen(function* () {
      const files = yield* compare({ a: "1\n", b: "1\n", c: "1\n" }, { a: "2\n", b: executable("1\n"), c: "1\n" }, { a: executable("1\n"), b: "2\n", c: executable("1\n") })
      assert.deepStrictEqual(classes(files), { a: "merge", b: "mode", c: "local" })
      assert.deepStrictEqual(shown(applied(tree({ a: executable("1\n"), b: "2\n" }), files)), { a: "executable: 2\n", b: "executable: 2\n" })
    }))

  it.effect("merges no binary files", () =>
    Effect.gen(function* () {
      const files = yield* compare({ a: "\0\x01", b: "\0\x01" }, { a: "\0\x02", b: "\0\x02" }, { a: "\0\x03", b: "\0\x01" })
      assert.deepStrictEqual(classes(files), { a: "conflict", b: "update" })
      assert.isTrue(files.every(({ isBinary }) => isBinary))
      const [conflict] = files
      assert.deepStrictEqual(afterOf(conflict), "\0\x03", "the project keeps its own")
      assert.deepStrictEqual([conflict?.sides?.ours?.content, conflict?.sides?.theirs?.content].map((side) => side && textOf(side)), ["\0\x03", "\0\x02"])
    }))

  it.effect("treats a link as one thing, and reads nothing through it", () =>
    Effect.gen(function* () {
      const base = { a: link("x"), b: link("x"), c: "text\n", d: "1\n" }
      const files = yield* compare(base, { ...base, a: link("y"), b: link("y"), c: link("x"), d: "2\n" }, { a: link("x"), b: link("z"), c: "text\n", d: link("/etc/passwd") })
      assert.deepStrictEqual(classes(files), { a: "update", b: "conflict", c: "update", d: "conflict" })
    }))

  it.effect("keeps CRLF and a missing end of the last line", () =>
    Effect.gen(function* () {
      const base = "1\r\n2\r\n3\r\n4"
      const [file] = yield* compare({ a: base }, { a: base.replace("1", "one") }, { a: base.replace("4", "four") })
      assert.deepStrictEqual([file?.class, afterOf(file)], ["merge", "one\r\n2\r\n3\r\nfour"])
    }))

  describe("renames", () => {
    const renamed = [{ from: "old", to: "new" }]

    it.effect("takes changes of both sides to the new name", () =>
      Effect.gen(function* () {
        const ours = { old: five.replace("5", "five") }
        const files = yield* compare({ old: five }, { new: five.replace("1", "one") }, ours, { renamed })
        assert.deepStrictEqual(files.map(({ class: kind, from, path }) => [kind, from, path]), [["rename", "old", "new"]])
        assert.deepStrictEqual(shown(applied(tree(ours), files)), { new: "one\n2\n3\n4\nfive\n" })
      }))

    it.effect("sees a file that moved with the same content", () =>
      Effect.gen(function* () {
        const ours = { "docs/a.md": five.replace("5", "five") }
        const files = yield* compare({ "docs/a.md": five }, { "guide/a.md": five, "guide/b.md": five }, ours)
        assert.deepStrictEqual(classes(files), { "guide/a.md": "rename", "guide/b.md": "new" })
        assert.deepStrictEqual(shown(applied(tree(ours), files)), { "guide/a.md": five.replace("5", "five"), "guide/b.md": five })
      }))

    it.effect("goes over several versions", () =>
      Effect.gen(function* () {
        const chain = [{ from: "a", to: "b" }, { from: "b", to: "c" }]
        const files = yield* compare({ a: "1\n" }, { c: "2\n" }, { a: "1\n" }, { renamed: chain })
        assert.deepStrictEqual(files.map(({ class: kind, from, path }) => [kind, from, path]), [["rename", "a", "c"]])
      }))

    it.effect("is no rename if the project did it already, or removed the file", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(classes(yield* compare({ old: five }, { new: five }, { new: "mine\n" }, { renamed })), { new: "local" })
        assert.deepStrictEqual(classes(yield* compare({ old: five }, { new: five }, {}, { renamed })), { new: "kept-deleted" })
      }))

    it.effect("looks at both files where the project has another one under the new name", () =>
      Effect.gen(function* () {
        const files = yield* compare({ old: "1\n" }, { new: "2\n" }, { old: "1\n", new: "mine\n" }, { renamed })
        assert.deepStrictEqual(classes(files), { new: "conflict", old: "delete" })
      }))

    it.effect("keeps what does not fit together under the new name", () =>
      Effect.gen(function* () {
        const ours = { old: "\0mine" }
        const files = yield* compare({ old: "\0" }, { new: "\0theirs" }, ours, { renamed })
        assert.deepStrictEqual(files.map(({ class: kind, from, path }) => [kind, from, path]), [["conflict", "old", "new"]])
        assert.deepStrictEqual(shown(applied(tree(ours), files)), { new: "\0mine" })
      }))
  })

  describe("rules", () => {
    const base = { a: "1\n", b: "1\n" }
    const theirs = { a: "2\n", b: "1\n" }

    it.effect("leaves customised files alone, and says why", () =>
      Effect.gen(function* () {
        const ours = { a: "mine\n", b: "mine\n" }
        const files = yield* compare(base, theirs, ours, rules({ customizations: [{ file: "a", reason: "our own" }, { file: "./b" }] }))
        assert.deepStrictEqual(files.map(({ class: kind, path, reason }) => [path, kind, reason]), [["a", "customised", "our own"]])
        assert.deepStrictEqual(shown(applied(tree(ours), files)), ours)
      }))

    it.effect("takes the template's file with always, also where the project changed or removed it", () =>
      Effect.gen(function* () {
        const always = rules({ template: globs({ always: ["*"] }) })
        const files = yield* compare({ ...base, c: "1\n", d: "1\n" }, { ...theirs, d: "1\n" }, { a: "mine\n", b: "mine\n", c: "mine\n" }, always)
        assert.deepStrictEqual(classes(files), { a: "update", b: "update", c: "delete", d: "new" })
        assert.deepStrictEqual(files[0]?.reason, "always: * (template)")
        assert.deepStrictEqual(shown(applied(tree({ a: "mine\n", b: "mine\n", c: "mine\n" }), files)), { a: "2\n", b: "1\n", d: "1\n" })
      }))

    it.effect("asks, with what would be done and both sides", () =>
      Effect.gen(function* () {
        const [file] = yield* compare(base, theirs, { a: "mine\n", b: "1\n" }, rules({ project: globs({ ask: ["a"] }) }))
        assert.deepStrictEqual([file?.class, file?.proposed, file?.reason], ["ask", "conflict", "ask: a (project)"])
        assert.deepStrictEqual([file?.sides?.ours, file?.sides?.theirs].map((side) => side && textOf(side.content)), ["mine\n", "2\n"])
      }))

    it.effect("never changes what may never be changed", () =>
      Effect.gen(function* () {
        const files = yield* compare(base, theirs, { a: "1\n", b: "mine\n" }, rules({ project: globs({ never: ["**"] }) }))
        assert.deepStrictEqual(classes(files), { a: "never" })
      }))

    it.effect("goes by the project before the template, and by never before ask before always", () =>
      Effect.gen(function* () {
        const ours = { a: "1\n", b: "1\n" }
        const all = { always: ["a"], ask: ["a"], never: ["a"] }
        const classOfA = (more: Partial<Planning.UpdateRules>) => Effect.map(compare(base, theirs, ours, rules(more)), ([file]) => file?.class)
        assert.strictEqual(yield* classOfA({ template: all }), "never")
        assert.strictEqual(yield* classOfA({ template: { ...all, never: [] } }), "ask")
        assert.strictEqual(yield* classOfA({ project: globs({ always: ["a"] }), template: all }), "update")
        assert.strictEqual(yield* classOfA({ customizations: [{ file: "a" }], project: all }), "customised")
      }))

    it.effect("goes by the old name of a file too", () =>
      Effect.gen(function* () {
        const move = (more: Partial<Planning.UpdateRules>) => Effect.map(compare({ old: "1\n" }, { new: "1\n" }, { old: "mine\n" }, rules(more)), ([file]) => file)
        const customised = yield* move({ customizations: [{ file: "old", reason: "ours" }] })
        assert.deepStrictEqual([customised?.class, customised?.path, customised?.from, afterOf(customised)], ["customised", "new", "old", "mine\n"])
        assert.deepStrictEqual((yield* move({ template: globs({ never: ["old"] }) }))?.class, "never")
        const asked = yield* move({ template: globs({ ask: ["new"] }) })
        assert.deepStrictEqual([asked?.class, asked?.proposed, asked?.from], ["ask", "rename", "old"])
        assert.deepStrictEqual(afterOf(yield* move({ template: globs({ always: ["new"] }) })), "1\n")
      }))

    it.effect("takes a folder that was customised for everything in it", () =>
      Effect.gen(function* () {
        const files = yield* compare({ "docs/a": "1\n", docsite: "1\n" }, { "docs/a": "2\n", docsite: "2\n" }, { "docs/a": "1\n", docsite: "1\n" }, rules({ customizations: [{ file: "docs/" }] }))
        assert.deepStrictEqual(classes(files), { "docs/a": "customised", docsite: "update" })
      }))

    it.effect("matches dot files and everything in a folder", () =>
      Effect.gen(function* () {
        const never = rules({ template: globs({ never: [".github/", "ci"] }) })
        const files = yield* compare({}, { ".github/workflows/a.yml": "1\n", "ci/x/y": "1\n", cite: "1\n" }, {}, never)
        assert.deepStrictEqual(classes(files), { ".github/workflows/a.yml": "never", "ci/x/y": "never", cite: "new" })
      }))

    it.effect("never touches the project's own description", () =>
      Effect.map(compare({ ".dev-infra.yml": "a\n" }, { ".dev-infra.yml": "b\n" }, { ".dev-infra.yml": "a\n" }), (files) => assert.deepStrictEqual(files, [])))
  })

  describe("what stands in the way", () => {
    it.effect("leaves a folder and a link alone that the project has there", () =>
      Effect.gen(function* () {
        const files = yield* compare({ a: "1\n", "docs/b": "1\n" }, { a: "2\n", "docs/b": "2\n" }, { "a/mine": "x", docs: link("../elsewhere") })
        assert.deepStrictEqual(files.map(({ class: kind, path, reason }) => [path, kind, reason]), [
          ["a", "local", "a folder lies there"],
          ["docs/b", "local", "docs is a link, and nothing is read or written through links"]
        ])
      }))

    it.effect("turns a file into a folder and back where nothing of the project is in the way", () =>
      Effect.gen(function* () {
        const files = { one: { a: "1\n" }, two: { "a/b": "2\n" } }
        assert.deepStrictEqual(classes(yield* compare(files.one, files.two, files.one)), { a: "delete", "a/b": "new" })
        assert.deepStrictEqual(classes(yield* compare(files.two, files.one, files.two)), { a: "new", "a/b": "delete" })
        assert.deepStrictEqual(classes(yield* compare({ bin: "1\n" }, { "bin/run": "1\n" }, { bin: "1\n" })), { "bin/run": "rename" })
        assert.deepStrictEqual(classes(yield* compare(files.two, files.one, { ...files.two, "a/mine": "x" })), { a: "local", "a/b": "delete" })
      }))
  })

  it.effect("gives up on patterns that were made to take for ever", () =>
    Effect.gen(function* () {
      const slow = `${"+(*a|*aa)".repeat(12)}b`
      const files = tree({ ["a".repeat(60)]: "1\n" })
      const failure = yield* Planning.compare({ base: tree({}), theirs: files, ours: tree({}), ...rules({ template: globs({ never: [slow] }) }), renamed: [], labels }).pipe(
        Effect.provide(TextMerge.layerMemory),
        Effect.flip
      )
      assert.deepInclude(failure, { _tag: "TemplateInvalid", source: "web v2" })
    }))

  it.effect("without a base everything that differs is a conflict", () =>
    Effect.gen(function* () {
      const files = yield* compare({}, { a: "1\n", b: "2\n", c: "3\n" }, { a: "1\n", b: "mine\n" })
      assert.deepStrictEqual(classes(files), { b: "conflict", c: "new" })
    }))
})

