import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    withToken: options.toggle("with-token", { description: "Read the key from standard input; the only way for a key but a terminal." }),
    insecure: options.toggle("insecure", { description: "Allow the key to go to another computer over plain http, readable on the way; this is stored." }),
    caFile: options.text("ca-file", { value: "FILE", kind: "file", description: "Certificates (PEM) to trust besides the usual ones; this is stored." }),
    name: options.text("name", { value: "NAME", description: "What this machine calls the server; only needed for several servers of version 0.3.0." }),
    json: options.json
  },
  arguments: { url: options.optionalArgument("URL", { description: "Where the work-prod server answers, e.g. https://work.example.org." }) }
}

/** What the command line says. @category models */
export type LoginInput = Values<typeof input>

/** `dev-infra login` @category commands */
export const command = declare({
  summary: "Store which work-prod server to sync with, and the key to it.",
  details:
    "The server is asked first: nothing is stored unless a work-prod server answers and accepts the key. On a terminal the key is asked for, and what is typed is not shown; it is never taken from the command line, where other programs could see it. A server that needs no key is asked without one.\nWithout URL it is the server of DEV_INFRA_API_URL, else the stored one. Both are kept in config.yml, which only you can read.",
  input,
  examples: [
    ["dev-infra login https://work.example.org", "asks for the key"],
    ["dev-infra login https://work.example.org --with-token < key.txt", "in a script"],
    ["dev-infra login http://127.0.0.1:5000", "a server on this machine, or at the end of ssh -L"]
  ],
  work: () => import("./run.js")
})
