import { declareRaw } from "../../Declaration.js"
import { taskFlags } from "./flags.js"

/** `dev-infra task` @category commands */
export const command = declareRaw({
  summary: "Run tasks of a Taskfile, own and inherited ones.",
  details:
    "Reads Taskfiles of version 3 as they are, and runs their commands in bash. All words after it are those of task: names of tasks, X=1 for variables, flags, and behind -- what the task gets as CLI_ARGS. Without a name the task default runs. Inherited tasks (inherits in .dev-infra.yml, see inherit) are there like those of an include.\n--list, --plan and --summary start no process, whatever the files contain. The exit code is that of task: 201 if a command failed (-x passes its own on), 200 if there is no such task, 102 if the file is wrong, and so on.\nWithin commands, task is this program. --engine task hands the whole line to your own task, once it was seen to report failures.",
  flags: taskFlags,
  arguments: [{ name: "TASK", description: "Tasks to run, one after another; X=1 sets a variable.", kind: "task", minimum: 0, maximum: 1000 }],
  examples: [
    ["dev-infra task --list", "what there is, and where it comes from"],
    ["dev-infra task deploy ENVIRONMENT=test", "with a variable"],
    ["dev-infra task test -- --watch", "with arguments for its commands"],
    ["dev-infra task --plan deploy", "what would run, without running anything"]
  ],
  work: () => import("./run.js")
})
