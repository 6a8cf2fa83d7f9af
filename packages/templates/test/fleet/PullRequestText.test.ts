import type { Result } from "@dev-infra/templates/Application"
import type { FileClass } from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as ChangelogSections from "../../src/fleet/ChangelogSections.js"
import { codeSpan, harmless } from "../../src/fleet/HarmlessMarkdown.js"
import * as PullRequestText from "../../src/fleet/PullRequestText.js"
import { file, planOf, projectAt } from "./fleetProjects.js"

const changelog = `# Changelog

## [Unreleased]

- not yet

## [1.2.0] - 2026-03-01

### Added

- a file for editors

## v1.1.0 (2026-02-01)

- a pipeline

\`\`\`
## 1.0.5
\`\`\`

## 1.0.0

- the first

## Appendix

- no version
`

describe("ChangelogSections", () => {
  it("takes the versions after one, up to another", () => {
    const found = ChangelogSections.between(changelog, "v1.0.0", "v1.2.0")
    assert.deepStrictEqual(found.map(({ version }) => version), ["1.2.0", "v1.1.0"])
    assert.strictEqual(found[0]?.notes, "### Added\n\n- a file for editors")
    assert.strictEqual(found[1]?.notes, "- a pipeline\n\n```\n## 1.0.5\n```")
    assert.deepStrictEqual(ChangelogSections.between(changelog, "1.1.0", "1.1.0"), [])
    assert.deepStrictEqual(ChangelogSections.between(changelog, "0.9.0", "1.0.0"), [{ version: "1.0.0", notes: "- the first" }])
  })

  it("takes nothing where versions are no numbers", () => assert.deepStrictEqual(ChangelogSections.between(changelog, "abc1234", "v1.2.0"), []))
})

describe("texts of strangers", () => {
  it("call nobody, close nothing and hide nothing", () => {
    const text = harmless("# Big\n- thanks @octocat, fixes #12, GH-7, https://github.com/a/b/issues/3\n<!-- hidden -->\n![pixel](https://example.org/p.png)")
    for (const active of [/@octocat/, /#12/, /GH-7/, /issues\/3/, /<!--/, /!\[/, /^# /m]) assert.notMatch(text, active)
    assert.match(text, /^#### Big$/m)
  })

  it("are one piece of code, whatever they hold", () => {
    assert.strictEqual(codeSpan("fix: `a` and @b"), "``fix: `a` and @b``")
    assert.strictEqual(codeSpan("`a`"), "`` `a` ``")
    assert.strictEqual(codeSpan("a\nb\u202e"), "`a b`")
  })
})

describe("PullRequestText", () => {
  const applied = (path: string, fileClass: FileClass, result: Result) => ({ path, class: fileClass, result })
  const files = [applied("Taskfile.yml", "update", "done"), applied("a|b.md", "conflict", "marked"), applied("license", "ask", "skipped"), applied("own.md", "local", "left")]
  const plan = planOf(projectAt("/code/api", 1), [file("Taskfile.yml", "update"), file("a|b.md", "conflict")])
  const changes = [{ version: "v1.1.0", notes: "- faster, says @someone" }, { version: "v1.0.1", subjects: ["Fixes #3 for @me"] }]

  it("says what is updated, and from where", () => {
    const proposal = { plan, files, marked: [], kept: [], changes }
    assert.strictEqual(PullRequestText.title(proposal), "Update from the template standard-project v1.1.0")
    const body = PullRequestText.body(proposal)
    assert.include(body, "from `v1.0.0` to `v1.1.0`")
    assert.include(body, "| `Taskfile.yml` | updated |")
    assert.include(body, "| `license` | not touched: its rule says to ask |")
    assert.notInclude(body, "own.md")
    assert.include(body, "- `Fixes #3 for @me`")
    assert.notInclude(body, "@someone")
    assert.notInclude(body, "## Conflicts")
  })

  it("warns of conflicts, in the title too", () => {
    const proposal = { plan, files, marked: ["a|b.md"], kept: ["logo.png"], changes: [] }
    assert.strictEqual(PullRequestText.title(proposal), "Update from the template standard-project v1.1.0 (2 conflicts)")
    const body = PullRequestText.body(proposal)
    assert.include(body, "do not merge")
    assert.include(body, "- `a|b.md`")
    assert.include(body, "- `logo.png`")
    assert.include(body, "| `a\\|b.md` | conflict |")
    assert.include(body, "Nothing is recorded about it.")
  })

  it("fits into what GitHub takes, however long the history is", () => {
    const many = Array.from({ length: 500 }, (_, at) => ({ version: `v1.0.${at}`, notes: "- x\n".repeat(400) }))
    const body = PullRequestText.body({ plan, files: Array.from({ length: 3000 }, (_, at) => applied(`docs/${"d".repeat(80)}/${at}.md`, "update", "done")), marked: [], kept: [], changes: many })
    assert.isBelow(body.length, 65_536)
    assert.include(body, "and 2800 more")
    assert.match(body, /and more\./)
  })

  it("marks its commit, in lines that git takes as they are", () => {
    const message = PullRequestText.commitMessage({ ...plan, template: "evil\n@team #1", to: { version: "v2\nCo-authored-by: x", commit: "2".repeat(40) } }, "a".repeat(40))
    assert.strictEqual(message, `Update from the template evil team 1 v2 Co-authored-by: x\n\nTemplate-Update: ${"a".repeat(40)}\n`)
  })
})
