/**
 * What `work-prod keys` does, for tests.
 */
import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as EmbeddedServer from "@dev-infra/work-prod-server/EmbeddedServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

export const revokeAll = (file: string) =>
  Effect.gen(function* () {
    const keys = yield* ApiKeys
    for (const { prefix } of yield* keys.list(undefined)) yield* keys.revoke(prefix)
  }).pipe(Effect.provide(EmbeddedServer.layerBeside(file)))

export const makeReader = (file: string) =>
  Effect.flatMap(ApiKeys, (keys) => keys.create({ account: "default", label: "reader", readOnly: true, expiresInDays: undefined })).pipe(
    Effect.map(({ secret }) => Redacted.value(secret)),
    Effect.provide(EmbeddedServer.layerBeside(file))
  )
