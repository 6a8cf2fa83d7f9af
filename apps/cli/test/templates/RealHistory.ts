/**
 * The history of a template as templates have it: hundreds of files, five versions, and in between everything that happens to files.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** A text; bytes; a text that is executable; where a link leads. */
export type Content = string | Buffer | { readonly run: string } | { readonly link: string }

/** What a version changes: the new content of a file, or that it goes (`null`). */
export type Step = { readonly [path: string]: Content | null }

export const numbered = (from: number, to: number, changes: { readonly [line: number]: string } = {}): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `${changes[from + at] ?? `line ${from + at}`}\n`).join("")

const bulkPath = (index: number): string => `bulk/part-${index % 24}/file-${index}.txt`

/** 470 files that say little; every ninth is rendered. */
const bulk = (version: number): Step =>
  Object.fromEntries(
    Array.from({ length: 470 }, (_, index) => {
      const isRendered = index % 9 === 0
      const text = `file ${index}\n${numbered(1, 12, index % 10 === 0 && version > 0 ? { 6: `line 6 of version ${version}` } : {})}`
      return [`${bulkPath(index)}${isRendered ? ".liquid" : ""}`, isRendered ? `${text}for {{ name }}\n` : text]
    })
  )

const manifest = (version: string, more = ""): string =>
  `name: service\nversion: ${version}\nvariables:\n  port: { type: number, default: 8080 }\nsync:\n  always: [always.txt]\n  ask: [asked.txt]\n  never: [never.txt]\n${more}`

const renamed = "renamed:\n  - { from: old-name.md, to: docs/new-name.md, version: 1.2.0 }\n"

const image = (seed: number): Buffer => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, seed])

/** The versions with what each changes. */
export const steps: ReadonlyArray<readonly [version: string, step: Step]> = [
  [
    "v1.0.0",
    {
      ...bulk(0),
      "template.yml": manifest("1.0.0"),
      "README.md.liquid": "# {{ name }}\n\nListens on {{ port }}.\n",
      "{{ name }}.service.liquid": "[Service]\nDescription={{ name }}\nPort={{ port }}\n",
      "plain.txt": numbered(1, 10),
      "merge.txt": numbered(1, 20),
      "clash.txt": numbered(1, 10),
      "equal.txt": numbered(1, 5),
      "local.txt": numbered(1, 5),
      "gone.txt": "will go\n",
      "gone-but-edited.txt": "will go\n",
      "gone-and-deleted.txt": "will go\n",
      "user-deleted.txt": numbered(1, 5),
      "crlf.txt": numbered(1, 12).replaceAll("\n", "\r\n"),
      "no-newline.txt": "first\nlast",
      "image.png": image(1),
      "image-both.png": image(1),
      "image-local.png": image(1),
      "tool.sh": "#!/bin/sh\necho one\n",
      "tool-edited.sh": "#!/bin/sh\necho one\n",
      "tool-local.sh": "#!/bin/sh\necho one\n",
      "old-name.md": numbered(1, 15),
      "customised.txt": numbered(1, 5),
      "never.txt": numbered(1, 5),
      "asked.txt": numbered(1, 5),
      "always.txt": numbered(1, 5),
      "current": { link: "plain.txt" },
      "empty.txt": "",
      "deep/er/still/file.txt": "deep\n",
      "mit leerzeichen/größe.txt": "eins\n"
    }
  ],
  ["v1.1.0", { "template.yml": manifest("1.1.0"), "plain.txt": numbered(1, 10, { 2: "line 2 of 1.1" }), "merge.txt": numbered(1, 20, { 2: "line 2 of 1.1" }), "new-early.txt": "early\n", "gone.txt": null, "gone-and-deleted.txt": null }],
  [
    "v1.2.0",
    { ...bulk(1), "template.yml": manifest("1.2.0", renamed), "old-name.md": null, "docs/new-name.md": numbered(1, 15, { 3: "line 3 of 1.2" }), "gone-but-edited.txt": null, "tool.sh": { run: "#!/bin/sh\necho one\n" }, "tool-edited.sh": { run: "#!/bin/sh\necho one\n" }, "deep/er/still/file.txt": null }
  ],
  ["v2.0.0-rc.1", { "template.yml": manifest("2.0.0-rc.1", renamed), "plain.txt": "not yet\n" }],
  [
    "v2.0.0",
    {
      ...bulk(2),
      "template.yml": manifest("2.0.0", renamed),
      "README.md.liquid": "# {{ name }}\n\nListens on {{ port }}, says version 2.\n",
      "plain.txt": numbered(1, 11, { 2: "line 2 of 2.0" }),
      "merge.txt": numbered(1, 20, { 2: "line 2 of 2.0" }),
      "clash.txt": numbered(1, 10, { 5: "line 5 of 2.0" }),
      "equal.txt": numbered(1, 5, { 3: "line 3 of both" }),
      "user-deleted.txt": numbered(1, 6),
      "crlf.txt": numbered(1, 12, { 2: "line 2 of 2.0" }).replaceAll("\n", "\r\n"),
      "no-newline.txt": "first\nmiddle\nlast",
      "image.png": image(2),
      "image-both.png": image(2),
      "customised.txt": numbered(1, 6),
      "never.txt": numbered(1, 6),
      "asked.txt": numbered(1, 6),
      "always.txt": numbered(1, 6),
      "current": { link: "README.md" },
      "empty.txt": "no longer\n",
      "new-late.txt": "late\n",
      "new-taken.txt": "the template's\n",
      "deep": "a file where a folder was\n",
      "mit leerzeichen/größe.txt": "eins\nzwei\n"
    }
  ]
]

const environment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.invalid",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.invalid"
}

export const git = (folder: string, ...words: ReadonlyArray<string>): string =>
  execFileSync("git", words, { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 })

/** Writes a content to a path below a folder, or removes what is there. */
export const put = (folder: string, path: string, content: Content | null): void => {
  const place = join(folder, path)
  rmSync(place, { recursive: true, force: true })
  if (content === null) return
  mkdirSync(dirname(place), { recursive: true })
  if (typeof content === "object" && "link" in content) symlinkSync(content.link, place)
  else if (typeof content === "object" && "run" in content) {
    writeFileSync(place, content.run)
    chmodSync(place, 0o755)
  } else writeFileSync(place, content)
}

export const putAll = (folder: string, step: Step): void => {
  for (const [path, content] of Object.entries(step)) put(folder, path, content)
}

/** An ordinary repository in which the template lies in a folder, with a commit and a tag for each version. */
export const makeHistory = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  git(folder, "init", "--quiet", "--initial-branch=main")
  // What is committed is what is written, with its line ends.
  git(folder, "config", "core.autocrlf", "false")
  writeFileSync(join(folder, "README.md"), "Templates of a company.\n")
  for (const [version, step] of steps) {
    putAll(join(folder, "templates/service"), step)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", version)
    git(folder, "tag", version)
  }
}

/** Everything below a folder but `.git`: contents, with what is no plain file marked. */
export const treeOf = (folder: string, inside = ""): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const name of readdirSync(join(folder, inside)).filter((one) => one !== ".git").sort()) {
    const path = inside === "" ? name : `${inside}/${name}`
    const stats = lstatSync(join(folder, path))
    if (stats.isDirectory()) for (const [deeper, content] of treeOf(folder, path)) found.set(deeper, content)
    else if (stats.isSymbolicLink()) found.set(path, `link: ${readlinkSync(join(folder, path))}`)
    else found.set(path, `${(stats.mode & 0o111) === 0 ? "" : "executable: "}${readFileSync(join(folder, path), "latin1")}`)
  }
  return found
}
