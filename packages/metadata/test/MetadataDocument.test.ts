import { afterEach, describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import type { MetadataEditRefused, MetadataInvalid } from "@dev-infra/metadata/MetadataFailure"
import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"

const runs = (usual: number): number => (process.env["DEV_INFRA_SOAK"] === "1" ? usual * 8 : usual)

// The long forms take many seconds without a pause, and the runner must hear of each test within a minute.
afterEach(() => new Promise<void>((next) => void setImmediate(next)))

const path = "/home/me/api/.dev-infra.yml"
const parse = (text: string): MetadataDocument.MetadataDocument => Either.getOrThrowWith(MetadataDocument.parse(text, { path }), (error) => error)
const invalid = (text: string): MetadataInvalid => Either.getOrThrowWith(Either.flip(MetadataDocument.parse(text, { path })), () => new Error("was read"))
/** Patches in tests are plain values; what is not allowed is part of what is tested. */
const edit = (text: string, patch: object): string =>
  Either.getOrThrowWith(MetadataDocument.set(parse(text), patch as MetadataPatch), (error) => error).text
const refusal = (text: string, patch: object): MetadataEditRefused =>
  Either.getOrThrowWith(Either.flip(MetadataDocument.set(parse(text), patch as MetadataPatch)), () => new Error("was changed"))

const full = `# dev-infra metadata
# keep the order

template: standard-project   # from 2024
version: 0.8.0
created: 2025-12-19
id: 3F2B6C1E-0D7A-4A59-9C1E-6A2F0B9D4E11
name: "api"
description: 'The API: it''s fast'
organization: acme
classification: primary
project_type: Work
tags: [go, "web"]

# history
migrated: 2025-01-05
last_sync: 2025-12-19T10:00:00Z
managed_by: dev-infra
auto_update: false
sync:
  always:
    - .github/**   # CI
    - LICENSE
  ask:
    - README.md
  never: []
customizations:
  - file: Makefile
    reason: own targets
    date: 2025-02-01
  # why not
  - file: .editorconfig
    date: 2025-03-01
team:
  lead: me   # unknown to us
`

describe("MetadataDocument.parse", () => {
  it("reads the full form", () => {
    expect(parse(full).metadata).toEqual({
      template: "standard-project",
      version: "0.8.0",
      created: "2025-12-19",
      id: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
      name: "api",
      description: "The API: it's fast",
      organization: "acme",
      classification: "primary",
      project_type: "Work",
      tags: ["go", "web"],
      migrated: "2025-01-05",
      last_sync: "2025-12-19T10:00:00Z",
      managed_by: "dev-infra",
      auto_update: false,
      sync: { always: [".github/**", "LICENSE"], ask: ["README.md"], never: [] },
      customizations: [{ file: "Makefile", reason: "own targets", date: "2025-02-01" }, { file: ".editorconfig", date: "2025-03-01" }],
      team: { lead: "me" }
    })
    expect(parse(full).placeOf("version")).toEqual({ line: 5, column: 10 })
    expect(parse(full).placeOf("status")).toBeUndefined()
  })

  it("reads three lines, one line, no line and only comments", () => {
    expect(parse("template: unknown\nversion: unknown\ncreated: 2025-12-19\n").metadata).toEqual({ template: "unknown", version: "unknown", created: "2025-12-19" })
    expect(parse("version: 1").metadata).toEqual({ version: "1" })
    for (const text of ["", "\n\n", "# nothing yet\n", "\uFEFF", "---\n", "---\n# x\n...\n"]) expect(parse(text).metadata).toEqual({})
  })

  it("takes texts as they are written, whatever YAML would make of them", () => {
    expect(parse("version: 0.80\nname: 0x1F\ndescription: true\norganization: no\nmanaged_by: 1_000\ntags: [1.0, true, 2025-01-01, on]\nmigrated: true\n").metadata).toEqual({
      version: "0.80",
      name: "0x1F",
      description: "true",
      organization: "no",
      managed_by: "1_000",
      tags: ["1.0", "true", "2025-01-01", "on"],
      migrated: true
    })
  })

  it("tells a cleared field from an absent one", () => {
    expect(parse("description:\norganization: null\nname: ~\ntags: # none\nversion: \"\"\n").metadata).toEqual({ description: null, organization: null, name: null, tags: null, version: "" })
  })

  it("reads where a template came from and what was answered, texts as texts and numbers as numbers", () => {
    expect(parse("template: a\nsource: gh:o/r\ncommit: 1234567\nanswers:\n  name: order api\n  port: 8080\n  tested: true\n  year: \"2025\"\n  kinds: [a, b]\n").metadata).toEqual({
      template: "a",
      source: "gh:o/r",
      commit: "1234567",
      answers: { name: "order api", port: 8080, tested: true, year: "2025", kinds: ["a", "b"] }
    })
  })

  it("takes source, commit and answers of another kind for somebody's own keys: they say nothing and stay as they are", () => {
    const text = "template: a\nsource: [src, lib]\ncommit:\n  style: short # ours\nanswers:\n  - 42\n"
    expect(parse(text).metadata).toEqual({ template: "a" })
    expect(edit(text, { version: "2" })).toBe(text.replace("answers:", "version: \"2\"\nanswers:"))
    expect(edit(text, { commit: "abc", answers: { name: "x" } })).toBe("template: a\nsource: [src, lib]\ncommit: abc\nanswers:\n  name: x\n")
    expect(refusal("template: a\n", { answers: ["x"] })).toMatchObject({ field: "answers", reason: "WrongValue" })
    expect(refusal("template: a\n", { source: 5 }).problem).toBe("source must be a text")
  })

  it("knows what is inherited and depended on, and leaves keys of that name that are somebody's own", () => {
    const text = "template: a\ninherits:\n  - name: infra # ours\n    from: gh:o/r\n    ref: 1.0\n    flatten: true\ndepends_on: [api]\n"
    expect(parse(text).metadata).toEqual({ template: "a", inherits: [{ name: "infra", from: "gh:o/r", ref: "1.0", flatten: true }], depends_on: ["api"] })
    expect(edit(text, { version: "2" })).toBe(text.replace("inherits:", "version: \"2\"\ninherits:"))
    expect(edit(text, { inherits: undefined })).toBe("template: a\ndepends_on: [api]\n")
    const own = "template: a\ninherits: BaseClass\ndepends_on:\n  - { service: db }\n"
    expect(parse(own).metadata).toEqual({ template: "a" })
    expect(refusal("template: a\n", { inherits: [{ name: "infra" }] })).toMatchObject({ field: "inherits", reason: "WrongValue" })
  })

  it("says where a value is wrong and what is allowed", () => {
    const wrong: ReadonlyArray<readonly [string, number, number, string]> = [
      ["template: a\n\n\n\n\n\nstatus: Active\n", 7, 9, "status must be one of active, archived, paused, completed, cancelled, not \"Active\""],
      ["created: 2025-02-30\n", 1, 10, "created must be a day that exists"],
      ["tags: web\n", 1, 7, "tags must be a list of texts"],
      ["tags:\n  - a\n  - [b]\n", 3, 5, "tags.1 must be a list of texts"],
      ["auto_update: yes\n", 1, 14, "auto_update must be true or false, not \"yes\""],
      ["migrated: soon\n", 1, 11, "migrated must be true, false or a day"],
      ["template:\n  a: 1\n", 2, 3, "template must be a text, not a group of keys"],
      ["customizations:\n  - file: a\n", 2, 5, "customizations.0.date is missing: it must be a day that exists"],
      ["customizations:\n  - file: a\n    date: soon\n", 3, 11, "customizations.0.date must be a day that exists"],
      ["sync: all\n", 1, 7, "sync must be three lists of files"],
      ["sync:\n  never: x\n", 2, 10, "sync.never must be a list of file patterns"],
      ["id: 7\n", 1, 5, "id must be a UUID"]
    ]
    for (const [text, line, column, problem] of wrong) {
      const error = invalid(text)
      expect({ reason: error.reason, line: error.line, column: error.column }, text).toEqual({ reason: "WrongValue", line, column })
      expect(error.problem).toContain(problem)
      expect(error.message).toContain(`${path}:${line}:${column}: `)
    }
    expect(invalid("status: x\nclassification: y\n").problems.map((problem) => problem.line)).toEqual([1, 2])
    expect(invalid("status: x\nclassification: y\n").message).toContain("(and 1 more)")
  })

  it("says where the YAML is wrong and how to put it right", () => {
    const wrong: ReadonlyArray<readonly [string, MetadataInvalid["reason"], number, string, string]> = [
      ["a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\nname: \"api\nversion: 1\n", "Syntax", 7, "", ""],
      ["template: a\ntags:\n\t- b\n", "Syntax", 3, "tab", "spaces"],
      ["template: a\nversion: 1\ntemplate: b\n", "Syntax", 3, "the key \"template\" is there twice", "keep one"],
      ["sync:\n  ask: []\n  ask: []\n", "Syntax", 3, "the key \"ask\" is there twice", "keep one"],
      ["description: a: b\n", "Syntax", 1, "", "quotes"],
      ["- a\n- b\n", "Syntax", 1, "`key: value` lines", "template"],
      ["just text\n", "Syntax", 1, "`key: value` lines", "template"],
      ["a: 1\n---\nb: 2\n", "Syntax", 2, "more than one", "keep one"],
      ["a: *b\n", "Syntax", 1, "no anchor", "quotes"],
      ["template: a\n<<<<<<< HEAD\nversion: 1\n=======\nversion: 2\n>>>>>>> other\n", "MergeConflict", 2, "merge conflict", "keep one of the two"],
      ["a: 1\nb: \u0000\n", "NotText", 2, "not plain UTF-8 text", "version control"]
    ]
    for (const [text, reason, line, problem, hint] of wrong) {
      const error = invalid(text)
      expect({ reason: error.reason, line: error.line }, `${JSON.stringify(text)} ${error.message}`).toEqual({ reason, line })
      expect(error.problem).toContain(problem)
      expect(error.hint).toContain(hint)
    }
  })

  it("refuses what would cost time or memory", () => {
    expect(invalid("x".repeat(1024 * 1024 + 1)).reason).toBe("TooLarge")
    expect(invalid(`a: ${"[".repeat(1000)}${"]".repeat(1000)}\n`).reason).toBe("TooDeep")
    expect(invalid("[".repeat(200_000)).reason).toBe("TooDeep")
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", ...Array.from({ length: 8 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array.from({ length: 10 }, () => `*a${level}`).join(", ")}]`)]
    expect(invalid(bomb.join("\n")).reason).toBe("TooManyAliases")
    expect(invalid("a: &a\n  b: *a\n").reason).toBe("TooManyAliases")
    expect(parse(Array.from({ length: 20_000 }, (_, index) => `key${index}: ${index}`).join("\n")).metadata["key19999"]).toBe(19_999)
    expect(parse("base: &base x\nname: *base\n").metadata.name).toBe("x")
  })

  it("keeps a key called __proto__ as an ordinary one", () => {
    const { metadata } = parse("__proto__: {polluted: true}\nconstructor: 1\ntemplate: a\n")
    expect(Object.keys(metadata)).toEqual(["__proto__", "constructor", "template"])
    expect("polluted" in metadata).toBe(false)
    expect(edit("__proto__: {polluted: true}\ntemplate: a\n", { template: "b" })).toBe("__proto__: {polluted: true}\ntemplate: b\n")
  })

  it("never throws, whatever the text", () => {
    const soup = FastCheck.string({ unit: FastCheck.constantFrom(..."ab:#-[]{}&*!|>'\"%@` \n\t\r,?~01", "template: ", "\n", "  ", "- ", "<<: ", "tags: ", "\uD800", "...", "---") })
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(soup, FastCheck.string({ unit: "binary" })), (text) => {
        const read = MetadataDocument.parse(text, { path })
        if (Either.isLeft(read)) {
          expect(read.left.line).toBeGreaterThan(0)
          expect(read.left.hint.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: runs(1000) }
    )
  })
})

describe("MetadataDocument.set", () => {
  it("changes one value and leaves every other byte alone", () => {
    expect(edit(full, { version: "0.9.0" })).toBe(full.replace("version: 0.8.0", "version: 0.9.0"))
    expect(edit(full, { template: "other" })).toBe(full.replace("template: standard-project   # from", "template: other   # from"))
    expect(edit(full, { name: "web" })).toBe(full.replace("name: \"api\"", "name: \"web\""))
    expect(edit(full, { description: "it's new" })).toBe(full.replace("'The API: it''s fast'", "'it''s new'"))
    expect(edit(full, { auto_update: true })).toBe(full.replace("auto_update: false", "auto_update: true"))
    expect(edit(full, { organization: null })).toBe(full.replace("organization: acme", "organization: null"))
    expect(edit(full, { organization: undefined })).toBe(full.replace("organization: acme\n", ""))
    expect(edit(full, {})).toBe(full)
    expect(edit(full, { version: "0.8.0", tags: ["go", "web"] })).toBe(full)
  })

  it("changes only the lines of a list that differ", () => {
    expect(edit(full, { tags: ["go", "cli", "web"] })).toBe(full.replace("[go, \"web\"]", "[go, cli, \"web\"]"))
    expect(edit(full, { tags: [] })).toBe(full.replace("[go, \"web\"]", "[]"))
    expect(edit(full, { sync: { always: ["LICENSE", "ci/**"], ask: ["README.md"], never: ["src/**"] } })).toBe(
      full.replace("    - .github/**   # CI\n    - LICENSE\n", "    - LICENSE\n    - ci/**\n").replace("never: []", "never: [src/**]")
    )
    expect(
      edit(full, { customizations: [{ file: "Makefile", reason: "own targets", date: "2025-02-01" }, { file: "x", date: "2025-06-01" }, { file: ".editorconfig", date: "2025-03-01" }] })
    ).toBe(full.replace("  # why not\n", "  - file: x\n    date: 2025-06-01\n  # why not\n"))
    expect(edit(full, { customizations: [] })).toContain("customizations: []\n  # why not\nteam:\n")
    expect(edit("tags:\n- a\n- 'b'\n", { tags: ["a", "c", "b"] })).toBe("tags:\n- a\n- c\n- 'b'\n")
    expect(edit("tags:\n  - a\n  - b", { tags: ["a", "b", "c"] })).toBe("tags:\n  - a\n  - b\n  - c")
    expect(edit("tags:\n  - a\n  - b", { tags: ["a"] })).toBe("tags:\n  - a")
    expect(edit("tags: # mine\n  - a\nname: x\n", { tags: null })).toBe("tags: null # mine\nname: x\n")
    expect(edit("tags: a list\n".replace("a list", "[a]"), { tags: null })).toBe("tags: null\n")
    expect(edit("customizations: # none yet\nname: x\n", { customizations: [{ file: "a", date: "2025-01-01" }] })).toBe(
      "customizations: # none yet\n  - file: a\n    date: 2025-01-01\nname: x\n"
    )
  })

  it("adds a field after the last one-line field, in the style of the file", () => {
    expect(edit("template: a\nversion: 1\n\n# rules\nsync:\n  never: []\n", { created: "2025-12-19", status: "archived" })).toBe(
      "template: a\nversion: 1\ncreated: 2025-12-19\nstatus: archived\n\n# rules\nsync:\n  never: []\n"
    )
    expect(edit("template: 'a'\r\nversion: '1'\r\n", { name: "api" })).toBe("template: 'a'\r\nversion: '1'\r\nname: 'api'\r\n")
    expect(edit("template: a", { tags: ["x"] })).toBe("template: a\ntags: [x]")
    expect(edit("", { template: "a" })).toBe("template: a\n")
    expect(edit("# mine\n", { template: "a" })).toBe("# mine\ntemplate: a\n")
    expect(edit("\uFEFFtemplate: a\r\n", { version: "unknown" })).toBe("\uFEFFtemplate: a\r\nversion: unknown\r\n")
    expect(edit("template: a # x\n", { sync: { never: ["b"] } })).toBe("template: a # x\nsync:\n  never:\n    - b\n")
    expect(edit("template: a\n", { version: "0.9" })).toBe("template: a\nversion: \"0.9\"\n")
  })

  it("handles blocks of lines, anchors and tags", () => {
    expect(edit("description: |\n  one\n  two\nname: x\n", { description: "three\n\nfour\n" })).toBe("description: |\n  three\n\n  four\nname: x\n")
    expect(edit("description: >\n  one\n  two\nname: x\n", { description: "three" })).toBe("description: three\nname: x\n")
    expect(edit("description: one\n  two\nname: x\n", { description: "three" })).toBe("description: three\nname: x\n")
    expect(edit("name: &n api # x\n", { name: "web" })).toBe("name: &n web # x\n")
    expect(edit("version: !!str 1.0\n", { version: "2" })).toBe("version: !!str \"2\"\n")
    expect(edit("version: 0.8\n", { version: "0.9" })).toBe("version: 0.9\n")
  })

  it("refuses what it cannot do, and says so", () => {
    expect(refusal("name: &n api\norganization: *n\n", { name: "web" })).toMatchObject({ reason: "NotEditable", field: "name" })
    expect(refusal("{template: a}\n", { version: "1" })).toMatchObject({ reason: "NotEditable", field: "version" })
    expect(edit("{template: a, version: 1}\n", { template: "b" })).toBe("{template: b, version: 1}\n")
    expect(refusal(full, { status: "Active" })).toMatchObject({ reason: "WrongValue", field: "status" })
    expect(refusal(full, { created: "yesterday" }).message).toContain("created must be a day that exists")
  })

  it("never writes a secret", () => {
    for (const patch of [
      { api_key: "x" },
      { apiKey: "x" },
      { "DEV_INFRA_API_KEY": "x" },
      { local: { githubToken: "x" } },
      { extra: [{ password: "x" }] },
      { client_secrets: ["x"] },
      { repository: "https://me:ghp_x@github.com/a/b" },
      { description: "https://me:ghp_x@github.com/a/b" }
    ]) {
      expect(refusal("template: a\n", patch).reason, JSON.stringify(patch)).toBe("Secret")
    }
    expect(edit("template: a\n", { keyboard: "qwerty", repository: "git@github.com:a/b.git" })).toBe("template: a\nkeyboard: qwerty\nrepository: git@github.com:a/b.git\n")
  })

  const value = FastCheck.oneof(
    FastCheck.string({ unit: "binary" }),
    FastCheck.string({ unit: FastCheck.constantFrom(..."ab:#-[]{}&*!|>'\"%@` \n\t\r,?~01.\u2028\u0085\uFEFF\u0000🎉") }),
    FastCheck.constantFrom("null", "true", "1.0", "2025-01-01", "~", "", " x", "x ", "a: b", "a #b", "#a", "- a", "-a", "yes", "0x1f", "1e3", ".inf", "---", "...", "a\nb", "a\n", "\na", "'", "\"", "\\", "<<", "=", "!!str x", "🎉", "multi\n\nline\n")
  )
  const comment = FastCheck.constantFrom("", " # note", "   # a: b")
  const gap = FastCheck.constantFrom("", "# comment\n", "\n", "\n# x: y\n\n", "extra: [1, {a: b}] # kept\n", "nested:\n  deep:\n    - 1\n  # end\n", "text: |\n  a\n\n  b\n")
  const written = FastCheck.oneof(
    FastCheck.constantFrom("plain", "0.8", "\"double\"", "'single'", "", "null", "it's", "2025-12-19", "\"esc\\n\""),
    FastCheck.constantFrom("two words", "http://x/y#z", "a-b_c")
  )
  const names = ["template", "version", "description", "organization", "managed_by", "last_sync"] as const
  const generated = FastCheck.record({
    values: FastCheck.tuple(written, written, written, written, written, written),
    comments: FastCheck.tuple(comment, comment, comment, comment, comment, comment),
    count: FastCheck.integer({ min: 0, max: 6 }),
    gap: FastCheck.tuple(gap, FastCheck.integer({ min: 0, max: 6 })),
    bom: FastCheck.boolean(),
    crlf: FastCheck.boolean(),
    open: FastCheck.boolean()
  }).map((parts) => {
    const lines = names.slice(0, parts.count).map((name, index) => `${name}: ${parts.values[index] ?? ""}${parts.comments[index] ?? ""}\n`)
    lines.splice(parts.gap[1], 0, parts.gap[0])
    const joined = lines.join("")
    const ended = parts.open ? joined.replace(/\n$/, "") : joined
    return `${parts.bom ? "\uFEFF" : ""}${parts.crlf ? ended.replaceAll("\n", "\r\n") : ended}`
  })

  it("changes only the line of the field, whatever the file and the value", () => {
    FastCheck.assert(
      FastCheck.property(generated, FastCheck.constantFrom(...names), value, (text, name, next) => {
        const before = parse(text)
        const after = edit(text, { [name]: next })
        expect(parse(after).metadata[name]).toBe(next)
        if (before.metadata[name] === next) return expect(after).toBe(text)
        const oldLines = text.split("\n")
        const newLines = after.split("\n")
        const isNew = !Object.hasOwn(before.metadata, name)
        const bare = (line: string | undefined): string => (line ?? "").replace(/^\uFEFF/, "")
        const at = newLines.findIndex((line) => bare(line).startsWith(`${name}:`))
        expect(newLines.length).toBe(oldLines.length + (isNew ? 1 : 0))
        const others = newLines.filter((_, index) => index !== at).map((line) => line.replace(/\r$/, ""))
        const previous = oldLines.filter((line) => isNew || !bare(line).startsWith(`${name}:`)).map((line) => line.replace(/\r$/, ""))
        expect(others.map(bare)).toEqual(previous.map(bare))
        expect(after.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"))
        if (text.includes("\r\n")) expect(after.replaceAll("\r\n", "")).not.toContain("\n")
        if (bare(text) !== "") expect(after.endsWith("\n")).toBe(text.endsWith("\n"))
        expect(/^(?:#|\s+#)/.exec(bare(newLines[at]))).toBeNull()
      }),
      { numRuns: runs(1000) }
    )
  })

  it("says afterwards what was asked, whatever the patch", () => {
    const tags = FastCheck.array(value, { maxLength: 5 })
    const patch = FastCheck.record(
      {
        description: FastCheck.option(value, { nil: null }),
        tags: FastCheck.option(tags, { nil: null }),
        status: FastCheck.constantFrom("active", "paused", null, undefined),
        auto_update: FastCheck.constantFrom(true, false, null, undefined),
        sync: FastCheck.constantFrom({ always: ["a"] }, { ask: [], never: ["b", "c: d"] }, {}, null, undefined),
        customizations: FastCheck.array(FastCheck.record({ file: value, reason: FastCheck.option(value, { nil: null }), date: FastCheck.constant("2025-01-01") }, { requiredKeys: ["file", "date"] }), { maxLength: 3 }),
        team: FastCheck.jsonValue()
      },
      { requiredKeys: [] }
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(generated, FastCheck.constant(full)), FastCheck.array(patch, { minLength: 1, maxLength: 3 }), (text, patches) => {
        let current = parse(text)
        for (const change of patches) {
          const comments = current.text.match(/# (?:note|comment|keep the order|unknown to us|kept)/g)
          const expected: { [key: string]: unknown } = { ...current.metadata, ...change }
          for (const key of Object.keys(change)) if (Reflect.get(change, key) === undefined) delete expected[key]
          const result = MetadataDocument.set(current, change as MetadataPatch)
          if (Either.isLeft(result)) {
            expect(result.left.reason).not.toBe("WrongValue")
            return
          }
          expect(result.right.metadata).toEqual(expected)
          if (!("team" in change)) expect(result.right.text.match(/# (?:note|comment|keep the order|unknown to us|kept)/g)).toEqual(comments)
          current = result.right
        }
      }),
      { numRuns: runs(200) }
    )
  })
})

describe("MetadataDocument.create", () => {
  it("writes the comment, then flat fields in the usual order, then lists", () => {
    const made = Either.getOrThrow(
      MetadataDocument.create(
        { customizations: [], version: "0.8.0", template: "standard", description: "a: b", tags: ["go", "1.0"], sync: { never: ["src/**"] } },
        { path, header: "Managed by dev-infra.\nEdit freely." }
      )
    )
    expect(made.text).toBe(
      "# Managed by dev-infra.\n# Edit freely.\ntemplate: standard\nversion: 0.8.0\ndescription: \"a: b\"\ntags: [go, \"1.0\"]\nsync:\n  never:\n    - src/**\ncustomizations: []\n"
    )
  })

  it("refuses a secret and a value that is not allowed", () => {
    expect(Either.getOrThrow(Either.flip(MetadataDocument.create({ api_key: "x" }, { path }))).reason).toBe("Secret")
    expect(Either.getOrThrow(Either.flip(MetadataDocument.create({ name: " " }, { path }))).reason).toBe("WrongValue")
  })
})
