/**
 * The entry of the bundle: the layers of the process, and nothing else.
 *
 * @module
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Cli from "./Cli.js"
import * as ExitCode from "./ExitCode.js"
import * as NodeStreams from "./NodeStreams.js"
import * as NodeSurroundings from "./NodeSurroundings.js"

/** What the launcher knows. `program` is the file that was started, `version` that of the package. @category models */
export interface Start {
  readonly program: string
  readonly version: string
}

/**
 * Run the command line of this process; its exit code is the result.
 *
 * @category running
 */
export const main = ({ program, version }: Start): void => {
  let told: ExitCode.ExitCode = ExitCode.interrupted
  process.once("SIGTERM", () => {
    told = ExitCode.terminated
  })
  const layer = Layer.merge(NodeStreams.layer, NodeSurroundings.layer(program))
  NodeRuntime.runMain(Effect.provide(Cli.run(process.argv.slice(2), version), layer), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, end) => end(Exit.isSuccess(exit) ? Number(exit.value) : told)
  })
}
