/**
 * Machines that share projects: each a home of its own in which the built program runs, a git host whose repositories all of them can
 * clone, and work-prod servers old and new.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, onTestFinished } from "vitest"
import { ensureBuilt as ensureServerBuilt, makePlace as makeServerPlace, serve, type Served, workProd } from "../../../work-prod/test/Binary.js"
import * as OldServer from "../../../../packages/work-prod-client/test/double/OldServer.js"
import { devInfra, type Ended, ensureBuilt as ensureProgramBuilt, makePlace, type Place, run } from "../Binary.js"

/** Build what these tests run. */
export const ensureBuilt = (): void => {
  ensureProgramBuilt()
  ensureServerBuilt()
}

/** A project as the server shows it. A test reads from it what it expects there. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Row = any

/** A server with an account. */
export interface Remote {
  readonly kind: "ours" | "0.3.0"
  readonly url: string
  readonly key: string | undefined
  /** what an HTTP client sees of it */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Row>
  /** every row, in the order of the ids */
  readonly rows: () => Promise<ReadonlyArray<Row>>
  readonly stop: () => Promise<void>
}

const caller =
  (url: string, key: string | undefined) =>
  async (method: string, path: string, body?: unknown): Promise<Row> => {
    const answer = await fetch(`${url}/api/projects${path}`, {
      method,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === "" ? undefined : JSON.parse(text)
  }

const remoteOf = (kind: Remote["kind"], url: string, key: string | undefined, stop: () => Promise<void>): Remote => {
  const call = caller(url, key)
  return { kind, url, key, call, rows: () => call("GET", ""), stop }
}

/** Our server as a process, with what its keys are made with. */
export interface OurServer extends Remote {
  readonly kind: "ours"
  readonly place: { readonly home: string }
  /** A key of the account `default`, or of another one. */
  readonly newKey: (...flags: ReadonlyArray<string>) => Promise<string>
  readonly revoke: (key: string) => Promise<void>
  /** The same server with another account. */
  readonly account: (name: string) => Promise<Remote>
  /** Stop it, do something to its files, and start it again at the same port. */
  readonly restart: (meanwhile?: () => void) => Promise<void>
}

/** Start our server; it is gone after the test. */
export const startOurs = async (): Promise<OurServer> => {
  const place = makeServerPlace()
  let served: Served = await serve(place)
  const { url } = served
  const key = /wp_\S+/.exec(readFileSync(join(place.home, ".dev-infra/work-prod/work-prod.db.key"), "utf8"))?.[0]
  assert(key !== undefined)
  const stop = async () => {
    await served.stop()
  }
  const newKey = async (...flags: ReadonlyArray<string>) => {
    const words = flags.includes("--account") ? flags : ["--account", "default", ...flags]
    const { stderr, stdout } = await workProd(place, ["keys", "create", "--label", "test", ...words])
    assert(stdout.startsWith("wp_"), stderr)
    return stdout.trim()
  }
  return {
    ...remoteOf("ours", url, key, stop),
    kind: "ours",
    place,
    newKey,
    revoke: async (revoked) => {
      const { exitCode, stderr } = await workProd(place, ["keys", "revoke", revoked.split("_")[1] ?? ""])
      assert.strictEqual(exitCode, 0, stderr)
    },
    account: async (name) => remoteOf("ours", url, await newKey("--account", name), stop),
    restart: async (meanwhile) => {
      await stop()
      meanwhile?.()
      served = await serve(place, ["--port", new URL(url).port])
    }
  }
}

/** Start a work-prod 0.3.0; it is gone after the test. */
export const startOld = async (now: () => string = () => new Date().toISOString().slice(0, 19)): Promise<Remote & { readonly old: OldServer.OldServer }> => {
  const scope = await Effect.runPromise(Scope.make())
  const stop = () => Effect.runPromise(Scope.close(scope, Exit.void))
  onTestFinished(stop)
  const old = await Effect.runPromise(Scope.extend(OldServer.start(now), scope))
  return { ...remoteOf("0.3.0", old.url, undefined, stop), old }
}

/** Repositories that every machine reaches at `https://git.example.org/`. */
export interface GitHost {
  readonly folder: string
  /** Make a repository with one commit; `files` by name. */
  readonly make: (name: string, files?: { readonly [name: string]: string }) => string
}

const identity = "[user]\n\tname = Somebody\n\temail = somebody@example.org\n[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n"

const temporary = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-sync-")))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const write = (folder: string, files: { readonly [name: string]: string }): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A git host for one test. */
export const makeGitHost = (): GitHost => {
  const folder = temporary()
  const configuration = join(folder, "gitconfig")
  writeFileSync(configuration, `${identity}[url "file://${folder}/"]\n\tinsteadOf = https://git.example.org/\n`)
  const environment = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_GLOBAL: configuration, GIT_CONFIG_SYSTEM: "/dev/null" }
  return {
    folder,
    make: (name, files) => {
      const work = join(folder, "work", name)
      const git = (...words: ReadonlyArray<string>) => execFileSync("git", words, { cwd: work, env: environment, stdio: "pipe" })
      write(work, files ?? { "README.md": `# ${name}\n` })
      git("init", "-q")
      git("add", "-A")
      git("commit", "-q", "-m", "Begin")
      execFileSync("git", ["clone", "-q", "--bare", work, join(folder, `${name}.git`)], { env: environment, stdio: "pipe" })
      rmSync(work, { recursive: true })
      return `https://git.example.org/${name}.git`
    }
  }
}

/** A machine. */
export interface Machine {
  readonly name: string
  readonly place: Place
  /** its DEV_INFRA_HOME */
  readonly state: string
  /** A path in its home. */
  readonly path: (...parts: ReadonlyArray<string>) => string
  /** Run `dev-infra` with any outcome. */
  readonly try: (words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]) => Promise<Ended>
  /** Run `dev-infra`, which has to end with 0; what it prints. */
  readonly do: (...words: ReadonlyArray<string>) => Promise<string>
  /** The same with `--json`; a test reads from it what it expects there. */
  readonly json: (...words: ReadonlyArray<string>) => Promise<Row>
  /** Run a line of `sh`. */
  readonly shell: (line: string, options?: Parameters<typeof devInfra>[2]) => Promise<Ended>
  readonly git: (folder: string, ...words: ReadonlyArray<string>) => Promise<string>
  readonly clone: (url: string, folder: string) => Promise<string>
  readonly login: (remote: Pick<Remote, "key" | "url">) => Promise<void>
  /** The projects of its registry, as they stand in the file. */
  readonly projects: () => ReadonlyArray<Row>
  readonly write: (files: { readonly [name: string]: string }) => void
}

/** A machine with nothing in its home but its own name, gone after the test. */
export const makeMachine = (name: string, host?: GitHost): Machine => {
  const bare = makePlace()
  onTestFinished(bare.remove)
  const state = join(bare.home, ".dev-infra")
  const place: Place = {
    ...bare,
    environment: { ...bare.environment, ...(host === undefined ? {} : { GIT_CONFIG_GLOBAL: join(host.folder, "gitconfig") }) }
  }
  mkdirSync(state, { mode: 0o700 })
  writeFileSync(join(state, "config.yml"), `name: ${name}\n`, { mode: 0o600 })
  const attempt: Machine["try"] = (words, options) => devInfra(place, words, options)
  const succeed = async (words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]): Promise<string> => {
    const { exitCode, stderr, stdout } = await attempt(words, options)
    assert.strictEqual(exitCode, 0, `${name}$ dev-infra ${words.join(" ")}\n${stdout}${stderr}`)
    return stdout
  }
  const git: Machine["git"] = async (folder, ...words) => {
    const { exitCode, stderr, stdout } = await run(place, "git", words, { folder: join(place.home, folder) })
    assert.strictEqual(exitCode, 0, `${name}$ git ${words.join(" ")}\n${stderr}`)
    return stdout
  }
  return {
    name,
    place,
    state,
    path: (...parts) => join(place.home, ...parts),
    try: attempt,
    do: (...words) => succeed(words),
    json: async (...words) => JSON.parse(await succeed([...words, "--json"])),
    shell: (line, options) => run(place, "sh", ["-c", line], options),
    git,
    clone: async (url, folder) => {
      await git("", "clone", "-q", url, folder)
      return join(place.home, folder)
    },
    login: async ({ key, url }) => {
      await (key === undefined ? succeed(["login", url]) : succeed(["login", url, "--with-token"], { input: `${key}\n` }))
    },
    projects: () => (existsSync(join(state, "registry.json")) ? JSON.parse(readFileSync(join(state, "registry.json"), "utf8")).projects : []),
    write: (files) => write(place.home, files)
  }
}
