import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { check, type CheckedLine } from "../../src/CommandLine.js"
import * as options from "../../src/options.js"

const shape = {
  flags: [
    options.json.shape,
    options.choiceOr("sort", ["name", "path"], "name", { letter: "s", description: "" }).shape,
    options.texts("tag", { description: "" }).shape,
    options.text("name", { letter: "n", description: "" }).shape
  ],
  arguments: [options.projects.shape]
}

const checked = (...words: ReadonlyArray<string>): CheckedLine => Either.getOrThrow(check(["list"], shape, words))
const refused = (...words: ReadonlyArray<string>): string => {
  const error = Either.getOrThrow(Either.flip(check(["list"], shape, words)))
  return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`
}

describe("a command line", () => {
  it("1: does not take a flag in the wrong case for another one", () => {
    expect(refused("--JSON")).toBe("dev-infra list has no flag --JSON; flags are case-sensitive | did you mean --json?")
    expect(refused("--Sort", "path")).toContain("did you mean --sort?")
    expect(refused("-S", "path")).toContain("dev-infra list has no flag -S")
  })

  it("2: does not take an unknown flag for an argument, before or after one", () => {
    expect(refused("--typo", "api")).toBe("dev-infra list has no flag --typo")
    expect(refused("api", "--jsno")).toBe("dev-infra list has no flag --jsno | did you mean --json?")
    expect(refused("api", "-x")).toBe("dev-infra list has no flag -x")
    expect(refused("--wizard")).toContain("has no flag --wizard")
    expect(refused("--completions", "bash")).toContain("has no flag --completions")
  })

  it("14: says that a flag needs a value", () => {
    expect(refused("--sort")).toBe("--sort needs one of name, path")
    expect(refused("--name")).toContain("--name needs a value (TEXT)")
    expect(refused("-n")).toContain("-n needs a value (TEXT)")
    expect(refused("--name", "--json")).toContain("a value that begins with a dash is written --name=-value")
  })

  it("15: says in one sentence which values there are", () => {
    expect(refused("--sort", "nmae")).toBe(`--sort is one of name, path, not "nmae" | did you mean name?`)
    expect(refused("--json=true")).toBe(`--json takes no value, but got "true"`)
  })

  it("19: points to the one dash that a letter has", () => {
    expect(refused("--n", "x")).toBe("dev-infra list has no flag --n | did you mean -n (--name)?")
    expect(refused("-json")).toContain("long flags begin with two dashes | did you mean --json?")
  })

  it("20: takes flags after arguments, values with =, letters, repeated flags and --", () => {
    expect(checked("api", "--sort=path", "web").words).toEqual(["api", "web"])
    expect(checked("api", "--sort=path", "web").values.get("sort")).toEqual(["path"])
    expect(checked("--name=a=b").values.get("name")).toEqual(["a=b"])
    expect(checked("--name=").values.get("name")).toEqual([""])
    expect(checked("-n", "x", "-spath").values.get("sort")).toEqual(["path"])
    expect(checked("-qn", "x").global.quiet).toBe(true)
    expect(checked("--tag", "b", "api", "--tag", "a").values.get("tag")).toEqual(["b", "a"])
    expect(checked("--", "--json", "-x").words).toEqual(["--json", "-x"])
    expect(checked("-").words).toEqual(["-"])
    expect(checked("--name=-5").values.get("name")).toEqual(["-5"])
    expect(refused("--sort", "name", "--sort", "path")).toBe("--sort is given twice")
  })

  it("reads the flags of every command", () => {
    expect(checked("-q", "--color", "never", "--no-input", "--log-level=debug").global).toEqual({ quiet: true, color: "never", colorIsGiven: true, input: false, logLevel: "debug" })
  })

  it("shows help even if the rest of the line is wrong", () => {
    expect(checked("--typo", "--help").help).toBe(true)
    expect(checked("-h", "--sort").help).toBe(true)
  })

  it("understands whatever text is given to a flag, and never mistakes it for a flag", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.string()), FastCheck.array(FastCheck.string({ minLength: 1 })), (tags, words) => {
        const line = checked(...tags.map((tag) => `--tag=${tag}`), "--", ...words)
        expect(line.values.get("tag") ?? []).toEqual(tags)
        expect(line.words).toEqual(words)
      })
    )
  })
})
