import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = { flags: { dryRun: options.dryRun, json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type FetchInput = Values<typeof input>

/** `dev-infra sync fetch` @category commands */
export const command = declare({
  summary: "Ask work-prod what it has, and change nothing else.",
  details: "What it has is remembered, so that `dev-infra status` and `dev-infra list --all` can tell without asking. --dry-run does not even remember it.\nThe output is that of `dev-infra push`.",
  input,
  examples: [["dev-infra sync fetch && dev-infra status", "look before you pull"]],
  work: () => import("./run.js")
})
