import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { check } from "../../src/CommandLine.js"
import { declare, type Values } from "../../src/Declaration.js"
import { defaults, GlobalFlags } from "../../src/GlobalFlags.js"
import * as options from "../../src/options.js"
import * as Output from "../../src/Output.js"
import * as Progress from "../../src/Progress.js"
import * as Prompt from "../../src/Prompt.js"
import { layerMemory as streams } from "../../src/StandardStreams.js"
import { layerMemory as surroundings } from "../../src/Surroundings.js"

const input = {
  flags: {
    json: options.json,
    sort: options.choiceOr("sort", ["name", "path"], "name", { description: "" }),
    status: options.choices("status", ["active", "archived"], { description: "" }),
    depth: options.parsed("depth", options.wholeNumber(1, 64), { description: "" }),
    label: options.text("label", { letter: "l", description: "" }),
    tags: options.texts("tag", { description: "" })
  },
  arguments: { first: options.argument("FIRST", { description: "" }), others: options.manyArguments("OTHER", 0, { description: "" }) }
}

/** What `run` gets for a line. */
const valuesFor = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    let got: Values<typeof input> | undefined
    const command = declare({
      summary: "",
      input,
      examples: [],
      work: () => Promise.resolve({ run: (values: Values<typeof input>) => Effect.sync(() => void (got = values)) })
    })
    const line = yield* check(["test"], command, words)
    yield* command.execute(["test"], line)
    return got
  }).pipe(
    Effect.provide(
      Layer.mergeAll(Output.layer, Progress.layer, Prompt.layer).pipe(
        Layer.provideMerge(Layer.mergeAll(Layer.succeed(GlobalFlags, defaults), streams({ stdout: "", stderr: "" }), surroundings()))
      )
    )
  )

describe("a declared command", () => {
  it.effect("gets what the line says, with defaults for the rest", () =>
    Effect.gen(function* () {
      expect(yield* valuesFor("a")).toEqual({ json: false, sort: "name", status: [], depth: Option.none(), label: Option.none(), tags: [], first: "a", others: [] })
      expect(yield* valuesFor("a", "--sort=path", "b", "--json", "--depth", "3", "c", "--status", "active", "--status=archived", "-l", "x")).toEqual({
        json: true,
        sort: "path",
        status: ["active", "archived"],
        depth: Option.some(3),
        label: Option.some("x"),
        tags: [],
        first: "a",
        others: ["b", "c"]
      })
    }))

  it.effect("13: can tell a flag that was not given from one that was", () =>
    Effect.gen(function* () {
      expect((yield* valuesFor("a"))?.json).toBe(false)
      expect((yield* valuesFor("a"))?.label).toEqual(Option.none())
      expect((yield* valuesFor("a", "--label="))?.label).toEqual(Option.some(""))
    }))

  it.effect("15: refuses a value with one sentence, not a tree", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(valuesFor("a", "--depth", "many"))
      expect(error.message).toBe(`--depth is a whole number from 1 to 64, not "many"`)
      const tooLarge = yield* Effect.flip(valuesFor("a", "--depth", "65"))
      expect(tooLarge.message).toContain("from 1 to 64")
    }))

  it.effect("hands on any text unchanged, also one that looks like a flag of @effect/cli", () =>
    Effect.gen(function* () {
      const texts = [...FastCheck.sample(FastCheck.string(), 200), "--help", "-h", "--version", "--wizard", "--json", "--", "-", "=", "a=b", "--label=x", "\n", "", "日本"]
      for (const text of texts) {
        const values = yield* valuesFor(`--label=${text}`, `--tag=${text}`, "--tag=x", "--", text === "" ? "-" : text, "--help")
        expect(values?.label).toEqual(Option.some(text))
        expect(values?.tags).toEqual([text, "x"])
        expect(values?.first).toBe(text === "" ? "-" : text)
        expect(values?.others).toEqual(["--help"])
      }
    }))

  it("names what is missing", () => {
    const shape = { flags: [], arguments: Object.values(input.arguments).map((argument) => argument.shape) }
    expect(Either.getOrThrow(Either.flip(check(["test"], shape, []))).message).toBe("dev-infra test needs FIRST")
  })
})
