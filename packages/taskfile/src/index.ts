/** A place in a Taskfile. */
export * as SourceLocation from "./SourceLocation.js"
/** A task as its Taskfile states it, with defaults filled in where they do not depend on other files. Texts are templates that are not rendered yet. */
export * as Task from "./Task.js"
/** A Taskfile with everything it includes, as one set of tasks. */
export * as TaskGraph from "./TaskGraph.js"
/** One Taskfile, as it stands in its file. */
export * as Taskfile from "./Taskfile.js"
/** Why tasks cannot be read or found. Each has the exit code by which `task` says the same. */
export * as TaskfileError from "./TaskfileError.js"
/** Where the text of Taskfiles comes from. The port: files of this computer here, URLs and inherited libraries through what a program provides. */
export * as TaskfileSources from "./TaskfileSources.js"
/** Variables and environment as a Taskfile states them; nothing of them is rendered or run yet. */
export * as Variable from "./Variable.js"
