import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { defaults, GlobalFlags, type GlobalValues } from "../src/GlobalFlags.js"
import * as Output from "../src/Output.js"
import { styled, text } from "../src/SafeText.js"
import * as StandardStreams from "../src/StandardStreams.js"
import * as Surroundings from "../src/Surroundings.js"

interface Setting {
  readonly terminal?: boolean
  readonly columns?: number
  readonly flags?: Partial<GlobalValues>
  readonly environment?: { readonly [name: string]: string }
}

/** What is written when `use` prints. */
const written = (setting: Setting, use: (output: Output.Output["Type"]) => Effect.Effect<void, unknown>) =>
  Effect.gen(function* () {
    const all: StandardStreams.Written = { stdout: "", stderr: "" }
    const layer = Output.layer.pipe(
      Layer.provide(Layer.mergeAll(StandardStreams.layerMemory(all, setting), Surroundings.layerMemory(setting.environment), Layer.succeed(GlobalFlags, { ...defaults, ...setting.flags })))
    )
    yield* Effect.provide(Effect.flatMap(Output.Output, use), layer)
    return all
  })

const table: Output.Table = {
  columns: [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "EMPTY" }, { title: "COUNT", align: "right" }],
  rows: [
    ["api", "/home/user/work/api", "", "7"],
    ["my\nsite", "/srv/日本語", "", styled("yellow", "12")]
  ]
}

describe("Output", () => {
  it.effect("prints rows for programs as whole lines with tabs", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* written({}, (output) => output.table(table))
      expect(stdout).toBe("api\t/home/user/work/api\t\t7\nmy\\nsite\t/srv/日本語\t\t12\n")
      expect(stderr).toBe("")
    }))

  it.effect("prints a table for people, with ~ for home and without empty columns", () =>
    Effect.gen(function* () {
      const { stdout } = yield* written({ terminal: true, flags: { color: "never" } }, (output) => output.table(table))
      expect(stdout).toBe(["NAME      PATH         COUNT", "api       ~/work/api       7", "my\\nsite  /srv/日本語     12", ""].join("\n"))
    }))

  it.effect("fits the table into the terminal: paths lose their middle, texts their end", () =>
    Effect.gen(function* () {
      const long: Output.Table = {
        columns: [{ title: "NAME", shorten: "text" }, { title: "PATH", shorten: "path" }, { title: "STATUS" }],
        rows: [["a-project-with-a-rather-long-name", "/srv/some/very/long/folder/with/many/parts/and/an/end", "active"]]
      }
      const { stdout } = yield* written({ terminal: true, columns: 60, flags: { color: "never" } }, (output) => output.table(long))
      const lines = stdout.trimEnd().split("\n")
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
      expect(lines[1]).toMatch(/^a-project-.*…  \/srv\/.*….*an\/end  active$/)
    }))

  it.effect("lines columns up that hold wide letters and emoji", () =>
    Effect.gen(function* () {
      const wide: Output.Table = { columns: [{ title: "A" }, { title: "B" }], rows: [["日本", "x"], ["👨‍👩‍👧", "x"], ["é", "x"], ["abcd", "x"]] }
      const { stdout } = yield* written({ terminal: true, flags: { color: "never" } }, (output) => output.table(wide))
      expect(stdout).toBe("A     B\n日本  x\n👨‍👩‍👧    x\né     x\nabcd  x\n")
    }))

  it.effect("prints nothing for no rows", () =>
    Effect.gen(function* () {
      for (const terminal of [true, false]) {
        const { stdout } = yield* written({ terminal }, (output) => output.table({ columns: table.columns, rows: [] }))
        expect(stdout).toBe("")
      }
    }))

  it.effect("prints JSON that a terminal does not act upon, and that loses nothing", () =>
    Effect.gen(function* () {
      const value = { name: "a\u001b[31m\n\u202e\u009b\u007f日本", nested: [1, null, { x: true }] }
      const { stdout } = yield* written({ terminal: true }, (output) => output.json(value))
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
      expect(JSON.parse(stdout)).toEqual(value)
    }))

  it.effect("gives programs a path as it is, and shows people what is in it", () =>
    Effect.gen(function* () {
      const path = "/work/a\nb\u001b[31m"
      expect((yield* written({}, (output) => output.plain(path, "\n"))).stdout).toBe(`${path}\n`)
      expect((yield* written({}, (output) => output.plain(path, "\0"))).stdout).toBe(`${path}\0`)
      expect((yield* written({ terminal: true }, (output) => output.plain(path, "\n"))).stdout).toBe("/work/a\\nb\\x1b[31m\n")
    }))

  it.effect("keeps messages off standard output, and still with --quiet", () =>
    Effect.gen(function* () {
      const use = (output: Output.Output["Type"]) => Effect.all([output.message(text`done`), output.warning(text`odd`), output.error(text`wrong`)], { discard: true })
      expect(yield* written({}, use)).toEqual({ stdout: "", stderr: "done\nwarning: odd\nwrong\n" })
      expect(yield* written({ flags: { quiet: true } }, use)).toEqual({ stdout: "", stderr: "warning: odd\nwrong\n" })
    }))

  it("decides about colour by flag, NO_COLOR, FORCE_COLOR, TERM and terminal, in this order", () => {
    expect(Output.usesColor("always", { NO_COLOR: "1" }, false)).toBe(true)
    expect(Output.usesColor("never", { FORCE_COLOR: "1" }, true)).toBe(false)
    expect(Output.usesColor("auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false)
    expect(Output.usesColor("auto", { NO_COLOR: "" }, true)).toBe(true)
    expect(Output.usesColor("auto", { FORCE_COLOR: "1" }, false)).toBe(true)
    expect(Output.usesColor("auto", { FORCE_COLOR: "0" }, true)).toBe(false)
    expect(Output.usesColor("auto", { TERM: "dumb" }, true)).toBe(false)
    expect(Output.usesColor("auto", {}, true)).toBe(true)
    expect(Output.usesColor("auto", {}, false)).toBe(false)
  })
})
