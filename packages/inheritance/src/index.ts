/** What can go wrong with inherited tasks. */
export * as InheritanceFailure from "./InheritanceFailure.js"
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
/** Which content this user trusts. */
export * as Trust from "./Trust.js"
