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
    "Runs the server until it is stopped with Ctrl-C or SIGTERM; requests that are running then are finished first, for 10 seconds at most. The database is made if there is none. It is a file, or the PostgreSQL database that the environment variable DATABASE_URL says; any number of servers may use that one.",
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
    {
      name: "metrics",
      value: "WHERE",
      description: "who may read the metrics for Prometheus: local (programs on this computer, at /metrics), off, or HOST:PORT, an address of their own for whoever reaches it (default: local)",
      variable: "WORK_PROD_METRICS"
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

const backup: Command = {
  words: ["backup"],
  summary: "write a backup",
  description: [
    "Writes the whole database, as it is at one moment, to a file that only you can read; servers may go on meanwhile. The file has a checksum and gets its name when all of it is on the disk, so a file of that name is whole. It is the same for every kind of database.",
    "The keys in it are hashes, as in the database: with them nobody gets in, but a restored database knows them again."
  ],
  flags: [{ name: "overwrite", description: "replace the file if it is there" }, json, database, logLevel],
  takes: [["FILE", "where to; its folder has to exist"]],
  examples: [
    ["work-prod backup monday.backup", "back up the database of this computer"],
    ["work-prod backup /mnt/nas/work-prod.backup --overwrite", "as a nightly job does it"]
  ],
  load: () => import("./commands/backup.js")
}

const restore: Command = {
  words: ["restore"],
  summary: "put a backup back",
  description: [
    "Puts a backup into an empty database: all of it or, if anything goes wrong, nothing. Servers must not run meanwhile. The restored database begins a new life, so clients notice that they have to read everything anew.",
    "--replace puts it in the place of what is there. That is backed up first: to a file before-restore-TIME.backup beside the backup, or where --safety-backup says."
  ],
  flags: [
    { name: "replace", description: "replace what is in the database, after a backup of it" },
    { name: "safety-backup", value: "FILE", description: "where the backup of what is replaced goes" },
    { name: "copy", description: "the database is another one beside that of the backup, and gets an id of its own" },
    { name: "check", description: "only read the backup, and tell whether it is whole and what it holds" },
    json,
    database,
    logLevel
  ],
  takes: [["FILE", "the backup"]],
  examples: [
    ["work-prod restore monday.backup", "on a new computer, or into another kind of database"],
    ["work-prod restore monday.backup --replace", "back to what was on Monday"],
    ["work-prod restore monday.backup --check", "is it whole?"]
  ],
  load: () => import("./commands/restore.js")
}

const importOld: Command = {
  words: ["import-v0.3"],
  summary: "move in from work-prod 0.3.0",
  description: [
    "Takes over all projects of a work-prod 0.3.0: from its list while it runs, or from its SQLite file. Every field comes over, also times, and numbers that no project here has or had. Nothing is written there, and servers may go on here.",
    "It can be repeated, for example on the day when everybody moves: no project comes twice, what changed there since comes over, what was changed or deleted here stays as it is here. Projects that are here by another way (the same remote_url, or the same path) are completed.",
    "What could not be taken over is listed with the reason; the exit code is 1 then."
  ],
  flags: [{ name: "account", value: "NAME", description: "whose the projects become; made if there is none (default: default)" }, json, database, logLevel],
  takes: [["SOURCE", "the address of the running server, or its SQLite file"]],
  examples: [
    ["work-prod import-v0.3 http://127.0.0.1:5000", "from the running server"],
    ["work-prod import-v0.3 ~/work-prod/backend/instance/work_prod.db", "from its file"]
  ],
  load: () => import("./commands/importOld.js")
}

const doctor: Command = {
  words: ["doctor"],
  summary: "say what is wrong with the database",
  description: [
    "Looks whether the database is whole, its rows go together, others can read it, the disk has room and the clock is right, and says what mends what is not. Nothing of its content is changed, and servers may go on.",
    "The exit code is 1 if there is an error or a warning."
  ],
  flags: [json, database, logLevel],
  takes: [],
  examples: [
    ["work-prod doctor", "is everything in order?"],
    ["work-prod doctor --json", "for programs that watch"]
  ],
  load: () => import("./commands/doctor.js")
}

/** In the order of the help page. @category commands */
export const commands: ReadonlyArray<Command> = [serve, keysCreate, keysList, keysRevoke, backup, restore, importOld, doctor]

/** Commands that lie below a word of their own. @category commands */
export const groups: ReadonlyMap<string, string> = new Map([["keys", "make, show and take back keys"]])
