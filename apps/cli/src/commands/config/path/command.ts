import { declare } from "../../../Declaration.js"

const input = { flags: {}, arguments: {} }

/** `dev-infra config path` @category commands */
export const command = declare({
  summary: "Print where the configuration file is, whether or not it is there.",
  input,
  examples: [['$EDITOR "$(dev-infra config path)"', "edit it by hand"]],
  work: () => import("./run.js")
})
