import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runTasks } from "./taskRun.js"

const script = (name: string, printed: string) => ({ script }: { readonly script: string }) => (script === name ? { stdout: printed } : undefined)

describe("the variables of tasks", () => {
  it.effect("are those of the call over those of all files over the environment, and the task's own over all", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(
        `
vars: { A: global, B: global, C: global, FROM_SYSTEM: "{{.FROM_SYSTEM}} and global" }
env: { B: environment, E: environment }
tasks:
  top:
    cmds:
      - echo {{.A}} {{.B}} {{.E}} {{.FROM_SYSTEM}}
      - task: inner
        vars: { A: call, B: call }
  inner:
    vars: { B: own, D: "{{.A}}-{{.B}}" }
    cmds: ["echo {{.A}} {{.B}} {{.C}} {{.D}}"]
`,
        ["top"]
      )
      assert.deepStrictEqual(commands, ["echo global global environment system and global", "echo call own global call-own"])
    }))

  it.effect("of the command line replace those of the files, in their place", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
vars: { A: file, B: "{{.A}} and more" }
tasks:
  default: { vars: { C: '{{.C | default "none"}}' }, cmds: ["echo {{.A}} {{.B}} {{.C}} {{.Z}}"] }
`, ["default"], { options: { variables: new Map([["A", "given"], ["C", "c"]]) } })
      assert.deepStrictEqual(commands, ["echo given given and more c"])
    }))

  it.effect("keep their type: lists, maps, numbers and references", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
vars:
  LIST: [a, "{{.NAME}}", 3]
  MAP: { map: { x: 1, y: { z: deep } } }
  NAME: late
  FIRST: { ref: index .LIST 0 }
  DEEP: { ref: .MAP.y }
tasks:
  default:
    - echo {{range .LIST}}[{{.}}]{{end}} {{.FIRST}} {{.DEEP.z}} {{.MAP.x}} {{len .LIST}}
`, ["default"])
      assert.deepStrictEqual(commands, ["echo [a][][3] a deep 1 3"])
    }))

  it.effect("of commands are asked only if something needs them, once for the same command, folder and environment", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
vars:
  USED: { sh: printf used }
  UNUSED: { sh: exit 1 }
  AGAIN: { sh: printf used }
tasks:
  default:
    - echo {{.USED}} {{.AGAIN}}
    - task: other
  other: [ "echo {{.USED}}" ]
`, ["default"], { answer: script("printf used", "used\n\n") })
      assert.deepStrictEqual(commands, ["printf used", "echo used\n used", "echo used"], "one newline is taken away")
    }))

  it.effect("of commands are all asked if that is wanted", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
vars: { ONE: { sh: one }, TWO: { sh: two } }
tasks: { default: [ "true" ] }
`, ["default"], { options: { eager: true } })
      assert.deepStrictEqual(commands, ["one", "two", "true"])
    }))

  it.effect("of commands see the variables before them, and run in the folder of the task, or of the root", () =>
    Effect.gen(function* () {
      const { world } = yield* runTasks(`
vars: { PLAIN: plain, GLOBAL: { sh: global }, LIST: [1] }
env: { SHOWN: shown, FROM_SYSTEM: other }
tasks:
  default:
    dir: sub
    vars: { MINE: { sh: "mine $GLOBAL" } }
    cmds: [ "echo {{.GLOBAL}} {{.MINE}}" ]
`, ["default"], { answer: ({ script: text }) => ({ stdout: `<${text}>` }) })
      const [global, mine] = world.scripts
      assert.strictEqual(global?.directory, "/work/project")
      assert.deepInclude(global?.environment, { PLAIN: "plain", SHOWN: "shown", FROM_SYSTEM: "system" })
      assert.notProperty(global?.environment, "LIST")
      assert.strictEqual(mine?.directory, "/work/project/sub")
      assert.strictEqual(mine?.environment["GLOBAL"], "<global>")
    }))

  it.effect("that a command cannot say fail only the one who needs them, when it needs them", () =>
    Effect.gen(function* () {
      const ran = yield* runTasks(`
vars: { BROKEN: { sh: broken } }
tasks:
  guarded: { preconditions: [{ sh: check, msg: nothing there }], cmds: [ "echo {{.BROKEN}}" ] }
`, ["guarded"], { answer: ({ script: text }) => (text === "broken" || text === "check" ? { status: 3 } : undefined) })
      assert.deepStrictEqual(ran.commands, ["broken", "check"])
      assert.deepStrictEqual(ran.lines, ["task: nothing there"])
    }))

  it.effect("say where the task is, what it was called, and what the user said", () =>
    Effect.gen(function* () {
      const { commands } = yield* runTasks(`
tasks:
  "go-*":
    aliases: [g]
    dir: sub
    cmds: ["{{.TASK}} {{.ALIAS}} {{.MATCH}} {{index .MATCH 0}} {{.ROOT_DIR}} {{.TASK_DIR}} {{.TASKFILE}} {{.TASKFILE_DIR}} {{.ROOT_TASKFILE}} {{.USER_WORKING_DIR}} {{.TASK_EXE}} {{.TASK_VERSION}} {{.CLI_ARGS}} {{len .CLI_ARGS_LIST}} {{.CLI_FORCE}}{{.CLI_SILENT}}"]
`, ["go-far"], { options: { arguments: ["a b", "it's", "plain"], silent: true, workingDirectory: "/work/project/deep" } })
      assert.deepStrictEqual(commands, [
        `go-* go-far [far] far /work/project /work/project/sub /work/project/Taskfile.yml /work/project /work/project/Taskfile.yml /work/project/deep task 3.53.0 'a b' "it's" plain 3 falsetrue`
      ])
    }))
})

describe("the environment of commands", () => {
  it.effect("is the computer's, which wins, then the task's own, its dotenv files, and what all share", () =>
    Effect.gen(function* () {
      const { world } = yield* runTasks(`
dotenv: [".env", "missing.env"]
env: { A: all, FROM_SYSTEM: taskfile, N: 3, YES: true, LIST: [1, 2] }
vars: { V: var }
tasks:
  default:
    dotenv: [task.env]
    env: { C: task, D: "{{.V}}-{{.A}}", E: { sh: say } }
    cmds: ["true"]
`, ["default"], {
        files: { "/work/project/.env": "A=dotenv\nB=dotenv\n", "/work/project/task.env": "B=task dotenv\nC=task dotenv\n" },
        answer: script("say", "said\n")
      })
      const environment = world.scripts.at(-1)?.environment
      assert.deepStrictEqual(environment, { HOME: "/home/me", PATH: "/usr/bin", FROM_SYSTEM: "system", A: "all", B: "task dotenv", C: "task", D: "var-all", E: "said", N: "3", YES: "true" })
    }))

  it.effect("is the Taskfile's before the computer's if that is wanted, and has the folder of the shim first on its path", () =>
    Effect.gen(function* () {
      const { world } = yield* runTasks(`
env: { FROM_SYSTEM: taskfile, PATH: "/own/bin" }
tasks: { default: ["true"] }
`, ["default"], { options: { environmentOfTaskfileWins: true, shimFolder: "/shim" } })
      assert.deepInclude(world.scripts.at(-1)?.environment, { FROM_SYSTEM: "taskfile", PATH: "/shim:/own/bin" })
    }))

  it.effect("is masked where it is secret, in the line that says what runs", () =>
    Effect.gen(function* () {
      const { commands, lines } = yield* runTasks(`
vars: { TOKEN: { value: s3cr3t-value, secret: true }, PIN: { value: "12", secret: true } }
tasks: { default: ["login {{.TOKEN}} {{.PIN}}"] }
`, ["default"])
      assert.deepStrictEqual(commands, ["login s3cr3t-value 12"])
      assert.deepStrictEqual(lines, ["task: [default] login ***** *****"])
    }))

  it.effect("is masked whoever gives it its value", () =>
    Effect.gen(function* () {
      const { commands, lines } = yield* runTasks(`
vars: { TOKEN: { value: nothing, secret: true } }
tasks:
  default: ["login {{.TOKEN}}", { task: other, vars: { TOKEN: of-the-call } }]
  other: ["login {{.TOKEN}}"]
`, ["default"], { options: { variables: new Map([["TOKEN", "of-the-line"]]) } })
      assert.deepStrictEqual(commands, ["login of-the-line", "login of-the-call"])
      assert.deepStrictEqual(lines, ["task: [default] login *****", "task: [other] login *****"])
    }))

  it.effect("is masked in failures, too", () =>
    Effect.gen(function* () {
      const { lines, result } = yield* runTasks(`
vars: { TOKEN: { value: s3cr3t-value, secret: true } }
tasks: { default: { preconditions: ["check {{.TOKEN}}"] } }
`, ["default"], { answer: () => ({ status: 1 }) })
      assert.deepStrictEqual(lines, ["task: `check *****` failed"])
      assert.notInclude(JSON.stringify(result), "s3cr3t")
    }))
})
