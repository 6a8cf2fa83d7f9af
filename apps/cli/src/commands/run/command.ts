import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    all: options.toggle("all", { description: "Run it in all projects that fit --status, --template, --tag and --organization." }),
    ...filterFlags,
    plan: options.toggle("plan", { description: "Show what would run, in which order and why, and start nothing." }),
    jobs: options.parsed("jobs", options.wholeNumber(1, 1000), { letter: "j", value: "N", description: "How many projects run at a time; as many as there are processors by default." }),
    keepGoing: options.toggle("keep-going", { letter: "k", description: "Go on with other projects after one failed." }),
    resume: options.toggle("resume", { description: "Go on with the last run of the task: what ended well is not run again." }),
    output: options.choiceOr("output", ["group", "prefixed"], "group", { value: "STYLE", description: "Show what a project prints when it has ended, or line by line with its name." }),
    yes: options.yes,
    trust: options.toggle("trust", { description: "Trust the tasks of these projects as they are now." }),
    frozen: options.toggle("frozen", { description: "For CI: each dev-infra.lock must fit exactly, and nothing is trusted by --yes." }),
    json: options.json
  },
  arguments: {
    task: options.optionalArgument("NAME", { kind: "task", description: "The task." }),
    words: options.manyArguments("PROJECT", 0, { kind: "project", description: "Projects instead of --all: ids, beginnings of ids, names or paths. A word such as X=1 sets a variable of the tasks." }),
    rest: options.behindDashes("ARGUMENT", { description: "What the tasks get as CLI_ARGS." })
  }
}

/** What the command line says. @category models */
export type RunInput = Values<typeof input>

/** `dev-infra run` @category commands */
export const command = declare({
  summary: "Run a task in many projects.",
  details:
    "Each project runs its own task of that name, own or inherited, in its own folder. A project runs after those that depends_on in its .dev-infra.yml names (by name, id or path); projects without the task are skipped, and circles are refused. A plan is shown first, and on a terminal asked about.\nA few projects run at a time, each with its output in one piece and in a log of its own. After a failure nothing new starts, unless --keep-going is given; what needs a project that failed is not run. At the end one table says how each stands (ran, up to date, failed, skipped, not run), and the exit code is 1 if any failed. What was cut off, or failed, goes on with --resume; give the same variables again, for they are not kept.\nA registered project is not trusted by that: before its tasks run in this way for the first time, and whenever they change, it is asked about; --trust or --yes answers where there is no terminal.\n--plan starts no process, whatever the files contain.",
  input,
  examples: [
    ["dev-infra run test --all", "in every project"],
    ["dev-infra run test --all --tag go --plan", "show what would run"],
    ["dev-infra run build api web VERSION=2 -j 4", "in two projects, with a variable"],
    ["dev-infra run lint --all --keep-going -- --fix", "with arguments for the tasks"],
    ["dev-infra run test --all --resume", "go on where it stopped"]
  ],
  work: () => import("./run.js")
})
