/** Where a project lies on this machine. */
export * as AbsolutePath from "./AbsolutePath.js"
/** A day without a time. */
export * as CalendarDate from "./CalendarDate.js"
/** What is known of one project. */
export * as Project from "./Project.js"
/** The identity of a project. */
export * as ProjectId from "./ProjectId.js"
/** The name that people call a project by. */
export * as ProjectName from "./ProjectName.js"
