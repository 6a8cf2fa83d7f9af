/** Give a project a file of its own, and register it. */
export * as Adoption from "./Adoption.js"
/** Putting a project away and bringing it back. */
export * as ArchivedStatus from "./ArchivedStatus.js"
/** When a commit was made. */
export * as CommitTimes from "./CommitTimes.js"
/** The settings of this machine. */
export * as Configuration from "./Configuration.js"
/** The text of config.yml. */
export * as ConfigurationFile from "./ConfigurationFile.js"
/** The keys of config.yml. */
export * as ConfigurationKey from "./ConfigurationKey.js"
/** Where the program keeps its files. */
export * as DevInfraHome from "./DevInfraHome.js"
/** Read folders and small files, quickly. */
export * as DirectoryReader from "./DirectoryReader.js"
/** Find projects below folders. */
export * as Discovery from "./Discovery.js"
/** What is wrong here, and what would fix it. */
export * as Doctor from "./Doctor.js"
/** What differs between two states of a project. */
export * as FieldChange from "./FieldChange.js"
/** On which branch a checkout is, and which one counts. */
export * as GitBranch from "./GitBranch.js"
/** The state of many git checkouts. */
export * as GitStatus from "./GitStatus.js"
/** The git state of many projects, and what in it needs attention. */
export * as GitSurvey from "./GitSurvey.js"
/** Where the home is, as plain functions. */
export * as HomePaths from "./HomePaths.js"
/** Which server serves the database of the home. */
export * as HomeServer from "./HomeServer.js"
/** What the operating system calls the computer. */
export * as HostIdentity from "./HostIdentity.js"
/** A text file to which lines are added. */
export * as LineFile from "./LineFile.js"
/** Which machine this is. */
export * as Machine from "./Machine.js"
/** What was overridden, kept in a log. */
export * as OverrideLog from "./OverrideLog.js"
/** Everything that is known of a project. */
export * as ProjectDetails from "./ProjectDetails.js"
/** The registry as a file for elsewhere. */
export * as ProjectExport from "./ProjectExport.js"
/** Lists of projects that other tools keep. */
export * as ProjectLists from "./ProjectLists.js"
/** What people type to mean a project. */
export * as ProjectReference from "./ProjectReference.js"
/** What the projects' own files state. */
export * as ProjectStatement from "./ProjectStatement.js"
/** Change fields of projects where they live. */
export * as ProjectUpdate from "./ProjectUpdate.js"
/** Folders that a search does not look into. */
export * as PrunedFolders from "./PrunedFolders.js"
/** Read the projects' own files and remotes again. */
export * as Refresh from "./Refresh.js"
/** From what a search found to what can be registered. */
export * as Registration from "./Registration.js"
/** The local index of projects. */
export * as Registry from "./Registry.js"
/** The text of the registry's file. */
export * as RegistryDocument from "./RegistryDocument.js"
/** What can go wrong with the registry. */
export * as RegistryError from "./RegistryError.js"
/** The registry in a file. */
export * as RegistryFile from "./RegistryFile.js"
/** The versions of the file. */
export * as RegistryMigration from "./RegistryMigration.js"
/** What to do about a file that cannot be read. */
export * as RegistryRepair from "./RegistryRepair.js"
/** Where the registry is kept. */
export * as RegistryStore from "./RegistryStore.js"
/** Which folders and projects to forget. */
export * as Removal from "./Removal.js"
/** Where to search if nobody says where. */
export * as SearchRoot from "./SearchRoot.js"
