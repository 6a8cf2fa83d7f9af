/**
 * Why there is no order in which repositories can run a task.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** Projects depend on each other in a circle: `projects` is the way round, the first one again at its end. @category errors */
export class FleetCycle extends Schema.TaggedError<FleetCycle>("@dev-infra/task-runner/FleetCycle")("FleetCycle", {
  projects: Schema.Array(Schema.Struct({ name: Schema.String, path: Schema.String }))
}) {
  override get message(): string {
    return `projects depend on each other in a circle: ${this.projects.map(({ name }) => name).join(" → ")}`
  }
}

/** `depends_on` of a project names another one that could be several. @category errors */
export class FleetReferenceAmbiguous extends Schema.TaggedError<FleetReferenceAmbiguous>("@dev-infra/task-runner/FleetReferenceAmbiguous")("FleetReferenceAmbiguous", {
  /** the name of the project that depends */
  project: Schema.String,
  path: Schema.String,
  reference: Schema.String,
  candidates: Schema.Array(Schema.Struct({ id: Schema.String, path: Schema.String }))
}) {
  override get message(): string {
    return `depends_on of ${this.project} names ${this.reference}, which could be ${this.candidates.map(({ path }) => path).join(" or ")}`
  }
}
