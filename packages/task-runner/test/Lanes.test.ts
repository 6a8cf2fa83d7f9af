import * as Shell from "@dev-infra/task-runner/Shell"
import * as ShellLive from "@dev-infra/task-runner/ShellLive"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fs from "node:fs"
import * as path from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

const silent = { stdin: "none", stdout: "ignore", stderr: "ignore" } as const
const environment: { readonly [name: string]: string } = { PATH: "/usr/local/bin:/usr/bin:/bin" }

/** The first scripts are started directly, those after them by shells that are kept. */
const early = 2

describe("scripts where there are many", () => {
  const world = Effect.gen(function* () {
    const directory = yield* temporaryFolder
    const shell = yield* Shell.Shell
    const run = (text: string, more: Partial<Shell.ShellScript> = {}) => shell.run({ script: text, directory, environment, set: [], shopt: [], ...more }, silent)
    const read = (name: string) => fs.readFileSync(path.join(directory, name), "utf8")
    /** What a script writes into `$OUT`, when it is one of the first and when it is not. */
    const twice = (text: string, more: Partial<Shell.ShellScript> = {}) =>
      Effect.gen(function* () {
        const statuses: Array<number> = []
        for (let at = 0; at < early + 2; at++) statuses.push(yield* run(`OUT='${directory}/out-${at}'; ${text}`, more))
        return { texts: statuses.map((_, at) => read(`out-${at}`)), statuses }
      })
    return { directory, read, run, twice }
  })
  const test = (says: string, body: (made: Effect.Effect.Success<typeof world>) => Effect.Effect<void, unknown, Shell.Shell | Shell.RunningGroups>) =>
    it.scopedLive(says, () => Effect.flatMap(world, body).pipe(Effect.provide(ShellLive.layer)))

  const same = (texts: ReadonlyArray<string>) => {
    for (const text of texts) assert.strictEqual(text, texts[0])
    return texts[0]
  }

  test("find the same environment, folder, options, streams and arguments", ({ directory, run, twice }) =>
    Effect.gen(function* () {
      const awkward = { ...environment, A: "it's $HOME `x` \"q\" \\", LINES2: "one\ntwo\n", EMPTY: "", SHLVL: "3", umlaut: "ä", HOSTNAME: "h", LANG: "C.UTF-8" }
      const text = "{ env -0 | sort -z | tr '\\0' '\\1'; pwd; echo $SHLVL $- $0 $#; shopt -p globstar; shopt -po pipefail; umask; ls /proc/self/fd; } > \"$OUT\" 2>&1 || true"
      const wanted = same((yield* twice(text, { environment: awkward, set: ["pipefail"], shopt: ["globstar"] })).texts)
      assert.include(wanted, `PWD=${directory}\u0001`)
      assert.include(wanted, "SHLVL=4\u0001")
      // another environment and folder, from the same shells
      fs.mkdirSync(path.join(directory, "a b 'c'"))
      const other = { directory: path.join(directory, "a b 'c'"), environment: { ...environment, B: "2", OLDPWD: "/usr" } }
      for (let at = 0; at < 3; at++) assert.strictEqual(yield* run(`env | sort | grep -v ^_ > '${directory}/other-${at}'; pwd >> '${directory}/other-${at}'`, other), 0)
      const found = fs.readFileSync(path.join(directory, "other-2"), "utf8")
      assert.strictEqual(found, `B=2\nOLDPWD=/usr\nPATH=${environment["PATH"]}\nPWD=${other.directory}\nSHLVL=1\n${other.directory}\n`)
    }))

  test("end with the same status, also by a signal", ({ twice }) =>
    Effect.gen(function* () {
      for (const [text, status] of [["exit 7", 7], ["false; echo no", 1], ["kill -TERM $$", 143], ["kill -KILL $$", 137], ["no-such-command", 127], ["exit 147", 147]] as const) {
        const { statuses } = yield* twice(`: > "$OUT"; ${text}`)
        assert.deepStrictEqual([text, ...statuses], [text, status, status, status, status])
      }
    }))

  test("lead a process group of their own, and wait while they are stopped", ({ read, twice, run }) =>
    Effect.gen(function* () {
      yield* twice(": > \"$OUT\"")
      yield* run("echo $$ $(ps -o pgid= -p $$) > group")
      const [pid, group] = read("group").trim().split(" ")
      assert.strictEqual(group, pid)
      assert.strictEqual(yield* run("(until ps -o stat= -p $$ | grep -q T; do sleep 0.01; done; kill -CONT $$) & kill -STOP $$; exit 5"), 5)
    }))

  test("are ended with all that they started", ({ directory, read, run, twice }) =>
    Effect.gen(function* () {
      yield* twice(": > \"$OUT\"")
      const fiber = yield* Effect.fork(run("trap 'echo asked > asked; exit 1' TERM; sleep 1000 & echo $$ $! > pids; mv pids ready; wait"))
      const ready = Deferred.unsafeMake<void>(fiber.id())
      const watcher = fs.watch(directory, () => {
        if (fs.existsSync(path.join(directory, "ready"))) Deferred.unsafeDone(ready, Effect.void)
      })
      yield* Deferred.await(ready)
      watcher.close()
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(read("asked"), "asked\n")
      for (const pid of read("ready").trim().split(" ")) assert.throws(() => process.kill(Number(pid), 0))
      assert.strictEqual(yield* run("exit 3"), 3)
    }))

  test("run at once, however many there are", ({ run }) =>
    Effect.gen(function* () {
      // each waits for all others
      const count = 40
      const statuses = yield* Effect.forEach(
        Array.from({ length: count }, (_, at) => at),
        (at) => run(`: > here-${at}; until [ $(ls | grep -c here-) = ${count} ]; do sleep 0.01; done`),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(statuses, Array.from({ length: count }, () => 0))
    }))

  test("are not many at once if they need not be", ({ directory, run }) =>
    Effect.gen(function* () {
      const statuses = yield* Effect.forEach(Array.from({ length: 60 }, (_, at) => at), () => run(`echo x >> '${directory}/count'`), { concurrency: "unbounded" })
      assert.isTrue(statuses.every((status) => status === 0))
      assert.strictEqual(fs.readFileSync(path.join(directory, "count"), "utf8"), "x\n".repeat(60))
    }))
})
