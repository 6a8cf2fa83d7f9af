import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ensureBuilt, makePlace, type Place, run } from "./Binary.js"

const has = (shell: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${shell}`], { stdio: "ignore" })
    return true
  } catch {
    if (process.env["CI"] !== undefined) throw new Error(`${shell} is needed to try its completions`)
    console.warn(`${shell} is not there: its completions are not tried`)
    return false
  }
}

const names = ["api", "api docs", "ap:is", "it's $HOME", "web", "evil\u001b[31m\nname"]

describe("completion", () => {
  let place: Place
  beforeAll(() => {
    ensureBuilt()
    place = makePlace()
    mkdirSync(join(place.home, ".dev-infra"))
    const projects = names.map((name, at) => {
      const path = join(place.home, "work", at === 1 ? "two\nlines\n" : `folder ${at}`)
      mkdirSync(path, { recursive: true })
      return { id: `00000000-0000-4000-8000-00000000000${at}`, name, path, template: "none", version: "unknown", status: "active" }
    })
    writeFileSync(join(place.home, ".dev-infra/registry.json"), JSON.stringify({ version: "1.0", projects }))
  })
  afterAll(() => place.remove())

  const shell = async (name: string, script: string): Promise<string> => {
    const file = join(place.home, `script.${name}`)
    writeFileSync(file, script)
    const options: { readonly [name: string]: ReadonlyArray<string> } = { bash: ["--norc", "--noprofile"], zsh: ["-f"], fish: ["--no-config"] }
    const { stderr, stdout } = await run(place, name, [...(options[name] ?? []), file])
    expect(stderr).toBe("")
    return stdout
  }

  describe.runIf(has("bash"))("in bash", () => {
    // What readline does: it calls the function with the words in COMP_WORDS, split as COMP_WORDBREAKS says.
    const complete = (words: string, functionName = "_dev_infra") =>
      shell("bash", `eval "$(dev-infra completions bash)"\neval "$(dev-infra shell bash)"\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); ${functionName}; [ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`)

    it("offers commands, flags and values", async () => {
      expect(await complete("dev-infra li")).toBe("list\n")
      expect((await complete("dev-infra ''")).split("\n")).toContain("list")
      expect(await complete("dev-infra ''")).not.toContain("__complete")
      expect(await complete("dev-infra list --so")).toBe("--sort\n")
      expect(await complete("dev-infra list --sort na")).toBe("name\n")
      expect(await complete("dev-infra list --sort = na")).toBe("name\n")
      expect(await complete("dev-infra help li")).toBe("list\n")
      expect(await complete("dev-infra completions z")).toBe("zsh\n")
      expect(await complete("dev-infra nonsense ''")).toBe("")
    })

    it("offers names of projects, quoted as the shell needs it, and none that would act on the terminal", async () => {
      expect(await complete("dev-infra path ''")).toBe("api\napi\\ docs\nap:is\nit\\'s\\ \\$HOME\nweb\n")
      expect(await complete("dev-infra path ap : i")).toBe("is\n")
      expect(await complete("dev-infra path 'api\\ d'")).toBe("api\\ docs\n")
      expect(await complete(`dev-infra path "'api d"`)).toBe("api docs\n")
      expect(await complete("dcd w", "_dev_infra_dcd")).toBe("web\n")
    })

    it("offers folders where a path begins", async () => {
      expect(await complete("dev-infra path ./wo")).toBe("./work\n")
    })

    it("goes to a project, whatever its path is made of, and says what is wrong", async () => {
      const script = `eval "$(dev-infra shell bash)"\n`
      expect(await shell("bash", `${script}dcd api && pwd`)).toBe(`${place.home}/work/folder 0\n`)
      expect(await shell("bash", `${script}dcd 'api docs' && printf %s "$PWD"`)).toBe(`${place.home}/work/two\nlines\n`)
      expect(await shell("bash", `${script}dcd nothing 2>&1; echo $?; dcd 2>&1; echo $?`)).toMatch(/^error: no project is called "nothing"\n(hint: .*\n)?1\nusage: dcd PROJECT\n2\n$/)
    })
  })

  describe.runIf(has("zsh"))("in zsh", () => {
    // Outside of the line editor there is no _describe; a stand-in prints what it would offer.
    const complete = (words: string, functionName = "_dev_infra") =>
      shell("zsh", `compdef() { : }\n_describe() { print -rl -- "\${(@P)3:-\${(@P)4}}" "\${(@P)@[-1]}" | grep . }\n_files() { print -r -- files "$@" }\neval "$(dev-infra completions zsh)"\neval "$(dev-infra shell zsh)"\nwords=(${words}); CURRENT=\${#words}; ${functionName}`)

    it("offers commands, flags and names of projects with what they mean", async () => {
      expect(await complete("dev-infra li")).toContain("list:List the projects on this machine.\n")
      expect(await complete("dev-infra list --so")).toContain("--sort:Order by this field.\n")
      expect(await complete("dev-infra path 'ap:'")).toContain(`ap\\:is:${place.home}/work/folder 2\n`)
      expect(await complete("dev-infra path ./wo")).toContain("files -/\n")
      expect(await complete("dcd we", "_dev_infra_dcd")).toContain("web:")
    })

    it("goes to a project", async () => {
      expect(await shell("zsh", `compdef() { : }\neval "$(dev-infra shell zsh)"\ndcd 'api docs' && printf %s "$PWD"`)).toBe(`${place.home}/work/two\nlines\n`)
    })
  })

  describe.runIf(has("fish"))("in fish", () => {
    const complete = (line: string) => shell("fish", `dev-infra completions fish | source\ndev-infra shell fish | source\ncomplete -C ${line}`)

    it("offers commands, flags and names of projects with what they mean", async () => {
      expect(await complete("'dev-infra li'")).toBe("list\tList the projects on this machine.\n")
      expect(await complete("'dev-infra list --so'")).toBe("--sort\tOrder by this field.\n")
      expect(await complete("'dev-infra path w'")).toBe(`web\t${place.home}/work/folder 4\n`)
      expect(await complete("'dcd w'")).toBe(`web\t${place.home}/work/folder 4\n`)
    })

    it("goes to a project", async () => {
      expect(await shell("fish", `dev-infra shell fish | source\ndcd 'api docs'; and printf %s "$PWD"`)).toBe(`${place.home}/work/two\nlines\n`)
    })
  })
})
