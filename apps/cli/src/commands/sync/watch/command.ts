import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    pull: options.toggle("pull", { description: "Take what changed, each time, as `dev-infra pull` does." }),
    limit: options.parsed("limit", options.wholeNumber(1, 1_000_000), { letter: "n", value: "N", description: "End after N projects have changed." }),
    json: options.toggle("json", { description: "Print one JSON document a line." })
  },
  arguments: {}
}

/** What the command line says. @category models */
export type WatchInput = Values<typeof input>

/** `dev-infra sync watch` @category commands */
export const command = declare({
  summary: "Show what other machines change, as it happens.",
  details:
    "First comes what changed since the server was last asked, then each change within a moment, until Ctrl-C. What the server has is remembered as by `dev-infra sync fetch`, so that `dev-infra status` and `dev-infra list --all` are up to date meanwhile; with --pull it is also taken into the registry. What this machine itself sends is not shown.\nA lost connection is said on standard error and made again; what happened meanwhile is shown then. It ends with 1 if the server cannot be asked at the beginning, or refuses the key later. A server that tells nobody what changes (0.3.0, or one behind a proxy that lets no events through) is asked again and again instead: after 5 seconds, then less and less often while nothing changes, down to once a minute.\nPiped, one line for each field, separated by tabs: time, what was done, project, field, value before, value now, machine.\n--json prints a document a line: {event: \"changed\", time, kind, id, name, fields: [{field, before, now}], by}, {event: \"watching\", time, remote} (with polling: {shortest, longest}, in seconds, where the server has to be asked), {event: \"waiting\", time, seconds, reason, detail} and with --pull {event: \"pulled\", time, report}.",
  input,
  examples: [
    ["dev-infra sync watch", "look on"],
    ["dev-infra sync watch --pull", "keep this machine up to date"],
    ["dev-infra sync watch -n 1 && notify-send 'a project changed'", "wait for the next change"],
    ["dev-infra sync watch --json | jq -r 'select(.event == \"changed\") | .name'", "for scripts"]
  ],
  work: () => import("./run.js")
})
