/** The values that templates work with: those of Go that YAML, JSON and the functions of templates can make. */
export * as GoValue from "./GoValue.js"
/** The functions that Taskfiles have besides those of Go's templates: those of slim-sprig, and Task's own. */
export * as TaskFunctions from "./TaskFunctions.js"
/** A template of Go's `text/template`: read once, rendered as often as wanted. */
export * as Template from "./Template.js"
/** Why a template cannot be read or rendered. */
export * as TemplateError from "./TemplateError.js"
/** What functions of templates may know of the world. Nothing else reaches them: a template reads no file and starts nothing. */
export * as TemplateWorld from "./TemplateWorld.js"
