import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = { flags: { json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type LogoutInput = Values<typeof input>

/** `dev-infra logout` @category commands */
export const command = declare({
  summary: "Forget the work-prod server and the key to it.",
  details:
    "Takes everything about the server out of config.yml. Nothing else changes, and no server is asked: projects, what is remembered of syncs, and the last fetch stay, so that a later login goes on where this one ended. The key itself is not revoked.",
  input,
  examples: [["dev-infra logout", "forget URL and key"]],
  work: () => import("./run.js")
})
