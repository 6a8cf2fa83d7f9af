/** Who calls a task. */
export * as CallSites from "./CallSites.js"
/** The format of `.env` files, as Taskfiles know it. */
export * as Dotenv from "./Dotenv.js"
/** Taskfiles of this computer. */
export * as LocalTaskfiles from "./LocalTaskfiles.js"
/** A place in a Taskfile. */
export * as SourceLocation from "./SourceLocation.js"
/** A task as its Taskfile states it, with defaults filled in where they do not depend on other files. Texts are templates that are not rendered yet. */
export * as Task from "./Task.js"
/** Whether everything that a run may reach is there and understood, before anything runs. */
export * as TaskCheck from "./TaskCheck.js"
/** What tasks do, as texts that can be kept and compared. */
export * as TaskDescription from "./TaskDescription.js"
/** What changed between two versions of a Taskfile or of a graph, in what it means. */
export * as TaskDifference from "./TaskDifference.js"
/** A Taskfile with everything it includes, as one set of tasks. */
export * as TaskGraph from "./TaskGraph.js"
/** What is likely to hurt in a graph that is right. */
export * as TaskLint from "./TaskLint.js"
/** The tasks of a graph, as a list of them shows. */
export * as TaskList from "./TaskList.js"
/** Which task a name means. */
export * as TaskLookup from "./TaskLookup.js"
/** What a run would do, found without running anything. */
export * as TaskPlan from "./TaskPlan.js"
/** One Taskfile, as it stands in its file. */
export * as Taskfile from "./Taskfile.js"
/** Reads the text of a Taskfile. */
export * as TaskfileDecoder from "./TaskfileDecoder.js"
/** Why tasks cannot be read or found. Each has the exit code by which `task` says the same. */
export * as TaskfileError from "./TaskfileError.js"
/** Where the text of Taskfiles comes from. The port: files of this computer here, URLs and inherited libraries through what a program provides. */
export * as TaskfileSources from "./TaskfileSources.js"
/** Variables and environment as a Taskfile states them; nothing of them is rendered or run yet. */
export * as Variable from "./Variable.js"
