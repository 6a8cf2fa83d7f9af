/**
 * All commands.
 *
 * @module
 */
import type { Command, Flag } from "./Declaration.js"

const database: Flag = {
  name: "database",
  value: "FILE",
  description: "the database (default: work-prod/work-prod.db in DEV_INFRA_HOME, which is ~/.dev-infra if not set)",
  variable: "WORK_PROD_DATABASE"
}

const logLevel: Flag = {
  name: "log-level",
  value: "LEVEL",
  description: "debug, info, warning, error or none (default: info)",
  variable: "WORK_PROD_LOG_LEVEL"
}

const json: Flag = { name: "json", description: "print JSON" }

const serve: Command = {
  words: ["serve"],
  summary: "run the server",
  description: [
    "Runs the server until it is stopped with Ctrl-C or SIGTERM; requests that are running then are finished first, for 10 seconds at most. The database is made if there is none.",
    "The first start makes the account default and a key for it. The key is printed if standard output is a terminal; otherwise it is written to a file beside the database that only you can read. The log goes to standard error, as JSON if that is no terminal."
  ],
  flags: [
    { name: "host", value: "HOST", description: "the address to listen at (default: 127.0.0.1)", variable: "WORK_PROD_HOST" },
    { name: "port", value: "PORT", description: "the port to listen at; 0 takes a free one (default: 5055)", variable: "WORK_PROD_PORT" },
    database,
    { name: "no-auth", description: "ask nobody for a key: everybody is the account default. Only at a loopback address" },
    {
      name: "rate-limit",
      value: "N",
      description: "requests per minute and key; 0 is no limit (default: 600, and no limit at a loopback address)",
      variable: "WORK_PROD_RATE_LIMIT"
    },
    logLevel
  ],
  takes: [],
  examples: [
    ["work-prod serve", "on this computer only, at http://127.0.0.1:5055"],
    ["work-prod serve --no-auth", "for programs that know nothing of keys"],
    ["work-prod serve --host 0.0.0.0 --port 80", "for others too; put TLS in front of it"]
  ],
  load: () => import("./commands/serve.js")
}

const keysCreate: Command = {
  words: ["keys", "create"],
  summary: "make a key",
  description: [
    "Makes a key, and the account if there is none of this name. The key is printed on standard output this once: only its SHA-256 is kept. A running server knows it at once."
  ],
  flags: [
    { name: "account", value: "NAME", description: "whose projects the key opens", required: true },
    { name: "label", value: "LABEL", description: "what the key is for, for your eyes", required: true },
    { name: "read-only", description: "the key may read and not change" },
    { name: "expires", value: "TIME", description: "for how long it is valid: a number of hours, days or weeks such as 12h, 90d or 4w (default: for ever)" },
    json,
    database,
    logLevel
  ],
  takes: [],
  examples: [
    ["work-prod keys create --account default --label laptop", "a key for your laptop"],
    ["work-prod keys create --account default --label dashboard --read-only --expires 90d", "one that only reads, for three months"],
    ["KEY=$(work-prod keys create --account acme --label ci)", "the key alone, for a script"]
  ],
  load: () => import("./commands/keysCreate.js")
}

const keysList: Command = {
  words: ["keys", "list"],
  summary: "show the keys",
  description: ["Shows which keys there are: their public prefixes, never the keys."],
  flags: [{ name: "account", value: "NAME", description: "only the keys of this account" }, json, database, logLevel],
  takes: [],
  examples: [
    ["work-prod keys list", "all of them"],
    ["work-prod keys list --account default --json", "those of one account, for programs"]
  ],
  load: () => import("./commands/keysList.js")
}

const keysRevoke: Command = {
  words: ["keys", "revoke"],
  summary: "take a key back",
  description: ["Makes a key useless for ever, at once and also beside a running server."],
  flags: [json, database, logLevel],
  takes: [["PREFIX", "the public prefix of the key, as keys list shows it; not the key itself"]],
  examples: [["work-prod keys revoke PREFIX", "take back the key that begins with PREFIX"]],
  load: () => import("./commands/keysRevoke.js")
}

/** In the order of the help page. @category commands */
export const commands: ReadonlyArray<Command> = [serve, keysCreate, keysList, keysRevoke]

/** Commands that lie below a word of their own. @category commands */
export const groups: ReadonlyMap<string, string> = new Map([["keys", "make, show and take back keys"]])
