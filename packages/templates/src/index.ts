/** What the variables of a template stand for. */
export * as Answers from "./Answers.js"
/** Applying plans, and undoing them. */
export * as Application from "./Application.js"
/** What can go wrong when a plan is applied. */
export * as ApplyFailure from "./ApplyFailure.js"
/** Named places for tests to crash at. */
export * as ApplyStep from "./ApplyStep.js"
/** Which template and version a project fits best. */
export * as BestFit from "./BestFit.js"
/** Making a project from a template. */
export * as Creation from "./Creation.js"
/** Patterns for paths. */
export * as FileGlobs from "./FileGlobs.js"
/** Updating many projects. */
export * as FleetApply from "./FleetApply.js"
/** How far an update of many projects has come. */
export * as FleetJournal from "./FleetJournal.js"
/** The same, kept in the home. */
export * as FleetJournalFile from "./FleetJournalFile.js"
/** What became of each of many projects. */
export * as FleetOutcome from "./FleetOutcome.js"
/** One plan for each of many projects. */
export * as FleetPlan from "./FleetPlan.js"
/** Repositories on GitHub, through the user's gh. */
export * as GitHub from "./GitHub.js"
/** Pull requests on GitHub. */
export * as GitHubPulls from "./GitHubPulls.js"
/** The same, through the program gh. */
export * as GitHubPullsLive from "./GitHubPullsLive.js"
/** A new project under version control. */
export * as GitSetup from "./GitSetup.js"
/** Updates that were cut off. */
export * as InterruptedUpdates from "./InterruptedUpdates.js"
/** Which projects could have a newer version of their template. */
export * as Outdated from "./Outdated.js"
/** What an update would do to a project. */
export * as Planning from "./Planning.js"
/** Reads the files of a project that a template knows. */
export * as ProjectFolder from "./ProjectFolder.js"
/** Why no pull request could be made. */
export * as ProposalFailed from "./ProposalFailed.js"
/** Updates of projects as pull requests. */
export * as PullRequests from "./PullRequests.js"
/** Which version of which template each of many projects records. */
export * as RecordedTemplates from "./RecordedTemplates.js"
/** The same, read from the disk. */
export * as RecordedTemplatesLive from "./RecordedTemplatesLive.js"
/** From a version of a template to the files of a project. */
export * as Rendering from "./Rendering.js"
/** Which paths a template may give. */
export * as SafePath from "./SafePath.js"
/** Plans in files. */
export * as SavedPlan from "./SavedPlan.js"
/** Folders that appear in one step. */
export * as StagedFolders from "./StagedFolders.js"
/** What can go wrong with templates. */
export * as TemplateFailure from "./TemplateFailure.js"
/** What is wrong with a template. */
export * as TemplateLint from "./TemplateLint.js"
/** What a template says about itself. */
export * as TemplateManifest from "./TemplateManifest.js"
/** What a project records of its template. */
export * as TemplateRecord from "./TemplateRecord.js"
/** One version of a template. */
export * as TemplateSnapshot from "./TemplateSnapshot.js"
/** Where a template comes from. */
export * as TemplateSource from "./TemplateSource.js"
/** Every template that can be had. */
export * as TemplateSources from "./TemplateSources.js"
/** Three versions of a text become one. */
export * as TextMerge from "./TextMerge.js"
/** What a plan changes, as text. */
export * as UnifiedDiff from "./UnifiedDiff.js"
/** What an update of a project would do. */
export * as UpdatePlan from "./UpdatePlan.js"
/** Versions of templates that projects were made from. */
export * as UsedTemplates from "./UsedTemplates.js"
