/** Whether the files that a task reads and makes are as they were when it last ran. The files below `.task` are those that `task` itself keeps. The port. */
export * as Fingerprints from "./Fingerprints.js"
/** Changes of the files that patterns match. The port. */
export * as FileWatch from "./FileWatch.js"
/** Watches the files of this computer. */
export * as FileWatchLive from "./FileWatchLive.js"
/** Up-to-date checks on the files of this computer. */
export * as FingerprintsLive from "./FingerprintsLive.js"
/** One task in many repositories, in the order in which they depend on each other. Nothing here reads or runs anything. */
export * as FleetPlan from "./FleetPlan.js"
/** Why there is no order in which repositories can run a task. */
export * as FleetPlanFailure from "./FleetPlanFailure.js"
/** Runs a plan over repositories: so many at a time, each after what it needs, and every one with an outcome. */
export * as FleetRun from "./FleetRun.js"
/** Runs over many repositories as they are kept: how far each came, so that one that was cut off can go on, and what each project printed. The port. */
export * as FleetRunJournal from "./FleetRunJournal.js"
/** Keeps runs over many repositories in a folder, each in one of its own. */
export * as FleetRunJournalFile from "./FleetRunJournalFile.js"
/** Why a run ended. Each has the exit code by which `task` says the same. */
export * as RunFailure from "./RunFailure.js"
/** The shell that runs the commands of tasks: the computer's bash. The port. */
export * as Shell from "./Shell.js"
/** Scripts in the computer's bash. */
export * as ShellLive from "./ShellLive.js"
/** What a run says, and how the output of its commands reaches the user: as it comes, in groups, or with the name of the task before each line. The port. */
export * as TaskOutput from "./TaskOutput.js"
/** What a run says, on the streams of this program. */
export * as TaskOutputLive from "./TaskOutputLive.js"
/** Questions that a run asks. The port. */
export * as TaskPrompts from "./TaskPrompts.js"
/** Runs tasks. */
export * as TaskRunner from "./TaskRunner.js"
/** What a run is asked to do, and what it tells. */
export * as RunOptions from "./RunOptions.js"
/** Whether tasks are up to date, without running them. */
export * as TaskStatus from "./TaskStatus.js"
/** What `--summary` shows of a task. */
export * as TaskSummary from "./TaskSummary.js"
/** Which files `--watch` looks at. */
export * as WatchedFiles from "./WatchedFiles.js"
/** How `task` says why a run ended. */
export * as RunFailureText from "./RunFailureText.js"
