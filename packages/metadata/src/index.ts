/** Where a project lies on this machine. */
export * as AbsolutePath from "./AbsolutePath.js"
/** A day without a time. */
export * as CalendarDate from "./CalendarDate.js"
/** Where new project ids come from. */
export * as IdGenerator from "./IdGenerator.js"
/** A `.dev-infra.yml` as text, changed in place. */
export * as MetadataDocument from "./MetadataDocument.js"
/** What can go wrong with a `.dev-infra.yml`. */
export * as MetadataFailure from "./MetadataFailure.js"
/** The `.dev-infra.yml` of a project, as a service. */
export * as MetadataFile from "./MetadataFile.js"
/** The forms that `.dev-infra.yml` has had. */
export * as MetadataHistory from "./MetadataHistory.js"
/** What is known of one project. */
export * as Project from "./Project.js"
/** Reads an entry of the registry without a schema library. */
export * as ProjectEntry from "./ProjectEntry.js"
/** The identity of a project. */
export * as ProjectId from "./ProjectId.js"
/** What a project says about itself. */
export * as ProjectMetadata from "./ProjectMetadata.js"
/** The name that people call a project by. */
export * as ProjectName from "./ProjectName.js"
/** The rules for the fields of a project as plain functions. */
export * as ProjectRules from "./ProjectRules.js"
/** When two URLs mean the same repository. */
export * as RepositoryUrl from "./RepositoryUrl.js"
/** UUIDs, random and derived. */
export * as Uuid from "./Uuid.js"
