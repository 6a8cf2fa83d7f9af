import { fromFiles } from "@dev-infra/git-repositories/FileTree"
import { describe, expect, it } from "vitest"
import { answers } from "../../src/fitting/Guess.js"
import { empty, type Variable } from "../../src/TemplateManifest.js"

const bytes = (text: string) => new TextEncoder().encode(text)
const builtIn = new Set(["name", "date", "year", "author"])

const guess = (files: { readonly [path: string]: string }, project: { readonly [path: string]: string }, variables: ReadonlyArray<Variable> = []) =>
  answers(
    { ...empty, variables },
    builtIn,
    fromFiles(Object.entries(files).map(([path, text]) => ({ path, mode: "file" as const, content: bytes(text) }))),
    new Map(Object.entries(project).map(([path, text]) => [path, bytes(text)])),
    (path) => (path.includes("{{") ? undefined : path)
  )

describe("answers read from a project", () => {
  it("stand where the template has variables", () => {
    const template = { "LICENSE.liquid": "MIT\n\nCopyright (c) {{ year }} {{author}}\n", "package.json.liquid": '{\n  "name": "{{ name }}",\n  "private": true\n}\n' }
    const project = { LICENSE: "MIT\r\n\r\nCopyright (c) 2024 Ada Lovelace\r\n", "package.json": '{\n  "version": "1.2.3",\n  "name": "engine"\n}\n' }
    expect(guess(template, { ...project, "package.json": project["package.json"].replace('"engine"', '"engine",') })).toEqual({ year: "2024", author: "Ada Lovelace", name: "engine" })
  })

  it("come from the line that says more, where two disagree", () => {
    const template = { "README.md.liquid": "# {{ name }}\n", "Taskfile.yml.liquid": "  IMAGE_NAME: {{ name }}\n" }
    expect(guess(template, { "README.md": "# Welcome\n", "Taskfile.yml": "  IMAGE_NAME: engine\n" })).toEqual({ name: "engine" })
  })

  it("are of the type of their variables, or none", () => {
    const variables: ReadonlyArray<Variable> = [
      { name: "port", type: "number" },
      { name: "docs", type: "boolean" },
      { name: "licence", type: "choice", choices: ["MIT", "ISC"] },
      { name: "level", type: "number" }
    ]
    const template = { "settings.liquid": "port={{ port }}\ndocs={{ docs }}\nlicence={{ licence }}\nlevel={{ level }}\nother={{ unknown }}\n" }
    const project = { settings: "port=8080\ndocs=false\nlicence=GPL\nlevel=high\nother=1\n" }
    expect(guess(template, project, variables)).toEqual({ port: 8080, docs: false })
  })

  it("are not read from lines with conditions, from binary files, and where one variable would have two values", () => {
    const template = { "a.liquid": "{% if x %}a={{ name }}{% endif %}\nb={{ name }}/{{ name }}\n", "b.liquid": "name={{ name }}\n" }
    expect(guess(template, { a: "a=one\nb=one/two\n", b: "name=three\0\n" })).toEqual({})
    expect(guess(template, { a: "b=one/one\n" })).toEqual({ name: "one" })
  })

  it("leave out what filters changed, and still read the rest of the line", () => {
    expect(guess({ "a.liquid": "{{ name | upcase }}: by {{ author }}\n" }, { a: "ENGINE: by Ada\n" })).toEqual({ author: "Ada" })
  })

  it("take no longer for lines that are made to take long", () => {
    const template = { "a.liquid": `${Array.from({ length: 8 }, (_, at) => `a{{ v${at} }}`).join("")}z\n` }
    expect(guess(template, { a: `${"a".repeat(2000)}\n`.repeat(5000) })).toEqual({})
  })
})
