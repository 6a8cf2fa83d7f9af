import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = { flags: { port: options.port }, arguments: {} }

/** What the command line says. @category models */
export type ServeInput = Values<typeof input>

/** `dev-infra __serve`: what `up --detach` starts. @category commands */
export const command = declare({
  summary: "Serve the database of this home until this process is told to stop.",
  input,
  examples: [],
  hidden: true,
  work: () => import("./run.js")
})
