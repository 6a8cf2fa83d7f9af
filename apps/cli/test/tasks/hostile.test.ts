/**
 * Taskfiles that are wrong or mean harm: a clear error by the exit code of `task`, and nothing run.
 */
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { ensureBuilt } from "../Binary.js"
import { makeTaskPlace, type TaskPlace } from "./TaskPlace.js"

const ran = "touch RAN"

interface Case {
  readonly what: string
  readonly files: { readonly [name: string]: string }
  readonly words?: string
  readonly exitCode: number
  readonly says: RegExp
}

const withTasks = (tasks: string): string => `version: '3'\ntasks:\n${tasks}`
const before = `  default:\n    cmds: ['${ran}']\n`

const cases: ReadonlyArray<Case> = [
  { what: "no YAML", files: { "Taskfile.yml": `version: '3'\ntasks:\n  default: [\n` }, exitCode: 102, says: /Taskfile\.yml:\d+:\d+: / },
  { what: "a tab as indentation", files: { "Taskfile.yml": `version: '3'\ntasks:\n\tdefault: x\n` }, exitCode: 102, says: /Taskfile\.yml:3:\d+: / },
  { what: "an empty file", files: { "Taskfile.yml": "" }, exitCode: 102, says: /Taskfile\.yml:1:1: / },
  { what: "no version", files: { "Taskfile.yml": `tasks:\n${before}` }, exitCode: 107, says: /says no version/ },
  { what: "a version to come", files: { "Taskfile.yml": `version: '99'\ntasks:\n${before}` }, exitCode: 107, says: /too new: 99/ },
  { what: "a list for tasks", files: { "Taskfile.yml": "version: '3'\ntasks: [a, b]\n" }, exitCode: 102, says: /Taskfile\.yml:2:8: / },
  { what: "a number for commands", files: { "Taskfile.yml": withTasks("  default:\n    cmds: 7\n") }, exitCode: 102, says: /Taskfile\.yml:4:11: / },
  { what: "a map for a description", files: { "Taskfile.yml": withTasks(`${before}  other:\n    desc: {a: b}\n`) }, exitCode: 102, says: /Taskfile\.yml:6:11: / },
  { what: "a circle of includes", files: { "Taskfile.yml": `version: '3'\nincludes:\n  other: ./other.yml\ntasks:\n${before}`, "other.yml": "version: '3'\nincludes:\n  back: ./Taskfile.yml\n" }, exitCode: 110, says: /include each other in a circle/ },
  { what: "a circle of dependencies", files: { "Taskfile.yml": withTasks(`  default:\n    deps: [one]\n    cmds: ['${ran}']\n  one:\n    deps: [two]\n    cmds: ['${ran}']\n  two:\n    deps: [one]\n    cmds: ['${ran}']\n`) }, exitCode: 204, says: /circle: .*one two one|circle: .*two one two/ },
  { what: "a missing include", files: { "Taskfile.yml": `version: '3'\nincludes:\n  other: ./gone.yml\ntasks:\n${before}` }, exitCode: 100, says: /Taskfile\.yml:3:\d+: the include other, .*gone\.yml, does not exist/ },
  { what: "a missing task", files: { "Taskfile.yml": withTasks(`  build:\n    desc: Build\n    cmds: ['${ran}']\n`) }, words: "biuld", exitCode: 200, says: /there is no task called biuld\n.*did you mean build\?/ },
  { what: "a dependency that is not there", files: { "Taskfile.yml": withTasks(`  default:\n    deps: [first, gone]\n    cmds: ['${ran}']\n  first:\n    cmds: ['${ran}']\n`) }, exitCode: 200, says: /Taskfile\.yml:4:\d+: there is no task called gone/ },
  { what: "a call of a task that is not there", files: { "Taskfile.yml": withTasks(`  default:\n    cmds: ['${ran}', {task: gone}]\n`) }, exitCode: 200, says: /there is no task called gone/ },
  { what: "an internal task", files: { "Taskfile.yml": withTasks(`  hidden:\n    internal: true\n    cmds: ['${ran}']\n`) }, words: "hidden", exitCode: 202, says: /internal/ },
  { what: "a required variable that nobody gave", files: { "Taskfile.yml": withTasks(`  default:\n    requires: {vars: [NAME]}\n    cmds: ['${ran}']\n`) }, exitCode: 206, says: /needs NAME.*\n[^]*dev-infra task default NAME=/ },
  { what: "a value that is not allowed", files: { "Taskfile.yml": withTasks(`  default:\n    requires: {vars: [{name: NAME, enum: [a, b]}]}\n    cmds: ['${ran}']\n`) }, words: "NAME=c", exitCode: 207, says: /NAME is c, but may be a, b/ },
  { what: "an unmet precondition", files: { "Taskfile.yml": withTasks(`  default:\n    preconditions: [{sh: 'exit 1', msg: not today}]\n    cmds: ['${ran}']\n`) }, exitCode: 201, says: /not today/ },
  { what: "a question without a terminal", files: { "Taskfile.yml": withTasks(`  default:\n    prompt: Really?\n    cmds: ['${ran}']\n`) }, exitCode: 205, says: /no terminal to ask on\n.*--yes/ },
  { what: "an unknown function of templates", files: { "Taskfile.yml": withTasks(`  default:\n    cmds: ['${ran}', 'echo {{exec "id"}}']\n`) }, exitCode: 102, says: /exec/ },
  { what: "two tasks of one name by flatten", files: { "Taskfile.yml": `version: '3'\nincludes:\n  other: {taskfile: ./other.yml, flatten: true}\ntasks:\n${before}`, "other.yml": withTasks(before) }, exitCode: 203, says: /two tasks are called default/ },
  {
    what: "a bomb of aliases",
    files: { "Taskfile.yml": `version: '3'\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\ntasks:\n  default:\n    cmds: ['${ran}']\n    vars: {X: *g}\n` },
    exitCode: 102,
    says: /Taskfile\.yml/
  },
  { what: "no Taskfile", files: { "other.txt": "" }, exitCode: 100, says: /there is no Taskfile in .*\n.*--init/ }
]

describe("a Taskfile that is wrong", () => {
  let world: TaskPlace
  beforeAll(ensureBuilt)
  beforeEach(() => void (world = makeTaskPlace()))
  afterEach(() => world.place.remove())

  it.concurrent.each(cases)("$what", async ({ exitCode, files, says, words = "" }) => {
    const place = makeTaskPlace()
    try {
      place.write(files)
      const ended = await place.task(words)
      expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode, stderr: expect.stringMatching(says) })
      expect(ended.stderr).toMatch(/^(?:warning: .*\n|task: .*\n)*error: /)
      expect(ended.stderr).not.toMatch(/\n +at /)
      expect(existsSync(place.path("RAN"))).toBe(false)
    } finally {
      place.place.remove()
    }
  })

  it("shows the line that is wrong, with a mark below its place", async () => {
    world.write({ "Taskfile.yml": withTasks("  default:\n    cmds: 7\n") })
    const { stderr } = await world.task("")
    expect(stderr).toMatch(/cmds: 7\n[ |]*\^/)
  })

  it("warns once of a key that means nothing, says what was probably meant, and goes on", async () => {
    world.write({ "Taskfile.yml": withTasks("  default:\n    description: Hi\n    cmds: ['task inner']\n  inner:\n    aliasses: [i]\n    cmds: ['echo done']\n") })
    const { exitCode, stderr, stdout } = await world.task("-s")
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "done\n" })
    expect(stderr.match(/did you mean desc\?/g)).toHaveLength(1)
    expect(stderr.match(/did you mean aliases\?/g)).toHaveLength(1)
  })

  it("names that mean something to JavaScript are names like others", async () => {
    world.write({ "Taskfile.yml": withTasks(`  __proto__:\n    desc: A name\n    vars: {__proto__: one, constructor: two}\n    cmds: ['echo {{.__proto__}} {{.constructor}} {{.toString}}']\n  constructor:\n    desc: Another\n    cmds: ['echo built']\n`) })
    expect((await world.task("-s __proto__ constructor")).stdout).toBe("one two\nbuilt\n")
    const { stdout } = await world.task("--list --json --nested")
    expect(JSON.parse(stdout).tasks.map(({ name }: { readonly name: string }) => name)).toEqual(["__proto__", "constructor"])
  })

  it("descriptions cannot move the cursor or fake a line, and names that would are refused", async () => {
    world.write({ "Taskfile.yml": withTasks(`  one:\n    desc: "two\\nlines \\e[31mred \\u202e"\n    cmds: ['exit 1']\n`) })
    for (const words of [["--list"], ["--list", "--silent"], ["--list", "--json"], ["\u001b[2Jd"], ["--plan", "one"]]) {
      const { stderr, stdout } = await world.task(words)
      expect(stdout + stderr).not.toMatch(/\u001b|\u202e/)
    }
    expect((await world.task("--list")).stdout.trimEnd().split("\n")).toHaveLength(2)
    for (const name of ["a\\nb", "\\e[2Jc"]) {
      world.write({ "Taskfile.yml": withTasks(`  "${name}":\n    desc: x\n    cmds: ['${ran}']\n`) })
      const { exitCode, stderr } = await world.task("--list")
      expect({ exitCode, stderr }).toEqual({ exitCode: 102, stderr: expect.stringMatching(/Taskfile\.yml:3:3: /) })
      expect(stderr).not.toContain("\u001b")
    }
  })

  it("a secret is masked in what is shown and in what is printed, also divided over two writes", async () => {
    world.write({
      "Taskfile.yml": withTasks(`  default:\n    vars: {TOKEN: {value: s3cr3t-t0ken, secret: true}}\n    env: {TOKEN: '{{.TOKEN}}'}\n    cmds:\n      - 'echo {{.TOKEN}}'\n      - 'printf s3cr3t; sleep 0.1; printf -- "-t0ken\\n"'\n      - 'echo $TOKEN >&2'\n`)
    })
    const { exitCode, stderr, stdout } = await world.task("")
    expect(exitCode).toBe(0)
    expect(stdout + stderr).not.toContain("s3cr3t-t0ken")
    expect(stdout).toBe("*****\n*****\n")
  })

  it("a secret is masked in the report of a failure too, in the line of the file that it shows as well", async () => {
    world.write({
      "Taskfile.yml": `version: '3'\nvars: {TOKEN: {value: s3cr3t-t0ken, secret: true}, FOUND: {sh: 'echo f0und-s3cret', secret: true}}\ntasks: {one: {label: 'one-{{.TOKEN}}', preconditions: [{sh: 'false', msg: 'no {{.FOUND}}'}]}}\n`
    })
    const { exitCode, stderr, stdout } = await world.task("one")
    expect(exitCode).toBe(201)
    expect(stdout + stderr).toContain("*****")
    expect(stdout + stderr).not.toMatch(/s3cr3t-t0ken|"[^"]*f0und-s3cret|no f0und/)
  })

  it("10,000 tasks are listed, and one of them is run", async () => {
    const tasks = Array.from({ length: 10_000 }, (_, at) => `  t${at}:\n    desc: Task ${at}\n    cmds: ['echo ${at}']\n`).join("")
    world.write({ "Taskfile.yml": withTasks(tasks) })
    expect((await world.task("-ls")).stdout.split("\n")).toHaveLength(10_001)
    expect((await world.task("-s t9999")).stdout).toBe("9999\n")
  }, 60_000)

  it("dependencies 1,000 deep are planned and run", async () => {
    const tasks = Array.from({ length: 1000 }, (_, at) => `  t${at}:\n${at === 999 ? "    cmds: ['echo bottom']\n" : `    deps: [t${at + 1}]\n`}`).join("")
    world.write({ "Taskfile.yml": withTasks(tasks) })
    expect((await world.task("--plan t0")).stdout).toMatch(/^1\. t999 /)
    expect(await world.task("-s t0")).toMatchObject({ exitCode: 0, stdout: "bottom\n" })
  }, 60_000)

  it("a folder in place of a Taskfile, and one that leads to itself, are told", async () => {
    mkdirSync(world.path("Other.yml"))
    expect(await world.task("-t Other.yml")).toMatchObject({ exitCode: 100 })
    symlinkSync("Loop.yml", world.path("Loop.yml"))
    expect(await world.task("-t Loop.yml")).toMatchObject({ exitCode: 100 })
  })
})

describe("what only looks starts nothing", () => {
  beforeAll(ensureBuilt)

  const everything = `version: '3'
vars: {NOW: {sh: '${ran}; date'}, NAME: 'x'}
env: {WHEN: {sh: '${ran}'}}
tasks:
  default:
    desc: 'All that could start something, {{.NOW}}'
    summary: 'More, {{.NOW}}'
    vars: {INNER: {sh: '${ran}'}}
    if: '${ran}'
    preconditions: ['${ran}']
    status: ['${ran}']
    sources: ['*.txt']
    deps: [other]
    cmds: ['${ran}', {cmd: '${ran}', if: '${ran}'}]
  other:
    desc: Other
    cmds: ['${ran}']
`

  it.each(["--list", "--list-all", "--list --silent", "--list --json", "--list --json --no-status", "--list --json --nested", "--plan", "--plan --json", "--summary default", "--dry"])("%s", async (words) => {
    const world = makeTaskPlace()
    world.write({ "Taskfile.yml": everything, "a.txt": "" })
    const { exitCode, stderr } = await world.task(words, { environment: { PATH: world.path("empty") } })
    expect({ exitCode, stderr: words === "--dry" ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" })
    expect(existsSync(world.path("RAN"))).toBe(false)
    world.place.remove()
  })

  it("as the system saw it", async () => {
    const world = makeTaskPlace()
    world.write({ "Taskfile.yml": everything })
    const hasTracer = (await world.shell("command -v strace && strace -f -e trace=execve -o /dev/null true")).exitCode === 0
    if (hasTracer) {
      for (const words of ["--list", "--plan"]) {
        await world.shell(`strace -f -qq -e trace=execve,fork,vfork -o trace dev-infra task ${words}`)
        // The first two are the program itself: its link, and Node.
        const { stdout } = await world.shell("grep -c execve trace; grep -v execve trace | grep -c fork")
        expect(stdout.trim().split("\n").map(Number)).toEqual([expect.toSatisfy((count: number) => count <= 4), 0])
      }
    }
    expect(existsSync(world.path("RAN"))).toBe(false)
    world.place.remove()
  }, 20_000)
})
