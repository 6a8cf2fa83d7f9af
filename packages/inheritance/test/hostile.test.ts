/**
 * What strangers may try with sources, refs, URLs and libraries. Each is refused, with the reason, and nothing of it is done.
 */
import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import * as InheritedSource from "@dev-infra/inheritance/InheritedSource"
import * as Library from "@dev-infra/inheritance/Library"
import * as ProjectInherits from "@dev-infra/inheritance/ProjectInherits"
import * as RemoteFiles from "@dev-infra/inheritance/RemoteFiles"
import * as RemoteIncludes from "@dev-infra/inheritance/RemoteIncludes"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { join } from "node:path"
import { libraryFiles, tasksOf, world, write } from "./world.js"

describe("a source", () => {
  it("cannot become an option, a path that leads away, or carry a password", () => {
    for (const text of [
      "", "-x", "gh:o", "gh:-o/r@v1", "gh:o/r@-x", "gh:o/r@../../x", "gh:o/r@a..b", "gh:o/r//../x@v1", "git+ext::sh -c x@v1", "https://u:p@host/r.git@v1",
      "git+file://host/x@v1", "https://host/-x/r.git@v1", "project:", "project:-x", "project:a@-b", "somewhere", "gh:o/r@v1\n", "ssh://-oProxyCommand=x/r.git@v1", "git@-h:o/r@v1"
    ]) assert.isTrue(Either.isLeft(InheritedSource.parse(text)), text)
  })

  it("is written as it is read", () => {
    for (const text of ["gh:acme/infra//tasks@v1", "git@example.com:acme/infra.git@v1", "git+file:///srv/infra.git@v1", "project:infra", "./infra", "/srv/infra"]) {
      const source = Either.getOrThrow(InheritedSource.parse(text))
      const again = Either.getOrThrow(InheritedSource.parse(InheritedSource.toText(source)))
      assert.deepStrictEqual({ ...again, ref: undefined }, { ...source, ref: undefined })
    }
  })
})

describe("inherits of a .dev-infra.yml", () => {
  it("says the line of what is wrong", () => {
    const problemOf = (text: string) => Either.match(ProjectInherits.parse(text, "x.yml"), { onLeft: ({ line, problem }) => `${line}: ${problem}`, onRight: () => "fine" })
    assert.strictEqual(problemOf("inherits: 5\n"), "1: inherits must be a list of entries with name, from and ref")
    assert.match(problemOf("inherits:\n  - name: infra\n    from: gh:a/b\n    ref: -x\n"), /^4: ref of infra cannot be used/)
    assert.match(problemOf("inherits:\n  - name: infra\n    from: gh:a/b\n    ref: ../../x\n"), /^4: ref of infra cannot be used/)
    assert.match(problemOf("inherits:\n  - name: ../x\n    from: gh:a/b\n    ref: v1\n"), /^2: a name is made of/)
    assert.match(problemOf("inherits:\n  - name: __proto__\n    from: gh:a/b\n    ref: v1\n"), /^2: a name is made of/)
    assert.match(problemOf("inherits:\n  - name: a\n    from: gh:a/b\n    ref: v1\n    path: ../x.yml\n"), /^5: the path of a Taskfile/)
    assert.match(problemOf("inherits:\n  - name: a\n    from: gh:a/b\n"), /a has no ref/)
    assert.match(problemOf("inherits:\n  - { name: a, from: ./x }\n  - { name: a, from: ./y }\n"), /two entries/)
    assert.match(problemOf("depends_on: x\n"), /^1: depends_on must be a list/)
    assert.strictEqual(problemOf("name: x\n"), "fine")
  })
})

describe("a URL of an include", () => {
  it("is one of https or ssh, with a ref that can be one", () => {
    const reasonOf = (text: string, insecure = false) => Either.match(RemoteIncludes.parse(text, { insecure }), { onLeft: ({ reason }) => reason, onRight: (target) => target._tag })
    assert.strictEqual(reasonOf("https://host/a/Taskfile.yml"), "File")
    assert.strictEqual(reasonOf("https://host/o/r.git//Taskfile.yml?ref=v1"), "Repository")
    assert.strictEqual(reasonOf("git@host:o/r.git//a/Taskfile.yml?ref=main"), "Repository")
    assert.strictEqual(reasonOf("https://host/o/_git/r//Taskfile.yml?ref=v1"), "Repository")
    assert.strictEqual(reasonOf("http://host/Taskfile.yml"), "Insecure")
    assert.strictEqual(reasonOf("http://host/o/r.git//x?ref=v1"), "Insecure")
    assert.strictEqual(reasonOf("http://host/Taskfile.yml", true), "File")
    for (const text of [
      "https://host/o/r.git//x?ref=../../x", "https://host/o/r.git//x?ref=-x", "https://host/o/r.git//../x?ref=v1", "https://host/o/r.git//x?ref=v1&ref=v2",
      "https://host/o/r.git//x?upload-pack=x", "https://token@host/x.yml", "https://u:p@host/o/r.git//x?ref=v1", "file:///etc/passwd", "https://host/x y.yml"
    ]) assert.strictEqual(reasonOf(text), "BadReference", text)
  })
})

describe("a file over https", () => {
  const answers = (all: { readonly [url: string]: Response | (() => Response) }) =>
    RemoteFiles.layer(5).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, HttpClient.make((request) => {
      const found = all[request.url]
      return Effect.succeed(HttpClientResponse.fromWeb(request, found === undefined ? new Response("", { status: 404 }) : typeof found === "function" ? found() : found))
    }))))
  const redirect = (location: string) => new Response(null, { status: 302, headers: { location } })
  const get = (all: Parameters<typeof answers>[0]) => Effect.provide(Effect.flatMap(RemoteFiles.RemoteFiles, (files) => files.get("https://host/a.yml", { limit: 1000 })), answers(all))
  const reasonOf = (all: Parameters<typeof answers>[0]) => Effect.map(Effect.flip(get(all)), ({ reason }) => reason)

  it.effect("comes from the host that was asked, never over http", () =>
    Effect.gen(function* () {
      const yaml = new Response("version: '3'\n", { headers: { "content-type": "text/yaml; charset=utf-8" } })
      assert.strictEqual(new TextDecoder().decode(yield* get({ "https://host/a.yml": redirect("/b.yml"), "https://host/b.yml": yaml })), "version: '3'\n")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": redirect("http://host/a.yml") }), "Redirected")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": redirect("https://elsewhere/a.yml") }), "Redirected")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": redirect("https://u:p@host/b.yml") }), "Redirected")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": () => redirect("/a.yml") }), "Redirected")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": redirect("file:///etc/passwd") }), "Redirected")
    }))

  it.effect("is small, and may be a Taskfile", () =>
    Effect.gen(function* () {
      let sent = 0
      const endless = new Response(new ReadableStream({
        pull: (controller) => {
          sent += 1000
          if (sent > 50_000_000) controller.close()
          else controller.enqueue(new Uint8Array(1000))
        }
      }), { headers: { "content-type": "text/plain" } })
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": endless }), "TooLarge")
      assert.isBelow(sent, 100_000)
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": new Response("<html>", { headers: { "content-type": "text/html" } }) }), "BadContent")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": new Response("x", { status: 500 }) }), "FetchFailed")
      assert.strictEqual(yield* reasonOf({ "https://host/a.yml": new Response("x", { headers: { "content-type": "text/plain", "content-length": "50000000" } }) }), "TooLarge")
    }))
})

describe("a library", () => {
  it("has no links that lead out of it, not by way of another link either", () => {
    const allowed = [["a/link", "../b"], ["link", "a/b"], ["a/b/link", "../../c"], ["link", "."]] as const
    const refused = [["link", "/etc/passwd"], ["link", ".."], ["a/link", "../../x"], ["link", "a/../.."], ["link", "a/.."], ["link", ""], ["link", "a\u0000b"]] as const
    for (const [path, target] of allowed) assert.isUndefined(Library.linkProblem(path, target), `${path} -> ${target}`)
    for (const [path, target] of refused) assert.isDefined(Library.linkProblem(path, target), `${path} -> ${target}`)
  })

  it.scopedLive("with such a link is refused, and leaves nothing in the project", () =>
    Effect.gen(function* () {
      const { layer, project, publish, url } = yield* world
      yield* publish({ files: { ...libraryFiles, "secrets": { mode: "symlink", content: Buffer.from("../../../../etc") } }, tags: ["v1.0.0"] })
      const failure = yield* Effect.flip(Effect.provide(Effect.flatMap(Inheritance, (each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` })), layer))
      assert.include(failure.message, "the link secrets leads out of the library")
      assert.deepStrictEqual(fs.readdirSync(project).toSorted(), [".dev-infra", "Taskfile.yml"])
      assert.deepStrictEqual(fs.readdirSync(join(project, ".dev-infra/inherit")), [".gitignore"])
    }))

  it.scopedLive("is never put where a link of the project leads to, and removes nothing there", () =>
    Effect.gen(function* () {
      const { layer, project, publish, root, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      const elsewhere = join(root, "elsewhere")
      write(join(elsewhere, "inherit/infra/mine.txt"), "mine")
      write(join(elsewhere, "infra/mine.txt"), "mine")
      for (const [link, target] of [[".dev-infra", elsewhere], [".dev-infra/inherit", elsewhere], ["dev-infra.lock", join(root, "new.lock")]] as const) {
        fs.rmSync(join(project, ".dev-infra"), { recursive: true, force: true })
        if (link.includes("/")) fs.mkdirSync(join(project, ".dev-infra"))
        fs.symlinkSync(target, join(project, link))
        const failure = yield* Effect.flip(Effect.provide(Effect.flatMap(Inheritance, (each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` })), layer))
        assert.include(failure.message, "it is a link")
        fs.rmSync(join(project, link))
      }
      assert.deepStrictEqual(fs.readdirSync(elsewhere).toSorted(), ["infra", "inherit"])
      assert.isTrue(fs.existsSync(join(elsewhere, "infra/mine.txt")))
      assert.isFalse(fs.existsSync(join(root, "new.lock")))
    }))

  it.scopedLive("cannot include what lies outside of it", () =>
    Effect.gen(function* () {
      const { layer, project, publish, root, url } = yield* world
      write(join(root, "outside.yml"), "version: '3'\ntasks:\n  x: echo x\n")
      for (const [at, target] of ["../../../../outside.yml", join(root, "outside.yml"), "~/x.yml"].entries()) {
        yield* publish({ files: { "Taskfile.yml": `version: '3'\nincludes:\n  x: ${target}\ntasks: {}\n` }, tags: [`v${at}.0.0`] })
        const reason = yield* Effect.provide(
          Effect.gen(function* () {
            const inheritance = yield* Inheritance
            yield* inheritance.add(project, { name: `infra${at}`, from: `${url}@v${at}.0.0` })
            yield* inheritance.trust(project, `infra${at}`, { by: "Ada" })
            const failure = yield* Effect.flip(tasksOf(project))
            yield* inheritance.remove(project, `infra${at}`)
            return "reason" in failure ? failure.reason : failure._tag
          }),
          layer
        )
        assert.include(["Escapes", "NotFound"], reason, target)
      }
    }))
})
