import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = { flags: { json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type ConfigListInput = Values<typeof input>

/** `dev-infra config list` @category commands */
export const command = declare({
  summary: "Show all settings, and where each value comes from.",
  details: "A flag wins over the environment, the environment over the file, the file over the default. Secrets are hidden.\nDEV_INFRA_API_URL, DEV_INFRA_API_KEY and DEV_INFRA_API_INSECURE are the variables of api.url, api.key and api.insecure. What is stored in api.insecure holds for the stored URL only.",
  input,
  examples: [["dev-infra config list", "all settings"]],
  work: () => import("./run.js")
})
