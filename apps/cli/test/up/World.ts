/**
 * `up` in a home of its own, with a real server and a `Sync` that does what the test wants.
 */
import { Sync, type SyncReport, type SyncShape } from "@dev-infra/sync/Sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { UpInput } from "../../src/commands/up/command.js"
import * as Up from "../../src/commands/up/run.js"
import { defaults, GlobalFlags } from "../../src/GlobalFlags.js"
import * as Output from "../../src/Output.js"
import * as Progress from "../../src/Progress.js"
import * as Prompt from "../../src/Prompt.js"
import * as StandardStreams from "../../src/StandardStreams.js"
import * as Surroundings from "../../src/Surroundings.js"
import { report } from "../sync/Shown.js"

export interface World {
  /** the folder of dev-infra */
  readonly home: string
  /** a folder with two projects, `api` and `web` */
  readonly code: string
  readonly read: (file: string) => string
  readonly write: (file: string, text: string) => void
  readonly modeOf: (file: string) => string
  /** url and key, as they are stored */
  readonly stored: () => { readonly url: string | undefined; readonly key: string | undefined }
}

const makeRepository = (folder: string): void => {
  mkdirSync(join(folder, ".git/objects"), { recursive: true })
  mkdirSync(join(folder, ".git/refs"))
  writeFileSync(join(folder, ".git/HEAD"), "ref: refs/heads/main\n")
}

export const makeWorld: Effect.Effect<World, never, Scope.Scope> = Effect.gen(function* () {
  const root = yield* Effect.acquireRelease(
    Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-up-")))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const home = join(root, "home")
  for (const name of ["api", "web"]) makeRepository(join(root, "code", name))
  const config = join(home, "config.yml")
  return {
    home,
    code: join(root, "code"),
    read: (file) => readFileSync(join(home, file), "utf8"),
    write: (file, text) => {
      mkdirSync(dirname(join(home, file)), { recursive: true })
      writeFileSync(join(home, file), text, { mode: 0o600 })
    },
    modeOf: (file) => (statSync(join(home, file)).mode & 0o777).toString(8),
    stored: () => {
      const text = existsSync(config) ? readFileSync(config, "utf8") : ""
      return { url: /^ {2}url: (.*)$/m.exec(text)?.[1], key: /^ {2}key: (.*)$/m.exec(text)?.[1] }
    }
  }
})

/** What a request to a server is answered; none if nothing listens. */
export const request = (url: string, key?: string): Effect.Effect<Option.Option<{ readonly status: number; readonly text: string }>> =>
  Effect.promise(async () => {
    try {
      const response = await fetch(url, { headers: { connection: "close", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) } })
      return Option.some({ status: response.status, text: await response.text() })
    } catch {
      return Option.none()
    }
  })

/** Something else that listens at a port. */
export const listen = (answer: RequestListener): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => new Promise<ReturnType<typeof createServer>>((done) => {
        const server = createServer(answer)
        server.listen(0, "127.0.0.1", () => done(server))
      })),
      (server) => Effect.promise(() => new Promise((done) => {
        server.close(done)
        server.closeAllConnections()
      }))
    ),
    // It listens at a port, not at a path.
    (server) => (server.address() as AddressInfo).port
  )

export interface Setting {
  readonly push?: SyncShape["push"]
  readonly terminal?: boolean
  readonly answers?: ReadonlyArray<string>
  readonly environment?: { readonly [name: string]: string }
  readonly stopRequested?: Effect.Effect<void>
}

const input: UpInput = { yes: false, dryRun: false, detach: false, json: false, depth: Option.none(), nested: false, noIgnore: false, port: Option.some(0), roots: [] }

/** Whatever is pushed arrives. */
export const pushed = (more: Parameters<typeof report>[0] = {}): Effect.Effect<SyncReport> => Effect.succeed(report({ counts: { created: 2 }, ...more }))

/** Run `up` below the world's folder of code, by default without a terminal and at any free port. */
export const up = (world: World, given: Partial<UpInput> = {}, setting: Setting = {}) =>
  Effect.gen(function* () {
    const written: StandardStreams.Written = { stdout: "", stderr: "" }
    const surroundings = Layer.map(Surroundings.layerMemory({ NO_COLOR: "1", DEV_INFRA_HOME: world.home, ...setting.environment }), (context) =>
      Context.make(Surroundings.Surroundings, { ...Context.get(context, Surroundings.Surroundings), ...(setting.stopRequested === undefined ? {} : { stopRequested: setting.stopRequested }) })
    )
    const outside = Layer.mergeAll(
      StandardStreams.layerMemory(written, { terminal: setting.terminal ?? false, columns: 120, answers: setting.answers ?? [] }),
      surroundings,
      Layer.succeed(GlobalFlags, defaults)
    )
    const services = Layer.provideMerge(Layer.mergeAll(Output.layer, Progress.layer, Prompt.layer), outside)
    const sync = Layer.mock(Sync, { push: setting.push ?? (() => pushed()), recognise: (candidates) => Effect.succeed(candidates), registered: () => Effect.void })
    const command = Up.run({ ...input, roots: [world.code], ...given })
    const ended = yield* Effect.either(Effect.provide(command, Layer.merge(services, sync)))
    return { ...written, ended }
  })
