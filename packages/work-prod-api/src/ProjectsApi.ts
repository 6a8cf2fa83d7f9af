/**
 * The endpoints for projects.
 *
 * @module
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import { Authentication } from "./Authentication.js"
import * as Batch from "./Batch.js"
import * as Changes from "./Changes.js"
import * as ErrorBody from "./ErrorBody.js"
import { Project } from "./Project.js"
import { ProjectBody } from "./ProjectBody.js"

const text = (description: string) => Schema.optional(Schema.String.annotations({ description }))

/** Filters of a list. They all must hold; an empty one is ignored, of a repeated one the first counts. @category schemas */
export const Filters = Schema.Struct({
  status: text("Exactly this status; an unknown one is ignored."),
  classification: text("Exactly this classification; an unknown one is ignored."),
  organization: text("Exactly this organization, with upper and lower case."),
  project_type: text("Exactly this project type; an unknown one is refused."),
  search: text("Part of the name or the description; A to Z in upper or lower case."),
  path: text("Exactly this path of the asking machine."),
  remote_url: text("Exactly this remote_url, as it was stored."),
  uid: text("The project with this uid."),
  updated_since: text("Changed at or after this time, written YYYY-MM-DDTHH:MM:SS, in UTC, with or without Z."),
  sort: text("id, name, created_at or updated_at; with a - in front the other way round. Default: id."),
  cursor: text("Asks for pages: empty for the first one, then the next_cursor of the last answer."),
  limit: text("Projects of a page, 1 to 1000, default 1000. Means something only with cursor.")
})

/** One page of a list. `next_cursor` is null on the last one. @category schemas */
export const Page = Schema.Struct({ projects: Schema.Array(Project), next_cursor: Schema.NullOr(Schema.String) }).annotations({ identifier: "Page" })

/** What an import did. `skipped` counts projects whose remote_url was known and those in `errors`. @category schemas */
export const ImportResult = Schema.Struct({
  errors: Schema.Array(Schema.Struct({ error: Schema.String, project: Schema.Unknown })),
  imported: Schema.Int,
  skipped: Schema.Int
}).annotations({ ...HttpApiSchema.annotations({ status: 201 }), identifier: "ImportResult" })

/** The elements of an import: fields of projects, as they would be created. @category schemas */
export const ImportBody = Schema.Struct({ projects: Schema.Array(Schema.Unknown) }).annotations({ identifier: "ImportBody" })

const byId = Schema.Struct({ id: Schema.String.annotations({ description: "The server's number of the project." }) })

const machineHeaders = {
  "x-dev-infra-machine": text("The UUID of the asking machine, whose paths are meant."),
  "x-dev-infra-machine-name": text("What people call that machine, percent-encoded UTF-8.")
}

const writeHeaders = {
  ...machineHeaders,
  "x-dev-infra-instance": text("Only if the server is this instance; else 421. For changes that go by what was read before.")
}

const ifMatch = { "if-match": text("Only if the project has this etag; else 412.") }

/** @category groups */
export const ProjectsApi = HttpApiGroup.make("projects")
  .add(
    HttpApiEndpoint.get("list", "/api/projects")
      .setUrlParams(Filters)
      .setHeaders(Schema.Struct(machineHeaders))
      .addSuccess(Schema.Union(Schema.Array(Project), Page))
      .annotate(OpenApi.Summary, "List projects")
      .annotate(OpenApi.Description, "All projects in order of id as a bare array, or a page of them if cursor is given.")
  )
  .add(
    HttpApiEndpoint.post("create", "/api/projects")
      .setHeaders(Schema.Struct(writeHeaders))
      .setPayload(ProjectBody)
      .addSuccess(Project, { status: 201 })
      .addError(ErrorBody.Conflict)
      .annotate(OpenApi.Summary, "Create a project")
      .annotate(OpenApi.Description, "Needs a name. With a uid that was deleted it also needs recreate: true.")
  )
  .add(
    HttpApiEndpoint.get("changes", "/api/projects/changes")
      .setUrlParams(
        Schema.Struct({
          since: text("The cursor of the last answer; empty or absent: from the beginning."),
          limit: text("Changes of one answer, 1 to 1000, default 1000.")
        })
      )
      .setHeaders(Schema.Struct(machineHeaders))
      .addSuccess(Changes.Changes)
      .addError(ErrorBody.Gone)
      .annotate(OpenApi.Summary, "What changed since")
      .annotate(
        OpenApi.Description,
        "For each project at least its latest state, or its deletion, after the cursor. States in between may be left out, and something may be told twice; nothing is ever missed."
      )
  )
  .add(
    HttpApiEndpoint.post("batch", "/api/projects/batch")
      .setHeaders(Schema.Struct({ ...writeHeaders, "idempotency-key": text("Makes the batch safe to repeat for 24 hours.") }))
      .setUrlParams(Schema.Struct({ since: text("A cursor of the feed of changes. If nobody else changed anything after it, the answer has the cursor that follows the batch.") }))
      .setPayload(Batch.Batch)
      .addSuccess(Batch.Results)
      .addError(ErrorBody.Unprocessable)
      .annotate(OpenApi.Summary, "Many changes at once")
      .annotate(OpenApi.Description, "Up to 1,000 items, each with a result of its own in the same order. One that fails does not hinder the others.")
  )
  .add(
    HttpApiEndpoint.post("import", "/api/projects/import")
      .setHeaders(Schema.Struct(writeHeaders))
      .setPayload(ImportBody)
      .addSuccess(ImportResult)
      .annotate(OpenApi.Summary, "Import projects")
      .annotate(OpenApi.Description, "Creates the projects whose remote_url is not known yet and leaves the others as they are.")
  )
  .add(
    HttpApiEndpoint.get("get", "/api/projects/:id")
      .setPath(byId)
      .setHeaders(Schema.Struct(machineHeaders))
      .addSuccess(Project)
      .addError(ErrorBody.NotFound)
      .annotate(OpenApi.Summary, "Get a project")
  )
  .add(
    HttpApiEndpoint.patch("update", "/api/projects/:id")
      .setPath(byId)
      .setHeaders(Schema.Struct({ ...writeHeaders, ...ifMatch }))
      .setPayload(ProjectBody)
      .addSuccess(Project)
      .addError(ErrorBody.NotFound)
      .addError(ErrorBody.Conflict)
      .addError(ErrorBody.PreconditionFailed)
      .annotate(OpenApi.Summary, "Change a project")
      .annotate(OpenApi.Description, "Changes only the fields that are sent; null clears one. Without a change updated_at and etag stay.")
  )
  .add(
    HttpApiEndpoint.del("remove", "/api/projects/:id")
      .setPath(byId)
      .setHeaders(Schema.Struct({ ...writeHeaders, ...ifMatch }))
      .addSuccess(HttpApiSchema.NoContent)
      .addError(ErrorBody.NotFound)
      .addError(ErrorBody.PreconditionFailed)
      .annotate(OpenApi.Summary, "Delete a project")
      .annotate(OpenApi.Description, "The uid is remembered: creating it again needs recreate: true.")
  )
  .add(
    HttpApiEndpoint.put("archive", "/api/projects/:id/archive")
      .setPath(byId)
      .setHeaders(Schema.Struct({ ...writeHeaders, ...ifMatch }))
      .addSuccess(Project)
      .addError(ErrorBody.NotFound)
      .addError(ErrorBody.PreconditionFailed)
      .annotate(OpenApi.Summary, "Archive a project")
      .annotate(OpenApi.Description, "Sets classification to archive and status to completed. The body is not looked at.")
  )
  .addError(ErrorBody.BadRequest)
  .addError(ErrorBody.RequestTimeout)
  .addError(ErrorBody.PayloadTooLarge)
  .addError(ErrorBody.UnsupportedMediaType)
  .addError(ErrorBody.OtherServer)
  .addError(ErrorBody.TooManyRequests)
  .addError(ErrorBody.InternalError)
  .addError(ErrorBody.Unavailable)
  .addError(ErrorBody.StorageFull)
  .middleware(Authentication)
  .annotate(OpenApi.Title, "Projects")
  .annotate(OpenApi.Description, "The projects of the account that the key belongs to.")
