/** The table of functions in docs/go-templates.md: every function is in it, and every example gives what stands beside it. */
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { rendered } from "./rendering.js"

const page = readFileSync(fileURLToPath(new URL("../../../docs/go-templates.md", import.meta.url)), "utf8")

const ownOfGo = ["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "index", "len", "print", "println", "printf", "html", "js", "urlquery", "call"]

/** The cells of rows that begin with names of functions. */
const rows = page
  .split("\n")
  .filter((line) => /^\| (?:`\w+`(?:, )?)+ \|/.test(line) && line.split(/(?<!\\)\|/).length === 7)
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")))

const plain = (cell: string): string => cell.replace(/^`` (.*) ``$/, "$1").replace(/^`(.*)`$/, "$1")

describe("the table of functions", () => {
  it("names every function, and no other", () => {
    const named = rows.flatMap(([, names = ""]) => names.split(", ").map(plain))
    // `slice` of Go is hidden by that of slim-sprig
    assert.deepStrictEqual(named.sort(), [...new Set([...taskFunctions.keys(), ...ownOfGo])].sort())
  })

  for (const [, names = "", , , example = "", result = ""] of rows.filter((cells) => cells[4] !== "")) {
    it(`is right about ${names.replaceAll("`", "")}`, () => assert.strictEqual(rendered(plain(example), new Map(), "").replaceAll("\n", "\\n"), plain(result)))
  }
})
