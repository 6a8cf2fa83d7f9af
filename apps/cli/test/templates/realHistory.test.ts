import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import { git, makeHistory, numbered, put, treeOf } from "./RealHistory.js"

interface Listed {
  readonly path: string
  readonly class: string
  readonly from?: string
  readonly isBinary?: boolean
}

/** Updates of projects that were made from a template with a real history, by the program as it is installed. */
describe("the history of a real template", { timeout: 600_000 }, () => {
  let place: Place
  beforeAll(async () => {
    ensureBuilt()
    place = makePlace()
    makeHistory(join(place.home, "templates"))
    await done("template", "add", "service", `git+file://${place.home}/templates//templates/service`)
  })
  afterAll(() => place.remove())

  const folderOf = (name: string) => join(place.home, name)

  /** Runs what has to succeed. */
  const done = async (...words: ReadonlyArray<string>): Promise<string> => {
    const { exitCode, stderr, stdout } = await devInfra(place, words)
    expect(`${words.join(" ")}: ${exitCode}\n${exitCode === 0 ? "" : stderr}`).toBe(`${words.join(" ")}: 0\n`)
    return stdout
  }

  const make = async (name: string, version: string): Promise<string> => {
    await done("new", name, "--template", `service@${version}`, "--defaults", "--no-git", "--var", "port=9090")
    return folderOf(name)
  }

  const classesOf = async (name: string, ...more: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>> => {
    const plan: { readonly files: ReadonlyArray<Listed> } = JSON.parse(await done("plan", folderOf(name), "--json", ...more))
    return new Map(plan.files.map((file) => [file.path, file.class]))
  }

  const edit = (folder: string, path: string, change: (text: string) => string) => writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "latin1")), "latin1")

  const text = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8")

  /** Without what a new project says of itself. */
  const filesOf = (folder: string): ReadonlyMap<string, string> => new Map([...treeOf(folder)].filter(([path]) => path !== ".dev-infra.yml"))

  it("brings a project that nobody changed to exactly what a new one is, in one step or in several", async () => {
    const [fresh, direct, slow] = [await make("fresh", "v2.0.0"), await make("direct", "v1.0.0"), await make("slow", "v1.0.0")]
    const renamed = (folder: string, name: string) =>
      new Map([...filesOf(folder)].map(([path, content]) => [path.replace(`${name}.service`, "NAME.service"), content.replaceAll(name, "NAME")] as const))
    // never.txt keeps what it had, and nobody is there to be asked about asked.txt
    const ruled = (files: ReadonlyMap<string, string>) => new Map([...files, ["never.txt", "ruled"], ["asked.txt", "ruled"]])
    expect(filesOf(direct).size).toBeGreaterThanOrEqual(498)
    await done("apply", direct, "--yes")
    await done("apply", slow, "--yes", "--to", "v1.1.0")
    expect(text(slow, ".dev-infra.yml")).toContain("\nversion: v1.1.0\n")
    await done("apply", slow, "--yes", "--to", "1.2.0")
    await done("apply", slow, "--yes", "--ask", "apply")
    expect(ruled(renamed(direct, "direct"))).toEqual(ruled(renamed(fresh, "fresh")))
    expect(ruled(renamed(slow, "slow"))).toEqual(ruled(renamed(fresh, "fresh")))
    expect(text(direct, "asked.txt")).toBe(numbered(1, 5))
    expect(text(slow, "asked.txt")).toBe(numbered(1, 6))
    expect(text(slow, "never.txt")).toBe(numbered(1, 5))
    for (const folder of [direct, slow]) expect(text(folder, ".dev-infra.yml")).toContain("\nversion: v2.0.0\n")
  })

  it("brings a project that drifted in every way along, loses nothing of it, and can be taken back", async () => {
    const folder = await make("drifted", "v1.0.0")
    edit(folder, "merge.txt", (old) => old.replace("line 18\n", "our line 18\n"))
    edit(folder, "clash.txt", (old) => old.replace("line 5\n", "our line 5\n"))
    edit(folder, "equal.txt", (old) => old.replace("line 3\n", "line 3 of both\n"))
    edit(folder, "local.txt", (old) => `${old}ours\n`)
    edit(folder, "gone-but-edited.txt", (old) => `${old}ours\n`)
    for (const path of ["gone-and-deleted.txt", "user-deleted.txt"]) put(folder, path, null)
    edit(folder, "crlf.txt", (old) => old.replace("line 11\r\n", "our line 11\r\n"))
    edit(folder, "no-newline.txt", (old) => `zeroth\n${old}`)
    put(folder, "image-both.png", Buffer.from([0, 9]))
    put(folder, "image-local.png", Buffer.from([0, 8]))
    edit(folder, "tool-edited.sh", (old) => `${old}echo ours\n`)
    chmodSync(join(folder, "tool-local.sh"), 0o755)
    edit(folder, "old-name.md", (old) => old.replace("line 14\n", "our line 14\n"))
    edit(folder, "customised.txt", (old) => `${old}ours\n`)
    edit(folder, "always.txt", () => "ours\n")
    edit(folder, "never.txt", (old) => `${old}ours\n`)
    edit(folder, "README.md", (old) => `Ours.\n\n${old}`)
    put(folder, "new-taken.txt", "the project's\n")
    put(folder, "own/notes.txt", "own\n")
    await done("customize", folder, "customised.txt", "--reason", "it is ours")
    const before = treeOf(folder)

    const classes = await classesOf("drifted")
    expect(Object.fromEntries([...classes].filter(([path]) => !path.startsWith("bulk/")))).toEqual({
      "README.md": "merge",
      "always.txt": "update",
      "asked.txt": "ask",
      "clash.txt": "conflict",
      "crlf.txt": "merge",
      "current": "update",
      "customised.txt": "customised",
      "deep": "new",
      "deep/er/still/file.txt": "delete",
      "docs/new-name.md": "rename",
      "empty.txt": "update",
      "gone-but-edited.txt": "conflict",
      "gone.txt": "delete",
      "image-both.png": "conflict",
      "image-local.png": "local",
      "image.png": "update",
      "local.txt": "local",
      "merge.txt": "merge",
      "mit leerzeichen/größe.txt": "update",
      "never.txt": "never",
      "new-early.txt": "new",
      "new-late.txt": "new",
      "new-taken.txt": "conflict",
      "no-newline.txt": "merge",
      "plain.txt": "update",
      "tool-edited.sh": "mode",
      "tool-local.sh": "local",
      "tool.sh": "mode",
      "user-deleted.txt": "kept-deleted"
    })
    const bulk = [...classes].filter(([path]) => path.startsWith("bulk/"))
    expect(bulk).toHaveLength(47)
    expect(new Set(bulk.map(([, kind]) => kind))).toEqual(new Set(["update"]))
    expect(treeOf(folder)).toEqual(before)
    expect((await devInfra(place, ["plan", folder, "--check"])).exitCode).toBe(1)

    const refused = await devInfra(place, ["apply", folder, "--yes", "--on-conflict", "fail"])
    expect(refused.exitCode).toBe(1)
    expect(treeOf(folder)).toEqual(before)

    await done("apply", folder, "--yes")
    const after = treeOf(folder)
    const touched = [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path))
    const skipped = new Set(["ask", "customised", "kept-deleted", "local", "never"])
    const listed = new Set([...classes].flatMap(([path, kind]) => (skipped.has(kind) ? [] : [path])))
    expect(touched.filter((path) => !listed.has(path)).sort()).toEqual([".dev-infra.yml", "old-name.md"])
    expect(after.get("merge.txt")).toBe(numbered(1, 20, { 2: "line 2 of 2.0", 18: "our line 18" }))
    expect(after.get("crlf.txt")).toBe(numbered(1, 12, { 2: "line 2 of 2.0", 11: "our line 11" }).replaceAll("\n", "\r\n"))
    expect(after.get("no-newline.txt")).toBe("zeroth\nfirst\nmiddle\nlast")
    expect(after.get("README.md")).toBe("Ours.\n\n# drifted\n\nListens on 9090, says version 2.\n")
    expect(after.get("docs/new-name.md")).toBe(numbered(1, 15, { 3: "line 3 of 1.2", 14: "our line 14" }))
    expect(after.has("old-name.md")).toBe(false)
    expect(after.get("tool.sh")).toBe("executable: #!/bin/sh\necho one\n")
    expect(after.get("tool-edited.sh")).toBe("executable: #!/bin/sh\necho one\necho ours\n")
    expect(after.get("current")).toBe("link: README.md")
    expect(after.get("always.txt")).toBe(numbered(1, 6))
    expect(after.get("deep")).toBe("a file where a folder was\n")
    expect(after.get("image.png")).toBe(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 2]).toString("latin1"))
    expect(after.get("image-both.png")).toBe(Buffer.from([0, 9]).toString("latin1"))
    expect(after.get("gone-but-edited.txt")).toContain("ours\n")
    for (const path of ["gone.txt", "user-deleted.txt", "gone-and-deleted.txt"]) expect([path, after.has(path)]).toEqual([path, false])
    expect(after.get("clash.txt")).toMatch(/line 4\n<<<<<<< [^\n]*\nour line 5\n(?:\|{7}[^\n]*\nline 5\n)?=======\nline 5 of 2\.0\n>>>>>>> [^\n]*\nline 6\n/)
    for (const part of ["the project's\n", "the template's\n"]) expect(after.get("new-taken.txt")).toContain(part)
    for (const path of ["local.txt", "customised.txt", "never.txt", "asked.txt", "own/notes.txt", "image-local.png", "tool-local.sh", "equal.txt"]) {
      expect([path, after.get(path)]).toEqual([path, before.get(path)])
    }

    const again = await devInfra(place, ["apply", folder, "--yes"])
    expect(again.exitCode).toBe(0)
    expect(treeOf(folder)).toEqual(after)
    await done("undo", folder)
    expect(treeOf(folder)).toEqual(before)
  })

  it("leaves a project alone that has changes in no commit, unless it is told otherwise", async () => {
    const folder = await make("committed", "v1.0.0")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    writeFileSync(join(folder, "plain.txt"), `${numbered(1, 9)}our line 10\n`)
    const before = treeOf(folder)
    const refused = await devInfra(place, ["apply", folder, "--yes"])
    expect(refused).toMatchObject({ exitCode: 1 })
    expect(refused.stderr).toMatch(/changes that are in no commit/)
    expect(treeOf(folder)).toEqual(before)
    git(folder, "commit", "--quiet", "--all", "--message", "Change a line")
    await done("apply", folder, "--yes", "--on-conflict", "ours")
    expect(git(folder, "log", "--format=%s").split("\n")[0]).toBe("Change a line")
    expect(text(folder, "plain.txt")).toMatch(/our line 10\n/)
    const again = await devInfra(place, ["apply", folder, "--yes", "--to", "v1.2.0"])
    expect([again.exitCode, text(folder, ".dev-infra.yml").includes("version: v2.0.0")]).toEqual([1, true])
    await done("undo", folder, "--json")
    expect(git(folder, "status", "--porcelain")).toBe("")
  })

  it("tells which version an old project was made from, and updates it from there", async () => {
    const folder = await make("inherited", "v1.2.0")
    edit(folder, "merge.txt", (old) => old.replace("line 18\n", "our line 18\n"))
    put(folder, "local.txt", null)
    put(folder, ".dev-infra.yml", null)
    const before = treeOf(folder)
    const adopted: { readonly certainty: string; readonly fit: { readonly version: string; readonly answers: object } } = JSON.parse(await done("adopt", folder, "--json"))
    expect(adopted).toMatchObject({ certainty: "sure", fit: { template: "service", version: "v1.2.0", answers: { name: "inherited", port: 9090 } } })
    expect(filesOf(folder)).toEqual(before)
    expect(text(folder, ".dev-infra.yml")).toMatch(/^migrated: \d{4}-\d\d-\d\d$/m)
    await done("apply", folder, "--yes")
    expect(text(folder, "merge.txt")).toBe(numbered(1, 20, { 2: "line 2 of 2.0", 18: "our line 18" }))
    expect(existsSync(join(folder, "local.txt"))).toBe(false)
  })
})
