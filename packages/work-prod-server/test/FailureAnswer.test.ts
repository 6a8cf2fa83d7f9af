import { CursorGone, IdempotencyKeyReused, InvalidInput, ProjectNotFound, UidDeleted } from "@dev-infra/work-prod-api/ProjectFailure"
import { type StorageReason, StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import { assert, describe, it } from "@effect/vitest"
import { fromFailure } from "../src/http/FailureAnswer.js"

describe("FailureAnswer", () => {
  const cases = [
    [new InvalidInput({ text: "Name is required" }), 400, undefined],
    [new ProjectNotFound({}), 404, undefined],
    [new ProjectNotFound({ deleted: true }), 404, "deleted"],
    [new UidDeleted({ uid: "u", deletedAt: "2026-11-21T07:00:00" }), 409, "deleted"],
    [new CursorGone({ reason: "Unknown" }), 410, "cursor_gone"],
    [new CursorGone({ reason: "Expired" }), 410, "cursor_gone"],
    [new CursorGone({ reason: "OtherEpoch" }), 410, "cursor_gone"],
    [new CursorGone({ reason: "OtherAccount" }), 410, "cursor_gone"],
    [new IdempotencyKeyReused({ key: "K" }), 422, undefined]
  ] as const
  for (const [failure, status, code] of cases) {
    it(`answers ${failure._tag} with ${status} and a sentence`, () => {
      const answer = fromFailure(failure)
      assert.strictEqual(answer.status, status)
      assert.strictEqual(answer.body["code"], code)
      assert.match(answer.body.error, /^[A-Z][^\n]+$/)
      assert.deepStrictEqual(Object.keys(answer.body), Object.keys(answer.body).sort())
    })
  }

  const reasons: ReadonlyArray<readonly [StorageReason, number]> = [
    ["Full", 507],
    ["ReadOnly", 503],
    ["Gone", 503],
    ["Busy", 503],
    ["Damaged", 503],
    ["Unavailable", 503]
  ]
  for (const [reason, status] of reasons) {
    it(`answers a database that is ${reason} with ${status}, and quotes nothing of the cause`, () => {
      const answer = fromFailure(new StorageFailure({ reason, cause: new Error("SELECT secret FROM api_keys") }))
      assert.strictEqual(answer.status, status)
      assert.notMatch(JSON.stringify(answer.body), /SELECT|secret/)
    })
  }
})
