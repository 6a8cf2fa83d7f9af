import * as Schema from "effect/Schema"
import { describe, expect, it } from "@effect/vitest"
import * as Changes from "@dev-infra/work-prod-api/Changes"
import * as Health from "@dev-infra/work-prod-api/Health"
import { Project } from "@dev-infra/work-prod-api/Project"
import { openApi } from "@dev-infra/work-prod-api/WorkProdApi"

describe("the contract", () => {
  const document = openApi()

  it("is an OpenAPI 3.1 document with every endpoint", () => {
    expect(document.openapi).toBe("3.1.0")
    const endpoints = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    expect(endpoints.toSorted()).toEqual([
      "delete /api/projects/{id}",
      "get /api/events",
      "get /api/health",
      "get /api/projects",
      "get /api/projects/changes",
      "get /api/projects/{id}",
      "get /healthz",
      "get /readyz",
      "patch /api/projects/{id}",
      "post /api/projects",
      "post /api/projects/batch",
      "post /api/projects/import",
      "put /api/projects/{id}/archive"
    ])
  })

  it("asks for a key where projects are, and only there", () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) expect(operation.security.length > 0, path).toBe(path.startsWith("/api/projects") || path === "/api/events")
    }
  })

  it("says of every operation what it is for, and which errors it has", () => {
    expect(JSON.stringify(document)).not.toContain("HttpApiDecodeError")
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) {
        expect(operation.summary).toMatch(/^[A-Z].{5}/)
        for (const [status, response] of Object.entries(operation.responses)) if (Number(status) >= 400) expect(response.description).toMatch(/\.$/)
      }
    }
  })

  it("names the headers that every answer has", () => {
    const headers = { "X-Dev-Infra-Server": { $ref: "#/components/headers/X-Dev-Infra-Server" }, "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" } }
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) for (const response of Object.values(operation.responses)) expect(response).toMatchObject({ headers })
    }
    expect(Object.keys(Reflect.get(document.components, "headers"))).toEqual(Object.keys(headers))
  })

  it("has the eleven fields of work-prod 0.3.0 and the new ones", () => {
    expect(Object.keys(document.components.schemas["Project"] === undefined ? {} : Reflect.get(document.components.schemas["Project"], "properties"))).toEqual([
      "classification",
      "created_at",
      "description",
      "etag",
      "id",
      "locations",
      "metadata",
      "name",
      "organization",
      "path",
      "project_type",
      "remote_url",
      "status",
      "uid",
      "updated_at"
    ])
  })
})

describe("what a server sends", () => {
  const project = {
    classification: null,
    created_at: "2026-11-21T07:00:00",
    description: null,
    etag: "1",
    id: 1,
    locations: [{ machine: null, name: null, path: "/home/me/api" }],
    metadata: { writes: { a: 1 } },
    name: "api",
    organization: null,
    path: "/home/me/api",
    project_type: "Work",
    remote_url: null,
    status: "active",
    uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11",
    updated_at: "2026-11-21T07:00:00"
  }

  it("is read and written without loss", () => {
    expect(Schema.encodeSync(Project)(Schema.decodeUnknownSync(Project)(project))).toEqual(project)
    const changes = {
      changes: [
        { type: "project", id: 1, uid: project.uid, project },
        { type: "deleted", id: 2, uid: null, deleted_at: "2026-11-21T07:00:00", merged_into: project.uid }
      ],
      cursor: "x",
      more: false
    }
    expect(Schema.encodeSync(Changes.Changes)(Schema.decodeUnknownSync(Changes.Changes)(changes))).toEqual(changes)
  })

  it("names what it can do", () => {
    const health = { api: Health.api, capabilities: Health.capabilities, instance: project.uid, message: "Flask backend is running", status: "ok", version: "0.1.0" }
    expect(Schema.decodeUnknownSync(Health.Health)(health)).toEqual(health)
  })
})
