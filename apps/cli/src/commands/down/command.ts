import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = { flags: { json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type DownInput = Values<typeof input>

/** `dev-infra down` @category commands */
export const command = declare({
  summary: "Stop the server that up --detach left running.",
  details:
    "Stops the work-prod server of this home, and no other process: it must be the one that `dev-infra up` started, and serve the database of this home.\nWhat is registered stays, and so does what was pushed; `dev-infra up` or `dev-infra up --detach` starts it again. It is no error if none runs.\nWith --json: `{stopped: {url, pid} | null}`.",
  input,
  examples: [["dev-infra down", "stop the server of this home"]],
  work: () => import("./run.js")
})
