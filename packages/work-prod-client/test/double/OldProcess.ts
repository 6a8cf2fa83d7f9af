/** The double of 0.3.0 in a process of its own, for tests of whole programs. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as OldControl from "./OldControl.js"

/** `kill` ends it without a word, as a power cut would; what it knew is gone. */
export interface OldProcess {
  readonly url: string
  readonly pid: number
  readonly control: OldControl.OldControl
  readonly kill: Effect.Effect<void>
}

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const bundle = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dev-infra-test-"))
    const outfile = path.join(folder, "serve.cjs")
    await build({
      entryPoints: [here("serve.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
      alias: { "@dev-infra/work-prod-api": here("../../../work-prod-api/src"), "@dev-infra/metadata": here("../../../metadata/src") }
    })
    return outfile
  }),
  (file) => Effect.sync(() => fs.rmSync(path.dirname(file), { recursive: true, force: true }))
)

const sendTo =
  (control: string) =>
  (command: OldControl.Command): Effect.Effect<unknown> =>
    Effect.promise(async () => {
      const response = await fetch(control, { method: "POST", body: JSON.stringify(command) })
      if (!response.ok) throw new OldControl.ControlFailed(await response.text())
      const value: unknown = await response.json()
      return value
    })

/** Starts it on a free port of the loopback, for as long as the scope is open. */
export const start: Effect.Effect<OldProcess, never, Scope.Scope> = Effect.gen(function* () {
  const file = yield* bundle
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] })),
    (running) =>
      Effect.promise(async () => {
        if (running.exitCode !== null || running.signalCode !== null) return
        const ended = once(running, "exit")
        running.kill("SIGKILL")
        await ended
      })
  )
  const line = yield* Effect.promise(async () => {
    for await (const text of createInterface({ input: child.stdout })) return text
    throw new OldControl.ControlFailed("the double did not start")
  })
  const { control, url }: { readonly control: string; readonly url: string } = JSON.parse(line)
  const kill = Effect.promise(async () => {
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    await ended
  })
  return { url, pid: child.pid ?? 0, control: OldControl.make(sendTo(control)), kill }
})
