import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import type { FlagName } from "../../src/commands/task/flags.js"
import { read } from "../../src/commands/task/line.js"

const understood = (line: string) => {
  const words = line === "" ? [] : line.split(" ")
  return Either.getOrThrow(read(words))
}

const refusal = (line: string): string => {
  const found = read(line.split(" "))
  return Either.isLeft(found) ? found.left.message : "understood"
}

const switches: ReadonlyArray<readonly [line: string, on: ReadonlyArray<FlagName>, off?: ReadonlyArray<FlagName>]> = [
  ["-l", ["list"]],
  ["--list", ["list"], ["list-all"]],
  ["-a", ["list-all"]],
  ["-ls", ["list", "silent"]],
  ["-aj", ["list-all", "json"]],
  ["-s -f -v", ["silent", "force", "verbose"]],
  ["-sfv", ["silent", "force", "verbose"]],
  ["-npyxFw", ["dry", "parallel", "yes", "exit-code", "failfast", "watch"]],
  ["--silent=false", [], ["silent"]],
  ["--silent --silent=0", [], ["silent"]],
  ["-s=false", [], ["silent"]],
  ["-sf=false", ["silent"], ["force"]],
  ["--color=false", [], ["color"]],
  ["-c=true", ["color"]],
  ["-i", ["init"]],
  ["-g", ["global"]],
  ["--force-all", ["force-all"], ["force"]],
  ["--plan --json", ["plan", "json"]],
  ["-h --nonsense", ["help"]]
]

const texts: ReadonlyArray<readonly [line: string, flag: FlagName, value: string]> = [
  ["-t Other.yml", "taskfile", "Other.yml"],
  ["-tOther.yml", "taskfile", "Other.yml"],
  ["-t=Other.yml", "taskfile", "Other.yml"],
  ["-st Other.yml", "taskfile", "Other.yml"],
  ["--taskfile Other.yml", "taskfile", "Other.yml"],
  ["--taskfile=a=b.yml", "taskfile", "a=b.yml"],
  ["-t one.yml -t two.yml", "taskfile", "two.yml"],
  ["-d -strange", "dir", "-strange"],
  ["-o prefixed", "output", "prefixed"],
  ["--sort none", "sort", "none"],
  ["-C 4", "concurrency", "4"],
  ["-C4", "concurrency", "4"],
  ["-I 500ms", "interval", "500"],
  ["-I1m30s", "interval", "90000"],
  ["--interval=1.5s", "interval", "1500"],
  ["--trusted-hosts a,b --trusted-hosts c", "trusted-hosts", "a,b,c"],
  ["--engine task", "engine", "task"],
  ["--output group --output-group-begin {{.TASK}}", "output-group-begin", "{{.TASK}}"]
]

const refused: ReadonlyArray<readonly [line: string, why: RegExp]> = [
  ["--nonsense", /^task has no flag --nonsense$/],
  ["-Z", /^task has no flag -Z$/],
  ["-sZ", /^task has no flag -Z$/],
  ["-t", /^-t needs a value/],
  ["--output loud", /^--output is one of interleaved, group, prefixed/],
  ["-C many", /^-C needs a whole number/],
  ["-I soon", /^-I needs a duration/],
  ["--silent=perhaps", /^--silent is on or off/],
  ["-l -a", /do not go together/],
  ["--json build", /--json goes only with/],
  ["-l --nested", /--nested goes only with --json/],
  ["-l --no-status", /--no-status goes only with --json/],
  ["-g -d /tmp", /do not go together/],
  ["--download --offline", /do not go together/],
  ["--output-group-end x", /goes only with --output=group/],
  ["--output-group-error-only -o prefixed", /goes only with --output=group/]
]

describe("the words after `dev-infra task`", () => {
  for (const [line, on, off = []] of switches) {
    it(line, () => {
      const { has } = understood(line)
      expect(on.filter((name) => !has(name))).toEqual([])
      expect(off.filter((name) => has(name))).toEqual([])
    })
  }

  it.each(texts)("%s", (line, flag, value) => expect(understood(line).text(flag)).toBe(value))

  it.each(refused)("%s is refused", (line, why) => expect(refusal(line)).toMatch(why))

  it("names and variables may stand anywhere before --, and all behind it belongs to the task", () => {
    const line = understood("build -s X=1 test Y=a=b X=2 EMPTY= -- -f Z=3 -- more")
    expect(line.names).toEqual(["build", "test"])
    expect([...line.variables]).toEqual([["X", "2"], ["Y", "a=b"], ["EMPTY", ""]])
    expect(line.arguments).toEqual(["-f", "Z=3", "--", "more"])
    expect(line.has("silent")).toBe(true)
    expect(line.has("force")).toBe(false)
  })

  it("nothing is nothing", () => {
    const line = understood("")
    expect([line.names, line.arguments, line.variables.size]).toEqual([[], [], 0])
  })

  it("a name or variable of any text is no flag and no key of an object", () => {
    const line = understood("__proto__ constructor __proto__=1 -")
    expect(line.names).toEqual(["__proto__", "constructor", "-"])
    expect(line.variables.get("__proto__")).toBe("1")
  })
})
