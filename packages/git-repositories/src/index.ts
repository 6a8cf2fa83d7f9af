/** Hashes of files and texts. */
export * as Digest from "./Digest.js"
/** Files as plain values. */
export * as FileTree from "./FileTree.js"
/** Runs git, and keeps harm away. */
export * as GitProgram from "./GitProgram.js"
/** What may stand where a version is named, and which tags it means. */
export * as GitReference from "./GitReference.js"
/** Bare clones in the cache of the home. */
export * as GitRepositories from "./GitRepositories.js"
/** What git would call files. */
export * as GitTree from "./GitTree.js"
/** Addresses of folders in git repositories. */
export * as GitUrl from "./GitUrl.js"
/** Which commit of a repository a version names. */
export * as GitVersion from "./GitVersion.js"
/** Copies of repositories: the port. */
export * as Repositories from "./Repositories.js"
/** What can go wrong with them. */
export * as RepositoryFailure from "./RepositoryFailure.js"
/** How much a version may hold. */
export * as TreeLimits from "./TreeLimits.js"
/** What files of strangers must be like. */
export * as TreeRules from "./TreeRules.js"
