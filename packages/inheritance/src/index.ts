/** Repositories of this computer, read from their files. The port. */
export * as GitHistory from "./GitHistory.js"
/** Reads repositories of this computer from their files, in this process. */
export * as GitHistoryFiles from "./GitHistoryFiles.js"
/** Adding, bringing, trusting and removing what a project inherits. */
export * as Inheritance from "./Inheritance.js"
/** Where projects do not inherit what they should. */
export * as InheritanceDrift from "./InheritanceDrift.js"
/** What can go wrong with inherited tasks. */
export * as InheritanceFailure from "./InheritanceFailure.js"
/** Who inherits which version of what, and how far behind it is. */
export * as InheritanceList from "./InheritanceList.js"
/** Taskfiles as they are locked and trusted. */
export * as InheritanceSources from "./InheritanceSources.js"
/** Which libraries of tasks each project uses, as its files say. */
export * as InheritanceUses from "./InheritanceUses.js"
/** Where a library of tasks comes from. */
export * as InheritedSource from "./InheritedSource.js"
/** All files of a library at one commit. */
export * as Library from "./Library.js"
/** Which folder `project:NAME` means. */
export * as LinkedProjects from "./LinkedProjects.js"
/** `dev-infra.lock`. */
export * as LockFile from "./LockFile.js"
/** What a project inherits and depends on. */
export * as ProjectInherits from "./ProjectInherits.js"
/** Fetches single files over https. */
export * as RemoteFiles from "./RemoteFiles.js"
/** Includes of Taskfiles that are URLs. */
export * as RemoteIncludes from "./RemoteIncludes.js"
/** The lines by which a Taskfile names a library itself. */
export * as TaskfileInclude from "./TaskfileInclude.js"
/** Which content this user trusts. */
export * as Trust from "./Trust.js"
/** What a version of a library would do to everybody who uses it, before anybody has it. */
export * as InheritanceImpact from "./InheritanceImpact.js"
/** What has to be written for projects to have another version of a library. */
export * as InheritanceUpgrade from "./InheritanceUpgrade.js"
/** How those who call a library's tasks get from one version to another: `migrations.yml`. */
export * as MigrationTable from "./MigrationTable.js"
/** What is decided when somebody trusts all tasks of a project as they are. */
export * as ProjectTrust from "./ProjectTrust.js"
/** What the tasks were that somebody trusted last. */
export * as TrustedTasks from "./TrustedTasks.js"
