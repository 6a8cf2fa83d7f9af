import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { read } from "../src/CommandLine.js"

const told = (line: string): string =>
  Either.match(read(line === "" ? [] : line.split(" ")), {
    onLeft: ({ hint, what }) => `${what}${hint === undefined ? "" : ` | ${hint}`}`,
    onRight: (meaning) => {
      if (meaning._tag === "GroupHelp") return `GroupHelp ${meaning.word}`
      if (meaning._tag !== "CommandHelp" && meaning._tag !== "Run") return meaning._tag
      const flags = meaning._tag === "Run" ? [...meaning.line.flags].map(([name, value]) => `${name}=${value}`) : []
      return [meaning._tag, ...meaning.command.words, ...flags, ...(meaning._tag === "Run" ? meaning.line.words : [])].join(" ")
    }
  })

describe("CommandLine", () => {
  it.each([
    ["", "ProgramHelp"],
    ["--help", "ProgramHelp"],
    ["-h", "ProgramHelp"],
    ["help", "ProgramHelp"],
    ["--version", "Version"],
    ["keys", "GroupHelp keys"],
    ["keys --help", "GroupHelp keys"],
    ["help keys", "GroupHelp keys"],
    ["help serve", "CommandHelp serve"],
    ["--help serve", "CommandHelp serve"],
    ["serve --help", "CommandHelp serve"],
    ["serve --port 1 -h", "CommandHelp serve"],
    ["help keys create", "CommandHelp keys create"],
    ["keys create --help", "CommandHelp keys create"],
    ["serve", "Run serve"],
    ["serve --port 80 --host=0.0.0.0 --no-auth", "Run serve port=80 host=0.0.0.0 no-auth=true"],
    ["serve --port 1 --port 2", "Run serve port=2"],
    ["keys create --label l --account a --read-only", "Run keys create label=l account=a read-only=true"],
    ["keys revoke abc --json", "Run keys revoke json=true abc"],
    ["keys revoke -- --abc", "Run keys revoke --abc"]
  ])("understands %j as %s", (line, meaning) => {
    assert.strictEqual(told(line), meaning)
  })

  it.each([
    ["serv", 'unknown command "serv" | did you mean serve?'],
    ["start", 'unknown command "start"'],
    ["list", 'unknown command "list" | did you mean keys list?'],
    ["keys lst", 'unknown command "keys lst" | did you mean keys list?'],
    ["keys --json list", "say what to do before --json"],
    ["--port 80 serve", "say the command before --port"],
    ["--prot 80 serve", "unknown flag --prot"],
    ["--versoin", "unknown flag --versoin | did you mean --version?"],
    ["--version serve", 'unexpected word "serve" after --version'],
    ["serve --prot 80", "unknown flag --prot | did you mean --port?"],
    ["serve -p 80", "unknown flag -p"],
    ["serve --auth", "unknown flag --auth | did you mean --no-auth?"],
    ["serve --no-auth=false", "--no-auth takes no value"],
    ["serve --port", "--port needs a value: --port PORT"],
    ["serve --port --no-auth", "--port needs a value: --port PORT"],
    ["serve 80", 'unexpected word "80"'],
    ["keys create --label x", "--account is missing | say --account NAME"],
    ["keys create --account x", "--label is missing | say --label LABEL"],
    ["keys revoke", "PREFIX is missing"],
    ["keys revoke a b", 'unexpected word "b"'],
    ["keys create --key wp_abc_def", "unknown flag --key"]
  ])("refuses %j and says: %s", (line, sentence) => {
    assert.strictEqual(told(line), sentence)
  })
})
