import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    // Its letter, -0, is that of --null here.
    print0: options.toggle("print0", { description: "Print paths as they are, each ended by a NUL character." }),
    stdin: options.stdin,
    nullSeparated: options.nullSeparated
  },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type PathInput = Values<typeof input>

/** `dev-infra path` @category commands */
export const command = declare({
  summary: "Print the path of a project.",
  details: "Only the path, one line for each project; of several checkouts the first one. A path whose folder is gone is printed with a warning.",
  input,
  examples: [
    ['cd "$(dev-infra path api)"', "go there"],
    ["dev-infra path --print0 api web | xargs -0 du -sh", "any character may stand in a path"]
  ],
  work: () => import("./run.js")
})
