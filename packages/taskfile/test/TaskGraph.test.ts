import type * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loading, type LoadingOptions, plain } from "./graphs.js"

const namesOf = (graph: TaskGraph.TaskGraph) => [...graph.tasks.keys()]

const failing = (files: string | { readonly [file: string]: string }, options: LoadingOptions = {}) => Effect.flip(loading(files, options))

const values = (variables: TaskGraph.TaskGraph["variables"]) => plain([...variables.values()].map(({ directory, name, value }) => [name, value._tag === "Literal" ? value.value : value._tag, ...(directory === undefined ? [] : [directory.base])]))

const file = (tasks: string, rest = "") => `version: '3'\n${rest}tasks: ${tasks}\n`

describe("a graph", () => {
  it.effect("has the tasks of the root first, and those of includes by their namespace", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{build: make}", "includes: {infra: ./infra, docs: docs/Taskfile.yml}\n"),
        "/shop/infra/Taskfile.yml": file("{test: x}", "includes: {cloudflare: {taskfile: cf.yml}}\n"),
        "/shop/infra/cf.yml": file("{up: x}"),
        "/shop/docs/Taskfile.yml": file("{serve: x}")
      })
      assert.deepStrictEqual(namesOf(graph), ["build", "infra:test", "infra:cloudflare:up", "docs:serve"])
      assert.deepStrictEqual(graph.tasks.get("infra:cloudflare:up")?.namespace, ["infra", "cloudflare"])
      assert.deepStrictEqual(
        graph.nodes.map(({ taskfile }) => taskfile.file),
        ["/shop/Taskfile.yml", "/shop/infra/Taskfile.yml", "/shop/infra/cf.yml", "/shop/docs/Taskfile.yml"]
      )
      assert.strictEqual(graph.directory, "/shop")
    }))

  it.effect("knows where tasks run: in the root for an include as text, in the including folder for one as map, in `dir`", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{a: {dir: sub}}", "includes: {s: ./lib, m: {taskfile: ./lib}, d: {taskfile: ./lib, dir: work}, n: ./nest}\n"),
        "/shop/lib/Taskfile.yml": file("{t: {dir: x}, u: echo, v: {dir: /abs}, w: {dir: '{{.ROOT_DIR}}/y'}}"),
        "/shop/nest/Taskfile.yml": file("{}", "includes: {m: {taskfile: ../lib}, d: {taskfile: ../lib, dir: deep}}\n")
      })
      const directory = (name: string) => {
        const found = graph.tasks.get(name)?.directory
        return found === undefined ? "" : `${found.base} ${found.text}`
      }
      assert.deepStrictEqual(["a", "s:t", "s:u", "m:t", "m:u", "d:t", "d:v", "d:w", "n:m:t", "n:d:u"].map(directory), [
        "/shop sub",
        "/shop x",
        "/shop ",
        "/shop x",
        "/shop ",
        "/shop/work x",
        "/shop/work /abs",
        "/shop/work {{.ROOT_DIR}}/y",
        "/shop/nest x",
        "/shop/nest/deep "
      ])
    }))

  it.effect("names calls as the whole graph does; a leading colon leaves the namespace", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{build: x, default: {deps: ['a:t']}}", "includes: {a: ./a, f: {taskfile: ./a/f.yml, flatten: true}}\n"),
        "/shop/a/Taskfile.yml": file("{t: {deps: [u, ':build']}, u: x}", "includes: {b: ./b.yml}\n"),
        "/shop/a/b.yml": file("{t: {deps: [u, ':u', '::build', ':build']}}"),
        "/shop/a/f.yml": file("{g: {deps: [build]}}")
      })
      const resolve = (name: string, ...written: ReadonlyArray<string>) => written.map((one) => graph.tasks.get(name)?.resolve(one))
      assert.deepStrictEqual(resolve("default", "a:t", ":build"), ["a:t", "build"])
      assert.deepStrictEqual(resolve("a:t", "u", ":build"), ["a:u", "build"])
      assert.deepStrictEqual(resolve("a:b:t", "u", ":u", "::build", ":build"), ["a:b:u", "a:u", "build", "build"])
      assert.deepStrictEqual(resolve("g", "build", "g"), ["build", "g"])
    }))

  it.effect("gives aliases their namespaces, namespaces their aliases, and a namespace's name to its default task", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{taken: x}", "includes: {infra: {taskfile: ./lib, aliases: [i, in]}, taken: ./lib, flat: {taskfile: ./other.yml, flatten: true, aliases: [no]}}\n"),
        "/shop/lib/Taskfile.yml": file("{default: x, t: {aliases: [tt]}}"),
        "/shop/other.yml": file("{o: {aliases: [oo]}}")
      })
      const aliases = (name: string) => graph.tasks.get(name)?.aliases
      assert.deepStrictEqual(aliases("infra:t"), ["infra:tt", "i:t", "i:tt", "in:t", "in:tt"])
      assert.deepStrictEqual(aliases("infra:default"), ["i:default", "in:default", "infra", "i", "in"])
      assert.deepStrictEqual([aliases("taken:default"), aliases("o")], [[], ["oo"]])
    }))

  it.effect("leaves out what is excluded, hides what is internal, misses what is optional", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{}", "includes: {a: {taskfile: ./a, excludes: [x, 'y:*'], internal: true}, gone: {taskfile: ./gone, optional: true}}\n"),
        "/shop/a/Taskfile.yml": file("{x: 1, z: 1, xx: 1}", "includes: {y: ./y.yml}\n"),
        "/shop/a/y.yml": file("{t: 1}")
      })
      assert.deepStrictEqual(namesOf(graph), ["a:z", "a:xx"])
      assert.isTrue(graph.tasks.get("a:z")?.internal)
    }))

  it.effect("puts the variables of all files into one; those of included files overwrite, with a warning", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{a: x}", "vars: {A: root, B: root, S: same}\nenv: {E: 1}\nincludes: {m: {taskfile: ./m, dir: w, vars: {A: given, G: given}}, s: ./s}\n"),
        "/shop/m/Taskfile.yml": file("{t: x}", "vars: {A: m, C: {sh: pwd}, S: same}\nenv: {E: 2}\nincludes: {n: {taskfile: n.yml, vars: {A: inner, H: inner}}}\n"),
        "/shop/m/n.yml": file("{t: x}", "vars: {N: n}\n"),
        "/shop/s/Taskfile.yml": file("{t: x}", "vars: {B: s}\n")
      })
      assert.deepStrictEqual(values(graph.variables), [
        ["A", "m", "/shop/w"],
        ["B", "s"],
        ["S", "same", "/shop/w"],
        ["C", "Shell", "/shop/w"],
        ["N", "n", "/shop/w"]
      ])
      const of = (name: string) => graph.tasks.get(name)
      assert.deepStrictEqual(values(of("m:t")?.includeVariables ?? new Map()), [
        ["A", "given"],
        ["G", "given"]
      ])
      // The outer include comes first and counts.
      assert.deepStrictEqual(values(of("m:n:t")?.includeVariables ?? new Map()), [
        ["A", "given"],
        ["G", "given"],
        ["H", "inner"]
      ])
      // As it was when the include was merged: what comes later is not in it.
      assert.deepStrictEqual([...(of("m:t")?.taskfileVariables ?? new Map<string, unknown>()).keys()], ["A", "B", "S", "C", "N"])
      assert.deepStrictEqual(plain(of("m:t")?.taskfileVariables.get("B")?.value), { _tag: "Literal", value: "root" })
      assert.strictEqual(of("s:t")?.taskfileVariables.size, 0)
      assert.deepStrictEqual(
        graph.warnings.map(({ code, message }) => `${code} ${message}`),
        ["VAR001 the variable A of m overwrites yours, for all tasks", "VAR001 the environment variable E of m overwrites yours, for all tasks", "VAR001 the variable B of s overwrites yours, for all tasks"]
      )
    }))

  it.effect("renders paths of includes with the environment and plain variables", () =>
    Effect.gen(function* () {
      const files = {
        "/shop/Taskfile.yml": file("{}", "vars: {WHERE: lib, D: {sh: echo no}}\nincludes: {a: './{{.WHERE}}', b: '$BASE/lib', c: '~/lib', d: '{{.D}}/shop/lib', e: {taskfile: './lib', dir: '{{.WHERE | upper}}'}}\n"),
        "/shop/lib/Taskfile.yml": file("{t: x}"),
        "/home/me/lib/Taskfile.yml": file("{h: x}")
      }
      const graph = yield* loading(files, { environment: { HOME: "/home/me", BASE: "/shop", D: "/no" } })
      assert.deepStrictEqual(namesOf(graph), ["a:t", "b:t", "c:h", "d:t", "e:t"])
      assert.strictEqual(graph.tasks.get("e:t")?.directory.base, "/shop/LIB")
      const failure = yield* failing(file("{}", "includes: {a: '{{nosuch .X}}'}\n"))
      assert.strictEqual(failure._tag === "Unsupported" ? failure.feature : failure._tag, "the template function nosuch")
    }))

  it.effect("takes relative includes of a remote file for places beside it", () =>
    Effect.gen(function* () {
      const graph = yield* loading({
        "/shop/Taskfile.yml": file("{}", "includes: {r: 'https://example.org/a/Taskfile.yml', m: {taskfile: 'https://example.org/a/Taskfile.yml'}}\n"),
        "https://example.org/a/Taskfile.yml": file("{t: {dir: x}}", "includes: {near: {taskfile: ../b/near.yml}}\n"),
        "https://example.org/b/near.yml": file("{u: y}")
      })
      assert.deepStrictEqual(namesOf(graph), ["r:t", "r:near:u", "m:t", "m:near:u"])
      const { directory, node } = graph.tasks.get("r:near:u") ?? {}
      assert.deepStrictEqual([directory?.base, node?.directory, node?.taskfile.file], ["/shop", "", "https://example.org/b/near.yml"])
    }))

  it.effect("begins with the file that is asked for, in the folder that is asked for", () =>
    Effect.gen(function* () {
      const files = { "/shop/Taskfile.yml": file("{root: x}"), "/shop/ci/tasks.yml": file("{ci: x}"), "/shop/web/Taskfile.dist.yaml": file("{web: x}") }
      const names = (entry: TaskGraph.Entry) => Effect.map(loading(files, { entry }), (graph) => [graph.directory, ...namesOf(graph)])
      assert.deepStrictEqual(yield* names({ _tag: "Search", folder: "/shop/ci/deep" }), ["/shop", "root"])
      assert.deepStrictEqual(yield* names({ _tag: "File", file: "/shop/ci/tasks.yml" }), ["/shop/ci", "ci"])
      assert.deepStrictEqual(yield* names({ _tag: "File", file: "/shop/ci/tasks.yml", directory: "/tmp" }), ["/tmp", "ci"])
      assert.deepStrictEqual(yield* names({ _tag: "File", file: "/shop/web" }), ["/shop/web", "web"])
      assert.strictEqual((yield* failing(files, { entry: { _tag: "Search", folder: "/elsewhere" } }))._tag, "TaskfileNotFound")
      assert.strictEqual((yield* failing(files, { entry: { _tag: "File", file: "/shop/no.yml" } }))._tag, "TaskfileNotFound")
    }))

  it.effect("has a hash that changes with every file, and not with the place", () =>
    Effect.gen(function* () {
      const files = (folder: string, tasks: string) => ({ [`${folder}/Taskfile.yml`]: file("{}", "includes: {a: ./a.yml}\n"), [`${folder}/a.yml`]: file(tasks) })
      const hash = (folder: string, tasks: string) => Effect.map(loading(files(folder, tasks), { entry: { _tag: "Search", folder } }), ({ contentHash }) => contentHash)
      assert.match(yield* hash("/a", "{x: 1}"), /^[0-9a-f]{64}$/)
      assert.strictEqual(yield* hash("/a", "{x: 1}"), yield* hash("/b/c", "{x: 1}"))
      assert.notStrictEqual(yield* hash("/a", "{x: 1}"), yield* hash("/a", "{x: 2}"))
    }))
})

describe("a graph that cannot be", () => {
  it.effect("goes round in a circle, and says the way", () =>
    Effect.gen(function* () {
      const failure = yield* failing({ "/shop/Taskfile.yml": file("{}", "includes: {a: ./a.yml}\n"), "/shop/a.yml": file("{}", "includes: {b: ./b.yml}\n"), "/shop/b.yml": file("{}", "includes:\n  back: ./a.yml\n") })
      assert.deepStrictEqual(failure._tag === "IncludeCycle" ? [failure.files, failure.location.file, failure.location.line] : failure._tag, [["/shop/a.yml", "/shop/b.yml", "/shop/a.yml"], "/shop/b.yml", 3])
      assert.strictEqual((yield* failing(file("{}", "includes: {me: .}\n")))._tag, "IncludeCycle")
    }))

  it.effect("includes what is not there", () =>
    Effect.gen(function* () {
      const failure = yield* failing(file("{}", "includes:\n  a: ./gone.yml\n"))
      assert.deepStrictEqual(failure._tag === "IncludeUnavailable" ? [failure.namespace, failure.target, failure.reason, failure.location.line, failure.exitCode] : failure._tag, ["a", "/shop/gone.yml", "NotFound", 3, 100])
      const remote = yield* failing(file("{}", "includes: {a: 'https://example.org/x.yml'}\n"))
      assert.strictEqual(remote._tag === "IncludeUnavailable" ? remote.reason : remote._tag, "NotHere")
      const invalid = yield* failing({ "/shop/Taskfile.yml": file("{}", "includes: {a: {taskfile: ./a.yml, optional: true}}\n"), "/shop/a.yml": "version: 3\ntasks: 1\n" })
      assert.deepStrictEqual(invalid._tag === "TaskfileInvalid" ? [invalid.location.file, invalid.location.line] : invalid._tag, ["/shop/a.yml", 2])
    }))

  it.effect("has files of different versions, or dotenv in an included one", () =>
    Effect.gen(function* () {
      const files = (version: string, rest = "") => ({ "/shop/Taskfile.yml": file("{}", "includes: {a: ./a.yml}\n"), "/shop/a.yml": `version: ${version}\n${rest}tasks: {}\n` })
      assert.strictEqual((yield* loading(files("3.0.0"))).nodes.length, 2)
      const unequal = yield* failing(files("3.41"))
      assert.deepStrictEqual(unequal._tag === "TaskfileVersion" ? [unequal.reason, unequal.version, unequal.other, unequal.location.line] : unequal._tag, ["Unequal", "3.41", "3", 2])
      const dotenv = yield* failing(files("3", "dotenv: [.env]\n"))
      assert.deepStrictEqual(dotenv._tag === "TaskfileInvalid" ? [dotenv.location.file, dotenv.location.line] : dotenv._tag, ["/shop/a.yml", 2])
    }))

  it.effect("has two tasks of one name, and says where both are", () =>
    Effect.gen(function* () {
      const failure = yield* failing({ "/shop/Taskfile.yml": file("{t: x}", "includes: {a: {taskfile: ./a.yml, flatten: true}}\n"), "/shop/a.yml": file("{t: y}") })
      assert.deepStrictEqual(failure._tag === "NameConflict" ? [failure.name, failure.locations.map((place) => place.file), failure.exitCode] : failure._tag, ["t", ["/shop/Taskfile.yml", "/shop/a.yml"], 203])
    }))

  it.effect("doubles with every level, and ends in an error instead of in memory", () =>
    Effect.gen(function* () {
      const level = (at: number) => file("{t: x}", `includes: {l: ./${at + 1}a.yml, r: ./${at + 1}b.yml}\n`)
      const files = Object.fromEntries([["/shop/Taskfile.yml", level(0)], ...Array.from({ length: 30 }, (_, at) => ["a", "b"].map((side) => [`/shop/${at + 1}${side}.yml`, at === 29 ? file("{t: x}") : level(at + 1)] as const)).flat()])
      const failure = yield* failing(files)
      assert.match(failure._tag === "TaskfileInvalid" ? failure.problem : failure._tag, /includes of includes make more than/)
    }))
})

describe("what a repository inherits", () => {
  const library = { _tag: "Inherited", name: "infra", url: "https://example.org/infra.git", ref: "v1.0.0", commit: "c".repeat(40), folder: "/shop/.dev-infra/inherit/infra" } as const
  const files = {
    "/shop/Taskfile.yml": file("{deploy: {deps: ['infra:test']}}"),
    "/shop/.dev-infra/inherit/infra/Taskfile.yml": file("{test: {cmds: [task: 'dev:setup']}}", "includes: {dev: {taskfile: ./dev}, own: {taskfile: ./dev, dir: ./dev}}\n"),
    "/shop/.dev-infra/inherit/infra/dev/Taskfile.yml": file("{setup: x}")
  }
  const inherited = (directory: "caller" | "library") => ({ "/shop": [{ namespace: "infra", flatten: false, excludes: [], directory, file: "/shop/.dev-infra/inherit/infra/Taskfile.yml" }] })
  const options = (directory: "caller" | "library") => ({ inherited: inherited(directory), remote: { [library.folder]: library } })

  it.effect("is there without an include, and runs in the repository that calls it", () =>
    Effect.gen(function* () {
      const graph = yield* loading(files, options("caller"))
      assert.deepStrictEqual(namesOf(graph), ["deploy", "infra:test", "infra:dev:setup", "infra:own:setup"])
      const test = graph.tasks.get("infra:test")
      assert.deepStrictEqual([test?.directory.base, test?.node.directory, test?.node.origin], ["/shop", library.folder, library])
      assert.deepStrictEqual([graph.tasks.get("infra:dev:setup")?.directory.base, graph.tasks.get("infra:own:setup")?.directory.base], ["/shop", `${library.folder}/dev`])
    }))

  it.effect("runs in the library if that is said", () =>
    Effect.gen(function* () {
      const graph = yield* loading(files, options("library"))
      assert.deepStrictEqual([graph.tasks.get("infra:test")?.directory.base, graph.tasks.get("infra:dev:setup")?.directory.base], [library.folder, library.folder])
    }))

  it.effect("steps back behind an include of the same name, with a warning", () =>
    Effect.gen(function* () {
      const graph = yield* loading({ ...files, "/shop/Taskfile.yml": file("{}", "includes: {infra: ./own.yml}\n"), "/shop/own.yml": file("{mine: x}") }, options("caller"))
      assert.deepStrictEqual([namesOf(graph), graph.warnings.map(({ code }) => code)], [["infra:mine"], ["INH003"]])
    }))

  it.effect("is named without a warning by an include that leads to the very library, and keeps running in the repository", () =>
    Effect.gen(function* () {
      const graph = yield* loading({ ...files, "/shop/Taskfile.yml": file("{}", "includes: {infra: {taskfile: ./.dev-infra/inherit/infra/Taskfile.yml, dir: .}}\n") }, options("caller"))
      assert.deepStrictEqual(graph.warnings, [])
      assert.deepStrictEqual(namesOf(graph), ["infra:test", "infra:dev:setup", "infra:own:setup"])
      assert.deepStrictEqual([graph.tasks.get("infra:test")?.directory.base, graph.tasks.get("infra:dev:setup")?.directory.base], ["/shop", "/shop"])
    }))

  it.effect("may not include what lies outside of its library", () =>
    Effect.gen(function* () {
      const failure = yield* failing({ ...files, "/shop/.dev-infra/inherit/infra/Taskfile.yml": file("{}", "includes: {up: ../../../secret.yml}\n"), "/shop/secret.yml": file("{}") }, options("caller"))
      assert.deepStrictEqual(failure._tag === "IncludeUnavailable" ? [failure.reason, failure.exitCode] : failure._tag, ["Escapes", 109])
    }))
})
