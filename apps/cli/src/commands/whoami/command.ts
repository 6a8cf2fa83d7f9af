import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = { flags: { json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type WhoamiInput = Values<typeof input>

/** `dev-infra whoami` @category commands */
export const command = declare({
  summary: "Say which work-prod server is set up, whether it answers and accepts the key, and which machine this is.",
  details:
    "Asks the server. The key itself is never shown, only its public part, by which `work-prod keys list` knows it.\nThe exit code is 1 if no server is set up, if it does not answer, or if it does not accept the key.",
  input,
  examples: [["dev-infra whoami", "which server, and does the key work"]],
  work: () => import("./run.js")
})
