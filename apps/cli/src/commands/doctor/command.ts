import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    repair: options.toggle("repair", { description: "Do what can be done by itself; asks first unless --yes is given." }),
    yes: options.yes,
    online: options.toggle("online", { description: "Also ask the work-prod server, and gh whether it is logged in to GitHub." }),
    json: options.json
  },
  arguments: {}
}

/** What the command line says. @category models */
export type DoctorInput = Values<typeof input>

/** `dev-infra doctor` @category commands */
export const command = declare({
  summary: "Say what is wrong with the registry and its surroundings, and what would mend it.",
  details:
    "Looks at the folder of dev-infra, its permissions, the configuration, the registry and its entries, locks, left-over files, what is remembered of syncs, and git. All offline, unless --online is given; without --repair nothing is changed.\n--repair does what stands behind the findings that it can do, no more; what it replaces is kept in the folder backups.\nThe exit code is 1 if an error or a warning is left.",
  input,
  examples: [
    ["dev-infra doctor", "what is wrong"],
    ["dev-infra doctor --online", "also whether the server answers and accepts the key"],
    ["dev-infra doctor --repair", "mend it, keeping a copy of what is replaced"]
  ],
  work: () => import("./run.js")
})
