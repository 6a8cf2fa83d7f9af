import type { Command } from "@dev-infra/taskfile/Task"
import * as TaskfileDecoder from "@dev-infra/taskfile/TaskfileDecoder"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { decoded, plain } from "./graphs.js"

const task = (text: string, name = "a") => decoded(`version: '3'\ntasks:\n${text}`).tasks.get(name)

const shown = (command: Command): unknown => (command._tag === "Shell" ? command.command : { task: command.task, vars: plain([...command.variables.values()].map(({ name, value }) => [name, value])) })

describe("a Taskfile", () => {
  it("may have tasks as a text, as a list, as a map, as nothing", () => {
    const { tasks } = decoded("version: 3\ntasks:\n  a: make\n  b: [one, {task: c}, {cmd: two, silent: true}]\n  c: {cmd: three}\n  d:\n  e: {}\n")
    assert.deepStrictEqual(
      [...tasks].map(([name, { commands }]) => [name, commands.map(shown)]),
      [
        ["a", ["make"]],
        ["b", ["one", { task: "c", vars: [] }, "two"]],
        ["c", ["three"]],
        ["d", []],
        ["e", []]
      ]
    )
    assert.strictEqual(tasks.get("b")?.commands[2]?.silent, true)
  })

  it("says of a task everything that there is to say", () => {
    const read = task(`  a:
    desc: d
    summary: |
      s
      t
    label: l
    prefix: p
    aliases: [x, y]
    deps: [b, {task: c, vars: {V: 1}, silent: true}, {for: [1, x], task: 'd-{{.ITEM}}'}]
    vars: {N: 1, F: 1.5, T: text, B: true, E: null, L: [1, a], M: {map: {k: [2]}}, S: {sh: date}, R: {ref: .L}, X: {value: v, secret: true}}
    env: {E: '{{.N}}'}
    dotenv: [.env]
    dir: sub
    sources: ['**/*.go', {exclude: x.go}]
    generates: [out]
    status: [test -f out]
    preconditions: [test -f a, {sh: test -f b, msg: no b}]
    requires: {vars: [A, {name: B, enum: [x, y]}, {name: C, enum: {ref: .L}}]}
    prompt: [sure?, really?]
    if: test -f c
    platforms: [linux, darwin/arm64, amd64]
    set: [pipefail]
    shopt: [globstar]
    method: timestamp
    run: when_changed
    internal: true
    interactive: yes
    ignore_error: true
    failfast: true
    watch: true
    silent: false
    use_gitignore: true
`)
    assert.isDefined(read)
    assert.deepStrictEqual(plain({ ...read, commands: 0, dependencies: read?.dependencies.map(shown), location: 0, variables: [...(read?.variables ?? [])].map(([name, { secret, value }]) => [name, value, secret]), environment: [...(read?.environment.keys() ?? [])], preconditions: read?.preconditions.map(({ command, message }) => [command, message ?? ""]), requires: read?.requires.map(({ allowed, name }) => [name, allowed ?? ""]) }), {
      name: "a",
      location: 0,
      description: "d",
      summary: "s\nt\n",
      label: "l",
      prefix: "p",
      aliases: ["x", "y"],
      commands: 0,
      dependencies: [
        { task: "b", vars: [] },
        { task: "c", vars: [["V", { _tag: "Literal", value: "1n" }]] },
        { task: "d-{{.ITEM}}", vars: [] }
      ],
      variables: [
        ["N", { _tag: "Literal", value: "1n" }, false],
        ["F", { _tag: "Literal", value: 1.5 }, false],
        ["T", { _tag: "Literal", value: "text" }, false],
        ["B", { _tag: "Literal", value: true }, false],
        ["E", { _tag: "Literal", value: null }, false],
        ["L", { _tag: "Literal", value: ["1n", "a"] }, false],
        ["M", { _tag: "Literal", value: { "=k": ["2n"] } }, false],
        ["S", { _tag: "Shell", command: "date" }, false],
        ["R", { _tag: "Reference", expression: ".L" }, false],
        ["X", { _tag: "Literal", value: "v" }, true]
      ],
      environment: ["E"],
      dotenv: [".env"],
      directory: "sub",
      sources: [
        { pattern: "**/*.go", excluded: false },
        { pattern: "x.go", excluded: true }
      ],
      generates: [{ pattern: "out", excluded: false }],
      status: ["test -f out"],
      preconditions: [
        ["test -f a", ""],
        ["test -f b", "no b"]
      ],
      requires: [
        ["A", ""],
        ["B", ["x", "y"]],
        ["C", { expression: ".L" }]
      ],
      prompts: ["sure?", "really?"],
      condition: "test -f c",
      platforms: [
        { os: "linux", text: "linux" },
        { os: "darwin", arch: "arm64", text: "darwin/arm64" },
        { arch: "amd64", text: "amd64" }
      ],
      set: ["pipefail"],
      shopt: ["globstar"],
      method: "timestamp",
      run: "when_changed",
      internal: true,
      interactive: true,
      ignoreError: true,
      failFast: true,
      watch: true,
      silent: false,
      useGitignore: true
    })
  })

  it("may have commands in every form", () => {
    const read = task(`  a:
    cmds:
      - cmd: one
        ignore_error: true
        if: test -f x
        platforms: [linux]
        set: [e]
        shopt: [nullglob]
        timeout: 1m30s
      - task: b
        vars: {X: {sh: date}}
        silent: true
      - defer: bye
      - defer: {task: c, vars: {Y: 1}, silent: true}
      - for: [1, b]
        cmd: two
      - for: sources
        cmd: three
      - for: generates
        cmd: three
      - for: {var: LIST, split: ',', as: ONE}
        cmd: four
      - for: {matrix: {OS: [linux, darwin], ARCH: {ref: .ARCHS}}}
        task: d
    prompt: sure?
`)
    const [one, two, three, four, ...loops] = read?.commands ?? []
    assert.deepStrictEqual([one?.ignoreError, one?.condition, one?.timeout, one?._tag === "Shell" ? [...one.set, ...one.shopt] : []], [true, "test -f x", 90_000, ["e", "nullglob"]])
    assert.deepStrictEqual(two === undefined ? undefined : [shown(two), two.silent], [{ task: "b", vars: [["X", { _tag: "Shell", command: "date" }]] }, true])
    assert.deepStrictEqual([three?.deferred, four?.deferred, four?.silent, four === undefined ? "" : shown(four)], [true, true, true, { task: "c", vars: [["Y", { _tag: "Literal", value: "1n" }]] }])
    assert.deepStrictEqual(plain(loops.map(({ loop }) => loop)), [
      { _tag: "List", items: ["1n", "b"] },
      { _tag: "Sources" },
      { _tag: "Generates" },
      { _tag: "Variable", name: "LIST", split: ",", as: "ONE" },
      { _tag: "Matrix", rows: { "=OS": ["linux", "darwin"], "=ARCH": { expression: ".ARCHS" } } }
    ])
    assert.deepStrictEqual(read?.prompts, ["sure?"])
  })

  it("says things of all its tasks", () => {
    const read = decoded("version: 3.40\noutput: {group: {begin: b, end: e, error_only: true}}\nmethod: none\nrun: once\ninterval: 500ms\nsilent: true\ndotenv: [.env]\nset: [u]\nshopt: [globstar]\nuse_gitignore: true\nvars: {A: 1}\nenv: {B: 2}\ntasks: {}\n")
    assert.deepStrictEqual(
      [read.output, read.method, read.run, read.interval, read.silent, read.dotenv, read.set, read.shopt, read.useGitignore, [...read.variables.keys()], [...read.environment.keys()]],
      [{ _tag: "Group", begin: "b", end: "e", errorOnly: true }, "none", "once", 500, true, [".env"], ["u"], ["globstar"], true, ["A"], ["B"]]
    )
    assert.deepStrictEqual(decoded("version: 3\noutput: prefixed\n").output, { _tag: "Prefixed" })
  })

  it("includes files as texts and as maps", () => {
    const { includes } = decoded(`version: 3\nincludes:\n  a: ./a\n  b: {taskfile: b.yml, dir: x, optional: true, internal: true, flatten: true, aliases: [c], excludes: [d], vars: {E: 1}, checksum: ${"0".repeat(64)}}\n  f: {dir: g}\n`)
    assert.deepStrictEqual(
      [...includes.values()].map(({ directory, taskfile }) => [taskfile, directory]),
      [
        ["./a", undefined],
        ["b.yml", "x"],
        ["g", "g"]
      ]
    )
    const { location: _, variables, ...b } = includes.get("b") ?? { location: 0, variables: new Map() }
    assert.deepStrictEqual([...variables.keys()], ["E"])
    assert.deepStrictEqual(b, { namespace: "b", taskfile: "b.yml", directory: "x", optional: true, internal: true, flatten: true, aliases: ["c"], excludes: ["d"], checksum: "0".repeat(64) })
  })

  it("reads words as Go does: octal numbers, yes as a text unless a boolean is asked for", () => {
    const { variables } = decoded("version: 3\nvars: {A: 0644, B: 0x1F, C: yes, D: '1', E: 1_000, F: .5, G: 1e3, H: ~, I: -7, J: 1.2.3, K: !!str 5, L: 12345678901234567890}\n")
    assert.deepStrictEqual(
      [...variables.values()].map(({ value }) => (value._tag === "Literal" ? value.value : undefined)),
      [420n, 31n, "yes", "1", 1000n, 0.5, 1000, null, -7n, "1.2.3", "5", 12_345_678_901_234_567_890n]
    )
  })

  it("may use anchors, aliases and merges", () => {
    const { tasks, variables } = decoded(
      "version: 3\nx-base: &base {silent: true, dir: sub, vars: {A: 1}}\nvars: &vars {A: 1, B: 2}\ntasks:\n  a: {<<: *base, dir: own, cmds: &cmds [one]}\n  b: {<<: [{dir: first}, *base], cmds: *cmds}\n  c: {vars: {<<: *vars, B: 3}}\n"
    )
    assert.deepStrictEqual([tasks.get("a")?.silent, tasks.get("a")?.directory, tasks.get("b")?.directory, tasks.get("b")?.commands.map(shown)], [true, "own", "first", ["one"]])
    assert.deepStrictEqual(plain([...(tasks.get("c")?.variables.values() ?? [])].map(({ name, value }) => [name, value])), [
      ["B", { _tag: "Literal", value: "3n" }],
      ["A", { _tag: "Literal", value: "1n" }]
    ])
    assert.strictEqual(variables.size, 2)
  })

  it("takes __proto__ and constructor for names like any other", () => {
    const { tasks, variables } = decoded("version: 3\nvars: {__proto__: 1, constructor: {map: {__proto__: x}}}\ntasks: {__proto__: echo, toString: {vars: {hasOwnProperty: 1}}}\n")
    assert.deepStrictEqual([[...tasks.keys()], [...variables.keys()]], [["__proto__", "toString"], ["__proto__", "constructor"]])
    assert.deepStrictEqual(plain(variables.get("constructor")?.value), { _tag: "Literal", value: { "=__proto__": "x" } })
    assert.strictEqual(Object.getPrototypeOf({}), Object.prototype)
  })

  it("keeps the places of tasks, commands and variables, with Windows line ends too", () => {
    const read = decoded("version: 3\r\nvars:\r\n  A: 1\r\ntasks:\r\n  a:\r\n    cmds:\r\n      - one\r\n      - cmd: two\r\n")
    const { commands, location } = read.tasks.get("a") ?? { commands: [], location: undefined }
    assert.deepStrictEqual(
      [location, ...commands.map((one) => one.location), read.variables.get("A")?.location].map((place) => [place?.line, place?.column]),
      [
        [5, 3],
        [7, 9],
        [8, 9],
        [3, 3]
      ]
    )
  })

  it("with ten thousand tasks is read at once", () => {
    const text = `version: 3\ntasks:\n${Array.from({ length: 10_000 }, (_, at) => `  task-${at}:\n    desc: Number ${at}\n    deps: [task-${at + 1}]\n    cmds:\n      - echo ${at}\n`).join("")}`
    assert.strictEqual(decoded(text).tasks.size, 10_000)
  })

  it("warns of keys that mean nothing, with what was meant", () => {
    const { warnings } = Either.getOrThrow(
      TaskfileDecoder.decode("version: 3\nvar: {}\ntasks:\n  a:\n    aliasses: [b]\n    description: d\n    platform: [linux]\n    task: b\n    ignore-error: true\n    cmds: [{cmd: x, sillent: true}]\n    zzz: 1\nx-own: 1\n.own: 2\nbase: &base 1\n", "/Taskfile.yml")
    )
    assert.deepStrictEqual(
      warnings.map(({ code, location, suggestion }) => [code, location.line, suggestion]),
      [
        ["KEY001", 2, "vars"],
        ["KEY001", 5, "aliases"],
        ["KEY001", 6, "desc"],
        ["KEY001", 7, "platforms"],
        ["KEY001", 8, "cmds: [{task: NAME}]"],
        ["KEY001", 9, "ignore_error"],
        ["KEY001", 10, "silent"],
        ["KEY001", 11, undefined]
      ]
    )
  })

  it("warns of what stands twice; the last one counts, in the place of the first", () => {
    const { taskfile, warnings } = Either.getOrThrow(TaskfileDecoder.decode("version: 3\nvars: {A: 1, A: 2}\ntasks:\n  a: one\n  b: two\n  a: three\n", "/Taskfile.yml"))
    assert.deepStrictEqual([...taskfile.tasks].map(([name, { commands }]) => [name, commands.map(shown)]), [
      ["a", ["three"]],
      ["b", ["two"]]
    ])
    assert.deepStrictEqual(
      warnings.map(({ code, location }) => [code, location.line, location.column]),
      [
        ["DUP002", 2, 14],
        ["DUP001", 6, 3]
      ]
    )
  })
})
