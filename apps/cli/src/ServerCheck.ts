/**
 * What a work-prod server says to this machine and its key, before anything is made of it.
 *
 * @module
 */
import * as NodeWorkProd from "@dev-infra/work-prod-client/NodeWorkProd"
import type { InvalidProxy } from "@dev-infra/work-prod-client/Proxy"
import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
import { WorkProd } from "@dev-infra/work-prod-client/WorkProd"
import type { Forbidden, Unauthorized, WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import type { KeyNeedsHttps, WorkProdSettings } from "@dev-infra/work-prod-client/WorkProdSettings"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * Which server it is, and what it allows: `Everything`, with a key only to `Read`, or nothing. Then `refusal` says why: there is no key but it wants one,
 * or it does not accept the one there is.
 *
 * @category models
 */
export type CheckedServer =
  | { readonly features: ServerFeatures.ServerFeatures; readonly access: "Everything" | "Read" }
  | { readonly features: ServerFeatures.ServerFeatures; readonly access: "Nothing"; readonly refusal: Unauthorized | Forbidden }

/** @category errors */
export type ServerCheckError = WorkProdError | KeyNeedsHttps | InvalidProxy | NodeWorkProd.CertificatesUnreadable

/** A word that no project is called by, so that the answer is short also where there is nothing but a list. */
const nobody = "dev-infra login: is this key right?"

/** Ask for a project, whichever. */
const look = (features: ServerFeatures.ServerFeatures) =>
  Effect.flatMap(WorkProd, (workProd) =>
    ServerFeatures.can(features, "changes") ? Effect.asVoid(workProd.changes("", 1)) : Stream.runDrain(Stream.take(workProd.list({ search: nobody }), 1))
  )

/** Whether a key may write: a project without a name is refused by all servers, but only after the key was. */
const mayWrite = Effect.flatMap(WorkProd, (workProd) => workProd.create({})).pipe(
  Effect.as(true),
  Effect.catchTags({ Forbidden: () => Effect.succeed(false), Rejected: () => Effect.succeed(true) })
)

/**
 * Ask a server who it is, and whether it accepts this key, or does without one. Fails if no work-prod server answers.
 *
 * @category checking
 */
export const check = (settings: WorkProdSettings, environment: { readonly [name: string]: string | undefined }): Effect.Effect<CheckedServer, ServerCheckError> =>
  Effect.gen(function* () {
    const features = yield* Effect.flatMap(WorkProd, (workProd) => workProd.health)
    const refused = (refusal: Unauthorized | Forbidden) => Effect.succeed<CheckedServer>({ features, access: "Nothing", refusal })
    const accepted = Effect.gen(function* () {
      yield* look(features)
      // Keys that only read are of servers that say who they are; 0.3.0 knows no keys at all.
      const isWriter = settings.key === undefined || features.instance === null || (yield* mayWrite)
      return { features, access: isWriter ? "Everything" : "Read" } satisfies CheckedServer
    })
    return yield* Effect.catchTags(accepted, { Unauthorized: refused, Forbidden: refused })
  }).pipe(Effect.provide(NodeWorkProd.layer(settings, environment)))

/** Which server it is, in words. @category printing */
export const describe = ({ instance, version }: ServerFeatures.ServerFeatures): string =>
  version === null && instance === null ? "work-prod 0.3.0, or like it" : `work-prod ${version ?? "of an unknown version"}${instance === null ? "" : `, instance ${instance}`}`

/** The public part of a key, by which `work-prod keys` knows it; none if it is not one of ours. @category printing */
export const publicPart = (key: string): string | undefined => /^(wp_[a-z0-9]{12})_/.exec(key)?.[1]
