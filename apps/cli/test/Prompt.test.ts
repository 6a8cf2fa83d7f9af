import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { defaults, GlobalFlags } from "../src/GlobalFlags.js"
import * as Progress from "../src/Progress.js"
import * as Prompt from "../src/Prompt.js"
import { text } from "../src/SafeText.js"
import * as StandardStreams from "../src/StandardStreams.js"
import * as Surroundings from "../src/Surroundings.js"

const asking = <A, E>(
  setting: { readonly terminal: boolean; readonly input?: boolean; readonly answers?: ReadonlyArray<string> },
  use: (prompt: Prompt.Prompt["Type"]) => Effect.Effect<A, E>
) => {
  const written: StandardStreams.Written = { stdout: "", stderr: "" }
  const layer = Layer.provide(Prompt.layer, Layer.merge(StandardStreams.layerMemory(written, setting), Layer.succeed(GlobalFlags, { ...defaults, input: setting.input ?? true })))
  return Effect.map(Effect.exit(Effect.provide(Effect.flatMap(Prompt.Prompt, use), layer)), (exit) => ({ exit, written }))
}

const register = { question: text`Register ${2} projects?`, flag: "--yes", byDefault: true }

describe("Prompt", () => {
  it.effect("takes an answer, or what holds without one, and asks again if it is neither", () =>
    Effect.gen(function* () {
      const no = yield* asking({ terminal: true, answers: ["what", "n"] }, (prompt) => prompt.confirm(register))
      expect(no.exit).toEqual(Exit.succeed(false))
      expect(no.written).toEqual({ stdout: "", stderr: "Register 2 projects? [Y/n] Please answer y or n.\nRegister 2 projects? [Y/n] " })
      expect((yield* asking({ terminal: true, answers: [""] }, (prompt) => prompt.confirm(register))).exit).toEqual(Exit.succeed(true))
      expect((yield* asking({ terminal: true, answers: ["", "web"] }, (prompt) => prompt.text({ question: text`Name?`, flag: "--name NAME" }))).exit).toEqual(Exit.succeed("web"))
      const secret = yield* asking({ terminal: true, answers: [" abc "] }, (prompt) => prompt.secret({ question: text`Key?`, flag: "--stdin" }))
      expect(Exit.isSuccess(secret.exit) && Redacted.value(secret.exit.value)).toBe("abc")
      expect(secret.written.stderr).toBe("Key? ")
      const choices = [{ title: "api", value: 1 }, { title: "web", value: 2 }]
      for (const answer of ["2", "web"]) {
        expect((yield* asking({ terminal: true, answers: ["9", answer] }, (prompt) => prompt.select({ question: text`Which?`, flag: "PROJECT", choices }))).exit).toEqual(Exit.succeed(2))
      }
      const byDefault = choices[1]?.title ?? ""
      expect((yield* asking({ terminal: true, answers: [""] }, (prompt) => prompt.select({ question: text`Which?`, flag: "PROJECT", choices, byDefault }))).exit).toEqual(Exit.succeed(2))
    }))

  it.effect("7: never waits where nobody can answer, but names the flag", () =>
    Effect.gen(function* () {
      for (const setting of [{ terminal: false }, { terminal: true, input: false }]) {
        const { exit, written } = yield* asking(setting, (prompt) => Effect.flip(prompt.confirm(register)))
        expect(written.stderr).toBe("")
        const error = Exit.isSuccess(exit) ? exit.value : undefined
        expect(error?.hint).toBe("give --yes")
        expect(error?.message).toContain("Register 2 projects?")
      }
    }))

  it.effect("is interrupted by Ctrl-C and by the end of the input", () =>
    Effect.gen(function* () {
      const { exit } = yield* asking({ terminal: true, answers: [] }, (prompt) => prompt.confirm(register))
      expect(Exit.isInterrupted(exit)).toBe(true)
    }))
})

describe("Progress", () => {
  const drawn = (environment: { readonly [name: string]: string }, terminal: boolean, quiet = false) =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const written: StandardStreams.Written = { stdout: "", stderr: "" }
      const streams = Layer.effect(
        StandardStreams.StandardStreams,
        Effect.map(StandardStreams.StandardStreams, (all) => ({ ...all, stderr: { ...all.stderr, status: (line: string) => Effect.sync(() => void lines.push(line)) } }))
      ).pipe(Layer.provide(StandardStreams.layerMemory(written, { terminal, columns: 60 })))
      const layer = Layer.provide(Progress.layer, Layer.mergeAll(streams, Surroundings.layerMemory(environment), Layer.succeed(GlobalFlags, { ...defaults, quiet })))
      yield* Effect.provide(
        Effect.flatMap(Progress.Progress, (progress) => progress.during({ label: "looking", total: 4 }, (report) => report(2, "/work/a\u001b[31m"))),
        layer
      )
      return lines
    })

  it.effect("shows a bar on a terminal and takes it away at the end", () =>
    Effect.gen(function* () {
      expect(yield* drawn({}, true)).toEqual(["looking [##########          ] 2/4 /work/a\\x1b[31m", ""])
    }))

  it.effect("shows nothing in pipes, in CI, on a dumb terminal and with --quiet", () =>
    Effect.gen(function* () {
      expect(yield* drawn({}, false)).toEqual([])
      expect(yield* drawn({ CI: "true" }, true)).toEqual([])
      expect(yield* drawn({ TERM: "dumb" }, true)).toEqual([])
      expect(yield* drawn({}, true, true)).toEqual([])
    }))
})
