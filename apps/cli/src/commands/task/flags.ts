/**
 * The flags of `dev-infra task`: those of `task`, and a few of our own.
 *
 * @module
 */
import type { FlagShape } from "../../options.js"

/** How the value of a flag is read. `duration` is one of Go: `500ms`, `1m30s`. */
type FlagKind = "switch" | "text" | "number" | "duration" | "texts"

/** @category models */
export interface TaskFlag extends FlagShape {
  readonly is: FlagKind
}

const toggle = (name: string, description: string, letter?: string): TaskFlag => ({ name, description, is: "switch", ...(letter === undefined ? {} : { letter }) })

/** Every flag, in the order in which help shows them. @category models */
export const taskFlags = [
  toggle("list", "List the tasks that have a description, with where each comes from.", "l"),
  toggle("list-all", "List all tasks.", "a"),
  toggle("json", "With --list or --list-all: print one JSON document.", "j"),
  { name: "sort", value: "ORDER", choices: ["default", "alphanumeric", "none"], description: "The order of the list.", is: "text" },
  toggle("nested", "With --json: put the tasks of a namespace together."),
  toggle("no-status", "With --json: do not say whether tasks are up to date."),
  toggle("summary", "Show what is known about the named tasks."),
  toggle("plan", "Show what would run, in which order and where, and run nothing at all; with --json as a document."),
  toggle("dry", "Show the commands that would run, as task does: variables, conditions and checks of the Taskfile are run only with --evaluate.", "n"),
  toggle("evaluate", "With --dry, --status, --summary or --json: also run the commands that variables, conditions and checks need."),
  toggle("eager", "Run the command of every variable that a task can see, as task does, not only of those that it needs."),
  toggle("status", "End with 1 if one of the named tasks is not up to date."),
  toggle("force", "Run the named tasks even if they are up to date.", "f"),
  toggle("force-all", "The same for the tasks that they depend on."),
  toggle("silent", "Do not show the commands; with --list print names only.", "s"),
  toggle("verbose", "Say more about what is done.", "v"),
  toggle("parallel", "Run the named tasks at the same time.", "p"),
  { name: "concurrency", letter: "C", value: "NUMBER", description: "How many commands may run at a time; 0 for as many as there are.", is: "number" },
  toggle("failfast", "Stop what runs beside a task that failed.", "F"),
  { name: "taskfile", letter: "t", value: "FILE", kind: "file", description: "The Taskfile; without it the first above the working folder.", is: "text" },
  { name: "dir", letter: "d", value: "FOLDER", kind: "folder", description: "The folder in which to look for the Taskfile and to run.", is: "text" },
  toggle("global", "Use the Taskfile of your home folder.", "g"),
  { name: "output", letter: "o", value: "STYLE", choices: ["interleaved", "group", "prefixed"], description: "How the output of tasks is shown.", is: "text" },
  { name: "output-group-begin", value: "TEMPLATE", description: "A line before the output of each command of a group.", is: "text" },
  { name: "output-group-end", value: "TEMPLATE", description: "A line after it.", is: "text" },
  toggle("output-group-error-only", "Show the output of a group only if it failed."),
  toggle("color", "Use colour; --color=false does not.", "c"),
  toggle("exit-code", "End with the exit code of the command that failed, not with 201.", "x"),
  toggle("watch", "Run the named tasks again whenever their sources change.", "w"),
  { name: "interval", letter: "I", value: "DURATION", description: "How long to wait for further changes, such as 500ms.", is: "duration" },
  toggle("yes", "Answer every question of the Taskfile with yes.", "y"),
  toggle("interactive", "Ask for required variables that are missing."),
  toggle("disable-fuzzy", "Do not look for similar names of tasks."),
  toggle("init", "Write a small Taskfile.yml.", "i"),
  toggle("download", "Fetch the remote Taskfiles that are included, and run nothing."),
  toggle("offline", "Use only what is on this computer; that is how it always is but for --download."),
  toggle("clear-cache", "Forget the remote Taskfiles that were fetched."),
  toggle("insecure", "Let --download use http."),
  { name: "timeout", value: "DURATION", description: "How long --download waits for an answer.", is: "duration" },
  { name: "expiry", value: "DURATION", description: "With --download: leave alone what was fetched within this time.", is: "duration" },
  { name: "trusted-hosts", value: "HOSTS", description: "Hosts whose Taskfiles --download takes without asking, with commas.", is: "texts" },
  { name: "engine", value: "ENGINE", choices: ["dev-infra", "task"], byDefault: "dev-infra", description: "What runs the tasks: this program, or your own task.", is: "text" },
  toggle("frozen", "For CI: dev-infra.lock must fit exactly, and nothing is asked or trusted anew."),
  toggle("trust", "Trust what is inherited or included from elsewhere, as it is now."),
  toggle("experiments", "List the experiments of task, and what holds here."),
  { name: "completion", value: "SHELL", choices: ["bash", "zsh", "fish"], description: "Print completions for a shell.", is: "text" },
  toggle("version", "Print the version."),
  toggle("help", "Show this help.", "h")
] as const satisfies ReadonlyArray<TaskFlag>

/** @category models */
export type FlagName = (typeof taskFlags)[number]["name"]
