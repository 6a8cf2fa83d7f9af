import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as ProjectExport from "@dev-infra/registry/ProjectExport"
import * as ProjectLists from "@dev-infra/registry/ProjectLists"
import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"

const read = (text: string, path = "/home/me/list", format?: ProjectLists.ProjectListFormat) =>
  ProjectLists.decode(text, { path, homeDirectory: "/home/me", ...(format === undefined ? {} : { format }) })

const list = (text: string, path?: string, format?: ProjectLists.ProjectListFormat) => Either.getOrThrow(read(text, path, format))
const entries = (text: string, path?: string) => list(text, path).projects.map(({ entry }) => entry)
const message = (text: string, path?: string, format?: ProjectLists.ProjectListFormat) =>
  Either.match(read(text, path, format), { onLeft: (failure) => failure.message, onRight: () => "" })

describe("a list of myrepos", () => {
  it("is read as `mr register` writes it", () => {
    const text = [
      "",
      "[plain]",
      "checkout = git clone 'https://example.org/plain.git' 'plain'",
      "",
      "[a b]",
      "checkout = git clone 'https://example.org/ab.git' 'a b'",
      "",
      '[quo"te]',
      `checkout = git clone 'https://example.org/quote.git' 'quo"te'`,
      ""
    ].join("\n")
    expect(list(text, "/home/me/src/.mrconfig")).toEqual({
      format: "myrepos",
      skipped: [],
      projects: [
        { line: 2, entry: { path: "/home/me/src/plain", repository: "https://example.org/plain.git" } },
        { line: 5, entry: { path: "/home/me/src/a b", repository: "https://example.org/ab.git" } },
        { line: 8, entry: { path: '/home/me/src/quo"te', repository: "https://example.org/quote.git" } }
      ]
    })
  })

  it("is read with comments, continued values, defaults, other version control and its own words for skipping", () => {
    const text = [
      "# mine",
      "include = cat /usr/share/mr/*",
      "[DEFAULT]",
      "lib =",
      "\tsay() {",
      "\t[not a section]",
      "\t}",
      "[ALIAS]",
      "up = update",
      "[/srv/deep/../linux]",
      "checkout = git clone --depth 1 -b main \\",
      "  git@example.org:linux.git linux && cd linux",
      "[~/home]",
      "checkout = svn checkout svn://example.org/trunk home",
      "[$HOME/env]",
      "checkout = git clone \"ssh://example.org/env\"",
      "[${HOME}]",
      "[$HOSTNAME/x]",
      "[gone]",
      "deleted = true",
      "[off]",
      "skip = true",
      "[lazy]",
      "skip = lazy",
      "[asked]",
      "skip = test `whoami` != joey",
      "checkout = git clone \"$URL\" asked"
    ].join("\n")
    const { projects, skipped } = list(text, "/home/me/.mrconfig")
    expect(projects).toEqual([
      { line: 10, entry: { path: "/srv/linux", repository: "git@example.org:linux.git" } },
      { line: 13, entry: { path: "/home/me/home" } },
      { line: 15, entry: { path: "/home/me/env", repository: "ssh://example.org/env" } },
      { line: 17, entry: { path: "/home/me" } },
      { line: 23, entry: { path: "/home/me/lazy" }, onlyIfPresent: true },
      { line: 25, entry: { path: "/home/me/asked" } }
    ])
    expect(skipped.map(({ detail, label, line }) => `${line} ${label} ${detail}`)).toEqual([
      "2 include is a command, and commands of a list are not run",
      "18 $HOSTNAME/x has a name that only the shell can tell",
      "19 gone is marked as deleted",
      "21 off is marked to be skipped"
    ])
  })

  it("names the line that is none of its own", () => {
    expect(message("[a]\ncheckout = x\nnonsense here\n", "/home/me/.mrconfig")).toBe(
      "/home/me/.mrconfig:3:1: this is neither a section, a setting nor a comment"
    )
  })
})

describe("a list of gita", () => {
  it("is read as gita 0.16 writes it", () => {
    const text = '/tmp/plain,plain,,\r\n/tmp/a b,a b,,\r\n"/tmp/com,ma","com,ma",,\r\n"/tmp/quo""te","quo""te",m,--git-dir=x -v\r\n'
    expect(list(text, "/home/me/.config/gita/repos.csv")).toEqual({
      format: "gita",
      skipped: [],
      projects: [
        { line: 1, entry: { name: "plain", path: "/tmp/plain" } },
        { line: 2, entry: { name: "a b", path: "/tmp/a b" } },
        { line: 3, entry: { name: "com,ma", path: "/tmp/com,ma" } },
        { line: 4, entry: { name: 'quo"te', path: '/tmp/quo"te' } }
      ]
    })
  })

  it("is read in its older forms, and lines that are no paths are skipped", () => {
    expect(list("/a/one,one\n\n/b/two\nthree,x\n")).toEqual({
      format: "gita",
      skipped: [{ line: 4, label: "x", detail: "does not begin with the path of a folder" }],
      projects: [
        { line: 1, entry: { name: "one", path: "/a/one" } },
        { line: 3, entry: { path: "/b/two" } }
      ]
    })
  })

  it("names the line at which a quote is opened and never closed", () => {
    expect(message('/a,a,,\n"/b,b\n', "/x/repos.csv", "gita")).toMatch(/^\/x\/repos\.csv:2:1: a quote is opened and never closed$/)
  })
})

describe("a list of Project Manager", () => {
  it("is read with home folders, tags, further folders, and projects that are switched off", () => {
    const text = `[
  // mine
  { "name": "api", "rootPath": "$home/code/api", "paths": ["~/code/docs"], "tags": ["Work", ""], "enabled": true },
  { "name": "old", "rootPath": "/srv/old/", "tags": [], "enabled": false, "profile": "" },
  { "name": "far", "rootPath": "vscode-remote://ssh-remote+host/srv/far" },
  { "name": "win", "rootPath": "C:\\\\code" },
  { "name": "many", "rootPath": "~/many.code-workspace" },
  { "name": "none" },
]`
    const { format, projects, skipped } = list(text, "/home/me/projects.json")
    expect(format).toBe("project-manager")
    expect(projects).toEqual([
      { line: 3, entry: { name: "api", path: "/home/me/code/api", tags: ["Work"] } },
      { line: 3, entry: { path: "/home/me/code/docs", tags: ["Work"] } },
      { line: 4, entry: { name: "old", path: "/srv/old", status: "archived" } }
    ])
    expect(skipped.map(({ detail, line }) => `${line} ${detail}`)).toEqual([
      "5 lies on another machine",
      "6 is a path of Windows",
      "7 is a workspace file, not a folder",
      "8 has no rootPath"
    ])
  })

  it("says at which line it is broken", () => {
    expect(message('[\n  { "rootPath": "/a" }\n  { "rootPath": "/b" }\n]', "/p/projects.json")).toBe('/p/projects.json:3:3: a comma or "]" is missing before "{"')
    expect(message('[\n  { "rootPath": "/a"', "/p/projects.json")).toMatch(/^\/p\/projects\.json:2:21: /)
  })
})

describe("a root of ghq", () => {
  const found = (path: string, repository?: string) =>
    ProjectLists.entryBelowGhqRoot("/home/me/ghq", {
      _tag: "Found",
      // a path in its shortest absolute form, as discovery gives it
      path: path as AbsolutePath,
      kind: "repository",
      hasMetadata: false,
      ...(repository === undefined ? {} : { repository })
    })

  it("tells the URL where no remote is configured", () => {
    expect(found("/home/me/ghq/github.com/me/api")).toEqual({ path: "/home/me/ghq/github.com/me/api", repository: "https://github.com/me/api" })
    expect(found("/home/me/ghq/gitlab.com/a/b/c.git")?.["repository"]).toBe("https://gitlab.com/a/b/c")
    expect(found("/home/me/ghq/github.com/me/api", "git@github.com:me/api.git")?.["repository"]).toBe("git@github.com:me/api.git")
    expect([found("/home/me/ghq/stray"), found("/home/me/ghq/github.com/me"), found("/home/me/ghq-other/a/b/c")]).toEqual([
      undefined,
      undefined,
      undefined
    ])
  })
})

describe("our own lists", () => {
  it("are read from the registry's file and from a bare list, with the line of each entry", () => {
    const text = '{\n  "version": "1.0",\n  "odd": [[1], {"projects": [2]}],\n  "projects": [\n    {"path": "/a", "tags": ["x", "y"]},\n    7,\n    {\n      "path": "/b" }\n  ]\n}'
    expect(list(text).projects).toEqual([
      { line: 5, entry: { path: "/a", tags: ["x", "y"] } },
      { line: 6, entry: 7 },
      { line: 7, entry: { path: "/b" } }
    ])
    expect(entries('[{"path": "/a"}]')).toEqual([{ path: "/a" }])
    expect(entries("[]")).toEqual([])
  })

  it("are refused when they are newer, of another shape, or broken, with the place", () => {
    expect(message('{"version": "2.0", "projects": []}')).toContain("a newer version of this program wrote")
    expect(message('{"version": "1.0"}')).toContain("the list must be")
    expect(message('{\n "projects": [\n  {"path": }]}')).toBe("/home/me/list:3:12: a value is missing")
    expect(message("hello")).toContain("no list of a known format")
    expect(message("path,name\n/a,b,c\n")).toBe("/home/me/list:2:1: this line has more cells than the first line names")
    expect(message("name,tags\na,b\n", "/x/list.csv")).toBe("/x/list.csv:1:1: the first line must name the columns, path among them")
    expect(message("path,other\n/a,{\n", "/x/list.csv")).toBe("/x/list.csv:2:1: this line has a cell in the column other that is not JSON")
  })

  it("are read from CSV that people and spreadsheets write", () => {
    expect(entries("\uFEFFname;path;tags;owner\napi;~/code/api;go , http;me\n\n;/b;;\n")).toEqual([
      { name: "api", path: "/home/me/code/api", tags: ["go", "http"], owner: "me" },
      { path: "/b" }
    ])
    expect(list('path,description\r\n/a,"two\r\nlines"\r\n/b,x\r\n').projects.map(({ line }) => line)).toEqual([2, 4])
  })
})

describe("an export", () => {
  const text = FastCheck.oneof(
    FastCheck.string({ unit: "binary" }),
    FastCheck.string({ unit: "grapheme" }),
    FastCheck.stringOf(FastCheck.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "\n", ",", ";", '"', " ", "a", "\ud800", "＝"))
  )
  const entry = FastCheck.oneof(
    { weight: 8, arbitrary: FastCheck.record(
      {
        id: text,
        name: text,
        path: text,
        description: FastCheck.oneof(text, FastCheck.constant(null)),
        tags: FastCheck.oneof(FastCheck.array(text), text),
        checkouts: FastCheck.array(text),
        work_prod_id: FastCheck.oneof(FastCheck.nat(), FastCheck.string(), FastCheck.constantFrom("12", "012", 1.5, -3)),
        other: FastCheck.jsonValue(),
        local: FastCheck.jsonValue(),
        mine: text
      },
      { requiredKeys: [] }
    ) },
    { weight: 1, arbitrary: FastCheck.dictionary(FastCheck.string(), FastCheck.jsonValue()) },
    { weight: 1, arbitrary: FastCheck.jsonValue() }
  )
  // What comes out of a JSON file; -0 is 0 there.
  const exported = FastCheck.array(entry).map((list): ReadonlyArray<ProjectLists.ListedProject["entry"]> => JSON.parse(JSON.stringify(list)))
  const throughBytes = (written: string) => new TextDecoder().decode(new TextEncoder().encode(written))

  it("to CSV loses nothing", () => {
    FastCheck.assert(
      FastCheck.property(exported, (all) => {
        expect(list(throughBytes(ProjectExport.toCsv(all)), "/x", "csv").projects.map((project) => project.entry)).toEqual(all)
      }),
      { numRuns: 500 }
    )
  })

  it("to JSON loses nothing, and knows the line of each entry", () => {
    FastCheck.assert(
      FastCheck.property(exported, (all) => {
        const written = ProjectExport.toJson(all)
        const { projects } = list(throughBytes(written), "/x", "json")
        expect(projects.map((project) => project.entry)).toEqual(all)
        const lines = written.split("\n")
        for (const { entry: value, line } of projects) {
          expect(lines[line - 1]?.trim()[0]).toBe(JSON.stringify(value)[0])
        }
      })
    )
  })

  it("that was broken anywhere is refused with a place inside it", () => {
    FastCheck.assert(
      FastCheck.property(exported, FastCheck.nat(), FastCheck.constantFrom("", "}", '"', ",", "\u0001", "x"), (all, at, inserted) => {
        const written = ProjectExport.toJson(all)
        const place = at % written.length
        const broken = written.slice(0, place) + inserted + (inserted === "" ? "" : written.slice(place))
        const outcome = read(broken, "/x", "json")
        if (Either.isRight(outcome)) return
        const { column = 0, line = 0 } = outcome.left.position ?? {}
        expect(broken.split("\n")[line - 1]?.length).toBeGreaterThanOrEqual(column - 1)
        // Only a text can hide what was inserted; the fault is noticed there or later.
        if (inserted === "\u0001") expect(broken.split("\n").slice(0, line - 1).join("\n").length + column).toBeLessThanOrEqual(place + 2)
      })
    )
  })

  it("keeps a key that is called __proto__", () => {
    const all = JSON.parse('[{"path": "/a", "__proto__": {"x": 1}}]')
    for (const written of [ProjectExport.toCsv(all), ProjectExport.toJson(all)]) {
      expect(JSON.stringify(entries(written))).toBe(JSON.stringify(all))
    }
  })

  it("to CSV has one column a field, and no cell that a spreadsheet would run", () => {
    const written = ProjectExport.toCsv([
      { name: "=cmd|' /C calc'!A0", path: "/home/me/a, b", tags: ["go", "http"], work_prod_id: 7, local: { note: 1 } },
      { name: "'quoted", path: "/b", description: "+1\n-2", tags: ["a,b"] }
    ])
    expect(written).toBe(
      [
        "id,name,path,template,version,created,repository,status,description,organization,classification,project_type,tags,work_prod_id,last_sync,checkouts,other",
        `,'=cmd|' /C calc'!A0,"/home/me/a, b",,,,,,,,,,"go, http",7,,,"{""local"":{""note"":1}}"`,
        `,''quoted,/b,,,,,,"'+1\n-2",,,,,,,,"{""tags"":[""a,b""]}"`,
        ""
      ].join("\r\n")
    )
  })

  it("is recognised without naming its format", () => {
    const all = [{ path: "/a", name: "a" }]
    expect(list(ProjectExport.toCsv(all)).format).toBe("csv")
    expect(list(ProjectExport.toJson(all)).format).toBe("json")
    expect(ProjectLists.detectFormat("x", "[src]\ncheckout = a\n")).toBe("myrepos")
    expect(ProjectLists.detectFormat("x", '[{"rootPath": "/a"}]')).toBe("project-manager")
    expect(ProjectLists.detectFormat("/c/gita/repos.csv", "/a,a,,\n")).toBe("gita")
    expect(ProjectLists.detectFormat("x", "")).toBeUndefined()
  })
})
