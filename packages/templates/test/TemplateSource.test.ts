import * as TemplateSource from "@dev-infra/templates/TemplateSource"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"

const options = { workingDirectory: "/work/here", homeDirectory: "/home/me", named: { company: "gh:acme/templates//api", local: "/srv/t", "standard-project": "gh:acme/own", circle: "company" } }

const parse = (text: string) => TemplateSource.parse(text, options)
const right = (text: string) => Either.getOrThrowWith(parse(text), (error) => error)
const git = (url: string, subfolder = "", ref?: string): TemplateSource.TemplateSource => ({ _tag: "Git", url, subfolder, ref })
const reason = (text: string) => Either.getOrThrow(Either.flip(parse(text))).reason

describe("what texts name", () => {
  it("folders, from where one is or from home", () => {
    assert.deepStrictEqual(right("./templates/../api"), { _tag: "Folder", path: "/work/here/api" })
    assert.deepStrictEqual(right(".."), { _tag: "Folder", path: "/work" })
    assert.deepStrictEqual(right("~/api"), { _tag: "Folder", path: "/home/me/api" })
    assert.deepStrictEqual(right("/srv/a b@c"), { _tag: "Folder", path: "/srv/a b@c" })
    assert.include(reason("templates/api"), "neither a name, nor a folder")
  })

  it("names, of the configuration before those of the program", () => {
    assert.deepStrictEqual(right("company"), git("https://github.com/acme/templates.git", "api"))
    assert.deepStrictEqual(right("company@^1.2"), git("https://github.com/acme/templates.git", "api", "^1.2"))
    assert.deepStrictEqual(right("learning-project"), { _tag: "BuiltIn", name: "learning-project" })
    assert.deepStrictEqual(right("standard-project"), git("https://github.com/acme/own.git"))
    assert.deepStrictEqual(right("built-in:standard-project"), { _tag: "BuiltIn", name: "standard-project" })
    assert.include(reason("local@v1"), "in git")
    assert.isTrue(Either.isLeft(parse("circle")))
    assert.deepStrictEqual(Either.getOrThrow(Either.flip(parse("compny"))).suggestions, ["company"])
    for (const name of ["__proto__", "constructor", "toString"]) assert.isTrue(Either.isLeft(parse(name)), name)
  })

  it("addresses in git, with folder and ref or without", () => {
    assert.deepStrictEqual(right("git+https://host/o/r.git//templates/standard-project@v0.8.0"), git("https://host/o/r.git", "templates/standard-project", "v0.8.0"))
    assert.deepStrictEqual(right("https://Host:8443/o/r.git"), git("https://host:8443/o/r.git"))
    assert.deepStrictEqual(right("gh:o/r//path@ref"), git("https://github.com/o/r.git", "path", "ref"))
    assert.deepStrictEqual(right("gh:o/r@feature/x"), git("https://github.com/o/r.git", "", "feature/x"))
    assert.deepStrictEqual(right("git+file:///srv/r.git//"), git("file:///srv/r.git"))
    assert.deepStrictEqual(right("git+ssh://git@host:22/o/r.git@>=1 <3"), git("ssh://git@host:22/o/r.git", "", ">=1 <3"))
    assert.deepStrictEqual(right("git+http://127.0.0.1:8080/r.git"), git("http://127.0.0.1:8080/r.git"))
    assert.deepStrictEqual(["git+http://h/r", "git://h/r", "https://h/r", "ssh://h/r", "/h/r"].map((text) => TemplateSource.isUnprotected(right(text))), [true, true, false, false, false])
    assert.deepStrictEqual(right("git@host:o/r.git//a"), git("ssh://git@host/o/r.git", "a"))
    assert.deepStrictEqual(right("me@host:o/r"), git("ssh://me@host/~/o/r"))
  })

  it("an @ begins a ref unless it begins a name", () => {
    assert.deepStrictEqual(right("gh:o/r//packages/@acme/api@v1"), git("https://github.com/o/r.git", "packages/@acme/api", "v1"))
    assert.deepStrictEqual(right("gh:o/r//api@api@1.0.0"), git("https://github.com/o/r.git", "api", "api@1.0.0"))
    assert.deepStrictEqual(right("gh:o/r//a%40b"), git("https://github.com/o/r.git", "a@b"))
  })
})

describe("what is refused", () => {
  it("addresses that would run something, or be taken for an option", () => {
    for (const text of [
      "ext::sh -c touch% /tmp/x", "git+ext::sh -c id", "git+ext://sh -c id", "fd::7", "git+https://-oProxyCommand=id/r", "ssh://-oProxyCommand=id/r", "ssh://-o@host/r", "-oProxy@host:r",
      "git+ssh://host;id/r", "git+ssh://$(id)/r", "git+https://host", "git+file://host/r", "git+file:////r", "git+https://host/o/../r", "git+https://host/-u/r", "gh:o", "gh:-o/r", "gh:o/..",
      "--upload-pack=id", "-c", "ftp://host/r", "git+https://host/a b", "git+https://host/r%0aid", "git+https://host/r?x=1", "git+https://host/r\n", "file:/r", "C:\\templates", ""
    ]) assert.isTrue(Either.isLeft(parse(text)), text)
  })

  it("refs that would be options, or that git would refuse", () => {
    for (const ref of ["--upload-pack=touch /tmp/x", "-c", "-cprotocol.ext.allow=always", "", "a b", "a..b", "a:b", "x@{1}", "a\\b", "/a", "a/", "a//b", ".a", "a.lock", "feature/-x", "HEAD^{/x}", "a~1", "x".repeat(300)]) {
      assert.isTrue(Either.isLeft(parse(`gh:o/r@${ref}`)), ref)
      assert.isTrue(Either.isLeft(parse(`company@${ref}`)), ref)
    }
    for (const ref of ["main", "v1.2.3", "^1.2", "~1.2.3", "1.x", ">=1.0.0 <2.0.0", "*", "1.0.0 - 2.0.0", "5f0c1e0", "release/2026", "@acme/api@1.0.0"]) assert.isTrue(Either.isRight(parse(`gh:o/r@${ref}`)), ref)
  })

  it("folders that lead out of the repository", () => {
    for (const folder of ["..", "a/../..", ".git", "a/.GIT/hooks", "a//b", "./a", "%2e%2e", "a\\b", "a%00b", "%zz"]) assert.isTrue(Either.isLeft(parse(`gh:o/r//${folder}`)), folder)
  })

  it("passwords, which are never repeated", () => {
    for (const text of ["git+https://me:s3cret@host/o/r.git", "git+https://s3cret@host/o/r.git", "ssh://me:s3cret@host/o/r.git", "git+https://me:s3cret@host/o/r.git//a@b", "https://host/r?token=s3cret"]) {
      const failure = Either.getOrThrow(Either.flip(parse(text)))
      assert.notInclude(JSON.stringify(failure) + failure.message, "s3cret")
    }
  })
})

describe("a source as text", () => {
  it("is read as the same source, wherever one is", () => {
    const part = FastCheck.stringMatching(/^[a-z@%][a-z0-9@%._-]{0,6}[a-z0-9]$/)
    const source: FastCheck.Arbitrary<TemplateSource.TemplateSource> = FastCheck.oneof(
      FastCheck.constantFrom(...TemplateSource.builtInNames).map((name) => ({ _tag: "BuiltIn" as const, name })),
      FastCheck.array(part, { minLength: 1, maxLength: 4 }).map((parts) => ({ _tag: "Folder" as const, path: `/${parts.join("/")}` })),
      FastCheck.record({
        _tag: FastCheck.constant("Git" as const),
        url: FastCheck.constantFrom("https://host/o/r.git", "ssh://git@host:22/o/r", "file:///srv/a%20b/r.git", "git://host/@o/r"),
        subfolder: FastCheck.array(part, { maxLength: 3 }).map((parts) => parts.join("/")),
        ref: FastCheck.constantFrom(undefined, "main", "v1.0.0", "^1", "@acme/api@1.0.0", "feature/x")
      })
    )
    FastCheck.assert(
      FastCheck.property(source, (each) => {
        const read = TemplateSource.parse(TemplateSource.toText(each), { workingDirectory: "/other", homeDirectory: undefined, named: options.named })
        assert.deepStrictEqual(Either.getOrThrow(read), each)
        if (each._tag === "Git") {
          const bare = TemplateSource.parse(TemplateSource.toText(each, { ref: false }), options)
          assert.deepStrictEqual(Either.getOrThrow(bare), { ...each, ref: undefined })
        }
      })
    )
  })
})
